"""What a simulation found, as one plain document: what was played, how sure the figures are, and every figure of every
slice. The command line shows it and `--json` prints it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ccswitch.errors import Problem
from ccswitch.planning.estimates import LEVELS, Estimate, Interval, doubts, estimate, samples
from ccswitch.planning.figures import Run, Slice
from ccswitch.planning.measures import MEASURES
from ccswitch.planning.scenario import Scenario

Document = dict[str, Any]


def report(scenario: Scenario, runs: Sequence[Run], warnings: Iterable[Problem] = ()) -> Document:
    """The document; `runs` may be fewer than the scenario asked for, which is then said."""
    found = estimate(runs, scenario)
    by: dict[str, list[Document]] = {}
    for of, figures in found.items():
        row: Document = {"name": of.name} | _when(of, scenario)
        row["figures"] = {name: _figure(figure) for name, figure in figures.items()}
        by.setdefault(of.by, []).append(row)
    return {
        "scenario": scenario.name,
        "seed": scenario.seed,
        "replications": {"asked": scenario.replications, "played": len(runs)},
        "samples": {"what": "batches" if scenario.horizon.batches else "days", "count": len(samples(runs))},
        "calls": sum(run.calls for run in runs),
        "decisions": sum(run.decisions for run in runs),
        "warnings": [str(problem) for problem in warnings],
        "doubts": list(doubts(runs, scenario)),
        "units": {name: measure.unit for name, measure in MEASURES.items()},
        "by": by,
    }


def _when(of: Slice, scenario: Scenario) -> Document:
    """For an interval: seconds since the first midnight, from when to when."""
    if of.by != "interval":
        return {}
    begins = scenario.start - scenario.midnight + int(of.name) * scenario.interval
    ends = min(begins + scenario.interval, scenario.start - scenario.midnight + scenario.horizon.length)
    return {"begins": begins, "ends": ends}


def _figure(figure: Estimate) -> Document | None:
    """Value and half-widths; None where there was nothing to measure."""
    if figure.crude is None:
        return None
    found = _interval(figure.crude)
    return found if figure.controlled is None else found | {"controlled": _interval(figure.controlled)}


def _interval(interval: Interval) -> Document:
    return {"value": interval.value} | {f"half_{level}": interval.half.get(level) for level in LEVELS}
