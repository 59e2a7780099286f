"""Student's t against printed tables (Abramowitz and Stegun, table 26.10; NIST handbook 1.3.6.7.2) and exact cases."""

from __future__ import annotations

from math import pi, sqrt, tan
from statistics import NormalDist

import pytest

from ccswitch.planning.student import SERIES_UP_TO, two_sided, within

TABLE = {  # degrees: 95 %, 99 %
    1: (12.706, 63.657),
    2: (4.303, 9.925),
    3: (3.182, 5.841),
    4: (2.776, 4.604),
    5: (2.571, 4.032),
    9: (2.262, 3.250),
    10: (2.228, 3.169),
    19: (2.093, 2.861),
    29: (2.045, 2.756),
    40: (2.021, 2.704),
    60: (2.000, 2.660),
    120: (1.980, 2.617),
}


@pytest.mark.parametrize("degrees", TABLE)
def test_the_printed_table(degrees: int) -> None:
    assert (two_sided(0.95, degrees), two_sided(0.99, degrees)) == pytest.approx(TABLE[degrees], abs=5.1e-4)


@pytest.mark.parametrize("level", [0.5, 0.95, 0.99, 0.999])
def test_closed_forms(level: float) -> None:
    # One degree is Cauchy's law; two have a quantile in closed form
    assert two_sided(level, 1) == pytest.approx(tan(pi * level / 2), rel=1e-12)
    assert two_sided(level, 2) == pytest.approx(level * sqrt(2 / (1 - level**2)), rel=1e-12)


@pytest.mark.parametrize("degrees", [1, 2, 7, 8, 60, 199, 200])
def test_it_is_the_inverse(degrees: int) -> None:
    assert within(two_sided(0.99, degrees), degrees) == pytest.approx(0.99, abs=1e-13)


@pytest.mark.parametrize("level", [0.95, 0.99])
def test_the_expansion_continues_the_series(level: float) -> None:
    # The series itself also holds above the limit: both must say the same there
    above = SERIES_UP_TO + 1
    assert within(two_sided(level, above), above) == pytest.approx(level, abs=1e-10)
    assert two_sided(level, 10_000_000) == pytest.approx(NormalDist().inv_cdf((1 + level) / 2), abs=1e-5)


@pytest.mark.parametrize(("level", "degrees"), [(0.95, 0), (1.0, 5), (0.0, 5)])
def test_what_has_no_quantile(level: float, degrees: int) -> None:
    with pytest.raises(ValueError):
        two_sided(level, degrees)
