"""The floor in memory that benches measure on."""

from __future__ import annotations

from collections import Counter

from ccswitch.bench.calls import Calls
from ccswitch.model.decision import Decision
from ccswitch.model.nouns import CallPlace
from tests.floor.laws import hold_laws


def test_the_floor_has_the_size_that_was_asked_for_and_keeps_it():
    # Given 40 agents and 15 callers who wait
    calls = Calls(40, 15)
    # When a hundred calls have gone and come
    calls.live(100)
    # Then about as many wait, most agents talk, and the laws of the floor hold
    places = Counter(call.place for call in calls.state.calls.values())
    assert 10 <= places[CallPlace.WAITING] <= 30
    assert 30 <= places[CallPlace.TALKING] <= 40
    hold_laws(calls.state, calls.now)


def test_the_mix_is_that_of_real_calls():
    # Given a floor whose every decision is heard
    heard: Counter[str] = Counter()

    def hear(decision: Decision) -> None:
        heard.update([type(decision.given).__name__, *(type(outcome).__name__ for outcome in decision.outcomes)])

    # When calls live on it
    Calls(20, 5, kept=hear).live(200)
    # Then everything that a call goes through was decided, refusals and breaks among them
    wanted = {"LegParked", "ExecuteEnded", "LegRinging", "LegAnswered", "LegsJoined", "LegEnded", "LegsSeen"}
    wanted |= {"TakeBreak", "CallEnqueued", "OfferMade", "AgentRested", "TalkStarted", "WrapupEnded", "CallEnded"}
    assert wanted <= heard.keys()


def test_two_runs_decide_the_same():
    first: list[Decision] = []
    second: list[Decision] = []
    Calls(10, 3, kept=first.append).live(30)
    Calls(10, 3, kept=second.append).live(30)
    assert first == second
