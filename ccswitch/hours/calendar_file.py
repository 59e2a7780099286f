"""Turns the YAML of `calendars.yaml` into an `Almanac`, or says everything that is wrong with it.

The language is the table at the end; docs/engineer.md describes it. What a library has to tell (time zones, holidays)
is asked of a `World`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple, Protocol

from ccswitch.hours.local import WEEKDAYS
from ccswitch.hours.opening import DAY, DAY_MINUTES, clock, never_opens
from ccswitch.model.calendars import Almanac, Calendar, Span, SpecialDay, Week, Zone
from ccswitch.reading.findings import Findings, Place, all_or_nothing, did_you_mean, shown
from ccswitch.reading.kinds import Field, Kind, ListOf, Named, Record, Scalar, Schema, Spot, Taken
from ccswitch.reading.yaml_nodes import Many, Node, Table, Text, read_yaml

YEARS_BACK, YEARS_AHEAD = 1, 5  # around the present one, for which holidays and changes of clocks are worked out
DAYS_LIMIT = 366  # of one range
CALENDARS_LIMIT = 100
NO_MAKEUP = "none"
CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Holidays:
    """The public holidays of a country by date, and the weekend days that are worked to make up for some."""

    days: Mapping[date, str]
    workdays: frozenset[date]


class World(Protocol):
    """What libraries know."""

    def zone(self, name: str, years: range) -> Zone | None:
        """A time zone by its name in the IANA database, with its changes of clocks; None when there is none."""
        ...

    def zones(self) -> Iterable[str]:
        """The names of all zones."""
        ...

    def holidays(self, country: str, part: str, years: range) -> Holidays | None:
        """Those of a country (ISO 3166), or of a `part` of it; None when they are not known."""
        ...

    def countries(self) -> Mapping[str, Collection[str]]:
        """The countries whose holidays are known, with their parts."""
        ...


def parse_calendars(text: str, file: str, world: World, today: date, usual: Zone) -> Almanac:
    """The calendars in `text`, whose file is called `file` in messages; `usual` is the zone if the file names none.

    Raises ConfigError with every problem found, each with line, column and a hint; never anything else.
    """
    return all_or_nothing(file, lambda findings: _almanac(text, _Known(world, today, usual), findings))


class _Known(NamedTuple):
    world: World
    today: date
    usual: Zone

    @property
    def years(self) -> range:
        """The years of which dates are known: as many back and ahead as the constants say."""
        return range(self.today.year - YEARS_BACK, self.today.year + YEARS_AHEAD + 1)


def _almanac(text: str, known: _Known, findings: Findings) -> Almanac | None:
    root = read_yaml(text, findings, kind="calendar file")
    if root is None:
        if not findings:
            findings.add(Place(), "there are no calendars in this file", "begin with `calendars:`")
        return None
    spot = Spot(findings)
    taken = FILE.read(root, spot)
    if taken is None:
        return None
    known = known._replace(usual=_zone(taken, "zone", known, spot) or known.usual)
    calendars = taken["calendars"] or {}
    made = [_calendar(name, table, known, spot.inside(name)) for name, table in calendars.items()]
    return Almanac(zone=known.usual, calendars=tuple(made))


def _zone(taken: Taken, key: str, known: _Known, spot: Spot) -> Zone | None:
    name = taken[key]
    zone = known.world.zone(name, known.years) if name else None
    if name and zone is None:
        zones = sorted(known.world.zones())
        spot.report(taken.place(key), f"there is no time zone {shown(name)}", did_you_mean(name, zones))
    return zone


def _calendar(name: str, taken: Taken, known: _Known, spot: Spot) -> Calendar:
    week = taken["hours"] or ((),) * 7
    special = _public(taken, week, known, spot) | _own(taken, known)
    calendar = Calendar(
        name=name,
        zone=_zone(taken, "zone", known, spot) or known.usual,
        weeks=(*_periods(taken, spot), Week(days=week)),
        days=tuple(special[day] for day in sorted(special)),
    )
    if not spot.findings and never_opens(calendar, known.today):
        spot.report(taken.place("hours"), "it is never open within a year", "give a weekday some hours")
    return calendar


def _periods(taken: Taken, spot: Spot) -> Iterator[Week]:
    for period in taken["periods"] or ():
        since, until, hours = period["from"], period["until"], period["hours"]
        if since and until and since > until:
            spot.report(period.place("until"), f"{until} is before {since}", "write the earlier date first")
        if since and until and hours:
            yield Week(days=hours, since=since.isoformat(), until=until.isoformat())


def _public(taken: Taken, week: tuple[tuple[Span, ...], ...], known: _Known, spot: Spot) -> dict[str, SpecialDay]:
    """The holidays of the country, and the weekend days on which the hours of another weekday are worked."""
    if not taken["holidays"]:
        return {}
    country, _, part = taken["holidays"].partition("-")
    holidays = known.world.holidays(country, part, known.years)
    if holidays is None:
        countries = known.world.countries()
        choice = [f"{country}-{one}" for one in countries[country]] if country in countries else sorted(countries)
        spot.report(
            taken.place("holidays"),
            f"no holidays are known of {shown(taken['holidays'])}",
            did_you_mean((part and taken["holidays"]) or country, choice),
        )
        return {}
    makeup = taken["makeup"]
    if holidays.workdays and makeup is None:
        what = f"{country} has weekend days that are worked to make up for holidays: by the hours of which weekday?"
        spot.report(taken.place("holidays"), what, f"add `makeup: monday`, or `makeup: {NO_MAKEUP}`")
    worked = week[WEEKDAYS.index(makeup)] if makeup in WEEKDAYS else None
    found = {day: SpecialDay(date=day.isoformat(), holiday=True, note=name) for day, name in holidays.days.items()}
    if worked is not None:
        note = "make-up workday"
        found |= {day: SpecialDay(date=day.isoformat(), spans=worked, note=note) for day in holidays.workdays}
    return {one.date: one for one in found.values()}


def _own(taken: Taken, known: _Known) -> dict[str, SpecialDay]:
    found: dict[str, SpecialDay] = {}
    for dates, hours in taken["days"] or ():
        for day in dates.within(known.years):
            written = day.isoformat()
            found[written] = SpecialDay(date=written, spans=hours.spans, note=hours.note)
    return found


# ---- what may stand in the file -----------------------------------------------------------------------------


class Dates(NamedTuple):
    """A date, or a range of them (both included); year 0 is every year."""

    first: tuple[int, int, int]
    last: tuple[int, int, int]

    def within(self, years: range) -> Iterator[date]:
        """Each of them."""
        for year in years if self.first[0] == 0 else [0]:
            first, last = (_date((one[0] or year, one[1], one[2])) for one in self)
            while first and last and first <= last:
                yield first
                first += DAY


class Hours(NamedTuple):
    """The hours of own days."""

    spans: tuple[Span, ...]
    note: str = ""


_SPAN = re.compile(r"([0-9]{1,2}):([0-5][0-9])\s*[-–]\s*([0-9]{1,2}):([0-5][0-9])", re.ASCII)
_DATE = re.compile(r"(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})", re.ASCII)
_SPANS = "hours, as 09:00-12:00, 13:00-18:00"


def _spans(text: str) -> tuple[Span, ...]:
    """`09:00-12:00, 22:00-02:00`, or `closed`. Raises ValueError."""
    if text == CLOSED:
        return ()
    spans = [_span(part.strip()) for part in text.split(",")]
    for (_, end), (start, _) in zip(sorted(spans), sorted(spans)[1:], strict=False):
        if start < end:
            raise ValueError(f"two of its spans overlap at {clock(start)}")
    return tuple(sorted(spans))


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError("")
    start, end = (int(found[n]) * 60 + int(found[n + 1]) for n in (1, 3))
    if start >= DAY_MINUTES or end > DAY_MINUTES or start == end:
        raise ValueError(f"times are from 00:00 to 24:00, not {text}")
    return (start, end if end > start else end + DAY_MINUTES)


def _date(parts: tuple[int, int, int]) -> date | None:
    with suppress(ValueError):
        return date(*parts)
    return None


def _day(text: str) -> date:
    found = _DATE.fullmatch(text)
    day = _date((int(found[1]), int(found[2]), int(found[3]))) if found and found[1] else None
    if day is None:
        raise ValueError("write a date, as 2026-02-17")
    return day


def _dates(text: str) -> Dates:
    """`2026-02-17`, `12-25` (every year) or `2026-02-15 to 2026-02-23`. Raises ValueError."""
    ends = [_DATE.fullmatch(part.strip()) for part in text.split(" to ")]
    if not 1 <= len(ends) <= 2:
        raise ValueError("")
    read = [(int(one[1] or 0), int(one[2]), int(one[3])) for one in ends if one is not None]
    days = [_date((year or 2024, month, day)) for year, month, day in read]  # 2024 has a 29th of February
    if len(read) < len(ends) or None in days or len({one[0] == 0 for one in read}) > 1:
        raise ValueError("")
    first, last = days[0], days[-1]
    assert first and last
    if not timedelta() <= last - first < timedelta(days=DAYS_LIMIT):
        raise ValueError("write the earlier date first, at most a year before the later one")
    return Dates(read[0], read[-1])


class WeekKind(Kind):
    """A table of weekdays (`monday`, `monday-friday`) with their hours; those that are left out are closed."""

    needs = f"weekdays with {_SPANS}"

    def read(self, node: Node, spot: Spot) -> Any:
        """Seven days, Monday first."""
        if not isinstance(node, Table) or not node.entries:
            spot.report(node.at, "there are no hours here", "as `monday-friday: 09:00-18:00` below it")
            return None
        days: dict[int, tuple[Span, ...]] = {}
        for written, value in node.entries.values():
            spans = SPANS.read(value, spot.inside(written.value))
            for day in self._weekdays(written, spot):
                if day in days:
                    spot.report(written.at, f"{WEEKDAYS[day]} has hours already", "name each day once")
                days[day] = spans or ()
        week = tuple(days.get(day, ()) for day in range(7))
        self._check_nights(week, node.at, spot)
        return week

    def _weekdays(self, written: Text, spot: Spot) -> list[int]:
        names = [part.strip() for part in written.value.split("-")]
        for name in names:
            if name not in WEEKDAYS:
                spot.report(written.at, f"there is no weekday {shown(name)}", did_you_mean(name, WEEKDAYS))
                return []
        first, last = WEEKDAYS.index(names[0]), WEEKDAYS.index(names[-1])
        if len(names) > 2 or (len(names) == 2 and first >= last):
            spot.report(written.at, f"{shown(written.value)} are no weekdays", "as monday-friday")
            return []
        return list(range(first, last + 1))

    def _check_nights(self, week: tuple[tuple[Span, ...], ...], at: Place, spot: Spot) -> None:
        for day, spans in enumerate(week):
            onward = week[(day + 1) % 7]
            if spans and onward and spans[-1][1] - DAY_MINUTES > onward[0][0]:
                names = WEEKDAYS[day], WEEKDAYS[(day + 1) % 7]
                spot.report(at, f"the night of {names[0]} overlaps the hours of {names[1]}", "let one end earlier")

    def schema(self) -> Schema:
        """An object of hours."""
        return {"type": "object", "additionalProperties": SPANS.schema(), "minProperties": 1}


class DaysKind(Kind):
    """A table of dates with the hours that they have instead."""

    needs = "dates, as 2026-12-24: closed"

    def read(self, node: Node, spot: Spot) -> Any:
        """Pairs of Dates and Hours."""
        if not isinstance(node, Table):
            spot.report(node.at, "there are no dates here", f"write {self.needs}")
            return None
        found = []
        for written, value in node.entries.values():
            dates = DATES.read(written, spot)
            hours = self._hours(value, spot.inside(written.value))
            if dates and hours:
                found.append((dates, hours))
        return found

    def _hours(self, node: Node, spot: Spot) -> Hours | None:
        if isinstance(node, Table):
            taken = OWN_DAY.read(node, spot)
            return None if taken is None or taken["hours"] is None else Hours(taken["hours"], taken["note"] or "")
        spans = SPANS.read(node, spot)
        return None if spans is None else Hours(spans)

    def schema(self) -> Schema:
        """An object of hours."""
        return {"type": "object", "additionalProperties": {"anyOf": [SPANS.schema(), OWN_DAY.schema()]}}


class SpansKind(Kind):
    """Hours of a day: one text with commas, or a list."""

    needs = f"{_SPANS}, or {CLOSED}"

    def read(self, node: Node, spot: Spot) -> Any:
        """Spans in minutes."""
        if isinstance(node, Many) and node.items and all(isinstance(item, Text) for item in node.items):
            node = Text(", ".join(item.value for item in node.items if isinstance(item, Text)), node.at)
        return _HOURS.read(node, spot)

    def schema(self) -> Schema:
        """A text, or a list of texts."""
        return {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}


_TEXT: Schema = {"type": "string"}
_HOURS = Scalar(f"{_SPANS}, or {CLOSED}", _spans, _TEXT)
SPANS = SpansKind()
DATES = Scalar("a date, as 2026-02-17, 12-25 or 2026-02-15 to 2026-02-23", _dates, _TEXT)
DAY_KIND = Scalar("a date, as 2026-02-17", _day, _TEXT)
NOTE = Scalar("a few words", str, _TEXT)
OWN_DAY = Record({"hours": Field(SPANS, "closed, or its hours", required=True), "note": Field(NOTE, "why")})
PERIOD = Record(
    {
        "from": Field(DAY_KIND, "the first date", required=True),
        "until": Field(DAY_KIND, "the last date", required=True),
        "hours": Field(WeekKind(), "the weekly hours meanwhile", required=True),
        "note": Field(NOTE, "for its reader"),
    }
)


def _weekday(text: str) -> str:
    if text not in (*WEEKDAYS, NO_MAKEUP):
        raise ValueError(did_you_mean(text, [*WEEKDAYS, NO_MAKEUP]))
    return text


ONE = Record(
    {
        "description": Field(NOTE, "for its reader"),
        "zone": Field(Scalar("a time zone, as Asia/Shanghai", str, _TEXT), "by whose clocks; the file's if left out"),
        "hours": Field(WeekKind(), "the hours of a usual week", required=True),
        "periods": Field(ListOf(PERIOD, 50), "other weekly hours from one date until another"),
        "holidays": Field(Scalar("a country, as CN or DE-BY", str, _TEXT), "closed on its public holidays"),
        "makeup": Field(
            Scalar("a weekday, or none", _weekday, _TEXT),
            "the weekday whose hours are worked on weekend days that make up for holidays (China)",
        ),
        "days": Field(DaysKind(), "dates with hours of their own; they go before everything else"),
    }
)
FILE = Record(
    {
        "zone": Field(Scalar("a time zone, as Asia/Shanghai", str, _TEXT), "of the site; its server's if left out"),
        "calendars": Field(
            Named(ONE, re.compile(r"[A-Za-z]\w{0,31}", re.ASCII), CALENDARS_LIMIT), "by name", required=True
        ),
    }
)
