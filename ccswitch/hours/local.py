"""What clocks show in a time zone, and when they show it."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta

from ccswitch.model.calendars import Zone
from ccswitch.model.ids import Seconds

EPOCH = datetime(1970, 1, 1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FAR: Seconds = 86_400.0  # no clock is further from UTC, and none is changed twice within so long


def offset(zone: Zone, now: Seconds) -> int:
    """Seconds by which the zone's clocks are ahead of UTC."""
    return zone.offsets[max(0, bisect_right(zone.offsets, now, key=_instant) - 1)][1]


def wall(zone: Zone, now: Seconds) -> datetime:
    """What the zone's clocks show at `now` (without a zone of its own)."""
    return EPOCH + timedelta(seconds=now + offset(zone, now))


def instants(zone: Zone, shown: datetime) -> list[Seconds]:
    """When the zone's clocks show `shown`: once, twice where they are put back, never where they are put forward."""
    local = (shown - EPOCH).total_seconds()
    offsets = {offset(zone, local + away) for away in (-_FAR, 0.0, _FAR)}
    return sorted(local - ahead for ahead in offsets if offset(zone, local - ahead) == ahead)


def instant(zone: Zone, shown: datetime) -> Seconds:
    """The first instant at which the zone's clocks show `shown` or, where they are put forward over it, later."""
    found = instants(zone, shown)
    if found:
        return found[0]
    local = (shown - EPOCH).total_seconds()
    return next(at for at, ahead in zone.offsets if at > local - _FAR and at + ahead > local)


def _instant(entry: tuple[Seconds, int]) -> Seconds:
    return entry[0]
