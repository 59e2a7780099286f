"""Least squares, and the regression as a weighing of its rows."""

from __future__ import annotations

from random import Random

import pytest

from ccswitch.planning.regression import regress


def _rows(many: int) -> list[list[float]]:
    rng = Random(3)
    return [[rng.gauss(0.3, 1.0), rng.gauss(-5.0, 40.0)] for _ in range(many)]


def test_a_line_is_found_where_its_columns_are_zero() -> None:
    rows = _rows(12)
    fitted = regress(rows, [7.0 + 2.0 * a - 0.5 * b for a, b in rows])
    assert fitted.intercept == pytest.approx(7.0)
    assert (fitted.error, fitted.degrees, fitted.columns) == (pytest.approx(0.0, abs=1e-9), 9, 2)


def test_the_weights_are_those_of_the_rows_in_the_intercept_whatever_the_values() -> None:
    # Given noisy values on two columns, and one that is made of them
    rng, rows = Random(4), [[a, b, a + b] for a, b in _rows(20)]
    values = [rng.gauss(5.0, 2.0) + a for a, _, _ in rows]
    fitted = regress(rows, values)
    # Then the weights add up to one, bring every column to zero, and give the intercept
    assert sum(fitted.weights) == pytest.approx(1.0)
    for k in range(3):
        assert sum(w * row[k] for w, row in zip(fitted.weights, rows, strict=True)) == pytest.approx(0.0, abs=1e-8)
    assert sum(w * value for w, value in zip(fitted.weights, values, strict=True)) == pytest.approx(fitted.intercept)
    assert regress(rows, [0.0] * len(rows)).weights == fitted.weights
