"""What calendars.yaml may have in it, and what is said about the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.errors import ConfigError
from tests.hours.calendars import OFFICE, almanac, calendar, told


def one(body: str) -> str:
    """A file with one calendar."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"calendars:\n  office:\n{lines}"


def test_a_right_file_is_read() -> None:
    found = almanac()
    assert (found.zone.name, [one.name for one in found.calendars]) == ("Asia/Shanghai", ["office"])
    assert found.calendars[0].weeks[0].days == (((540, 720), (780, 1080)),) * 5 + ((), ())


def test_hours_may_be_a_list_and_go_over_midnight() -> None:
    week = calendar(one("hours: {friday: [20:00-24:00, 08:00-09:00], saturday: 22:00-04:00}")).weeks[0].days
    assert week[4:6] == (((480, 540), (1200, 1440)), ((1320, 1680),))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "zone: Asia/Shangai\ncalendars: {a: {hours: {monday: 09:00-10:00}}}",
            "calendars.yaml:1:7: there is no time zone 'Asia/Shangai' (did you mean 'Asia/Shanghai'?)",
        ),
        (
            one("hours: {monday: 09:00-10:00}\nholidays: DE-BX"),
            "calendars.yaml:4:15: office: no holidays are known of 'DE-BX' (did you mean 'DE-HB'?)",
        ),
        (
            one("hours: {monday: 09:00-10:00}\nholidays: CN"),
            "calendars.yaml:4:15: office: CN has weekend days that are worked to make up for holidays: by the hours of"
            " which weekday? (add `makeup: monday`, or `makeup: none`)",
        ),
        (
            one("hours: {monday: 09:00-10:00, mondy: 10:00-11:00}"),
            "calendars.yaml:3:34: calendars.office.hours: there is no weekday 'mondy' (did you mean 'monday'?)",
        ),
        (
            one("hours: {monday-friday: 09:00-10:00, tuesday: 10:00-11:00}"),
            "calendars.yaml:3:41: calendars.office.hours: tuesday has hours already (name each day once)",
        ),
        (
            one('hours: {monday: "09:00-12:00, 11:00-13:00"}'),
            "calendars.yaml:3:21: calendars.office.hours.monday: this cannot be '09:00-12:00, 11:00-13:00' (two of its"
            " spans overlap at 11:00)",
        ),
        (
            one("hours: {sunday: 22:00-06:00, monday: 05:00-09:00}"),
            "calendars.yaml:3:12: calendars.office.hours: the night of sunday overlaps the hours of monday",
        ),
        (one("hours: {monday: 9-10}"), "office.hours.monday: this cannot be '9-10' (write hours, as 09:00-12:00"),
        (one("hours: {monday: 09:00-25:00}"), "times are from 00:00 to 24:00, not 09:00-25:00"),
        (one("hours: {monday: closed}"), "calendars.yaml:3:5: office: it is never open within a year"),
        (
            one(
                "hours: {monday: 09:00-10:00}\nperiods: {from: 2026-02-01, until: 2026-01-01, hours: {monday: closed}}"
            ),
            "2026-01-01 is before 2026-02-01 (write the earlier date first)",
        ),
        (one("hours: {monday: 09:00-10:00}\ndays: {2026-02-30: closed}"), "this cannot be '2026-02-30' (write a date"),
        (one("hours: {monday: 09:00-10:00}\nday: {x: y}"), "there is no 'day' here (did you mean 'days'?)"),
        ("", "there are no calendars in this file"),
        ("calendars: [a]", "calendars: there is nothing here"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, problem: str) -> None:
    assert problem in "\n".join(told(text))


def test_it_is_never_open_only_if_nothing_opens_it() -> None:
    assert told(one("hours: {monday: closed}\ndays: {2026-05-01: 10:00-12:00}")) == []
    assert (
        told(
            one("hours: {monday: closed}\nperiods: {from: 2026-05-01, until: 2026-05-31, hours: {friday: 09:00-10:00}}")
        )
        == []
    )


@given(st.text(max_size=80) | st.text("abc:-0123456789 {}[],\n", max_size=80).map(lambda text: OFFICE + text))
def test_any_text_is_an_almanac_or_a_config_error(text: str) -> None:
    try:
        almanac(text)
    except ConfigError as wrong:
        assert wrong.problems
