"""The figures of a slice, each against a hand-made one."""

from __future__ import annotations

import pytest

from ccswitch.kpi.summary import FIGURES, Tally
from ccswitch.planning.figures import Counted, Slice
from ccswitch.planning.measures import MEASURES, plus, time_of, without
from ccswitch.planning.scenario import Horizon, Scenario

COUNTED = Counted(
    arrived=120,
    redialled=12,
    blocked=15,
    closed=5,
    waited=40,
    visits=Tally(
        offered=100,
        answered=80,
        abandoned=20,
        answered_in_target=60,
        abandoned_in_target=5,
        answered_wait=400.0,
        abandoned_wait=600.0,
        longest_wait=99.0,
        talks=80,
        talk=8000.0,
        wrapup=800.0,
    ),
    idle=1200.0,
    ringing=100.0,
    talking=8000.0,
    wrapup=800.0,
    in_queue=1000.0,
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("arrived", 120),
        ("calls_per_half_hour", 60),
        ("offered", 100),
        ("service_level", 0.6),
        ("asa", 5.0),
        ("abandon_rate", 0.2),
        ("p_wait", 0.4),
        ("all_busy", 55 / 115),
        ("mean_wait", 10.0),
        ("longest_wait", 99.0),
        ("mean_in_queue", 1000 / 3600),
        ("blocked_share", 0.125),
        ("closed_share", 5 / 120),
        ("redial_share", 0.1),
        ("occupancy", 0.88),
        ("aht", 110.0),
    ],
)
def test_figures_by_hand(name: str, value: float) -> None:
    assert MEASURES[name].of(COUNTED, 3600.0) == pytest.approx(value)


def test_every_figure_of_the_house_is_there() -> None:
    assert set(FIGURES) < set(MEASURES)
    assert {measure.unit for measure in MEASURES.values()} == {"share", "s", "calls"}


def test_nothing_to_measure_is_no_zero() -> None:
    empty = {name for name, measure in MEASURES.items() if measure.of(Counted(), 3600.0) is None}
    assert empty >= {"service_level", "asa", "p_wait", "mean_wait", "occupancy", "blocked_share"}
    assert "arrived" not in empty


def test_sums_and_what_is_left_of_them() -> None:
    other = Counted(arrived=3, visits=Tally(offered=2, answered=2, longest_wait=500.0), idle=7.0)
    both = plus(COUNTED, other)
    assert (both.arrived, both.visits.offered, both.visits.longest_wait, both.idle) == (123, 102, 500.0, 1207.0)
    left = without(both, other)
    assert (left.arrived, left.visits.offered, left.idle) == (120, 100, 1200.0)
    assert MEASURES["service_level"].of(left, 1.0) == MEASURES["service_level"].of(COUNTED, 1.0)


def test_how_long_a_sample_is() -> None:
    # Given a run of 100 minutes in half-hours: the last one has ten minutes
    scenario = Scenario(name="s", horizon=Horizon(length=6000.0), queues=(), groups=(), types=())
    assert [time_of(Slice("interval", str(n)), scenario) for n in range(4)] == [1800.0, 1800.0, 1800.0, 600.0]
    assert time_of(Slice("queue", "main"), scenario) == 6000.0
