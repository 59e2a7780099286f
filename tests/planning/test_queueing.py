"""The simulation reproduces what queueing theory knows exactly.

A run counts when the exact value lies inside its 99 % interval (with control variates) and, in the full proof
(`pytest -m soak -s tests/planning/test_queueing.py`, six minutes of a busy processor), when the half-width is at
most 1 % of the value. The short runs here have the half-widths that their length allows.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

import pytest

from ccswitch.planning.estimates import Estimate, estimate
from ccswitch.planning.figures import OVERALL
from ccswitch.planning.play import play
from ccswitch.planning.scenario import Horizon, Scenario
from ccswitch.planning.scenario_file import load
from tests.planning.files import CHECKOUT, QUEUEING, no_rules
from tests.planning.rows import ROWS

MINUTE, HOUR = 60.0, 3600.0

SHORT = {  # and the half-width that it may have; the other rows are too busy for a short run
    "m-m-12": (Horizon(warmup=HOUR, length=HOUR, batches=30), 0.1),
}


def scenario_of(name: str) -> Scenario:
    return load(CHECKOUT / "tests" / "scenarios" / "queueing" / f"{name}.yaml", no_rules).scenario


def misses(found: Mapping[str, Estimate], exact: Mapping[str, float], widest: float) -> list[str]:
    """The figures whose interval does not hold the exact value, or is too wide to say anything."""
    wrong = []
    for name, value in exact.items():
        interval = found[name].controlled
        assert interval is not None
        if abs(interval.value - value) > interval.half[99] or interval.half[99] > widest * value:
            wrong.append(f"{name} {interval.value:.6g} ± {interval.half[99]:.2g}, exact {value:.6g}")
    return wrong


def test_every_row_has_its_scenario() -> None:
    assert {file.stem for file in QUEUEING} == set(ROWS)
    for name, row in ROWS.items():
        scenario, system = scenario_of(name), row.system
        (calls,), (agents,) = scenario.types, scenario.groups
        assert calls.arrivals is not None
        assert calls.arrivals.rates == (pytest.approx(system.arrivals / MINUTE),)
        assert calls.service.mean == pytest.approx(MINUTE / system.service)
        assert (calls.patience.mean if calls.patience else 0.0) == (MINUTE / system.abandon if system.abandon else 0.0)
        assert (agents.count, scenario.trunks or float("inf")) == (system.agents, system.places)


@pytest.mark.parametrize("name", SHORT)
def test_a_short_run_holds_the_exact_values(name: str) -> None:
    horizon, widest = SHORT[name]
    found = estimate([play(replace(scenario_of(name), horizon=horizon), 1)], scenario_of(name))[OVERALL]
    assert misses(found, ROWS[name].exact(), widest) == []


def test_one_agent_fewer_falls_outside() -> None:
    # Given the system of twelve agents, of whom one does not come
    scenario, (horizon, widest) = scenario_of("m-m-12"), SHORT["m-m-12"]
    groups = tuple(replace(group, count=group.count - 1) for group in scenario.groups)
    run = play(replace(scenario, groups=groups, horizon=horizon), 1)
    found = estimate([run], scenario)[OVERALL]
    # Then every figure is outside, and all are inside for eleven agents
    eleven = replace(ROWS["m-m-12"], system=replace(ROWS["m-m-12"].system, agents=11))
    assert len(misses(found, ROWS["m-m-12"].exact(), 1.0)) == 3
    assert misses(found, eleven.exact(), 2 * widest) == []


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", ROWS)
def test_the_full_proof(name: str) -> None:
    scenario, began = scenario_of(name), time.process_time()
    run = play(scenario, 1)
    took = time.process_time() - began
    found = estimate([run], scenario)[OVERALL]
    for figure, value in ROWS[name].exact().items():  # shown by -s: the table in docs/simulate.md
        crude, controlled = found[figure].crude, found[figure].controlled
        assert crude is not None
        assert controlled is not None
        cells = (name, figure, f"{value:.5g}", f"{controlled.value:.5g}", f"{controlled.half[99] / value:.2%}")
        print("|", " | ".join((*cells, f"{crude.half[99] / value:.1%}", f"{run.calls:,}", f"{took:.0f}")), "|")
    assert misses(found, ROWS[name].exact(), 0.01) == []
