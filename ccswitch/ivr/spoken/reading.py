"""What a template gave, read as a number, an amount, digits, a day or an hour. It may come from a caller's keys, a
look-up or a slip of the pen, so it is judged before it is said."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

LARGEST = Decimal(10) ** 15  # numbers are said below this; nobody follows longer ones
DECIMALS = 6  # of a number; further ones are rounded away
MOST_DIGITS = 40
SHOWN = 40  # characters of a wrong value in a message

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+|(?=\.))(?:\.\d*)?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_DIGITS = re.compile(r"[0-9*#+]+", re.ASCII)
_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?", re.ASCII)
_TIME = re.compile(r"(?:.*[T ])?(\d{1,2}):?(\d{2})(?::?\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?", re.ASCII)


class Unsayable(Exception):
    """The text is not what it should be; the message says what it is. Never leaves this room."""


def number(text: str) -> Decimal:
    """A number with at most six decimals, as `-1,023.50` or `1e3`."""
    return _rounded(text, DECIMALS).normalize() + 0  # + 0: there is no minus zero


def amount(text: str) -> Decimal:
    """An amount of money with two decimals."""
    return _rounded(text, 2)


def digits(text: str) -> str:
    """Keys and digits without the blanks, dashes, dots and brackets that people write between them."""
    found = re.sub(r"[\s().\-/]", "", text)
    if not _DIGITS.fullmatch(found):
        raise Unsayable(f"{shown(text)} is not made of digits")
    if len(found) > MOST_DIGITS:
        raise Unsayable(f"{len(found)} digits are too many to be said, at most {MOST_DIGITS}")
    return found


def day(text: str) -> date:
    """A day, as `2026-11-22`, `20261122` or the beginning of a time stamp."""
    found = _DATE.fullmatch(text.strip()[:SHOWN])
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise Unsayable(f"{shown(text)} is not a day, as 2026-11-22")


def hour(text: str) -> time:
    """An hour and minute, as `15:30`, `1530` or the end of a time stamp."""
    stripped = text.strip()[:SHOWN]
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ].*", stripped):
            return datetime.fromisoformat(stripped).time().replace(second=0, microsecond=0, tzinfo=None)
        if found := _TIME.fullmatch(stripped):
            return time(int(found[1]), int(found[2]))
    except ValueError:
        pass
    raise Unsayable(f"{shown(text)} is not a time of day, as 15:30")


def shown(text: str) -> str:
    """A wrong value for a message."""
    return "nothing" if not text.strip() else repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")


def _rounded(text: str, decimals: int) -> Decimal:
    stripped = text.strip()
    if len(stripped) > 2 * SHOWN or not _NUMBER.fullmatch(stripped) or not re.search(r"\d", stripped):
        raise Unsayable(f"{shown(text)} is not a number")
    value = Decimal(stripped.replace(",", ""))
    if value and value.adjusted() > LARGEST.adjusted():  # before anything is computed with 1e999
        raise Unsayable(f"{shown(text)} is too large to be said, below {LARGEST:,f}")
    if value and value.adjusted() < -2 * DECIMALS:
        value = Decimal(0)
    value = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if abs(value) >= LARGEST:
        raise Unsayable(f"{shown(text)} is too large to be said, below {LARGEST:,f}")
    return value
