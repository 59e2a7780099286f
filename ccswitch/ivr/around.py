"""What conditions and templates may ask for besides a script's own variables: the call, and the queues."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from ccswitch.hours.local import EPOCH, WEEKDAYS, instant, wall
from ccswitch.hours.opening import Standing, standing
from ccswitch.model.calendars import Almanac
from ccswitch.model.ids import Seconds

Around = Callable[[], Mapping[str, Any]]  # made only when a step asks

CALL_NAMES: dict[str, str] = {
    "caller": "the caller's number",
    "caller_name": "the name that came with it",
    "called": "the number that was called",
    "entry": "the entry through which the call came",
    "queue": "queues by name: `queue.sales.waiting`, `.longest_wait` (seconds), `.agents` (there), `.free` (of them), "
    "`.expected_wait` (seconds) and `.expected_minutes`, which are not defined while nothing can be said",
    "calendar": "calendars by name: `calendar.office.open`, `.holiday`, `.note`",
    "time": "by the site's clocks: `time.hour`, `.minute`, `.weekday` (monday), `.date` (2026-02-17)",
}

QUEUE_NUMBERS = ("waiting", "longest_wait", "agents", "free", "expected_wait", "expected_minutes")


def clock(almanac: Almanac, now: Seconds) -> Mapping[str, Any]:
    """What `time` is at `now`."""
    shown = wall(almanac.zone, now)
    weekday = WEEKDAYS[shown.weekday()]
    return {"hour": shown.hour, "minute": shown.minute, "weekday": weekday, "date": shown.date().isoformat()}


def given(pretended: Iterable[tuple[str, str]], almanac: Almanac = Almanac()) -> Around:
    """What a rehearsal pretends: ("caller", "138…"), ("queue.sales.waiting", "7"), ("calendar.office", "closed"),
    ("time", "2026-02-17T10:00") by the site's clocks, for which its calendars are looked at."""
    known: dict[str, Any] = {}
    queues: dict[str, dict[str, float]] = known.setdefault("queue", {})
    calendars: dict[str, Mapping[str, Any]] = {}
    for name, value in pretended:
        if (found := _QUEUE_NUMBER.fullmatch(name)) is not None:
            queues.setdefault(found[1], {})[found[2]] = float(value)
        elif (found := _CALENDAR.fullmatch(name)) is not None:
            calendars[found[1]] = Standing(value == "open", value == "holiday")._asdict()
        elif name == "time":
            now = instant(almanac.zone, datetime.fromisoformat(value))
            known["time"] = clock(almanac, now)
            known["calendar"] = {one.name: standing(one, now)._asdict() for one in almanac.calendars}
        else:
            known[name] = value
    known["calendar"] = {**known.get("calendar", {}), **calendars}
    return lambda: known


def given_trouble(name: str, value: str) -> str:
    """Why this cannot be pretended; empty when it can."""
    if _QUEUE_NUMBER.fullmatch(name) is not None:
        return "" if _NUMBER.fullmatch(value) else f"{name} is a number"
    if _CALENDAR.fullmatch(name) is not None:
        return "" if value in _STANDINGS else f"a calendar is {', '.join(_STANDINGS)}"
    if name == "time":
        return "" if _is_time(value) else "write it as 2026-02-17T10:00"
    plain = [known for known in CALL_NAMES if known not in ("queue", "calendar")]
    numbers = ", ".join(f"queue.NAME.{number}" for number in QUEUE_NUMBERS)
    return "" if name in plain else f"there is {', '.join(plain)}, {numbers}, calendar.NAME"


def _is_time(value: str) -> bool:
    try:
        return _TIME.fullmatch(value) is not None and datetime.fromisoformat(value) > EPOCH
    except ValueError:
        return False


_QUEUE_NUMBER = re.compile(rf"queue\.([\w.-]+)\.({'|'.join(QUEUE_NUMBERS)})")
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,3})?", re.ASCII)
_CALENDAR = re.compile(r"calendar\.(\w+)", re.ASCII)
_STANDINGS = ("open", "closed", "holiday")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}", re.ASCII)


def nothing_around() -> Mapping[str, Any]:
    """A call of which nothing is known."""
    return {}
