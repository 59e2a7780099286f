"""When callers come: Poisson streams whose rate may change in steps and differ from day to day, and traces."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ccswitch.model.ids import Seconds
from ccswitch.planning.chance import stream
from ccswitch.planning.scenario import Rates


def poisson(rates: Rates, start: Seconds, seed: int, name: str) -> Iterator[Seconds]:
    """The instants of a Poisson stream from `start` on; ends only when every rate is zero.

    Exact: a unit exponential is used up by the area under the rate (inversion; Çinlar 1975), nothing is thrown away.
    """
    factor = busyness(rates, seed, name)
    if not any(rates.rates) or factor <= 0:
        return iter(())
    rng = stream(seed, "arrivals", name)
    if len(set(rates.rates)) == 1:
        return _steady(rates.rates[0] * factor, start, rng)
    return _in_steps([rate * factor for rate in rates.rates], rates.every, start, rng)


def busyness(rates: Rates, seed: int, name: str) -> float:
    """The day's factor: gamma with mean 1 and the given standard deviation."""
    if rates.busyness_sd <= 0:
        return 1.0
    variance = rates.busyness_sd**2
    return stream(seed, "busyness", name).gammavariate(1 / variance, variance)


def _steady(rate: float, start: Seconds, rng: Random) -> Iterator[Seconds]:
    at, draw = start, rng.expovariate
    while True:
        at += draw(rate)
        yield at


def _in_steps(rates: list[float], every: Seconds, start: Seconds, rng: Random) -> Iterator[Seconds]:
    step, at = 0, start
    while True:
        left = rng.expovariate(1.0)
        while True:
            rate, ends = rates[step % len(rates)], start + (step + 1) * every
            if rate > 0 and at + left / rate <= ends:
                at += left / rate
                break
            left -= rate * (ends - at)
            at, step = ends, step + 1
        yield at
