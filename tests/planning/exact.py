"""Exact results for one queue with identical agents, from the formulas of queueing theory.

A birth-death chain of `k` calls: births at rate `arrivals`, deaths at rate min(k, agents) * service + (k - agents)+ *
abandon, at most `places` calls. Its stationary law gives everything here; Erlang B and C are computed by their own
recursions so that the two check each other. Rates per minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf

NEGLIGIBLE = 1e-18


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """M/M/n, with patience (rate `abandon`; 0: none), with room for `places` calls."""

    arrivals: float
    service: float
    agents: int
    abandon: float = 0.0
    places: float = inf

    @property
    def load(self) -> float:
        """Erlang."""
        return self.arrivals / self.service


def erlang_b(load: float, agents: int) -> float:
    """The blocking of a group without waiting room: B0 = 1, Bi = aB / (i + aB)."""
    blocking = 1.0
    for n in range(1, agents + 1):
        blocking = load * blocking / (n + load * blocking)
    return blocking


def erlang_c(load: float, agents: int) -> float:
    """The probability of waiting without patience: C = nB / (n - a(1 - B))."""
    blocking = erlang_b(load, agents)
    return agents * blocking / (agents - load * (1 - blocking))


def stationary(system: System) -> list[float]:
    """How likely k calls are there, k = 0, 1, … as far as it matters."""
    weights, k = [1.0], 0
    while k < system.places and (k < 2 * system.agents or weights[-1] > NEGLIGIBLE * sum(weights)):
        k += 1
        deaths = min(k, system.agents) * system.service + max(0, k - system.agents) * system.abandon
        weights.append(weights[-1] * system.arrivals / deaths)
    total = sum(weights)
    return [weight / total for weight in weights]


def blocked(system: System) -> float:
    """The share of arrivals that find every place taken."""
    return stationary(system)[int(system.places)] if system.places < inf else 0.0


def p_wait(system: System) -> float:
    """The share of those who are let in that find every agent busy."""
    found = stationary(system)
    return (sum(found[system.agents :]) - blocked(system)) / (1 - blocked(system))


def in_queue(system: System) -> float:
    """The mean number of callers in queue."""
    return sum((k - system.agents) * p for k, p in enumerate(stationary(system)) if k > system.agents)


def mean_wait(system: System) -> float:
    """Minutes, of everybody who is let in, answered or not (Little)."""
    return in_queue(system) / (system.arrivals * (1 - blocked(system)))


def abandoned(system: System) -> float:
    """The share of those who are let in that hang up while they wait."""
    return system.abandon * mean_wait(system)


def within(system: System, minutes: float) -> float:
    """The share answered within so many minutes, without patience and with room for all (Erlang C)."""
    spare = system.agents * system.service - system.arrivals
    return 1 - erlang_c(system.load, system.agents) * exp(-spare * minutes)
