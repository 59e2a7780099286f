"""Calendars for tests, read from files as sites write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from ccswitch.controller.config.almanac import Libraries
from ccswitch.errors import ConfigError
from ccswitch.hours.calendar_file import parse_calendars
from ccswitch.model.calendars import Almanac, Calendar, Zone

TODAY = date(2026, 1, 15)
OFFICE = """\
zone: Asia/Shanghai
calendars:
  office:
    hours:
      monday-friday: 09:00-12:00, 13:00-18:00
    holidays: CN
    makeup: monday
    days:
      2026-03-08: {hours: 10:00-12:00, note: open day}
      2026-12-24 to 2026-12-26: {hours: closed, note: stocktaking}
"""


def almanac(text: str = OFFICE) -> Almanac:
    """`text` read on TODAY."""
    return parse_calendars(text, "calendars.yaml", Libraries(), TODAY, Zone())


def calendar(text: str = OFFICE) -> Calendar:
    """The first calendar of `text`."""
    return almanac(text).calendars[0]


def told(text: str) -> list[str]:
    """Everything that is wrong with `text`."""
    try:
        almanac(text)
    except ConfigError as wrong:
        return [str(problem) for problem in wrong.problems]
    return []


def at(zone: str, shown: str, *, fold: int = 0) -> float:
    """When clocks in `zone` show `2026-02-17 10:00`; the second time with `fold=1`."""
    return datetime.fromisoformat(shown).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC).timestamp()
