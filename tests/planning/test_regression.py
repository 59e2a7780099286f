"""Least squares: by hand, by its known laws, with columns that say nothing new, and as a weighing of its rows."""

from __future__ import annotations

from math import sqrt
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


def test_one_column_by_hand() -> None:
    # Given y = 1, 3, 2, 5 at x = 0, 1, 2, 3: slope 1.1, intercept 1.1, residual sum of squares 2.7
    fit = regress([[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 2.0, 5.0])
    assert fit.intercept == pytest.approx(1.1)
    # Then its error is that of a regression line at x = 0: s² (1/n + mean² / Sxx) with s² = 2.7 / 2
    assert fit.error == pytest.approx(sqrt(2.7 / 2 * (1 / 4 + 1.5**2 / 5)))
    assert (fit.degrees, fit.columns) == (2, 1)


def test_what_columns_explain_is_gone() -> None:
    rng = Random(1)
    rows = [[rng.gauss(0, 1), rng.gauss(0, 1)] for _ in range(50)]
    fit = regress(rows, [7 + 3 * a - 2 * b for a, b in rows])
    assert fit.intercept == pytest.approx(7)
    assert fit.error == pytest.approx(0, abs=1e-9)


def test_columns_that_say_nothing_new_are_left_out() -> None:
    # Given a column that is constant, one that is the double of another, one that is a sum
    rng = Random(2)
    rows = [[a, 2 * a, 0.0, b, a + b] for a, b in ((rng.gauss(0, 1), rng.gauss(0, 1)) for _ in range(30))]
    values = [row[0] + rng.gauss(0, 1) for row in rows]
    fit = regress(rows, values)
    # Then the fit is that of the two which are left
    plain = regress([[row[0], row[3]] for row in rows], values)
    assert (fit.columns, fit.degrees) == (2, 27)
    assert (fit.intercept, fit.error) == pytest.approx((plain.intercept, plain.error))


def test_the_scale_of_a_column_does_not_matter() -> None:
    rng = Random(3)
    rows = [[rng.gauss(0, 1), rng.gauss(0, 1)] for _ in range(30)]
    values = [row[0] + rng.gauss(0, 1) for row in rows]
    fit, scaled = regress(rows, values), regress([[a * 1e-9, b * 1e12] for a, b in rows], values)
    assert (scaled.intercept, scaled.error) == pytest.approx((fit.intercept, fit.error))


def test_too_few_rows_leave_no_degrees() -> None:
    rng = Random(4)
    assert regress([[rng.random() for _ in range(5)] for _ in range(4)], [1.0, 2.0, 3.0, 4.0]).degrees < 1
