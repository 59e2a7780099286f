"""Boards of calendars: how each stands now, what its clocks show, and its next days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ccswitch.floor.hours import next_change, stands
from ccswitch.floor.state import State
from ccswitch.hours.local import WEEKDAYS, wall
from ccswitch.hours.opening import clock, hours_on
from ccswitch.model.calendars import Calendar
from ccswitch.model.ids import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarBoard:
    """A calendar at a glance. `changes_at` is when it opens or closes next (None: not within two weeks), `shown` what
    its clocks show now. `by` is the supervisor who decided otherwise than its hours, until `until` (None: for good)."""

    name: str
    zone: str
    shown: str
    open: bool
    holiday: bool
    note: str
    changes_at: Seconds | None
    by: str
    until: Seconds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """The hours of a date, as 09:00-12:00; none when it is closed."""

    date: str
    weekday: str
    hours: list[str]
    holiday: bool
    note: str


def calendar_boards(state: State, now: Seconds) -> list[CalendarBoard]:
    """All of them, in the order of the file."""
    return [calendar_board(state, calendar, now) for calendar in state.settings.almanac.calendars]


def calendar_board(state: State, calendar: Calendar, now: Seconds) -> CalendarBoard:
    """One of them."""
    found = stands(state, calendar, now)
    return CalendarBoard(
        name=calendar.name,
        zone=calendar.zone.name,
        shown=wall(calendar.zone, now).isoformat(" ", "minutes"),
        open=found.open,
        holiday=found.holiday,
        note=found.note,
        changes_at=next_change(state, calendar, now),
        by=found.by,
        until=(state.overrides[calendar.name].until or None) if found.by else None,
    )


def calendar_days(calendar: Calendar, now: Seconds, count: int = 7) -> list[CalendarDay]:
    """The hours of today and the days after it."""
    today = wall(calendar.zone, now).date()
    found = [hours_on(calendar, today + timedelta(days=ahead)) for ahead in range(count)]
    return [
        CalendarDay(
            date=day.date,
            weekday=WEEKDAYS[date.fromisoformat(day.date).weekday()],
            hours=[f"{clock(start)}-{clock(end)}" for start, end in day.spans],
            holiday=day.holiday,
            note=day.note,
        )
        for day in found
    ]
