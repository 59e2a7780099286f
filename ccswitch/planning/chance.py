"""Chance: one stream of random numbers per purpose, and durations drawn by their laws.

A stream is made from the seed and its purpose alone, so two variants of a scenario that differ in who answers still
meet the same callers with the same patience (common random numbers: Law, Simulation Modeling and Analysis, 11.2).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from random import Random

from ccswitch.model.ids import Seconds
from ccswitch.planning.scenario import Duration, Law

Draw = Callable[[], Seconds]


def stream(seed: int, *purpose: str) -> Random:
    """The stream of random numbers for `purpose`, always the same for the same seed."""
    return Random("/".join((str(seed), *purpose)))


def drawing(duration: Duration, rng: Random) -> Draw:
    """A function of no arguments that draws from the law of `duration`, seconds."""
    return _DRAWING[duration.law](duration, rng)


def mean_of(duration: Duration) -> Seconds:
    """The mean of the law."""
    if duration.law is Law.UNIFORM:
        return (duration.low + duration.high) / 2
    if duration.law is Law.EMPIRICAL:
        return sum(duration.values) / len(duration.values)
    return duration.mean


def _always(seconds: Seconds) -> Draw:
    return lambda: seconds


def _exponential(duration: Duration, rng: Random) -> Draw:
    return partial(rng.expovariate, 1 / duration.mean) if duration.mean > 0 else _always(0.0)


def _lognormal(duration: Duration, rng: Random) -> Draw:
    """The logarithm is normal with variance ln(1 + sd²/mean²) and mean ln(mean) less half of that."""
    if duration.mean <= 0 or duration.sd <= 0:
        return _always(duration.mean)
    variance = math.log1p((duration.sd / duration.mean) ** 2)
    return partial(rng.lognormvariate, math.log(duration.mean) - variance / 2, math.sqrt(variance))


def _gamma(duration: Duration, rng: Random) -> Draw:
    """Shape mean²/sd², scale sd²/mean."""
    if duration.mean <= 0 or duration.sd <= 0:
        return _always(duration.mean)
    return partial(rng.gammavariate, (duration.mean / duration.sd) ** 2, duration.sd**2 / duration.mean)


_DRAWING: dict[Law, Callable[[Duration, Random], Draw]] = {
    Law.EXPONENTIAL: _exponential,
    Law.LOGNORMAL: _lognormal,
    Law.GAMMA: _gamma,
    Law.UNIFORM: lambda duration, rng: partial(rng.uniform, duration.low, duration.high),
    Law.DETERMINISTIC: lambda duration, rng: _always(duration.mean),
    Law.EMPIRICAL: lambda duration, rng: partial(rng.choice, duration.values),
}
