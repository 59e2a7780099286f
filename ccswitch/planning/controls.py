"""Control variates: quantities of a batch whose mean is known to be zero whatever the routing does.

Where every law is without memory, the number of calls there, N, goes up at the rate λ and down at the rate D, the sum
over those who talk and those who wait as they were *observed*: a floor that leaves agents idle has a smaller D, and is
still measured truly. So

- for a function f the mean of f(N(T)) - f(N(0)) - ∫ λ (f(N+1) - f(N)) + D (f(N-1) - f(N)) dt is zero (Dynkin). In a
  steady state f(N(T)) and f(N(0)) have one mean, and that of the integral alone is zero too: it is the better control,
  for it is free of what the ends of a batch add by chance (Henderson and Glynn 2002, approximating martingales);
- for a kind of jump (callers come, find all busy, give up, are blocked) its count less the integral of its rate has
  mean zero.

What a regression of figures on them explains is noise no more (Lavenberg and Welch 1981). No function here knows the
exact answer: they are powers of how many are busy and of how many are too many. In small systems some depend on others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from ccswitch.model.ids import Seconds
from ccswitch.planning.arrivals import busyness
from ccswitch.planning.levels import Level
from ccswitch.planning.scenario import CallType, Law, Rates, Scenario

Function = Callable[[int, int], float]

# Of the level k and the number of agents n; scaled so that the values stay small.
BUSY: dict[str, Function] = {
    "level": lambda k, n: k / n,
    "busy^2": lambda k, n: (min(k, n) / n) ** 2,
    "busy^3": lambda k, n: (min(k, n) / n) ** 3,
}


def _over(power: int) -> Function:
    return lambda k, n: (max(k - n, 0) / math.sqrt(n)) ** power


class Controls:
    """The controls of a scenario whose laws are all without memory."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._rate = sum(max(rates.rates) * busyness(rates, seed, name) for name, rates in _streams(scenario))
        self._agents = sum(group.count for group in scenario.groups)
        self._trunks = scenario.trunks or math.inf
        self._steady = scenario.horizon.batches > 0
        self._impatient = any(one.patience is not None for one in scenario.types)
        self._functions = BUSY | {f"over^{power}": _over(power) for power in range(1, self._highest() + 1)}

    @staticmethod
    def fit(scenario: Scenario) -> bool:
        """Whether the scenario has controls: Poisson arrivals of one rate, service and patience exponential, and
        nothing that changes with time or memory (schedules, breaks, hours, redials, traces) or limits who waits."""
        return (
            not (scenario.trace or scenario.hours or scenario.places)
            and all(not (group.schedule or group.breaks) and group.count for group in scenario.groups)
            and all(len(set(rates.rates)) == 1 for _, rates in _streams(scenario))
            and all(_without_memory(one) for one in scenario.types)
        )

    def of(self, path: Sequence[Level], length: Seconds) -> Mapping[str, float]:
        """The controls of a batch of `length` seconds, per second."""
        return {name: value / length for name, value in (*self._balances(path), *self._jumps(path))}

    def _highest(self) -> int:
        """Powers of the queue's length: a long one by chance must not outweigh all else, so the freer it can grow, the
        lower they are. Measured on M/M/n, with patience and with few trunks."""
        if self._trunks <= self._agents:
            return 0
        if self._trunks < math.inf:
            return 4
        return 3 if self._impatient else 2

    def _balances(self, path: Sequence[Level]) -> Iterator[tuple[str, float]]:
        for name, f in self._functions.items():
            at = [f(k, self._agents) for k in range(len(path) + 1)]
            total = 0.0
            for k, level in enumerate(path):
                up = at[k + 1] - at[k] if k < self._trunks else 0.0
                down = at[k - 1] - at[k] if k else 0.0
                total -= up * self._rate * level.time + down * (level.serving + level.leaving)
                if not self._steady:
                    total += up * level.came + down * (level.served + level.gave_up)
            yield name, total

    def _jumps(self, path: Sequence[Level]) -> Iterator[tuple[str, float]]:
        surplus = [level.came - self._rate * level.time for level in path]
        yield "came", sum(surplus)
        if self._trunks != self._agents:
            yield "found all busy", sum(surplus[self._agents :])
        if self._trunks < math.inf:
            yield "blocked", sum(surplus[int(self._trunks) :])
        if self._impatient:
            yield "gave up", sum(level.gave_up - level.leaving for level in path)


def _streams(scenario: Scenario) -> Iterator[tuple[str, Rates]]:
    if scenario.arrivals is not None:
        yield "", scenario.arrivals
    yield from ((one.name, one.arrivals) for one in scenario.types if one.arrivals is not None)


def _without_memory(one: CallType) -> bool:
    laws = (one.service, one.patience) if one.patience is not None else (one.service,)
    return one.redial is None and all(law.law is Law.EXPONENTIAL and law.mean > 0 for law in laws)
