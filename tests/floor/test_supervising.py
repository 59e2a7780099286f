"""A call is ended by order, in every place."""

from __future__ import annotations

import pytest

from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId
from ccswitch.model.nouns import AgentState, CallPlace, CallResult, VisitResult
from tests.floor.floors import STAGES, stage
from tests.floor.laws import hold_laws

RESULTS = {
    "script": CallResult.HUNG_UP,
    "waiting": CallResult.HUNG_UP,
    "ringing": CallResult.HUNG_UP,
    "bridging": CallResult.HUNG_UP,
    "talking": CallResult.ANSWERED,
    "returning": CallResult.ANSWERED,
    "leaving": CallResult.ANSWERED,
    "wayout": CallResult.HUNG_UP,
}


@pytest.mark.parametrize("name", STAGES)
def test_a_call_is_ended_with_every_leg_of_it(name: str) -> None:
    # Given a call in each place
    floor = stage(name)
    legs = list(floor.call("L1").legs)
    # When it is ended by order
    told = floor.order(d.HangUpCall, call=CallId("L1"))
    hold_laws(floor.state, floor.now)
    # Then every leg is told to go, once, and the agent is free of it
    assert told.the(o.OrderAccepted).what == "call L1 is being hung up"
    assert sorted(request.leg for request in told.every(r.HangUp)) == sorted(legs)
    assert floor.call("L1").place is CallPlace.LEAVING
    assert floor.agent().state in (AgentState.IDLE, AgentState.WRAPUP)
    # And with the legs' ends the call is over, with one result
    for leg in legs:
        told.take(floor.ended(leg))
    assert told.the(o.CallEnded).result is RESULTS[name]
    if name in ("waiting", "ringing", "bridging", "wayout"):
        assert told.the(o.VisitEnded).result is VisitResult.HUNG_UP


def test_a_talk_ended_by_order_bears_the_authors_name() -> None:
    assert stage("talking").order(d.HangUpCall, call=CallId("L1")).the(o.TalkEnded).by == "ann"


def test_a_call_that_is_not_there() -> None:
    refused = stage("waiting").order(d.HangUpCall, call=CallId("x")).the(o.OrderRefused)
    assert (refused.missing, refused.why) == (True, "no live call 'x'")


def test_a_result_that_is_settled_stays() -> None:
    # Given a caller who abandoned, and whose agent's leg is still there
    floor = stage("ringing")
    floor.ended("L1")
    assert floor.call("L1").result is CallResult.ABANDONED
    # When somebody ends the call, too
    told = floor.order(d.HangUpCall, call=CallId("L1"))
    # Then it stays abandoned, for the reason that it had
    assert (told.the(o.CallLeaving).result, told.the(o.CallLeaving).why) == (CallResult.ABANDONED, "hung up")
