"""One table: every input has its handler, every deadline its meaning; nothing raises, whatever comes in what order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccswitch.floor.decide import HANDLERS, TIMERS, Input, decide, next_due
from ccswitch.floor.decided import Decided
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, CallId, ExecuteId, LegId, NodeName, OrderId
from tests.floor.floors import STAGES, START, Floor, Given, a_floor, stage
from tests.floor.laws import SUBJECTS, agents_agree, legs_agree, lines_agree
from tests.searching import examples


def test_every_fact_and_every_order_has_its_handler() -> None:
    assert set(HANDLERS) == set(get_args(f.Fact) + get_args(d.Order))


def test_every_deadline_that_is_set_has_its_meaning() -> None:
    assert set(TIMERS) == set(SUBJECTS)


def test_before_anything_happened_nothing_is_due() -> None:
    assert next_due(State()) is None
    assert decide(State(), f.TimePassed(), START) == Decided([], [])


def test_time_that_comes_too_early_is_nothing() -> None:
    # Given an offer whose lease runs
    floor = stage("ringing")
    due = next_due(floor.state)
    assert due is not None and due > floor.now
    # When the engine comes a moment too early: then nothing follows
    assert decide(floor.state, f.TimePassed(), due - 0.001) == Decided([], [])
    assert decide(floor.state, f.TimePassed(), due).outcomes


def test_deadlines_pass_in_order_one_at_a_time() -> None:
    # Given a caller to be fetched at 5 s and a wrap-up that ends at 10 s
    floor = a_floor()
    floor.ended(floor.talking("L1"))
    kinds = []
    # When time passes that is long over
    floor.now += 100.0
    for _ in range(4):
        first = floor.state.deadlines.first()
        assert first is not None
        kinds.append(first[1][0])
        floor.decide(f.TimePassed(), Given())
    # Then each has its own turn, the earliest first
    assert kinds[:2] == ["survey", "return"]
    assert kinds.index("return") < kinds.index("wrapup")


@pytest.mark.parametrize("kind", TIMERS)
@pytest.mark.parametrize("subject", ["", "gone"])
def test_a_deadline_whose_subject_is_gone_passes(kind: str, subject: str) -> None:
    # Given a deadline about nothing
    floor = a_floor()
    floor.state.deadlines.set(kind, subject, floor.now)
    # When it is due: then it is put aside, and time goes on
    told = floor.give(f.TimePassed())
    assert told.every(o.DeadlinePassed)[0].kind == kind
    assert (kind, subject) not in floor.state.deadlines.due
    assert not told.requests


@pytest.mark.parametrize("name", STAGES)
def test_the_same_state_and_input_give_the_same_decision(name: str) -> None:
    # Given a floor, and the same floor as recovery makes it
    floor = stage(name)
    again = floor.replayed()
    # Then both decide alike
    for given_ in (
        f.LegEnded(leg=LegId("L1"), cause="X"),
        f.LegParked(leg=LegId("L1"), node=NodeName("a"), call=CallId("L1")),
    ):
        assert decide(floor.state, given_, floor.now) == decide(again, given_, floor.now)


# ---- news of any kind, in any order ----------------------------------------------------------------------------------

LEGS = st.sampled_from([LegId(leg) for leg in ("L1", "L2", "L1-a3", "L1-a5", "L1-a6", "L2-a3", "L2-a4", "x")])
CALLS = st.sampled_from([CallId("L1"), CallId("L2"), CallId("")])
AGENTS = st.sampled_from([AgentId("li"), AgentId("wang"), AgentId("nobody")])
EXECUTES = st.sampled_from([ExecuteId(f"L{call}-x{n}") for call in (1, 2) for n in range(1, 6)] + [ExecuteId("")])
NODES = st.sampled_from([NodeName("a"), NodeName("a"), NodeName("b")])
CALLERS = st.sampled_from([LegId(leg) for leg in ("L1", "L2", "x")])
SEEN = st.builds(
    f.LegSeen,
    leg=LEGS,
    call=CALLS,
    agent_leg=st.booleans(),
    parked=st.booleans(),
    answered=st.booleans(),
    orphaned=st.booleans(),
    peer=st.none() | LEGS,
    stranded=st.booleans(),
    entry=st.sampled_from(["support", "menu"]),
).map(lambda seen: replace(seen, agent_leg="-a" in seen.leg))
SAID: dict[str, Any] = {"order": st.just(OrderId("1")), "author": st.just("ann")}
NEWS: st.SearchStrategy[Input] = st.one_of(
    st.builds(
        f.LegParked,
        leg=CALLERS,
        node=NODES,
        call=CALLS,
        agent_leg=st.booleans(),
        entry=st.sampled_from(["support", "menu", "?"]),
        transfer_to=st.sampled_from(["", "", "sales", "menu", "0900"]),
    ),
    st.builds(f.LegParked, leg=LEGS, node=NODES, call=CALLS, agent_leg=st.just(True)),
    st.builds(f.LegRinging, leg=LEGS),
    st.builds(f.LegAnswered, leg=LEGS),
    st.builds(f.LegEnded, leg=LEGS, cause=st.sampled_from(["NO_ANSWER", "NORMAL_CLEARING"]), by_phone=st.booleans()),
    st.builds(f.LegsJoined, leg=LEGS, other=LEGS),
    st.builds(f.LegHeld, leg=LEGS),
    st.builds(f.LegUnheld, leg=LEGS),
    st.builds(f.ExecuteEnded, leg=LEGS, execute=EXECUTES, digits=st.sampled_from(["", "1", "3"])),
    st.builds(f.ExecuteFailed, leg=LEGS, execute=EXECUTES, why=st.sampled_from(["-ERR", "-ERR invalid session id"])),
    st.builds(f.BridgeFailed, leg=LEGS, other=LEGS, why=st.just("-ERR")),
    st.builds(f.NodeUp, node=NODES, core=st.sampled_from(["core-1", "core-1", "core-2"])),
    st.builds(f.NodeDown, node=NODES, why=st.just("cut")),
    st.builds(
        f.LegsSeen,
        node=NODES,
        core=st.just("core-1"),
        asked_at=st.floats(START, START + 90),
        legs=st.lists(SEEN, max_size=4, unique_by=lambda seen: seen.leg).map(tuple),
    ),
    *(st.builds(order, agent=AGENTS, **SAID) for order in (d.LogIn, d.LogOut, d.MakeReady, d.TakeBreak)),
    st.builds(d.HangUpCall, call=CALLS, **SAID),
)


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(news=st.lists(st.tuples(NEWS, st.sampled_from([0.0, 0.01, 0.6, 2.0, 11.0, 40.0])), max_size=40))
def test_news_that_no_switch_would_tell_breaks_nothing(news: list[tuple[Input, float]]) -> None:
    # Given a floor with two agents and a caller
    floor: Floor = a_floor("li", "wang")
    floor.lawful = False
    floor.parked("L1")
    # When anything at all is told in any order: then no handler raises, and floor, agents and lines still agree
    for given_, later in news:
        told = floor.give(given_)
        if type(given_) in get_args(d.Order):
            assert len(told.every(o.OrderAccepted) + told.every(o.OrderRefused)) == 1
        floor.wait(later)
        agents_agree(floor.state)
        legs_agree(floor.state)
        lines_agree(floor.state)
    # And the outcomes alone make the same state
    assert floor.replayed() == floor.state
