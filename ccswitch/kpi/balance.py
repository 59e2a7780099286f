"""How evenly calls fall on the agents of a queue: the Gini coefficient of their calls per hour at work.

0: everybody has the same; the nearer to 1 the fewer have all of them (Gini 1912, *Variabilità e mutabilità*). Made of
two sums for each agent, talks and seconds, so that the balance of a week is that of its days' sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ccswitch.model.ids import Seconds

LEAST_AT_WORK: Seconds = 600.0  # who was there for less says nothing: one call would be a hundred an hour


def gini(values: Iterable[float]) -> float | None:
    """The mean difference of any two of `values` over twice their mean; None for fewer than two, or all of them zero.

    Values are not negative.
    """
    ordered = sorted(values)
    total, many = sum(ordered), len(ordered)
    if many < 2 or not total:
        return None
    return sum((2 * place - many - 1) * value for place, value in enumerate(ordered, 1)) / (many * total)


def balance(talks: Mapping[str, int], at_work: Mapping[str, Seconds]) -> float | None:
    """The Gini coefficient of `talks` per hour over all in `at_work` who were there for ten minutes or more."""
    return gini(talks.get(agent, 0) / seconds for agent, seconds in at_work.items() if seconds >= LEAST_AT_WORK)
