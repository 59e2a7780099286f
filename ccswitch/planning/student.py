"""Quantiles of Student's t for whole degrees of freedom.

Up to 200 degrees the finite series for P(|T| <= t) is inverted by bisection; above that an expansion from the normal
quantile is exact to 10 digits. Both: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.3, 26.7.4
and 26.7.5.
"""

from __future__ import annotations

from functools import lru_cache
from math import atan, cos, pi, sin, sqrt
from statistics import NormalDist

SERIES_UP_TO = 200


@lru_cache(maxsize=1024)
def two_sided(level: float, degrees: int) -> float:
    """The t for which |T| <= t with probability `level` (0.95, 0.99); `degrees` of freedom >= 1."""
    if not 0.0 < level < 1.0 or degrees < 1:
        raise ValueError(f"no quantile for {level} with {degrees} degrees of freedom")
    if degrees > SERIES_UP_TO:
        return _from_normal(NormalDist().inv_cdf((1.0 + level) / 2.0), degrees)
    low, high = 0.0, 1.0
    while within(high, degrees) < level:
        low, high = high, 2.0 * high
    while True:
        middle = (low + high) / 2.0
        if middle in (low, high):
            return middle
        low, high = (middle, high) if within(middle, degrees) < level else (low, middle)


def within(t: float, degrees: int) -> float:
    """P(|T| <= t)."""
    angle = atan(t / sqrt(degrees))
    square = cos(angle) ** 2
    odd = degrees % 2
    term, total = (cos(angle) if odd else 1.0), 0.0
    for k in range(odd, degrees - 1, 2):  # cos^k, each with the factor (k + 1) / (k + 2) more than the one before
        total += term
        term *= square * (k + 1) / (k + 2)
    return (angle + sin(angle) * total) * 2.0 / pi if odd else sin(angle) * total


def _from_normal(x: float, degrees: int) -> float:
    return (
        x
        + (x**3 + x) / 4 / degrees
        + (5 * x**5 + 16 * x**3 + 3 * x) / 96 / degrees**2
        + (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384 / degrees**3
        + (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160 / degrees**4
    )
