"""What supervisors order about calendars: open or closed at once, for a while, or by their hours again."""

from __future__ import annotations

from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.hours import calendar_of
from ccswitch.floor.staffing import accepted, refuse
from ccswitch.floor.state import State
from ccswitch.hours.opening import standing
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.ids import Seconds
from ccswitch.reading.findings import did_you_mean


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


def _missing(state: State, name: str) -> str:
    known = [one.name for one in state.settings.almanac.calendars]
    return f"no calendar named {name!r}; {did_you_mean(name, known) or 'there is none'}"
