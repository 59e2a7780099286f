"""Figures, promises, percentiles."""

from __future__ import annotations

import pytest

from ccswitch.bench.figure import Figure, Promise
from ccswitch.bench.measuring import percentile


@pytest.mark.parametrize(
    ("promise", "value", "peer", "held"),
    [
        (None, 1.0, None, None),
        (Promise(limit=10), 10.0, None, True),
        (Promise(limit=10), 10.1, None, False),
        (Promise(limit=3000, least=True), 3000.0, None, True),
        (Promise(limit=3000, least=True), 2999.0, None, False),
        (Promise(limit=5, least=True, of_ratio=True), 100.0, 20.0, True),
        (Promise(limit=0.25, of_ratio=True), 30.0, 100.0, False),
        (Promise(limit=0.25, of_ratio=True), 30.0, None, False),  # no peer, nothing held
        (Promise(limit=0.25, of_ratio=True), 30.0, 0.0, False),
    ],
)
def test_a_promise_is_held_by_the_figure_or_by_the_ratio(
    promise: Promise | None, value: float, peer: float | None, held: bool | None
):
    figure = Figure(name="x", value=value, unit="ms", n=1, method="by hand", peer="y", peer_value=peer, promise=promise)
    assert figure.held is held


def test_percentiles_are_values_that_were_measured():
    values = [float(n) for n in range(100, 0, -1)]
    assert [percentile(values, share) for share in (0.5, 0.99, 1.0)] == [50.0, 99.0, 100.0]
    assert percentile([7.0], 0.5) == 7.0
