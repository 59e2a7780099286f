"""Control variates have mean zero whatever the routing does."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from statistics import fmean, stdev

import pytest

from ccswitch.planning.controls import Controls
from ccswitch.planning.levels import Level
from ccswitch.planning.play import play
from ccswitch.planning.scenario import Duration, Horizon, Law, Rates, Redial, Scenario, Span, TracedCall
from tests.planning.scenarios import HOUR, always, exponential, markovian

BATCHES = 40
STEADY = Horizon(warmup=HOUR / 4, length=HOUR / 12, batches=BATCHES)


def test_a_path_that_behaves_as_its_rates_say_has_controls_of_zero() -> None:
    # Given two agents and a path in which every jump was made as often as its rate says
    scenario = markovian(60.0, 1.0, 2, patience=0.5, trunks=3, horizon=Horizon(length=100.0))
    path = [
        Level(time=40.0, came=40),
        Level(time=30.0, serving=40.0, came=30, served=40),
        Level(time=20.0, serving=20.0, leaving=10.0, came=20, served=20, gave_up=10),
        Level(time=10.0, serving=14.0, leaving=6.0, came=10, served=14, gave_up=6),
    ]
    # Then all of them are zero, and a single caller more shows in those that he touches
    controls = Controls(scenario, 1)
    assert controls.of(path, 100.0) == pytest.approx(dict.fromkeys(controls.of(path, 100.0), 0.0))
    path[3].came += 1
    changed = {name for name, value in controls.of(path, 100.0).items() if abs(value) > 1e-9}
    assert changed == {"came", "found all busy", "blocked"}


def test_in_a_steady_state_the_ends_of_a_batch_are_left_out() -> None:
    # Given one trunk, and a batch that has everything at its rate but ends with one call more than it began with
    path = [Level(time=50.0, came=51), Level(time=50.0, serving=50.0, came=50, served=50)]
    day = markovian(60.0, 1.0, 2, trunks=1, horizon=Horizon(length=100.0))
    steady = replace(day, horizon=Horizon(length=100.0, batches=2))
    # Then that call shows in the levels of a terminating run alone
    assert Controls(steady, 1).of(path, 100.0)["level"] == 0.0
    assert Controls(day, 1).of(path, 100.0)["level"] == pytest.approx(1 / 2 / 100.0)


def _idle_agents() -> Scenario:
    """Agents who let every third call ring out and are slow to pick up: the floor is far from the ideal one."""
    base = markovian(6.0, 1.0, 9, patience=0.5, trunks=10, horizon=STEADY)
    crew = replace(base.groups[0], rona=0.3, ring=always(5.0), back_after=20.0)
    return replace(base, groups=(crew,), types=(replace(base.types[0], wrapup=exponential(10.0)),))


@pytest.mark.parametrize("scenario", [markovian(6.0, 1.0, 8, patience=1.0, horizon=STEADY), _idle_agents()])
def test_controls_have_mean_zero_whatever_the_routing_does(scenario: Scenario) -> None:
    # Given batches of a run
    run = play(scenario, 11)
    assert len(run.controls) == len(run.batches) == BATCHES
    # Then no control's mean is further from zero than chance has it (4 standard errors)
    for name in run.controls[0]:
        values = [controls[name] for controls in run.controls]
        assert abs(fmean(values)) <= 4 * stdev(values) / sqrt(BATCHES), name
        assert any(values)


DAY = markovian(6.0, 1.0, 8, patience=1.0, horizon=STEADY)
ONE = DAY.types[0]
WITH_MEMORY = {
    "service": replace(DAY, types=(replace(ONE, service=always(60.0)),)),
    "patience": replace(DAY, types=(replace(ONE, patience=Duration(law=Law.GAMMA, mean=60.0, sd=10.0)),)),
    "redial": replace(DAY, types=(replace(ONE, redial=Redial(probability=0.5, delay=always(60.0))),)),
    "rates": replace(DAY, arrivals=Rates(rates=(0.1, 0.2))),
    "schedule": replace(DAY, groups=(replace(DAY.groups[0], schedule=(Span(begins=0, ends=HOUR),)),)),
    "breaks": replace(DAY, groups=(replace(DAY.groups[0], breaks=(Span(begins=0, ends=HOUR),)),)),
    "hours": replace(DAY, hours=(Span(begins=0, ends=HOUR),)),
    "trace": replace(DAY, trace=(TracedCall(at=1.0, call_type="call"),)),
}


@pytest.mark.parametrize("scenario", WITH_MEMORY.values(), ids=WITH_MEMORY)
def test_what_has_a_memory_has_no_controls(scenario: Scenario) -> None:
    assert Controls.fit(DAY)
    assert not Controls.fit(scenario)
