"""After-call work: ended, extended within a bound, and the guard time behind it and behind "ready"."""

from __future__ import annotations

import pytest

from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, Seconds
from ccswitch.model.nouns import AgentState
from tests.floor.floors import Floor, a_floor, stage

LI = AgentId("li")


def wrapping_up(**rules: object) -> Floor:
    """Li wraps up (10 s), and L1's script is over."""
    floor = a_floor(**rules)
    floor.wait(10.0)  # what there is of a guard time is over
    floor.ended(floor.talking("L1"))
    assert floor.agent().state is AgentState.WRAPUP
    return floor


def test_wrap_up_is_ended_by_order() -> None:
    # Given an agent in wrap-up and a caller in line
    floor = wrapping_up()
    floor.parked("L2")
    # When a supervisor ends it
    told = floor.order(d.EndWrapup, agent=LI)
    # Then he is offered the call at once
    assert told.the(o.WrapupEnded).why == "said ann"
    assert told.the(o.OfferMade).call == "L2"


def test_wrap_up_is_extended_and_then_ends_by_time() -> None:
    # Given 10 s of wrap-up, 4 of which are over
    floor = wrapping_up()
    floor.wait(4.0)
    # When a minute is asked for
    told = floor.order(d.ExtendWrapup, agent=LI, by=60.0)
    # Then it ends a minute later than it would have
    assert told.the(o.OrderAccepted).what == "agent li: wrap-up for 66 s more"
    floor.wait(65.9)
    assert floor.agent().state is AgentState.WRAPUP
    floor.wait(0.2)
    assert floor.agent().state is AgentState.IDLE


def test_wrap_up_is_never_longer_than_the_house_allows() -> None:
    # Given a house where 30 s are the most
    floor = wrapping_up(longest_wrapup=30.0)
    # When more is asked for: then there is as much as there may be, and no more after that
    assert floor.order(d.ExtendWrapup, agent=LI, by=600.0).the(o.OrderAccepted).what.endswith("for 30 s more")
    refused = floor.order(d.ExtendWrapup, agent=LI, by=60.0).the(o.OrderRefused)
    assert refused.why == "agent li: his wrap-up lasts 30 s at most"
    floor.wait(30.1)
    assert floor.agent().state is AgentState.IDLE


@pytest.mark.parametrize("order", [d.EndWrapup, d.ExtendWrapup])
@pytest.mark.parametrize(("agent", "missing"), [("li", False), ("nobody", True)])
def test_there_is_no_wrap_up_to_change(order: type, agent: str, missing: bool) -> None:
    told = a_floor().order(order, agent=AgentId(agent))
    assert told.the(o.OrderRefused).missing is missing and len(told.outcomes) == 1


@pytest.mark.parametrize("how", ["time", "order", "ready"])
def test_after_wrap_up_there_is_a_moment_of_quiet(how: str) -> None:
    # Given a house with 3 s between calls, an agent in wrap-up and a caller in line
    floor = wrapping_up(guard=3.0)
    floor.parked("L2")
    # When his wrap-up ends, in whatever way
    if how == "time":
        told = floor.wait(10.1)
    else:
        told = floor.order(d.EndWrapup if how == "order" else d.MakeReady, agent=LI)
    # Then he is not rung before the 3 s are over, and then at once
    assert told.the(o.AgentRested).why == "a moment between calls" and not told.every(o.OfferMade)
    assert not floor.wait(2.5).every(o.OfferMade)
    assert floor.wait(0.6).the(o.OfferMade).call == "L2"


def test_after_ready_there_is_a_moment_of_quiet_that_he_may_waive() -> None:
    # Given a caller in line, and an agent who has just said ready
    floor = a_floor(ready=False, guard=3.0)
    floor.parked("L1")
    assert not floor.ready("li").every(o.OfferMade)
    # When he says it once more: then he means it
    assert floor.ready("li").the(o.OfferMade).call == "L1"


def test_on_break_after_wrap_up_there_is_nothing_to_guard() -> None:
    # Given an agent who said break in his talk
    floor = stage("talking")
    floor.order(d.TakeBreak, agent=LI, reason="lunch")
    floor.ended(floor.call("L1").agent_leg)
    # When his wrap-up is over: then he is on break and does not rest besides
    told = floor.wait(10.5)
    assert told.the(o.WrapupEnded) and not told.every(o.AgentRested)


@pytest.mark.parametrize("guard", [0.0, 5.0])
def test_a_guard_never_ends_a_longer_rest(guard: Seconds) -> None:
    # Given an agent whose phone could not be reached, so that he rests for 30 s
    floor = a_floor(guard=guard)
    floor.wait(10.0)
    floor.ended(floor.offered("L1"), "USER_NOT_REGISTERED")
    # Then no deadline but that of the rest makes him free
    assert not floor.wait(29.0).every(o.OfferMade)
    assert floor.wait(1.5).the(o.OfferMade).call == "L1"
