"""Callers whom the last resort had, as their node noted it."""

from __future__ import annotations

from typing import Any

import pytest

from ccswitch.floor.unattended import LEFT_BEFORE
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, LegId, NodeName
from ccswitch.model.nouns import AgentState, CallResult, VisitResult
from tests.floor.floors import START, Floor, Given, a_floor, stage


def noted(floor: Floor, leg: str = "L1", **fields: Any) -> Given:
    """The node's note of a caller, who came a minute ago and waited for ten seconds in the last resort."""
    now = floor.now
    times = {"arrived": now - 60.0, "since": now - 20.0, "ended": now - 10.0}
    known = {"call": CallId(leg), "cause": "NORMAL_CLEARING", "entry": "support", "caller_number": "138", **times}
    return floor.give(f.WayOutNoted(node=NodeName("a"), leg=LegId(leg), **{**known, **fields}))


def test_a_caller_of_whom_nobody_heard_is_recorded_once() -> None:
    # Given a floor that knows nothing of a caller
    floor = a_floor()
    # When his node's note is read
    told = noted(floor)
    # Then his call is recorded as it was, and the node may forget it
    call = told.the(o.CallUnattended)
    assert (call.call, call.entry, call.caller_number, call.cause) == ("L1", "support", "138", "NORMAL_CLEARING")
    assert (call.arrived, call.wayout, call.ended) == (floor.now - 60.0, floor.now - 20.0, floor.now - 10.0)
    assert told.requests == [r.ForgetNote(node=NodeName("a"), leg=LegId("L1"))]
    assert not floor.state.calls
    # And read again, also by a floor that was recovered from its outcomes, it is forgotten and no more
    floor.state = floor.replayed()
    again = noted(floor)
    assert (again.outcomes, again.requests) == ([], told.requests)
    # And what is told late of his leg is old news
    assert floor.parked("L1").is_nothing


@pytest.mark.parametrize("name", ["script", "waiting", "ringing", "bridging", "wayout"])
def test_a_caller_whom_we_knew_ended_at_the_way_out(name: str) -> None:
    # Given a caller who listened or waited when the controller went
    floor = stage(name)
    visiting = floor.call("L1").visiting
    floor.wait(30.0 if name in ("script", "waiting", "wayout") else 0.0)
    since = floor.now - (0.0 if name in ("ringing", "bridging") else 20.0)
    # When his node noted that the last resort had him, and that he is gone
    waiting_since = floor.call("L1").waiting_since
    place_since = floor.call("L1").place_since
    told = noted(floor, since=since)
    for leg in list(floor.state.legs):
        told.take(floor.ended(leg, by_phone=False))
    # Then that is how his call ended, and the agent is free
    assert told.the(o.CallEnded).result is CallResult.WAYOUT
    assert floor.agent().state is AgentState.IDLE
    assert not floor.state.calls
    # And he waited until then
    if visiting:
        ended = told.the(o.VisitEnded)
        until = place_since if name == "wayout" else since
        assert (ended.result, ended.waited) == (VisitResult.WAYOUT, until - waiting_since)
    assert told.the(r.ForgetNote).leg == "L1"
    # And what is told late of his leg is old news
    assert floor.ended("L1").is_nothing and noted(floor).the(r.ForgetNote)


@pytest.mark.parametrize("name", ["talking", "returning", "leaving"])
def test_a_call_that_was_talked_on_stays_answered(name: str) -> None:
    # Given a caller who had talked
    floor = stage(name)
    # When his node noted that the last resort had him
    told = noted(floor)
    for leg in list(floor.state.legs):
        told.take(floor.ended(leg, by_phone=False))
    # Then his call was answered, its talk is over, and the agent's
    assert told.the(o.CallEnded).result is CallResult.ANSWERED
    assert len(floor.everything(o.TalkEnded)) == 1
    assert floor.agent().state is not AgentState.TALKING


def test_the_nodes_clock_may_be_another_one() -> None:
    # Given a caller who waits, and a note by clocks that are hours off
    for off in (-7200.0, 7200.0):
        floor = stage("waiting")
        known = floor.call("L1").waiting_since
        told = noted(floor, arrived=START + off, since=START + off, ended=START + off)
        # Then he waited neither less than nothing nor longer than till now
        assert told.the(o.VisitEnded).waited in (0.0, floor.now - known)


def test_a_further_leg_of_a_call_is_no_call() -> None:
    # Given a call, and a note of another leg that says to be of it
    floor = stage("waiting")
    told = noted(floor, "L7", call=CallId("L1"))
    # Then nothing is recorded, and the note may go
    assert not told.outcomes and told.the(r.ForgetNote).leg == "L7"
    # Nor of an agent's leg
    ringing = stage("ringing")
    assert not noted(ringing, ringing.agent_leg("L1")).outcomes


def test_who_hung_up_before_the_last_resort_is_recorded_and_the_reason_says_so() -> None:
    # Given a caller who came and went within the seconds in which a controller may claim him
    floor = a_floor()
    told = noted(floor, arrived=floor.now - 20.0, since=floor.now - 20.0, ended=floor.now - 17.0)
    # Then his call is recorded, by what happened
    call = told.the(o.CallUnattended)
    assert (call.why, call.wayout) == (LEFT_BEFORE, 0.0)


def test_who_left_a_queue_while_the_link_was_cut_has_abandoned_it() -> None:
    # Given a caller who waits, whose claim never reached the switch
    floor = stage("waiting")
    # When his node's note says that he hung up, and the last resort never had him
    told = noted(floor, arrived=floor.now - 20.0, since=floor.now - 20.0, ended=floor.now - 1.0)
    # Then he has abandoned
    assert told.the(o.CallEnded).result is CallResult.ABANDONED


def test_whose_answer_nobody_heard_was_answered_by_the_last_resort() -> None:
    # Given a caller whom a script was to answer, when the controller went
    floor = a_floor()
    floor.parked("L1", entry="menu")
    assert not floor.state.legs[LegId("L1")].answered
    floor.wait(30.0)
    # When his node noted that the last resort had him
    told = noted(floor)
    # Then his leg was connected before it ended, once
    ends = [type(one) for one in told.outcomes if isinstance(one, o.LegConnected | o.LegClosed)]
    assert ends == [o.LegConnected, o.LegClosed]
    # And who hung up before the last resort had him was not
    floor.parked("L2", entry="menu")
    floor.wait(5.0)
    left = noted(floor, "L2", arrived=floor.now - 4.0, since=floor.now - 3.5)
    assert not left.every(o.LegConnected)
