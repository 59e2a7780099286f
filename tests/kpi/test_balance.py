"""The Gini coefficient, held against its definition, and the balance of agents' calls."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.kpi.balance import LEAST_AT_WORK, balance, gini

VALUES = st.lists(st.integers(0, 1000), min_size=2, max_size=30)


@given(VALUES)
def test_it_is_the_mean_difference_over_twice_the_mean(values: list[int]) -> None:
    # Given some values, not all of them zero
    many, total = len(values), sum(values)
    differences = sum(abs(one - other) for one in values for other in values)
    # Then it is what Gini says, told directly
    assert gini(values) == (pytest.approx(differences / (2 * many * total)) if total else None)


@given(VALUES, st.integers(1, 50))
def test_what_all_have_more_of_changes_nothing(values: list[int], times: int) -> None:
    told = gini(values)
    assert gini([value * times for value in values]) == (told if told is None else pytest.approx(told))


def test_its_ends() -> None:
    assert gini([5, 5, 5]) == 0.0
    assert gini([0, 0, 0, 8]) == pytest.approx(0.75)
    assert gini([7]) is None and gini([]) is None and gini([0, 0]) is None


def test_calls_count_by_the_hour_and_who_was_hardly_there_does_not() -> None:
    # Given one who had ten calls in ten hours, one who had five in five, and one who came for a minute
    at_work = {"li": 36_000.0, "wu": 18_000.0, "new": LEAST_AT_WORK - 1}
    assert balance({"li": 10, "wu": 5, "new": 1}, at_work) == pytest.approx(0.0)
    # And one who had none while the other had all
    assert balance({"li": 10}, at_work) == pytest.approx(0.5)
