"""English: one thousand and twenty-three; twelve dollars and fifty cents; three thirty p.m."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from typing import NamedTuple

from ccswitch.ivr.spoken.words import PAUSE, Language, Word, phone_groups, unrecorded, word

# fmt: off
ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
TENS = (
    "-", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)
ORDINALS = (
    "-", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
)
TENTHS = {20: "twentieth", 30: "thirtieth"}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)
WEEKDAYS = (  # as FreeSWITCH counts them
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
)
# fmt: on
AND = Word("and")  # the switch's recorded numbers go without
HUNDRED, THOUSAND = word("hundred", "digits/hundred"), word("thousand", "digits/thousand")
SCALES = (  # the greatest first; there are no recordings above a million
    (10**12, unrecorded("trillion")),
    (10**9, unrecorded("billion")),
    (10**6, word("million", "digits/million")),
    (10**3, THOUSAND),
)
KEYS = {
    **{str(n): word(ONES[n], f"digits/{n}") for n in range(10)},
    "*": word("star", "digits/star"),
    "#": word("pound", "digits/pound"),
    "+": unrecorded("plus"),
}


class Currency(NamedTuple):
    """One and several of a currency's unit, one and several of its hundredth."""

    unit: Word
    units: Word
    cent: Word
    cents: Word


CENT, CENTS = word("cent", "currency/cent"), word("cents", "currency/cents")
FEN = unrecorded("fen")
YUAN = unrecorded("yuan")
CURRENCIES = {
    "CNY": Currency(YUAN, YUAN, FEN, FEN),
    "USD": Currency(word("dollar", "currency/dollar"), word("dollars", "currency/dollars"), CENT, CENTS),
    "EUR": Currency(unrecorded("euro"), unrecorded("euros"), CENT, CENTS),
    "GBP": Currency(unrecorded("pound"), unrecorded("pounds"), unrecorded("penny"), unrecorded("pence")),
    "HKD": Currency(unrecorded("Hong Kong dollar"), unrecorded("Hong Kong dollars"), CENT, CENTS),
}


def number(value: Decimal) -> list[Word]:
    """minus three point one four"""
    whole, _, decimals = f"{abs(value):f}".partition(".")
    said = [word("minus", "currency/minus")] if value < 0 else []
    said += cardinal(int(whole))
    if decimals:
        said += [word("point", "digits/point"), *digits(decimals)]
    return said


def cardinal(n: int) -> list[Word]:
    """one thousand and twenty-three"""
    said: list[Word] = []
    for size, scale in SCALES:
        if n >= size:
            said += [*_below_thousand(n // size), scale]
            n %= size
    if n == 0 and said:
        return said
    if said and n < 100:
        said.append(AND)
    return said + _below_thousand(n)


def _below_thousand(n: int) -> list[Word]:
    hundreds, rest = divmod(n, 100)
    if not hundreds:
        return [_below_hundred(rest)]
    said = [KEYS[str(hundreds)], HUNDRED]
    return [*said, AND, _below_hundred(rest)] if rest else said


def _below_hundred(n: int) -> Word:
    tens, ones = divmod(n, 10)
    if n < 20:
        return word(ONES[n], f"digits/{n}")
    if not ones:
        return word(TENS[tens], f"digits/{n}")
    return word(f"{TENS[tens]}-{ONES[ones]}", f"digits/{tens}0", f"digits/{ones}")


def ordinal(n: int) -> Word:
    """twenty-second; of 1 to 31"""
    if n < 20:
        return word(ORDINALS[n], f"digits/h-{n}")
    if n in TENTHS:
        return word(TENTHS[n], f"digits/h-{n}")
    tens, ones = divmod(n, 10)
    return word(f"{TENS[tens]}-{ORDINALS[ones]}", f"digits/{tens}0", f"digits/h-{ones}")


def digits(text: str) -> list[Word]:
    """one three eight"""
    return [KEYS[key] for key in text]


def phone(text: str) -> list[Word]:
    """one three eight, zero zero one three, eight thousand is never said"""
    *before, last = [digits(group) for group in phone_groups(text)]
    return [said for group in before for said in _with_pause(group)] + last


def _with_pause(group: list[Word]) -> list[Word]:
    *said, last = group
    pieces = None if last.pieces is None else (*last.pieces, PAUSE)
    return [*said, Word(f"{last.text},", pieces)]


def money(value: Decimal, currency: str) -> list[Word]:
    """one dollar and five cents"""
    known = CURRENCIES[currency]
    units, cents = divmod(int(abs(value) * 100), 100)
    said: list[Word] = []
    if units or not cents:
        said += [*cardinal(units), known.unit if units == 1 else known.units]
    if units and cents:
        said.append(word("and", "currency/and"))
    if cents:
        said += [*cardinal(cents), known.cent if cents == 1 else known.cents]
    return [word("minus", "currency/minus"), *said] if value < 0 else said


def day(value: date, weekday: bool) -> list[Word]:
    """Sunday, November twenty-second, twenty twenty-six"""
    month = word(MONTHS[value.month - 1], f"time/mon-{value.month - 1}")
    of_month = ordinal(value.day)
    said = [month, of_month._replace(text=f"{of_month.text},"), *year(value.year)]
    number_of_day = value.isoweekday() % 7
    named = word(f"{WEEKDAYS[number_of_day]},", f"time/day-{number_of_day}")
    return [named, *said] if weekday else said


def year(n: int) -> Sequence[Word]:
    """nineteen oh five; twenty twenty-six; two thousand and five"""
    century, rest = divmod(n, 100)
    if n < 1000 or (century % 10 == 0 and rest < 10):
        return cardinal(n)
    if not rest:
        return [_below_hundred(century), HUNDRED]
    if rest < 10:
        return [_below_hundred(century), word("oh", "time/oh"), _below_hundred(rest)]
    return [_below_hundred(century), _below_hundred(rest)]


def hour(value: time) -> list[Word]:
    """three thirty p.m.; three oh five p.m.; three p.m."""
    said = [_below_hundred((value.hour - 1) % 12 + 1)]
    if 0 < value.minute < 10:
        said.append(word("oh", "time/oh"))
    if value.minute:
        said.append(_below_hundred(value.minute))
    return [*said, word("p.m.", "time/p-m") if value.hour >= 12 else word("a.m.", "time/a-m")]


ENGLISH = Language(
    code="en",
    between=" ",
    number=number,
    digits=digits,
    phone=phone,
    money=money,
    date=day,
    time=hour,
    currencies=frozenset(CURRENCIES),
)
