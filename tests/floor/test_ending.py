"""A leg is over: the caller's, in every place and at every instant; an agent's, needed or not."""

from __future__ import annotations

import pytest

from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import LegId
from ccswitch.model.nouns import AgentState, CallPlace, CallResult, VisitResult
from tests.floor.floors import STAGES, a_floor, stage
from tests.floor.laws import hold_laws

RESULTS = {
    "script": (CallResult.LEFT, None),
    "waiting": (CallResult.ABANDONED, VisitResult.ABANDONED),
    "ringing": (CallResult.ABANDONED, VisitResult.ABANDONED),
    "bridging": (CallResult.ABANDONED, VisitResult.ABANDONED),
    "talking": (CallResult.ANSWERED, VisitResult.ANSWERED),
    "returning": (CallResult.ANSWERED, VisitResult.ANSWERED),
    "leaving": (CallResult.ANSWERED, VisitResult.ANSWERED),
    "wayout": (CallResult.WAYOUT, VisitResult.WAYOUT),
}


@pytest.mark.parametrize("name", STAGES)
def test_wherever_the_caller_hangs_up_his_call_has_one_result_and_nobody_stays_reserved(name: str) -> None:
    # Given a call in each place
    floor = stage(name)
    others = [leg for leg in floor.call("L1").legs if leg != "L1"]
    # When the caller hangs up
    told = floor.ended("L1")
    hold_laws(floor.state, floor.now)
    # Then every agent's leg is freed, and with its end the call is over
    assert [request.leg for request in told.every(r.HangUp)] == others
    for leg in others:
        told.take(floor.ended(leg, by_phone=False))
    assert not floor.state.calls
    call, visit = RESULTS[name]
    assert told.the(o.CallEnded).result is call
    assert [ended.result for ended in floor.everything(o.VisitEnded)] == ([visit] if visit else [])
    # And the agent is free of it
    assert floor.agent().call == ""
    assert floor.agent().state in (AgentState.IDLE, AgentState.WRAPUP)
    # And a minute later nothing of it is left
    floor.wait(60.0)
    assert {kind for kind, _ in floor.state.deadlines.due} <= {"survey"}


@pytest.mark.parametrize("name", STAGES)
def test_a_hang_up_told_twice_is_told_once(name: str) -> None:
    floor = stage(name)
    legs = list(floor.call("L1").legs)
    for leg in legs:
        floor.ended(leg)
    assert all(floor.ended(leg).is_nothing for leg in legs)


def test_the_end_of_a_leg_that_is_not_ours_is_nothing() -> None:
    assert stage("waiting").ended("x").is_nothing


def test_the_caller_leaves_at_the_instant_of_the_answer_and_is_heard_first() -> None:
    # Given a phone that rings
    floor = stage("ringing")
    agent_leg = floor.agent_leg("L1")
    # When the caller's hang-up is heard, and then the agent's answer
    floor.ended("L1", "ORIGINATOR_CANCEL")
    answered = floor.give(f.LegAnswered(leg=LegId(agent_leg)))
    parked = floor.agent_parked(agent_leg)
    # Then the answer frees the leg and does no more
    assert [type(outcome) for outcome in answered.outcomes] == [o.LegConnected]
    assert parked.the(r.HangUp).leg == agent_leg
    assert not parked.outcomes
    # And with the leg's end the call is over, abandoned
    assert floor.ended(agent_leg).the(o.CallEnded).result is CallResult.ABANDONED


def test_the_caller_leaves_at_the_instant_of_the_answer_and_is_heard_last() -> None:
    # Given an agent whose answer was heard
    floor = stage("bridging")
    agent_leg = floor.agent_leg("L1")
    # When the caller's hang-up is heard, and then what became of the bridge
    told = floor.ended("L1")
    refused = floor.give(f.BridgeFailed(leg=LegId("L1"), other=LegId(agent_leg), why="-ERR no such channel"))
    joined = floor.joined("L1", agent_leg)
    # Then the offer was taken back, the agent's leg is freed, and neither a refusal nor a bridge says more
    assert told.the(r.HangUp).leg == agent_leg
    assert refused.is_nothing and joined.is_nothing
    assert floor.agent().state is AgentState.IDLE
    assert floor.ended(agent_leg).the(o.CallEnded).result is CallResult.ABANDONED


def test_the_end_of_the_talk_heard_from_the_agent_first() -> None:
    # Given a talk that the caller ends
    floor = stage("talking")
    agent_leg = floor.call("L1").agent_leg
    # When the agent's leg is heard first
    first = floor.ended(agent_leg, by_phone=False)
    second = floor.ended("L1")
    # Then the talk ended once, and the call with the caller's leg
    assert first.the(o.TalkEnded).by == "caller"
    assert not second.every(o.TalkEnded)
    assert second.the(o.CallEnded).result is CallResult.ANSWERED


def test_a_leg_of_an_earlier_offer_ends_without_touching_the_present_one() -> None:
    # Given a call offered to Wang after Li's lease ran out, Li's leg still there
    floor = a_floor("li", "wang")
    first = floor.offered("L1")
    floor.wait(21.0)
    second = floor.agent_leg("L1")
    # When Li's leg ends at last
    told = floor.ended(first, "NO_ANSWER")
    # Then that is all
    assert [type(outcome) for outcome in told.outcomes] == [o.LegClosed]
    assert floor.agent_leg("L1") == second


def test_a_call_that_was_talked_on_stays_answered_when_its_caller_waits_again_and_leaves() -> None:
    # Given a caller who talked and was moved to another queue
    floor = stage("talking")
    floor.parked("L1", transfer_to="sales", answered=True)
    assert floor.call("L1").place is CallPlace.WAITING
    # When he hangs up there
    floor.wait(3.0)
    told = floor.ended("L1")
    # Then that visit was abandoned, and the call answered
    assert (told.the(o.VisitEnded).result, told.the(o.VisitEnded).waited) == (VisitResult.ABANDONED, 3.0)
    assert floor.call("L1").result is CallResult.ANSWERED
