"""Hold, by order and by the phone."""

from __future__ import annotations

import pytest

from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, LegId
from ccswitch.model.nouns import AgentState, CallPlace
from tests.floor.floors import Floor, leg_seen, stage

L1 = CallId("L1")


def on_hold() -> Floor:
    """A talk that was put on hold by order."""
    floor = stage("talking")
    floor.order(d.HoldCall, call=L1)
    floor.wait(2.0)
    return floor


def test_hold_and_back_by_order() -> None:
    # Given a talk
    floor = stage("talking")
    # When its caller is put on hold by order
    told = floor.order(d.HoldCall, call=L1)
    # Then he hears the queue's music, inside the bridge
    assert told.the(o.TalkHeld).on and told.the(r.Play).leg == "L1"
    assert floor.agent().state is AgentState.HOLDING
    # And taken back it is broken off; neither goes twice
    assert "on hold already" in floor.order(d.HoldCall, call=L1).the(o.OrderRefused).why
    told = floor.order(d.HoldCall, call=L1, on=False)
    assert not told.the(o.TalkHeld).on and told.the(r.Quiet).leg == "L1"
    assert "not on hold" in floor.order(d.HoldCall, call=L1, on=False).the(o.OrderRefused).why
    # And that the music has ended is nothing new
    assert floor.give(f.ExecuteEnded(leg=LegId("L1"), execute=told_execute(floor))).is_nothing


def told_execute(floor: Floor) -> str:
    return floor.everything(o.MusicStarted)[-1].execute


def test_music_that_ends_is_begun_again_and_none_takes_nobodys_ears() -> None:
    # Given a hold of two seconds whose music was a file
    floor = on_hold()
    told = floor.give(f.ExecuteEnded(leg=LegId("L1"), execute=floor.call("L1").music))
    assert told.the(r.Play) and floor.agent().state is AgentState.HOLDING
    # And one whose music does not exist
    other = stage("talking")
    other.order(d.HoldCall, call=L1)
    told = other.give(f.ExecuteEnded(leg=LegId("L1"), execute=other.call("L1").music, response="FILE NOT FOUND"))
    assert not told.the(o.TalkHeld).on and other.agent().state is AgentState.TALKING


def test_the_phones_own_hold_cannot_be_taken_back_by_order() -> None:
    floor = stage("talking")
    floor.give(f.LegHeld(leg=floor.call("L1").agent_leg))
    told = floor.order(d.HoldCall, call=L1, on=False)
    assert "only it can take him back" in told.the(o.OrderRefused).why


def test_a_phone_that_holds_and_takes_back_leaves_a_hold_by_order_alone() -> None:
    floor = on_hold()
    leg = floor.call("L1").agent_leg
    assert floor.give(f.LegHeld(leg=leg)).is_nothing
    assert floor.give(f.LegUnheld(leg=leg)).is_nothing
    assert floor.agent().state is AgentState.HOLDING


def test_an_agent_who_hangs_up_while_he_holds_leaves_no_music_behind() -> None:
    # Given a hold by order
    floor = on_hold()
    # When the agent hangs up, then the music is broken off, so that the caller comes back to park
    told = floor.ended(floor.call("L1").agent_leg)
    assert told.the(o.TalkEnded) and told.the(r.Quiet).leg == "L1"
    floor.parked("L1")
    assert floor.call("L1").place is CallPlace.LEAVING


def test_hold_that_nobody_told_of_is_found() -> None:
    # Given a talk that a survey finds on hold
    floor = stage("talking")
    agent_leg = floor.call("L1").agent_leg
    pair = (
        leg_seen("L1", parked=False, peer=agent_leg),
        leg_seen(agent_leg, parked=False, peer=LegId("L1"), held=True),
    )
    told = floor.seen(*pair)
    # Then it is kept, with the healing
    assert told.the(o.TalkHeld).on and told.the(o.Healed)
    assert floor.agent().state is AgentState.HOLDING
    # And a hold by order is none that a survey sees
    other = on_hold()
    leg = other.call("L1").agent_leg
    told = other.seen(leg_seen("L1", parked=False, peer=leg), leg_seen(leg, parked=False, peer=LegId("L1")))
    assert not told.every(o.TalkHeld)


@pytest.mark.parametrize("name", ["script", "waiting", "ringing", "bridging", "returning", "leaving", "wayout"])
def test_only_a_talk_is_held(name: str) -> None:
    assert "only a talk" in stage(name).order(d.HoldCall, call=L1).the(o.OrderRefused).why
