"""What is known of a law without drawing from it."""

from __future__ import annotations

from collections.abc import Callable
from statistics import fmean

from ccswitch.model.ids import Seconds
from ccswitch.planning.scenario import Duration, Law

_MEANS: dict[Law, Callable[[Duration], Seconds]] = {
    Law.UNIFORM: lambda drawn: (drawn.low + drawn.high) / 2,
    Law.EMPIRICAL: lambda drawn: fmean(drawn.values) if drawn.values else 0.0,
}


def mean(drawn: Duration) -> Seconds:
    """The mean of what is drawn."""
    return _MEANS[drawn.law](drawn) if drawn.law in _MEANS else drawn.mean
