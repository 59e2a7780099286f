"""Least squares with few columns: normal equations, solved by Gauss-Jordan elimination.

Columns are scaled to variance 1 first; one that is constant, or nearly a combination of those before it, is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

TOLERANCE = 1e-9  # of a column's variance that must be its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """`intercept`: the fitted value where every column is 0, `error`: its standard error, `degrees` of freedom left
    (below 1 when there are too few rows; error and intercept then mean nothing). `weights`: what each row weighs in the
    intercept, 1 in all; they come of the columns alone."""

    intercept: float
    error: float
    degrees: int
    columns: int  # that were used
    weights: tuple[float, ...] = ()


def regress(rows: Sequence[Sequence[float]], values: Sequence[float]) -> Fit:
    """Regress `values` on the columns of `rows`. The error counts the columns' own chance (Lavenberg, Welch 1981)."""
    n = len(values)
    columns = [column for column in zip(*rows, strict=True) if _spread(column) > 0.0]
    means = [fmean(column) for column in columns]
    scales = [sqrt(_spread(column)) for column in columns]
    centred = [
        [(value - mean) / scale for value in column] for column, mean, scale in zip(columns, means, scales, strict=True)
    ]
    middle = fmean(values)
    rest = [value - middle for value in values]
    cross = [[_dot(one, other) for other in centred] for one in centred]
    inverse, used = _invert(cross)
    degrees = n - len(used) - 1
    if degrees < 1:
        return Fit(intercept=middle, error=0.0, degrees=degrees, columns=len(used), weights=(1 / n,) * n)
    against = [_dot(centred[k], rest) for k in used]
    slopes = [_dot(row, against) for row in inverse]
    residuals = [
        value - sum(slope * centred[k][i] for slope, k in zip(slopes, used, strict=True))
        for i, value in enumerate(rest)
    ]
    at = [means[k] / scales[k] for k in used]  # how far the columns' means are from 0, where the value is asked
    scatter = _dot(residuals, residuals) / degrees
    back = [_dot(row, at) for row in inverse]
    return Fit(
        intercept=middle - _dot(slopes, at),
        error=sqrt(scatter * (1 / n + _dot(at, back))),
        degrees=degrees,
        columns=len(used),
        weights=tuple(1 / n - sum(b * centred[k][i] for b, k in zip(back, used, strict=True)) for i in range(n)),
    )


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _spread(column: Sequence[float]) -> float:
    """The sum of squares about the mean; 0 for what only rounding moves."""
    middle = fmean(column)
    spread = sum((value - middle) ** 2 for value in column)
    return spread if spread > TOLERANCE**2 * len(column) * middle**2 else 0.0


def _invert(matrix: Sequence[Sequence[float]]) -> tuple[list[list[float]], list[int]]:
    """The inverse of a correlation matrix over the columns that are not (nearly) made of others; which these are."""
    used = _independent(matrix)
    size = len(used)
    work = [[matrix[i][j] for j in used] + [float(i == j) for j in used] for i in used]
    for pivot in range(size):
        top = max(range(pivot, size), key=lambda row: abs(work[row][pivot]))
        work[pivot], work[top] = work[top], work[pivot]
        head = work[pivot][pivot]
        work[pivot] = [value / head for value in work[pivot]]
        for row in range(size):
            if row != pivot and (factor := work[row][pivot]):
                work[row] = [a - factor * b for a, b in zip(work[row], work[pivot], strict=True)]
    return [row[size:] for row in work], used


def _independent(matrix: Sequence[Sequence[float]]) -> list[int]:
    """Columns of a correlation matrix that keep a part of their own after those before them (Cholesky's pivots)."""
    lower: list[list[float]] = []
    used: list[int] = []
    for k in range(len(matrix)):
        row: list[float] = []
        for j, other in enumerate(lower):
            row.append((matrix[k][used[j]] - _dot(row, other[: len(row)])) / other[j])
        own = matrix[k][k] - _dot(row, row)
        if own > TOLERANCE * matrix[k][k]:
            lower.append([*row, sqrt(own)])
            used.append(k)
    return used
