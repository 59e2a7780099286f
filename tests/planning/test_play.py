"""A scenario is played through the real floor: conservation, exactness, sameness."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ccswitch.model import outcomes as o
from ccswitch.planning.figures import OVERALL, Slice
from ccswitch.planning.play import play
from ccswitch.planning.scenario import Horizon, Span
from tests.planning.scenarios import HOUR, Watched, markovian, scripted


def test_the_same_seed_gives_the_same_run_and_another_one_another() -> None:
    # Given a small centre for an hour
    scenario = markovian(3.0, 2.0, 7, patience=1.0, horizon=Horizon(length=HOUR))
    # When it is played twice with one seed and once with another
    first, again, other = play(scenario, 7), play(scenario, 7), play(scenario, 8)
    # Then the seed alone decides
    assert first == again
    assert first.batches != other.batches


def test_every_call_is_counted_once() -> None:
    # Given more callers than there are trunks and agents
    scenario = markovian(6.0, 2.0, 8, patience=1.0, trunks=10, horizon=Horizon(length=HOUR))
    # When an hour is played
    counted = play(scenario, 3).batches[0][OVERALL]
    # Then whoever came was blocked, answered, gave up, or was there to the end, and some did each
    visits = counted.visits
    assert counted.arrived == counted.blocked + counted.closed + visits.offered
    assert visits.offered == visits.answered + visits.abandoned + visits.otherwise + visits.waiting
    assert min(counted.blocked, visits.answered, visits.abandoned) > 0
    assert visits.waiting == 0


def test_agents_seconds_add_up_to_the_time_they_were_there() -> None:
    # Given eight agents who are there all the time
    scenario = markovian(3.0, 2.0, 8, horizon=Horizon(length=2 * HOUR))
    # When two hours are played
    counted = play(scenario, 5).batches[0][OVERALL]
    # Then what they did adds up to sixteen hours
    worked = counted.idle + counted.ringing + counted.talking + counted.wrapup + counted.away
    assert worked == pytest.approx(8 * 2 * HOUR)
    assert counted.talking > 0 < counted.idle


def test_calls_count_where_they_came_and_seconds_where_they_passed() -> None:
    # Given intervals of a minute, and a caller who comes in the first and is answered in the third
    scenario = scripted((0, 130, None), (50, 20, None), interval=60.0, horizon=Horizon(length=180.0))
    batch = play(scenario, 1).batches[0]
    parts = [batch[Slice("interval", str(i))] for i in range(3)]
    # Then both calls are the first interval's; waiting and talking are where they were
    assert [part.visits.answered for part in parts] == [2, 0, 0]
    assert [part.in_queue for part in parts] == [10.0, 60.0, 10.0]
    assert [part.talking for part in parts] == [60.0, 60.0, 10.0 + 20.0]
    assert parts[0].visits.talk == 150.0
    assert sum(part.in_queue for part in parts) == batch[OVERALL].in_queue


def test_who_is_there_at_the_end_is_waited_for_and_no_longer_than_that() -> None:
    # Given a talk that runs over the end, and a caller behind it
    run = play(scripted((50, 100, None), (55, 10, None), horizon=Horizon(length=60.0)), 1)
    counted = run.batches[0][OVERALL]
    # Then both are played to their end, though the time after the end is nobody's
    assert (counted.visits.answered, counted.visits.waiting, counted.visits.talk) == (2, 0, 110.0)
    assert (counted.talking, counted.in_queue) == (10.0, 5.0)


def test_who_can_never_be_served_is_still_waiting_when_patience_with_him_ends() -> None:
    # Given a caller who waits for ever for an agent who never comes
    scenario = scripted((5, 10, None), horizon=Horizon(length=60.0))
    nobody = replace(scenario.groups[0], schedule=(Span(begins=0.0, ends=1.0, days=frozenset({6})),))
    visits = play(replace(scenario, groups=(nobody,)), 1).batches[0][OVERALL].visits
    # Then he counts as waiting
    assert (visits.offered, visits.waiting) == (1, 1)


def test_a_steady_run_has_batches_and_its_warm_up_does_not_count() -> None:
    # Given two batches of 100 s after 50 s of warm-up
    horizon = Horizon(length=100.0, warmup=50.0, batches=2)
    run = play(scripted((0, 5, None), (49, 5, None), (60, 5, None), (155, 5, None), (240, 5, None), horizon=horizon), 1)
    # Then each has its own calls and seconds, by no intervals
    assert [batch[OVERALL].arrived for batch in run.batches] == [1, 2]
    assert [batch[OVERALL].talking for batch in run.batches] == [9.0, 10.0]
    assert not [key for key in run.batches[0] if key.by == "interval"]


def test_another_staffing_meets_the_same_callers() -> None:
    # Given the same scenario with more agents
    scenario = markovian(3.0, 2.0, 7, horizon=Horizon(length=HOUR / 2))
    more = replace(scenario, groups=(replace(scenario.groups[0], count=9),))
    seen = []
    for one in (scenario, more):
        watched = Watched()
        play(one, 6, trace=watched)
        talks = {out.call: round(out.talked, 6) for _, out in watched.of(o.TalkEnded)}
        seen.append([(t, talks.get(out.call)) for t, out in watched.of(o.CallStarted) if t < HOUR / 2])
    # Then the same callers come with the same needs
    assert seen[0] == seen[1]


def test_callers_in_queue_and_their_waits_are_two_views_of_one_thing() -> None:
    # Given an hour in which everybody who came has gone again (Little's law, exactly)
    scenario = markovian(2.0, 2.0, 5, patience=2.0, horizon=Horizon(length=HOUR))
    watched = Watched()
    counted = play(scenario, 9, trace=watched).batches[0][OVERALL]
    # Then the time integral of the queue is the sum of waits, less what was waited after the end
    late = sum(t - HOUR for t, one in watched.of(o.VisitEnded) if t > HOUR and t - one.waited < HOUR)
    assert counted.in_queue == pytest.approx(counted.visits.answered_wait + counted.visits.abandoned_wait - late)
    assert counted.in_queue > 0
