"""Spans of a week as instants."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from ccswitch.planning.scenario import Span
from ccswitch.planning.spells import spells
from tests.planning.scenarios import HOUR, scripted

DAY = 24 * HOUR
WEEKDAYS = frozenset(range(5))


def _hours(*spans: Span, weekday: int = 0, start: float = 0.0, many: int = 4) -> list[tuple[float, float]]:
    scenario = replace(scripted(), weekday=weekday, start=start, midnight=0.0)
    return [(begins / HOUR, ends / HOUR) for begins, ends in islice(spells(spans, scenario), many)]


def test_a_shift_comes_again_every_day_of_its_week() -> None:
    # Given office hours, on a Friday
    found = _hours(Span(begins=9 * HOUR, ends=17 * HOUR, days=WEEKDAYS), weekday=4, many=2)
    # Then the next shift after today's is Monday's
    assert found == [(9, 17), (72 + 9, 72 + 17)]


def test_two_spans_that_touch_or_overlap_are_one() -> None:
    morning, noon, late = (Span(begins=a * HOUR, ends=b * HOUR) for a, b in ((8, 12), (11, 14), (14, 16)))
    assert _hours(noon, late, morning, many=2) == [(8, 16), (32, 40)]


def test_the_night_shift_of_the_day_before_is_still_there() -> None:
    # Given a shift from ten in the evening to six
    found = _hours(Span(begins=22 * HOUR, ends=30 * HOUR), start=2 * HOUR, many=2)
    # Then at two in the morning the one that began yesterday is on
    assert found == [(-2, 6), (22, 30)]


def test_what_is_over_before_the_start_is_left_out() -> None:
    assert _hours(Span(begins=8 * HOUR, ends=12 * HOUR), start=13 * HOUR, many=1) == [(32, 36)]


def test_no_days_or_no_length_is_never() -> None:
    assert _hours() == []
    assert _hours(Span(begins=HOUR, ends=HOUR)) == []
    assert _hours(Span(begins=HOUR, ends=2 * HOUR, days=frozenset())) == []


def test_round_the_clock_never_ends() -> None:
    # Given a whole day every day, and the same in two halves
    halves = (Span(begins=0.0, ends=12 * HOUR), Span(begins=12 * HOUR, ends=DAY))
    # Then it is one spell, and asking for the next does not go on for ever
    assert _hours(Span(begins=0.0, ends=DAY)) == _hours(*halves) == [(-24, float("inf"))]
    # And all working days together end on Friday night
    assert _hours(Span(begins=0.0, ends=DAY, days=WEEKDAYS), many=2) == [(0, 120), (168, 288)]
