"""Instants and durations as people read them, and text that is safe on a terminal."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

# C0, DEL, C1, line separators, and what turns the direction of writing: a caller's name is anybody's text.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """`text` without anything that would steer a terminal or end a line."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


def span(seconds: float | None) -> str:
    """A duration: 0:42, 12:05, 1:02:03, 3 d 04:05:06; empty for None."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours:02}:{minutes:02}:{rest:02}"
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def at(instant: float | None, now: float) -> str:
    """An instant in local time: the time of day, with the date when it is another day's; empty for None and 0."""
    if not instant:
        return ""
    then, today = datetime.fromtimestamp(instant), datetime.fromtimestamp(now).date()
    return then.strftime("%H:%M:%S" if then.date() == today else "%Y-%m-%d %H:%M:%S")


def since(instant: float | None, now: float) -> str:
    """An instant with how long ago it was: `14:03:22 (0:42)`."""
    return f"{at(instant, now)} ({span(now - instant)})" if instant else ""


def percent(share: float | None) -> str:
    """A share of 1 as per cent; a dash when there is none."""
    return "–" if share is None else f"{share * 100:.1f} %"


_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d")
FORMS = "write 90s, 2h, 14:30, 2026-11-21 or '2026-11-21 14:30'"


def duration(text: str) -> float:
    """Seconds from `90`, `90s`, `5m`, `2h`, `1d`. Raises ValueError that says the forms."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd]?)", text.strip())
    if not found:
        raise ValueError(f"{text!r} is no duration: write 90s, 5m, 2h or 1d")
    return float(found[1]) * _UNITS[found[2] or "s"]


def instant(text: str, now: float) -> float:
    """An instant from how long ago (`2h`), a time of today (`14:30`) or a date. Raises ValueError with the forms."""
    if re.fullmatch(r"\d+(?:\.\d+)?\s*[smhd]", text.strip()):
        return now - duration(text)
    today = datetime.fromtimestamp(now).strftime("%Y-%m-%d")
    for form in _FORMATS:
        for written in (text.strip(), f"{today} {text.strip()}"):
            try:
                return datetime.strptime(written, form).timestamp()
            except ValueError:
                continue
    raise ValueError(f"{text!r} is no time: {FORMS}")


def later(text: str, now: float) -> float:
    """An instant to come: a time of today, or of tomorrow when it is over (`08:00`), or a date. Raises ValueError."""
    if re.fullmatch(r"\d+(?:\.\d+)?\s*[smhd]", text.strip()):
        raise ValueError(f"{text!r} is how long, not when: write 18:00 or '2026-11-21 14:30'")
    found = instant(text, now)
    if found <= now and re.fullmatch(r"\d{1,2}:\d{2}(?::\d{2})?", text.strip()):
        found = (datetime.fromtimestamp(found) + timedelta(days=1)).timestamp()
    if found <= now:
        raise ValueError(f"{text!r} is over")
    return found
