"""Callers come, wait, give up, talk and call again, to the second."""

from __future__ import annotations

from dataclasses import replace

from ccswitch.model import outcomes as o
from ccswitch.planning.figures import OVERALL, Counted, Slice
from ccswitch.planning.play import play
from ccswitch.planning.scenario import CallType, Horizon, Rates, Redial, Scenario, Span, TracedCall
from tests.planning.scenarios import HOUR, MAIN, Watched, always, scripted

CALLS_AGAIN = Redial(probability=1.0, delay=always(30.0), most=2)


def _counted(scenario: Scenario) -> Counted:
    return play(scenario, 1).batches[0][OVERALL]


def test_a_call_is_answered_after_the_one_before_it_or_given_up() -> None:
    # Given one agent, a talk of a minute, one who waits for it and one who bears half a minute
    counted = _counted(scripted((0, 60, None), (10, 60, None), (20, 60, 30.0)))
    # Then one waited 50 s, one gave up after 30 s, and nobody else waited
    visits = counted.visits
    assert (visits.offered, visits.answered, visits.abandoned) == (3, 2, 1)
    assert (visits.answered_wait, visits.abandoned_wait, visits.longest_wait) == (50.0, 30.0, 50.0)
    assert (counted.waited, counted.in_queue, visits.talk, counted.talking) == (2, 80.0, 120.0, 120.0)


def test_who_gives_up_calls_again_so_often_and_no_more() -> None:
    # Given a caller who bears ten seconds, calls again after thirty, twice at most, and an agent who is long in a talk
    one = CallType(name="call", queue=MAIN, service=always(60.0), redial=CALLS_AGAIN)
    watched = Watched()
    run = play(scripted((0, 500, None), (10, 60, 10.0), call_type=one), 1, trace=watched)
    # Then he came three times, waited ten seconds each, and gave up for good
    assert watched.when(o.CallStarted) == [0, 10, 50, 90]
    counted = run.batches[0][OVERALL]
    assert (counted.arrived, counted.redialled, counted.visits.abandoned) == (4, 2, 3)


def test_who_finds_every_trunk_busy_calls_again() -> None:
    # Given one trunk that is taken until the first talk ends
    one = CallType(name="call", queue=MAIN, service=always(60.0), redial=CALLS_AGAIN)
    counted = _counted(scripted((0, 60, None), (20, 60, None), call_type=one, trunks=1))
    # Then the second caller is blocked twice, at 20 and 50 s, and talks from 80 s on
    assert (counted.arrived, counted.blocked, counted.redialled) == (4, 2, 2)
    assert (counted.visits.offered, counted.visits.answered, counted.waited) == (2, 2, 0)


def test_a_trunk_is_free_again_when_its_caller_is_gone() -> None:
    counted = _counted(scripted((0, 60, None), (59.5, 5, None), (60.5, 5, None), trunks=1))
    assert (counted.blocked, counted.visits.answered) == (1, 2)


def test_callers_outside_the_hours_are_not_let_in() -> None:
    # Given doors that open after two minutes for one minute
    hours = (Span(begins=120.0, ends=180.0),)
    counted = _counted(scripted((60, 5, None), (120, 5, None), (179, 5, None), (180, 5, None), hours=hours))
    # Then those before and after are counted as closed, and nobody else
    assert (counted.arrived, counted.closed, counted.visits.answered) == (4, 2, 2)


def test_a_traced_call_draws_what_its_line_leaves_open() -> None:
    # Given lines with and without a service time, of a type that talks for 7 s
    one = CallType(name="call", queue=MAIN, service=always(7.0))
    scenario = scripted((0, 30, None), call_type=one)
    scenario = replace(scenario, trace=(*scenario.trace, TracedCall(at=100.0, call_type="call")))
    # Then the one is as the line says, the other as the law says
    assert _counted(scenario).visits.talk == 37.0


def test_calls_of_the_common_stream_are_shared_out_by_weight() -> None:
    # Given three types, one with arrivals of its own
    def named(name: str, **more: float | Rates) -> CallType:
        return CallType(name=name, queue=MAIN, service=always(1.0), **more)  # type: ignore[arg-type]

    types = (named("rare"), named("own", arrivals=Rates(rates=(0.05,))), named("often", weight=3.0))
    scenario = replace(scripted(), types=types, arrivals=Rates(rates=(0.4,)), horizon=Horizon(length=HOUR / 2))
    batch = play(scenario, 2).batches[0]
    came = {name: batch[Slice("type", name)].arrived for name in ("rare", "own", "often")}
    # Then the common ones come one to three, the others at their own rate
    assert 0.2 < came["rare"] / (came["rare"] + came["often"]) < 0.3
    assert 70 < came["own"] < 110


def test_who_has_priority_is_served_first() -> None:
    # Given an ordinary caller who waits longer than an important one
    plain = CallType(name="plain", queue=MAIN, service=always(60.0))
    vip = CallType(name="vip", queue=MAIN, service=always(60.0), priority=5)
    calls = tuple(TracedCall(at=at, call_type=name) for at, name in ((0.0, "plain"), (10.0, "plain"), (20.0, "vip")))
    batch = play(replace(scripted(), types=(plain, vip), trace=calls), 1).batches[0]
    # Then the important one is next
    assert batch[Slice("type", "vip")].visits.answered_wait == 40.0
    assert batch[Slice("type", "plain")].visits.answered_wait == 110.0
