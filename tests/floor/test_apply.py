"""State changes by outcomes alone, and by each outcome as a whole."""

from __future__ import annotations

from types import ModuleType
from typing import get_args

import orjson
import pytest

from ccswitch.errors import IllegalTransition
from ccswitch.floor.apply import APPLIERS, TOPICS, apply, apply_all
from ccswitch.floor.state import REMEMBERED, State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, CallId, LegId, OfferId, QueueName
from ccswitch.model.nouns import AgentState
from ccswitch.model.wire import from_wire_as, to_plain
from tests.floor.floors import STAGES, START, a_floor, stage


def test_every_outcome_has_its_place() -> None:
    assert set(APPLIERS) == set(get_args(o.Outcome))


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.__name__.rpartition(".")[2])
def test_an_outcome_is_applied_in_the_file_named_as_its_own(topic: ModuleType) -> None:
    named = topic.__name__.rpartition(".")[2]
    assert {outcome.__module__.rpartition(".")[2] for outcome in topic.APPLIERS} == {named}


@pytest.mark.parametrize("name", STAGES)
def test_the_outcomes_of_the_journal_make_the_same_state_again(name: str) -> None:
    floor = stage(name)
    assert floor.replayed() == floor.state


def test_the_outcomes_of_a_decision_are_applied_in_order() -> None:
    # Given two floors alike, and outcomes of which the second needs the first
    one, other = stage("talking"), stage("talking")
    outcomes = [o.TalkHeld(call=CallId("L1"), agent=AgentId("li"), on=on) for on in (True, False, True)]
    # When one has them together and the other one by one
    apply_all(one.state, outcomes, START)
    for outcome in outcomes:
        apply(other.state, outcome, START)
    # Then both are the same
    assert one.state == other.state != stage("talking").state


@pytest.mark.parametrize("name", STAGES)
def test_a_snapshot_holds_everything(name: str) -> None:
    # Given a floor in the middle of a call
    floor = stage(name)
    # When its State goes through JSON
    back = from_wire_as(State, orjson.loads(orjson.dumps(to_plain(floor.state))))
    # Then it is the same, with its deadlines running
    assert back == floor.state
    assert back.deadlines.first() == floor.state.deadlines.first()


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("talking", o.OfferRinging(offer=OfferId("o"), call=CallId("L1"), agent=AgentId("li"))),
        ("waiting", o.TalkHeld(call=CallId("L1"), agent=AgentId("li"), on=True)),
        ("ringing", o.WrapupEnded(agent=AgentId("li"), why="")),
        (
            "ringing",
            o.OfferMade(
                offer=OfferId("o9"),
                serial=9,
                call=CallId("L1"),
                agent=AgentId("li"),
                queue=QueueName("support"),
                leg=LegId("L1-a9"),
                deadline=START,
                why="",
            ),
        ),
    ],
)
def test_an_outcome_that_cannot_be_is_an_error_and_changes_nothing(name: str, outcome: o.Outcome) -> None:
    # Given a floor on which this cannot have happened
    floor = stage(name)
    before = to_plain(floor.state)
    # When it is applied
    with pytest.raises(IllegalTransition) as error:
        apply(floor.state, outcome, floor.now)
    # Then the error says what, and nothing has changed
    assert error.value.machine == "agent"
    assert to_plain(floor.state) == before


def test_an_ended_leg_is_remembered_for_as_long_as_news_of_it_may_come() -> None:
    # Given a call that is over
    floor = a_floor(ready=False)
    floor.parked("L1")
    floor.ended("L1")
    assert "L1" in floor.state.gone
    # When a minute and more has passed and others ended
    floor.wait(REMEMBERED - 1.0)
    floor.parked("L2")
    floor.ended("L2")
    assert list(floor.state.gone) == ["L1", "L2"]
    floor.wait(2.0)
    floor.parked("L3")
    floor.ended("L3")
    # Then it is forgotten: State does not grow with every call
    assert list(floor.state.gone) == ["L2", "L3"]


def test_nothing_of_a_call_is_left_when_it_is_over() -> None:
    # Given many calls of every kind
    floor = a_floor("li", "wang")
    for number in range(30):
        leg = f"L{number}"
        floor.parked(leg)
        if number % 3 == 0 and floor.call(leg).offer:
            agent_leg = floor.agent_leg(leg)
            floor.agent_parked(agent_leg)
            floor.joined(leg, agent_leg)
        for one in list(floor.call(leg).legs):
            floor.ended(one)
        floor.wait(12.0)
    floor.wait(120.0)
    # Then State is as small as before
    state = floor.state
    assert not (state.calls or state.legs or state.offers or any(state.waiting.values()))
    assert set(state.deadlines.due) == {("survey", "a")}
    assert {agent.state for agent in state.agents.values()} == {AgentState.IDLE}
    assert len(state.gone) < 20  # of sixty legs: those of the last minute
