"""Guests at a talk: rung, there, in one mode and another, gone; and every race ends with nobody stuck."""

from __future__ import annotations

import pytest

from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName, QueueName
from ccswitch.model.nouns import AgentState, CallPlace, GuestMode, GuestResult
from tests.floor.floors import Floor, Given, a_floor, an_agent, leg_seen, stage

L1 = CallId("L1")
ANN = AgentId("ann")


def a_talk(**rules: object) -> Floor:
    """Li talks with L1; Ann is a supervisor who serves no queue and is not ready."""
    floor = a_floor(an_agent("li"), an_agent("ann", "sales", phone="1009"), ready=False, **rules)
    floor.ready("li")
    floor.talking("L1")
    floor.wait(2.0)
    return floor


def joins(floor: Floor, mode: GuestMode = GuestMode.MONITOR, agent: str = "ann") -> Given:
    return floor.order(d.JoinCall, call=L1, agent=AgentId(agent), mode=mode)


def rung(mode: GuestMode = GuestMode.MONITOR) -> tuple[Floor, LegId]:
    """Ann's phone rings for the talk."""
    floor = a_talk()
    return floor, joins(floor, mode).the(r.RingAgent).leg


def there(mode: GuestMode = GuestMode.MONITOR) -> tuple[Floor, LegId]:
    """Ann answered."""
    floor, leg = rung(mode)
    floor.give(f.LegAnswered(leg=leg))
    floor.agent_parked(leg)
    return floor, leg


@pytest.mark.parametrize("mode", [GuestMode.MONITOR, GuestMode.WHISPER, GuestMode.BARGE])
def test_a_supervisor_is_rung_and_hears_the_agents_leg(mode: GuestMode) -> None:
    # Given a talk
    floor = a_talk()
    # When Ann is to listen, then her phone is rung and she is busy
    told = joins(floor, mode)
    assert (told.the(o.GuestCalled).agent, told.the(o.GuestCalled).talks_with) == ("ann", "li")
    assert floor.agent("ann").state is AgentState.ASSISTING
    # And once she is parked she listens to the agent's leg
    leg = told.the(r.RingAgent).leg
    told = floor.agent_parked(leg)
    listen = told.the(r.Listen)
    assert (listen.leg, listen.other, listen.mode) == (leg, floor.call("L1").agent_leg, mode)
    assert told.the(o.GuestJoined).mode is mode
    # And the talk goes on as it was; when she hangs up she is free
    assert floor.call("L1").place is CallPlace.TALKING
    assert floor.ended(leg).the(o.GuestLeft).result is GuestResult.LEFT
    assert floor.agent("ann").state is AgentState.IDLE


def test_modes_are_switched_by_order() -> None:
    floor, leg = there()
    told = joins(floor, GuestMode.WHISPER)
    assert told.the(o.GuestSwitched).mode is GuestMode.WHISPER
    assert (told.the(r.Listen).leg, told.the(r.Listen).mode) == (leg, GuestMode.WHISPER)
    assert not told.every(r.RingAgent)
    assert "already" in joins(floor, GuestMode.WHISPER).the(o.OrderRefused).why


def test_a_mode_that_is_switched_while_it_rings_is_the_one_that_counts() -> None:
    floor, leg = rung()
    assert not joins(floor, GuestMode.BARGE).every(r.Listen)
    assert floor.agent_parked(leg).the(r.Listen).mode is GuestMode.BARGE


def test_who_is_sent_away_goes_and_the_talk_goes_on() -> None:
    floor, leg = there()
    told = floor.order(d.LeaveCall, call=L1, agent=ANN)
    assert told.the(o.GuestLeft).result is GuestResult.DISMISSED
    assert told.the(r.HangUp).leg == leg
    assert floor.call("L1").place is CallPlace.TALKING
    assert "no guest" in floor.order(d.LeaveCall, call=L1, agent=ANN).the(o.OrderRefused).why


@pytest.mark.parametrize("cause", ["USER_BUSY", "NO_ANSWER", "USER_NOT_REGISTERED"])
def test_a_phone_that_is_not_reached_frees_her(cause: str) -> None:
    floor, leg = rung()
    told = floor.ended(leg, cause)
    assert (told.the(o.GuestLeft).result, told.the(o.GuestLeft).why) == (GuestResult.NOT_REACHED, cause)
    assert floor.agent("ann").state is AgentState.IDLE


def test_a_phone_of_which_nothing_is_heard_is_given_up() -> None:
    floor, leg = rung()
    told = floor.wait(31.0)
    assert told.the(o.GuestLeft).result is GuestResult.NOT_REACHED
    assert leg in [request.leg for request in told.every(r.HangUp)]


@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize("who", ["caller", "agent", "order"])
def test_with_the_talk_its_guests_go(joined: bool, who: str) -> None:
    # Given a guest who listens, or whose phone still rings
    floor, leg = there() if joined else rung()
    # When the talk ends, whoever ends it
    if who == "order":
        told = floor.order(d.HangUpCall, call=L1)
    else:
        told = floor.ended("L1" if who == "caller" else floor.call("L1").agent_leg)
    # Then she is let go, once
    assert told.the(o.GuestLeft).result is GuestResult.TALK_OVER
    assert [request.leg for request in told.every(r.HangUp)].count(leg) == 1
    assert floor.agent("ann").state is AgentState.IDLE
    # And an answer that crosses it is freed
    assert floor.agent_parked(leg).the(r.HangUp).leg == leg


@pytest.mark.parametrize(
    ("agent", "why"),
    [("nobody", "no agent named"), ("li", "agent li is talking")],
)
def test_who_cannot_come_is_refused(agent: str, why: str) -> None:
    assert why in joins(a_talk(), agent=agent).the(o.OrderRefused).why


@pytest.mark.parametrize("name", ["script", "waiting", "ringing", "bridging", "returning", "leaving", "wayout"])
def test_there_is_nothing_to_join_outside_a_talk(name: str) -> None:
    assert "no talk to join" in joins(stage(name), agent="li").the(o.OrderRefused).why


# ---- taking the caller --------------------------------------------------------------------------------------


def taking() -> tuple[Floor, LegId]:
    """Ann answered, and is being joined to the caller."""
    return there(GuestMode.TAKE)


@pytest.mark.parametrize("agent_first", [True, False])
def test_she_takes_the_caller(agent_first: bool) -> None:
    # Given a recorded talk that Ann is to take
    queues = tuple(n.Queue(name=QueueName(name), record=True) for name in ("support", "sales"))
    floor = a_talk(queues=queues)
    leg, old = joins(floor, GuestMode.TAKE).the(r.RingAgent).leg, floor.call("L1").agent_leg
    recorded = floor.call("L1").recording
    # When she answers, then caller and she are joined
    bridge = floor.agent_parked(leg).the(r.Bridge)
    assert (bridge.leg, bridge.other) == ("L1", leg)
    # And when that stands, whether or not the end of the agent's leg is heard first
    told = Given()
    if agent_first:
        told.take(floor.ended(old, by_phone=False))
    told.take(floor.joined("L1", leg))
    if not agent_first:
        floor.ended(old, by_phone=False)
    # Then Li wraps up, she talks, and the recording goes on in a file of its own
    assert told.the(o.TalkEnded).agent == "li" and told.the(o.WrapupStarted).agent == "li"
    assert told.the(o.TalkStarted).agent == "ann" and not told.the(o.TalkStarted).offered
    assert told.the(o.GuestLeft).result is GuestResult.TOOK
    assert (floor.agent("ann").state, floor.agent().state) == (AgentState.TALKING, AgentState.WRAPUP)
    assert told.the(r.StopRecording).path == recorded != told.the(r.Record).path
    # And after her talk the call is over as after any other
    floor.ended(leg)
    assert floor.parked("L1").the(o.CallLeaving)
    assert floor.agent("ann").state is AgentState.WRAPUP


def test_a_listener_takes_the_caller() -> None:
    floor, leg = there()
    assert joins(floor, GuestMode.TAKE).the(r.Bridge).other == leg
    assert floor.joined("L1", leg).the(o.TalkStarted).agent == "ann"


def test_she_hangs_up_as_she_is_joined_and_the_caller_is_not_lost() -> None:
    # Given a caller who is being joined to Ann
    floor, leg = taking()
    old = floor.call("L1").agent_leg
    # When she is gone at that instant: the switch frees the agent and parks the caller
    floor.ended(leg)
    floor.ended(old, by_phone=False)
    told = floor.parked("L1")
    # Then he goes on as after a talk, and nobody is stuck
    assert told.the(o.CallLeaving) or floor.call("L1").place is CallPlace.WAITING
    assert floor.agent("ann").state is AgentState.IDLE and floor.agent().state is AgentState.WRAPUP


def test_the_caller_hangs_up_as_he_is_taken() -> None:
    floor, _ = taking()
    told = floor.ended("L1")
    assert told.the(o.GuestLeft).result is GuestResult.TALK_OVER
    for each in list(floor.call("L1").legs):
        floor.ended(each, by_phone=False)
    assert not floor.state.calls and not floor.state.guests


def test_a_bridge_that_does_not_come_is_given_up() -> None:
    # Given a bridge of which nothing is heard
    floor, leg = taking()
    # When it is overdue, then the node is asked, for only the news may be late
    assert floor.wait(2.0).every(r.Survey) and leg in floor.state.guests
    # And when it does not say so, her phone is freed, and the talk goes on
    told = floor.wait(6.0)
    assert told.the(o.GuestLeft).result is GuestResult.NOT_REACHED
    assert leg in [request.leg for request in told.every(r.HangUp)]
    assert floor.call("L1").place is CallPlace.TALKING


# ---- what a survey finds ------------------------------------------------------------------------------------


def pair(floor: Floor) -> tuple[f.LegSeen, f.LegSeen]:
    leg = floor.call("L1").agent_leg
    return leg_seen("L1", parked=False, peer=leg), leg_seen(leg, parked=False, peer=LegId("L1"))


def test_a_guest_who_answered_unseen_is_let_in() -> None:
    floor, leg = rung()
    floor.wait(1.0)
    assert floor.seen(*pair(floor), leg_seen(leg)).the(r.Listen).leg == leg


def test_a_guest_who_hears_nothing_listens_again() -> None:
    floor, leg = there()
    floor.wait(1.0)
    assert floor.seen(*pair(floor), leg_seen(leg)).the(r.Listen).leg == leg
    # And one who listens is left in peace
    assert not floor.seen(*pair(floor), leg_seen(leg, parked=False)).requests


def test_a_guest_whose_leg_is_gone_is_gone() -> None:
    floor, leg = there()
    floor.wait(5.0)
    told = floor.seen(*pair(floor))
    assert told.the(o.GuestLeft).leg == leg and floor.call("L1").place is CallPlace.TALKING


@pytest.mark.parametrize("given_up", [False, True])
def test_a_bridge_that_stands_unheard_of_is_found(given_up: bool) -> None:
    # Given Ann, who is being joined to the caller, or was given up because their node was away too long
    floor, leg = taking()
    old = floor.call("L1").agent_leg
    if given_up:
        floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
        assert floor.wait(20.0).the(o.GuestLeft).result is GuestResult.NOT_REACHED
        floor.node_up(synced=False)
    floor.wait(1.0)
    # When the node says that they talk, and that the agent's leg is gone
    told = floor.seen(leg_seen("L1", parked=False, peer=leg), leg_seen(leg, parked=False, peer=LegId("L1")))
    # Then they do, and nothing is done that would part them
    assert told.the(o.TalkEnded).agent == "li" and old not in floor.state.legs
    assert told.the(o.TalkStarted).agent == "ann" and not told.the(o.TalkStarted).offered
    told.take(floor.wait(20.0))
    assert not told.every(r.Repark) and leg not in [request.leg for request in told.every(r.HangUp)]
    assert floor.agent("ann").state is AgentState.TALKING


@pytest.mark.parametrize("agent_first", [True, False])
def test_a_caller_who_is_parked_as_he_is_taken_goes_on_without_her(agent_first: bool) -> None:
    # Given Ann, who is being joined to the caller, as his agent hangs up
    floor, leg = taking()
    if agent_first:
        floor.ended(floor.call("L1").agent_leg)
    # When he is parked before the bridge stands
    told = floor.parked("L1")
    # Then he goes on as after a talk, and Ann is let go and free
    assert floor.call("L1").place is CallPlace.LEAVING
    assert told.the(o.GuestLeft).result is GuestResult.TALK_OVER
    assert leg in [one.leg for one in told.every(r.HangUp)]
    assert floor.agent("ann").state is AgentState.IDLE


def test_a_caller_who_takes_the_way_out_as_he_is_taken_leaves_her_free() -> None:
    # Given Ann, who is being joined to the caller, and his agent gone
    floor, leg = taking()
    floor.ended(floor.call("L1").agent_leg)
    floor.wait(1.0)
    # When the node says that the last resort has him
    told = floor.seen(leg_seen("L1", parked=False, orphaned=True), leg_seen(leg, call="L1"))
    # Then Ann is let go
    assert floor.call("L1").place is CallPlace.WAYOUT
    assert told.the(r.HangUp).leg == leg
    assert floor.agent("ann").state is AgentState.IDLE


def test_a_caller_who_is_transferred_as_he_is_taken_goes_where_he_is_sent() -> None:
    # Given Ann, who is being joined to the caller
    floor, leg = taking()
    # When he is transferred by order, Then she is let go
    told = floor.order(d.TransferCall, call=L1, to="queue:sales")
    assert leg in [one.leg for one in told.every(r.HangUp)]
    # And news of a bridge that stood for an instant does not keep him from where he is sent
    floor.joined("L1", leg)
    floor.parked("L1")
    assert floor.line("sales") == ["L1"]


def test_a_node_that_is_away_as_he_is_taken_is_not_asked_and_she_is_not_held_for_ever() -> None:
    # Given Ann, who is being joined to the caller, and the link to their node lost
    floor, _ = taking()
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    # When the bridge is overdue, Then nobody asks a node that cannot answer
    told = floor.wait(5.0)
    assert not told.every(r.Survey)
    assert floor.agent("ann").state is AgentState.ASSISTING
    # And when the node stays away, she is free
    assert floor.wait(10.0).the(o.GuestLeft).result is GuestResult.NOT_REACHED
    assert floor.agent("ann").state is AgentState.IDLE
    # And the node is asked again once it is there
    assert floor.node_up(synced=False).every(r.Survey)


def test_legs_of_several_who_were_guests_are_closed_by_one_survey() -> None:
    # Given two guests in turn who were sent away, and whose phones' ends were never heard
    floor, first = there()
    floor.order(d.LeaveCall, call=L1, agent=ANN)
    floor.wait(2.0)
    second = joins(floor).the(r.RingAgent).leg
    floor.order(d.LeaveCall, call=L1, agent=ANN)
    floor.wait(5.0)
    # When the node says what it has, Then both are closed
    agent = floor.call("L1").agent_leg
    floor.seen(leg_seen("L1", parked=False, peer=agent), leg_seen(agent, parked=False, peer=LegId("L1")))
    assert not {first, second} & set(floor.state.legs)
