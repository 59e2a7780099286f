"""How people write durations, rates, shares, spans and instants: text to numbers.

Each reader raises ValueError; its message says how to mend the text where "write …" alone would not. The regular
expressions also stand in the JSON Schema, so they keep to what both dialects (Python's and ECMA 262's) mean alike.
"""

from __future__ import annotations

import re
from datetime import datetime

from ccswitch.model.ids import Seconds
from ccswitch.planning.scenario import Span

DAY: Seconds = 86_400.0
LONGEST: Seconds = 366 * DAY

NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"
_UNITS = {"ms": 0.001, "s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": DAY}
_PER = {"s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "hour": 3600.0, "d": DAY, "day": DAY}
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = "(?:" + "|".join(DAYS) + ")"
_CLOCK = "(?:[01]?[0-9]|2[0-4]):[0-5][0-9]"

DURATION = rf"{NUMBER}|(?:{NUMBER} ?(?:ms|s|sec|m|min|h|d) ?)+"
RATE = rf"{NUMBER} ?(?:/|per) ?(?:s|sec|m|min|h|hour|d|day)"
SHARE = rf"{NUMBER}|{NUMBER} ?%"
SPAN = rf"(?:{_DAY}(?:-{_DAY})?(?:, ?{_DAY}(?:-{_DAY})?)* )?{_CLOCK} ?- ?{_CLOCK}"
INSTANT = "(?:19[7-9]|2[01][0-9])[0-9]-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?"
WHOLE = "[0-9]{1,9}"

_PART = re.compile(rf"({NUMBER}) ?(ms|sec|s|min|m|h|d) ?", re.ASCII)
_RATE = re.compile(rf"({NUMBER}) ?(?:/|per) ?([a-z]+)", re.ASCII)
_SPAN = re.compile(rf"(?:(.*) )?({_CLOCK}) ?- ?({_CLOCK})", re.ASCII)


def duration(text: str) -> Seconds:
    """`20s`, `5 min`, `1h30m`, `500ms`, or plain seconds."""
    _fits(DURATION, text)
    seconds = (
        float(text)
        if re.fullmatch(NUMBER, text)
        else sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    )
    if seconds > LONGEST:
        raise ValueError("write a year at most")
    return seconds


def rate(text: str) -> float:
    """Calls per second, from `4.2/min`, `300/h`, `2 per s`, `9000/day`."""
    if re.fullmatch(NUMBER, text, re.ASCII):
        raise ValueError(f"say per what: {text}/h or {text}/min")
    _fits(RATE, text)
    found = _RATE.fullmatch(text)
    assert found is not None  # RATE is the narrower of the two
    return float(found[1]) / _PER[found[2]]


def share(text: str) -> float:
    """A probability, from `3%` or `0.03`."""
    _fits(SHARE, text)
    value = float(text.rstrip("% ")) / (100.0 if text.endswith("%") else 1.0)
    if value > 1.0:
        raise ValueError("write between 0 and 1, or between 0% and 100%")
    return value


def number(text: str) -> float:
    """A number that is not negative."""
    _fits(NUMBER, text)
    return float(text)


def whole(text: str) -> int:
    """A whole number that is not negative."""
    _fits(WHOLE, text)
    return int(text)


def span(text: str) -> tuple[Span, ...]:
    """`Mon-Fri 09:00-18:00`, `Sat,Sun 10:00-14:00`, `08:30-17:00` for every day. One over midnight becomes two."""
    _fits(SPAN, text)
    found = _SPAN.fullmatch(text)
    assert found is not None  # SPAN is the narrower of the two
    days, begins, ends = _days(found[1]), _clock(found[2]), _clock(found[3])
    if begins in (ends, DAY):
        raise ValueError("write two different times; a whole day is 00:00-24:00")
    if begins < ends:
        return (Span(begins=begins, ends=ends, days=days),)
    after = frozenset((day + 1) % 7 for day in days)
    late, early = Span(begins=begins, ends=DAY, days=days), Span(begins=0.0, ends=ends, days=after)
    return (late, early) if ends else (late,)


def _days(text: str | None) -> frozenset[int]:
    if text is None:
        return frozenset(range(7))
    days: set[int] = set()
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        begins, ends = DAYS.index(first), DAYS.index(last or first)
        days |= {day % 7 for day in range(begins, ends + 1 if ends >= begins else ends + 8)}
    return frozenset(days)


def _clock(text: str) -> Seconds:
    hours, _, minutes = text.partition(":")
    seconds = int(hours) * 3600.0 + int(minutes) * 60.0
    if seconds > DAY:
        raise ValueError("a day ends at 24:00")
    return seconds


def instant(text: str) -> datetime:
    """A date from 1970 to 2199, with or without a time of day, as the wall's clock shows it: `2026-11-23 09:00`."""
    _fits(INSTANT, text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such day or time") from None


def _fits(pattern: str, text: str) -> None:
    if re.fullmatch(pattern, text, re.ASCII) is None:
        raise ValueError
