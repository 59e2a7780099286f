"""Calendars on the floor: what the files say, unless a supervisor decided otherwise for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.staffing import accepted, refuse
from ccswitch.floor.state import State
from ccswitch.hours.local import WEEKDAYS, wall
from ccswitch.hours.opening import Standing, changes, clock, hours_on, standing
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.calendars import Calendar
from ccswitch.model.ids import Seconds
from ccswitch.reading.findings import did_you_mean


def calendar_of(state: State, name: str) -> Calendar | None:
    """The calendar of that name in the settings in force."""
    return next((one for one in state.settings.almanac.calendars if one.name == name), None)


def stands(state: State, calendar: Calendar, now: Seconds) -> Standing:
    """How a calendar stands at `now`, by a supervisor's word or else by its hours."""
    override = state.overrides.get(calendar.name)
    if override is not None and not (override.until and override.until <= now):
        return Standing(override.open, False, override.reason, override.author)
    return standing(calendar, now)


def override_calendar(state: State, order: d.OverrideCalendar, now: Seconds) -> Decided:
    """Open or closed at once, until a time or until it is taken back."""
    if calendar_of(state, order.calendar) is None:
        return refuse(order, _missing(state, order.calendar), missing=True)
    if order.until and order.until <= now:
        return refuse(order, "that time is over")
    overridden = o.CalendarOverridden(
        calendar=order.calendar, open=order.open, until=order.until, author=order.author, reason=order.reason
    )
    word = "open" if order.open else "closed"
    how_long = f"for {(order.until - now) / 60:.0f} min" if order.until else "until it is told to follow its hours"
    return Decided([overridden, accepted(order, f"calendar {order.calendar} is {word} {how_long}")], [])


def follow_calendar(state: State, order: d.FollowCalendar, now: Seconds) -> Decided:
    """Back to its hours."""
    calendar = calendar_of(state, order.calendar)
    if calendar is None:
        return refuse(order, _missing(state, order.calendar), missing=True)
    word = "open" if standing(calendar, now).open else "closed"
    told = accepted(order, f"calendar {order.calendar} follows its hours: it is {word}")
    if order.calendar not in state.overrides:
        return Decided([told], [])
    return Decided([o.CalendarFollowed(calendar=order.calendar, why=f"told by {order.author}"), told], [])


def override_due(state: State, subject: str, now: Seconds) -> Decided:
    """The time of a supervisor's word is over."""
    if subject not in state.overrides:
        return nothing()
    return Decided([o.CalendarFollowed(calendar=subject, why="the time is over")], [])


# ---- to look at -----------------------------------------------------------------------------------------------


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


AHEAD: Seconds = 14 * 86_400.0  # so far is looked for the next change


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
        changes_at=_next_change(state, calendar, found, now),
        by=found.by,
        until=(state.overrides[calendar.name].until or None) if found.by else None,
    )


def _next_change(state: State, calendar: Calendar, found: Standing, now: Seconds) -> Seconds | None:
    until = state.overrides[calendar.name].until if found.by else now
    if not until:
        return None
    if standing(calendar, until).open is not found.open:
        return until
    return next((at for at, _ in changes(calendar, until, now + AHEAD)), None)


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


def _missing(state: State, name: str) -> str:
    known = [one.name for one in state.settings.almanac.calendars]
    return f"no calendar named {name!r}; {did_you_mean(name, known) or 'there is none'}"
