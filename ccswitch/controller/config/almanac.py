"""What libraries know of time zones and public holidays, worked out into plain values for the brain."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from ccswitch.errors import ConfigError, Problem
from ccswitch.hours.calendar_file import YEARS_AHEAD, YEARS_BACK, Holidays, parse_calendars
from ccswitch.model.calendars import Almanac, Zone
from ccswitch.model.ids import Seconds

LOCALTIME = Path("/etc/localtime")
_STEP = timedelta(days=1)


def load_almanac(path: Path, today: date | None = None) -> Almanac:
    """The calendars in the file `path`; none when there is no such file. Raises ConfigError with all that is wrong."""
    today = today or datetime.now().date()
    usual = Libraries().zone(_servers_zone(), _around(today)) or Zone()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Almanac(zone=usual)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([Problem(str(path), 1, 1, f"cannot be read: {error}", "save it as UTF-8")]) from error
    return parse_calendars(text, str(path), Libraries(), today, usual)


class Libraries:
    """The IANA time zones by `zoneinfo`, holidays by `holidays`."""

    def zone(self, name: str, years: range) -> Zone | None:
        """A zone with its changes of clocks in these years."""
        try:
            return Zone(name=name, offsets=_offsets(name, years.start, years.stop))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None

    def zones(self) -> Iterable[str]:
        """All names."""
        return available_timezones()

    def holidays(self, country: str, part: str, years: range) -> Holidays | None:
        """Those of a country, named in English where that is known."""
        import holidays  # 50 ms, for those who have a calendar with holidays

        supported = holidays.list_supported_countries(include_aliases=False)
        if country not in supported or (part and part not in supported[country]):
            return None
        english = [one for one in holidays.list_localized_countries().get(country, []) if one.startswith("en")]
        found = holidays.country_holidays(
            country, subdiv=part or None, years=years, language="en_US" if "en_US" in english else None
        )
        worked = frozenset(day for day in found.weekend_workdays if day.year in years)
        return Holidays(days=dict(found.items()), workdays=worked)

    def countries(self) -> Mapping[str, Collection[str]]:
        """Those of the library."""
        import holidays

        return holidays.list_supported_countries(include_aliases=False)


def _around(today: date) -> range:
    return range(today.year - YEARS_BACK, today.year + YEARS_AHEAD + 1)


@lru_cache(maxsize=64)
def _offsets(name: str, first: int, last: int) -> tuple[tuple[Seconds, int], ...]:
    """When the clocks of a zone are changed from the year `first` to before `last`; to the second."""
    zone = ZoneInfo(name)

    def ahead(at: datetime) -> int:
        """How many whole seconds the zone's clocks are ahead of UTC at that instant."""
        found = at.astimezone(zone).utcoffset()
        return int(found.total_seconds()) if found else 0

    at, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last, 1, 1, tzinfo=UTC)
    found = [(at.timestamp(), ahead(at))]
    while at < end:
        onward = at + _STEP
        if ahead(onward) != found[-1][1]:
            low, high = at, onward
            while high - low > timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                low, high = (middle, high) if ahead(middle) == found[-1][1] else (low, middle)
            found.append((high.timestamp(), ahead(high)))
        at = onward
    return tuple(found)


def _servers_zone() -> str:
    """The name of this machine's zone: TZ, or where its clock is linked to; UTC when neither says."""
    named = os.environ.get("TZ", "").lstrip(":")
    linked = str(LOCALTIME.resolve()).partition("zoneinfo/")[2] if LOCALTIME.exists() else ""
    return named or linked or "UTC"
