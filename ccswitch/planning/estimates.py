"""From runs to figures with intervals.

A sample is one replication of a day, or one batch of a steady run (batch means). How an interval is made:

- A *mean* (calls, mean in queue) is the mean of the samples; its interval is Student's t with samples - 1 degrees.
- A *ratio* (service level, mean wait) is the ratio of sums over all samples, not the mean of ratios: a call counts as
  much on a busy day as on a quiet one. Its interval is the jackknife's: leave out one sample at a time, take the
  standard error of the pseudo-values, and Student's t. Source: Miller, The jackknife: a review, Biometrika 61 (1974);
  for ratios in simulation Iglehart, Simulating stable stochastic systems V, Naval Res. Logistics Q. 22 (1975).
- With *control variates* (quantities of a sample whose mean is known to be zero) the pseudo-values are regressed on
  them; what they explain is taken out. Source: Lavenberg and Welch, A perspective on the use of control variables to
  increase the efficiency of Monte Carlo simulations, Management Science 27 (1981): samples - controls - 1 degrees.
  The result stands beside the crude one, never in its place. The regression is a weighing of the samples (Hesterberg
  and Nelson, Control variates for probability and quantile estimation, Management Science 44, 1998), and a ratio is the
  ratio of sums so weighed: a line through pseudo-values about the crude ratio would keep a part of its error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import pairwise
from math import sqrt
from statistics import fmean, variance

from ccswitch.planning import student
from ccswitch.planning.figures import Counted, Run, Slice
from ccswitch.planning.measures import MEASURES, Measure, plus, time_of, weighted, without
from ccswitch.planning.regression import regress
from ccswitch.planning.scenario import Scenario

LEVELS = (95, 99)
FEW = 10  # samples; with fewer an interval is wide and Student's t leans on samples being nearly normal
LEAST_DEGREES = 5  # left over after a regression


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """`value` ± `half[level]` for each of LEVELS. `half` is empty when there are too few samples to say."""

    value: float
    half: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure of a slice. `crude` is None when there was nothing to measure (no calls are no service level of 0 %);
    `controlled` is what control variates make of it, where there are any."""

    crude: Interval | None
    controlled: Interval | None = None


Estimates = Mapping[Slice, Mapping[str, Estimate]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Everything that was counted in one day or batch, and its controls."""

    counted: Mapping[Slice, Counted]
    controls: Mapping[str, float] = field(default_factory=dict)


def samples(runs: Sequence[Run]) -> list[Sample]:
    """The days, or the batches of all runs."""
    return [
        Sample(counted=batch, controls=run.controls[n] if n < len(run.controls) else {})
        for run in runs
        for n, batch in enumerate(run.batches)
    ]


def estimate(runs: Sequence[Run], scenario: Scenario) -> Estimates:
    """Every figure of every slice that was seen."""
    found = samples(runs)
    controls = _controls(found)
    slices = dict.fromkeys(of for sample in found for of in sample.counted)
    return {of: _of_slice(of, found, controls, scenario) for of in slices}


def _of_slice(
    of: Slice, found: Sequence[Sample], controls: Sequence[Sequence[float]], scenario: Scenario
) -> Mapping[str, Estimate]:
    counted = [sample.counted.get(of, Counted()) for sample in found]
    balanced = weighted(counted, regress(controls, [0.0] * len(counted)).weights) if controls else None
    time = time_of(of, scenario)
    whole = reduce(plus, counted)
    rests = [without(whole, part) for part in counted]
    return {
        name: _estimate(measure, counted, whole, rests, controls, balanced, time)
        for name, measure in MEASURES.items()
        if of.by in measure.slices
    }


def _estimate(
    measure: Measure,
    counted: Sequence[Counted],
    whole: Counted,
    rests: Sequence[Counted],
    controls: Sequence[Sequence[float]],
    balanced: Counted | None,
    time: float,
) -> Estimate:
    if measure.ratio:
        value = measure.of(whole, time)
        observed = None if value is None else _pseudo_values(value, [measure.of(rest, time) for rest in rests])
    else:
        observed = [seen for part in counted for seen in [measure.of(part, time)] if seen is not None]
        value = fmean(observed) if observed else None
    if value is None:
        return Estimate(crude=None)
    if observed is None or len(observed) < 2:
        return Estimate(crude=Interval(value=value))
    crude = Interval(value=value, half=_half_widths(sqrt(variance(observed) / len(observed)), len(observed) - 1))
    controlled = _controlled(observed, controls)
    if controlled is not None and measure.ratio and balanced is not None:
        ratio = measure.of(balanced, time)
        controlled = None if ratio is None else replace(controlled, value=ratio)
    return Estimate(crude=crude, controlled=controlled)


def _pseudo_values(value: float, left_out: Sequence[float | None]) -> list[float] | None:
    """The jackknife's: n times the whole less n - 1 times what is left without one sample. None when the figure hangs
    on a single sample, so that there is nothing left without it."""
    n = len(left_out)
    known = [rest for rest in left_out if rest is not None]
    return [n * value - (n - 1) * rest for rest in known] if len(known) == n else None


def _half_widths(error: float, degrees: int) -> dict[int, float]:
    return {level: student.two_sided(level / 100, degrees) * error for level in LEVELS}


# ---- control variates ----------------------------------------------------------------------------------------


def _controls(found: Sequence[Sample]) -> list[list[float]]:
    """One row a sample, one column a control that all samples have; empty when there is none."""
    names = set(found[0].controls) if found else set()
    for sample in found:
        names &= set(sample.controls)
    return [[sample.controls[name] for name in sorted(names)] for sample in found] if names else []


def _controlled(observed: Sequence[float], controls: Sequence[Sequence[float]]) -> Interval | None:
    """The regression's intercept where the controls are at their known mean, zero."""
    if len(controls) != len(observed):
        return None
    fitted = regress(controls, observed)
    if fitted.degrees < LEAST_DEGREES:
        return None
    return Interval(value=fitted.intercept, half=_half_widths(fitted.error, fitted.degrees))


# ---- whether samples are enough ------------------------------------------------------------------------------


def doubts(runs: Sequence[Run], scenario: Scenario) -> Iterator[str]:
    """What a reader of the intervals should know about the samples; nothing when all is well."""
    found = samples(runs)
    what, more = ("batches", "horizon.batches") if scenario.horizon.batches else ("replications", "--replications")
    if len(found) < 2:
        yield f"there is no interval without several {what}; raise {more}"
    elif len(found) < FEW:
        yield f"{len(found)} {what} are few: intervals are wide and rough; raise {more} to {FEW} or more"
    if scenario.horizon.batches:
        yield from _dependence(runs, scenario)


def _dependence(runs: Sequence[Run], scenario: Scenario) -> Iterator[str]:
    """Batches that follow each other should know nothing of each other."""
    of = Slice("overall", "")
    measure = MEASURES["mean_in_queue"]
    series = [[measure.of(batch[of], scenario.horizon.length) or 0.0 for batch in run.batches] for run in runs]
    pairs = sum(len(one) - 1 for one in series)
    if pairs >= FEW and (found := correlation(series)) > 2 / sqrt(pairs):
        yield f"batches hang together (correlation {found:.2f}): intervals are too narrow; lengthen horizon.length"


def correlation(series: Sequence[Sequence[float]]) -> float:
    """Of each value with the one after it, over several series; 0 when nothing varies."""
    values = [value for one in series for value in one]
    middle = fmean(values)
    spread = sum((value - middle) ** 2 for value in values)
    together = sum((a - middle) * (b - middle) for one in series for a, b in pairwise(one))
    return together / spread if spread else 0.0
