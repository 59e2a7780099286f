"""When a site is open, as plain values: everything that needs a library (time zones, public holidays) is worked out
before they come here. `hours/` reads them.
"""

from __future__ import annotations

from ccswitch.model.ids import Seconds
from ccswitch.model.value import value

Span = tuple[int, int]  # minutes after midnight; an end above 1440 is on the next day


@value
class Zone:
    """A time zone: from each of the instants in `offsets` on, its clocks are so many seconds ahead of UTC. The first
    offset holds before its instant too."""

    name: str = "UTC"
    offsets: tuple[tuple[Seconds, int], ...] = ((0.0, 0),)


@value
class Week:
    """Hours of each weekday, Monday first, on dates from `since` until `until` (both included, as 2026-02-17)."""

    days: tuple[tuple[Span, ...], ...]
    since: str = ""
    until: str = "9999-12-31"


@value
class SpecialDay:
    """A date with hours of its own: none when it is closed. `holiday`: a public one."""

    date: str
    spans: tuple[Span, ...] = ()
    holiday: bool = False
    note: str = ""


@value
class Calendar:
    """A calendar's hours by the clocks of `zone`: those of the date in `days` (sorted), else those of the first of
    `weeks` that holds then."""

    name: str
    zone: Zone
    weeks: tuple[Week, ...]
    days: tuple[SpecialDay, ...] = ()


@value
class Almanac:
    """A site's calendars, and the zone of its clocks."""

    zone: Zone = Zone()
    calendars: tuple[Calendar, ...] = ()
