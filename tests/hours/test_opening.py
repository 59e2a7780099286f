"""Whether a calendar is open, held against the wall clock of every minute."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccswitch.controller.config.almanac import Libraries
from ccswitch.hours.opening import changes, standing
from ccswitch.model.calendars import Calendar, SpecialDay, Week
from tests.hours.calendars import at, calendar
from tests.searching import examples

CN = "Asia/Shanghai"
BERLIN = "Europe/Berlin"
NIGHTS = """\
calendars:
  nights:
    zone: Europe/Berlin
    hours: {saturday: 01:00-01:30, sunday: "00:30-02:30, 22:00-06:00"}
"""


@pytest.mark.parametrize(
    ("shown", "is_open"),
    [
        ("2026-01-15 08:59", False),
        ("2026-01-15 09:00", True),
        ("2026-01-15 12:00", False),
        ("2026-01-15 13:00", True),
        ("2026-01-15 18:00", False),
        ("2026-01-17 10:00", False),  # a Saturday
        ("2026-02-13 10:00", True),  # the last day before Spring Festival
        ("2026-02-14 10:00", True),  # a Saturday that is worked
        ("2026-02-16 10:00", False),  # New Year's Eve
        ("2026-02-17 10:00", False),  # Spring Festival
        ("2026-02-20 10:00", False),  # off for the Saturday before
        ("2026-02-23 10:00", False),  # off for the Saturday after
        ("2026-02-24 10:00", True),
        ("2026-02-28 10:00", True),  # the Saturday after, worked
        ("2026-09-20 10:00", True),  # a Sunday that is worked
        ("2026-10-01 10:00", False),  # National Day
        ("2026-03-08 10:30", True),  # the site's own open Sunday
        ("2026-12-25 10:00", False),  # its own closed Friday
    ],
)
def test_an_office_in_china_in_2026(shown: str, is_open: bool) -> None:
    assert standing(calendar(), at(CN, shown)).open is is_open


def test_a_holiday_and_its_note() -> None:
    assert standing(calendar(), at(CN, "2026-02-17 10:00"))[:3] == (False, True, "Chinese New Year (Spring Festival)")
    assert standing(calendar(), at(CN, "2026-12-24 10:00"))[:3] == (False, False, "stocktaking")
    assert standing(calendar(), at(CN, "2026-02-28 10:00"))[:3] == (True, False, "make-up workday")


def test_the_hour_that_is_there_twice_is_open_twice() -> None:
    # Given a span until 02:30 on the Sunday on which clocks go back from 03:00 to 02:00
    nights = calendar(NIGHTS)
    first, second = (at(BERLIN, "2026-10-25 02:15", fold=fold) for fold in (0, 1))
    # Then it is open both times that they show 02:15, and closed between
    assert second - first == 3600.0
    assert [standing(nights, when).open for when in (first, first + 1800, second, second + 1800)] == [
        True,
        False,
        True,
        False,
    ]
    assert [(when - first, now) for when, now in changes(nights, first, second + 3600)] == [
        (900.0, False),
        (2700.0, True),
        (4500.0, False),
    ]


def test_the_hour_that_is_not_there_closes_with_the_clocks() -> None:
    # Given the Sunday on which clocks go from 02:00 to 03:00
    nights = calendar(NIGHTS)
    two = at(BERLIN, "2026-03-29 01:59") + 60
    # Then what would be open until 02:30 closes as they are put forward
    assert [standing(nights, when).open for when in (two - 1, two)] == [True, False]
    assert [now for now, _ in changes(nights, two - 3600, two + 3600)] == [two]


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    nights = calendar(NIGHTS + "    days: {2026-01-19: closed}\n")
    assert standing(nights, at(BERLIN, "2026-01-19 05:59")).open  # a closed Monday, after Sunday's night
    assert not standing(nights, at(BERLIN, "2026-01-19 06:00")).open


def test_weeks_that_hold_for_a_while() -> None:
    summer = calendar("""\
calendars:
  shop:
    zone: Europe/Berlin
    hours: {monday: 09:00-18:00}
    periods: [{from: 2026-07-01, until: 2026-07-31, hours: {monday: 08:00-12:00}}]
    days: {07-13: 20:00-21:00}
""")
    open_at = [standing(summer, at(BERLIN, f"2026-{day} 08:30")).open for day in ("06-29", "07-06", "07-13", "08-03")]
    assert open_at == [False, True, False, False]
    assert (
        standing(summer, at(BERLIN, "2026-07-13 20:30")).open and standing(summer, at(BERLIN, "2027-07-13 20:30")).open
    )


# ---- any calendar -----------------------------------------------------------------------------------------------


def _spans(most: int) -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    span = st.tuples(st.integers(0, 95), st.integers(1, 100)).map(lambda one: (one[0] * 15, (one[0] + one[1]) * 15))
    return st.lists(span, max_size=most).map(lambda spans: tuple(sorted(spans)))


ZONES = [CN, BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC", "Africa/Casablanca"]
zones = st.sampled_from(ZONES)
dates = st.dates(min_value=datetime(2026, 3, 1).date(), max_value=datetime(2026, 11, 30).date())
specials = st.lists(st.tuples(dates, _spans(2)), max_size=6, unique_by=lambda one: one[0])


@settings(max_examples=examples(8), deadline=None)
@given(zone=zones, week=st.tuples(*[_spans(2)] * 7), special=specials, start=dates, hour=st.integers(0, 23))
def test_it_agrees_with_a_look_at_the_clock_every_minute(zone, week, special, start, hour) -> None:  # type: ignore[no-untyped-def]
    # Given any calendar, in any zone
    known = Libraries().zone(zone, range(2025, 2028))
    assert known is not None
    own = {day.isoformat(): spans for day, spans in special}
    days = tuple(SpecialDay(date=day, spans=own[day]) for day in sorted(own))
    any_calendar = Calendar(name="x", zone=known, weeks=(Week(days=week),), days=days)
    begin = datetime(start.year, start.month, start.day, hour, tzinfo=UTC).timestamp()

    # When the clock on the wall is looked at every minute of two days, by the library of time zones
    def looked(when: float) -> bool:
        shown = datetime.fromtimestamp(when, ZoneInfo(zone))
        for back in (0, 1):
            day = (shown.replace(tzinfo=None) - back * (datetime(2026, 1, 2) - datetime(2026, 1, 1))).date()
            minute = shown.hour * 60 + shown.minute + back * 1440
            spans = own.get(day.isoformat(), week[day.weekday()])
            if any(a <= minute < b for a, b in spans):
                return True
        return False

    found = [looked(begin + 60 * minute) for minute in range(2 * 1440)]
    # Then the calendar says the same, and so do the changes that it foretells
    assert [standing(any_calendar, begin + 60 * minute).open for minute in range(0, 2 * 1440, 7)] == found[::7]
    told = [(begin + 60 * n, found[n]) for n in range(1, len(found)) if found[n] != found[n - 1]]
    assert list(changes(any_calendar, begin, begin + 60 * len(found))) == told
