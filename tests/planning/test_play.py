"""A scenario is played through the real floor: conservation, exactness, sameness."""

from __future__ import annotations

import pytest

from ccswitch.planning.figures import OVERALL
from ccswitch.planning.play import play
from ccswitch.planning.scenario import Horizon
from tests.planning.scenarios import markovian

HOUR = 3600.0


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
    scenario = markovian(6.0, 2.0, 8, patience=1.0, trunks=10, horizon=Horizon(length=4 * HOUR))
    # When four hours are played
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
