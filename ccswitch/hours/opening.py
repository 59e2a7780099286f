"""Whether a calendar is open: now, until when, and on which spans of a week.

Hours are what clocks show. When clocks are put back an hour is there twice and is open twice; a span that begins on one
day and ends on the next belongs to the day on which it begins.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from ccswitch.hours.local import instants, wall
from ccswitch.model.calendars import Calendar, SpecialDay
from ccswitch.model.ids import Seconds

DAY_MINUTES = 24 * 60
DAY = timedelta(days=1)
_STRIDE: Seconds = 7 * 86_400.0  # so much is looked at in one go


class Standing(NamedTuple):
    """How a calendar stands: open or not, whether the date is a public holiday, and the date's note (or why a
    supervisor decided otherwise; then he is `by`)."""

    open: bool
    holiday: bool = False
    note: str = ""
    by: str = ""


def standing(calendar: Calendar, now: Seconds) -> Standing:
    """How it stands at `now`."""
    shown = wall(calendar.zone, now)
    today, minute = shown.date(), shown.hour * 60 + shown.minute
    hours = hours_on(calendar, today)
    late = hours_on(calendar, today - DAY).spans
    is_open = any(start <= minute < end for start, end in hours.spans) or any(
        minute + DAY_MINUTES < end for _, end in late
    )
    return Standing(is_open, hours.holiday, hours.note)


def hours_on(calendar: Calendar, day: date) -> SpecialDay:
    """The hours of a date."""
    written = day.isoformat()
    place = bisect_left(calendar.days, written, key=_date)
    if place < len(calendar.days) and calendar.days[place].date == written:
        return calendar.days[place]
    week = next((week for week in calendar.weeks if week.since <= written <= week.until), None)
    return SpecialDay(date=written, spans=week.days[day.weekday()] if week else ())


def changes(calendar: Calendar, since: Seconds, until: Seconds) -> Iterator[tuple[Seconds, bool]]:
    """Each instant after `since` and before `until` at which it opens (True) or closes."""
    is_open = standing(calendar, since).open
    while since < until:
        end = min(since + _STRIDE, until)
        for at in sorted(_moments(calendar, since, end)):
            was, is_open = is_open, standing(calendar, at).open
            if is_open is not was and at < until:
                yield at, is_open
        since = end


def _moments(calendar: Calendar, since: Seconds, until: Seconds) -> set[Seconds]:
    """Every instant after `since` up to `until` at which something may change: where a span begins or ends, and where
    clocks are put forward or back."""
    found = {at for at, _ in calendar.zone.offsets}
    day, last = wall(calendar.zone, since).date() - 2 * DAY, wall(calendar.zone, until).date() + DAY
    while day <= last:
        midnight = datetime.combine(day, time())
        for minute in (minute for span in hours_on(calendar, day).spans for minute in span):
            found.update(instants(calendar.zone, midnight + timedelta(minutes=minute)))
        day += DAY
    return {at for at in found if since < at <= until}


def never_opens(calendar: Calendar, today: date) -> bool:
    """Whether no date of the year that begins with `today` has hours."""
    return not any(hours_on(calendar, today + days * DAY).spans for days in range(366))


def _date(day: SpecialDay) -> str:
    return day.date


def clock(minute: int) -> str:
    """Minutes after midnight as clocks show them; the midnight at the end of a day is 24:00."""
    return "24:00" if minute == DAY_MINUTES else f"{minute // 60 % 24:02}:{minute % 60:02}"
