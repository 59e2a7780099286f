"""Figures of a hand-made hour, the five service levels of the reference, and sums that add up."""

from __future__ import annotations

from functools import reduce
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.kpi.summary import Tally, figures, service_levels, total, visit_tally, visits_tally
from ccswitch.model.nouns import VisitResult

ANSWERED, ABANDONED, LOST = VisitResult.ANSWERED, VisitResult.ABANDONED, VisitResult.LOST


def test_the_five_service_levels_of_the_reference() -> None:
    # Given 1000 answered, 860 of them in target; 60 abandoned: 20 in target, of which 10 short
    tally = Tally(
        answered=1000, abandoned=60, answered_in_target=860, abandoned_in_target=20, short_abandoned=10
    )  # fmt: skip
    # Then each formula gives its own figure
    percent = {name: round(100 * (level or 0), 2) for name, level in service_levels(tally).items()}
    assert percent == {"F1": 83.02, "F2": 86.00, "F3": 81.13, "F4": 82.69, "F5": 82.08}


def test_a_small_hour() -> None:
    # Given a queue with a target of 20 s, in which 4 s is short
    hour = [(ANSWERED, 10.0), (ANSWERED, 20.0), (ANSWERED, 33.0), (ABANDONED, 3.0), (ABANDONED, 40.0), (LOST, 50.0)]
    tally = total(visit_tally(result, waited, target=20.0, short_abandon=4.0) for result, waited in hour)
    tally += visit_tally(None, 99.0, target=20.0, short_abandon=4.0)
    tally += Tally(talks=3, talk=300.0, hold=30.0, wrapup=60.0)
    # Then
    assert figures(tally) == {
        "offered": 7,
        "answered": 3,
        "abandoned": 2,
        "short_abandoned": 1,
        "otherwise": 1,
        "overflowed": 0,
        "exited": 0,
        "promised": 0,
        "moved": 0,
        "callbacks": 0,
        "callbacks_kept": 0,
        "callbacks_open": 0,
        "callbacks_in_time": 0,
        "callbacks_late": 0,
        "callbacks_lost": 0,
        "callbacks_in_time_rate": None,
        "callback_rate": None,
        "waiting": 1,
        "service_level": pytest.approx(2 / 5),
        "abandon_rate": pytest.approx(2 / 5),
        "asa": pytest.approx(21.0),
        "abandoned_wait": pytest.approx(21.5),
        "longest_wait": 50.0,
        "estimate_error": None,
        "talk": 100.0,
        "hold": 10.0,
        "wrapup": 20.0,
        "transferred_out": 0,
        "transferred_in": 0,
        "aht": 130.0,
    }


@pytest.mark.parametrize(
    ("result", "count"),
    [
        (VisitResult.OVERFLOWED, "overflowed"),
        (VisitResult.EXITED, "exited"),
        (VisitResult.CALLBACK, "promised"),
        (VisitResult.TRANSFERRED, "moved"),
        (VisitResult.MOVED, "moved"),
    ],
)
def test_who_went_elsewhere_is_counted_by_how(result: VisitResult, count: str) -> None:
    counted = figures(visit_tally(result, 7.0, target=20.0, short_abandon=5.0))
    # Then he is one of those who ended otherwise, and neither answered nor abandoned
    assert (counted["otherwise"], counted[count], counted["answered"], counted["abandoned"]) == (1, 1, 0, 0)
    # And under no other word
    assert sum(counted[name] or 0 for name in ("overflowed", "exited", "promised", "moved")) == 1


def test_the_target_belongs_to_the_time_and_the_short_abandon_ends_before_its() -> None:
    on_time = visit_tally(ANSWERED, 20.0, target=20.0, short_abandon=4.0)
    not_short = visit_tally(ABANDONED, 4.0, target=20.0, short_abandon=4.0)
    assert (on_time.answered_in_target, not_short.short_abandoned) == (1, 0)


def test_nothing_counted_is_no_figure_rather_than_zero() -> None:
    empty = figures(Tally())
    assert empty["service_level"] is None and empty["asa"] is None and empty["aht"] is None
    assert empty["offered"] == 0
    assert set(service_levels(Tally()).values()) == {None}


visits = st.tuples(st.sampled_from([*VisitResult, None]), st.integers(0, 100).map(float))


@given(st.lists(visits))
def test_every_visit_is_counted_once_in_whatever_parts(day: list[tuple[VisitResult | None, float]]) -> None:
    tallies = [visit_tally(result, waited, target=30.0, short_abandon=5.0) for result, waited in day]
    whole = total(tallies)
    # Then what was offered is shared out with nothing left over
    assert whole.offered == len(day) == whole.answered + whole.abandoned + whole.otherwise + whole.waiting
    # And who went elsewhere is among those who ended otherwise
    assert whole.overflowed + whole.exited + whole.promised + whole.moved <= whole.otherwise
    # And the order of adding does not matter
    assert reduce(add, reversed(tallies), Tally()) == whole


@given(st.lists(st.integers(0, 100).map(float), min_size=1), st.sampled_from(list(VisitResult)))
def test_a_group_counts_as_its_members(waits: list[float], result: VisitResult) -> None:
    group = visits_tally(
        result,
        visits=len(waits),
        in_target=sum(wait <= 30.0 for wait in waits),
        short=sum(wait < 5.0 for wait in waits),
        wait=sum(waits),
        longest=max(waits),
    )
    assert group == total(visit_tally(result, wait, target=30.0, short_abandon=5.0) for wait in waits)
