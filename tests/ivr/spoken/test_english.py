"""Numbers, money, dates and times in English, read back by an independent reader."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ccswitch.ivr.spoken import english
from ccswitch.ivr.spoken.words import joined
from tests.ivr.spoken.readers import heard, read_english


def text(words: object) -> str:
    return joined(words, " ").text  # type: ignore[arg-type]


@given(st.integers(0, 10**15 - 1))
@example(0)
@example(10**12)
def test_every_number_is_read_back_as_itself(n: int) -> None:
    assert read_english(text(english.cardinal(n))) == n


@given(st.integers(0, 10**9 - 1))
def test_recordings_say_the_same_number(n: int) -> None:
    # Given a number below a thousand millions
    said = joined(english.cardinal(n), " ")
    # When its recordings are played, then they say that number
    assert said.pieces
    assert read_english(heard(said.pieces, "en", " ")) == n


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (40, "forty"),
        (99, "ninety-nine"),
        (100, "one hundred"),
        (101, "one hundred and one"),
        (1000, "one thousand"),
        (1023, "one thousand and twenty-three"),
        (1100, "one thousand one hundred"),
        (1_000_001, "one million and one"),
        (21_012_345, "twenty-one million twelve thousand three hundred and forty-five"),
    ],
)
def test_numbers_as_people_say_them(n: int, words: str) -> None:
    assert text(english.cardinal(n)) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("-5", "minus five"),
        ("3.14", "three point one four"),
        ("0.05", "zero point zero five"),
        ("1E+3", "one thousand"),
    ],
)
def test_signs_and_decimals(value: str, words: str) -> None:
    assert text(english.number(Decimal(value))) == words


@pytest.mark.parametrize(
    ("value", "currency", "words"),
    [
        ("12.50", "USD", "twelve dollars and fifty cents"),
        ("1.01", "USD", "one dollar and one cent"),
        ("0.00", "USD", "zero dollars"),
        ("0.99", "EUR", "ninety-nine cents"),
        ("1.00", "EUR", "one euro"),
        ("1.01", "GBP", "one pound and one penny"),
        ("-2.02", "GBP", "minus two pounds and two pence"),
        ("1.00", "HKD", "one Hong Kong dollar"),
        ("1023.05", "CNY", "one thousand and twenty-three yuan and five fen"),
    ],
)
def test_money(value: str, currency: str, words: str) -> None:
    assert text(english.money(Decimal(value), currency)) == words


@given(st.integers(0, 10**12), st.sampled_from(sorted(english.CURRENCIES)))
def test_no_cent_is_lost(amount: int, currency: str) -> None:
    # Given an amount
    known = english.CURRENCIES[currency]
    said = text(english.money(Decimal(amount) / 100, currency))
    # When it is read back, units before cents
    units, _, cents = _divided(said, known.units.text, known.unit.text)
    # Then it is the same amount, and one of anything is not said as several
    assert read_english(units) * 100 + read_english(cents) == amount
    assert said.startswith(f"one {known.unit.text}") == (amount // 100 == 1)


def _divided(said: str, *units: str) -> tuple[str, str, str]:
    """Numbers before and behind the name of the unit."""
    for unit in units:
        before, found, behind = said.partition(f" {unit}")
        if found:
            return before, unit, " ".join(name for name in behind.split()[:-1] if name != "s")
    return "", "", " ".join(said.split()[:-1])


@pytest.mark.parametrize(
    ("day", "weekday", "words"),
    [
        (date(2026, 11, 22), True, "Sunday, November twenty-second, twenty twenty-six"),
        (date(2026, 11, 22), False, "November twenty-second, twenty twenty-six"),
        (date(2000, 1, 1), False, "January first, two thousand"),
        (date(2005, 3, 31), False, "March thirty-first, two thousand and five"),
        (date(1905, 12, 11), False, "December eleventh, nineteen oh five"),
        (date(1900, 5, 30), False, "May thirtieth, nineteen hundred"),
        (date(987, 5, 20), False, "May twentieth, nine hundred and eighty-seven"),
    ],
)
def test_dates(day: date, weekday: bool, words: str) -> None:
    assert text(english.day(day, weekday)) == words


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (time(15, 30), "three thirty p.m."),
        (time(3, 5), "three oh five a.m."),
        (time(9), "nine a.m."),
        (time(0, 15), "twelve fifteen a.m."),
        (time(12), "twelve p.m."),
    ],
)
def test_times(hour: time, words: str) -> None:
    assert text(english.hour(hour)) == words


def test_a_phone_number_is_said_in_groups() -> None:
    said = joined(english.phone("13800138000"), " ")
    assert said.text == "one three eight, zero zero one three, eight zero zero zero"
    assert said.pieces[2:5] == ("digits/8.wav", "silence_stream://200", "digits/0.wav")


def test_recordings_are_named_as_in_the_sound_packages() -> None:
    assert joined(english.day(date(2026, 11, 22), True), " ").pieces == (
        "time/day-0.wav",
        "time/mon-10.wav",
        "digits/20.wav",
        "digits/h-2.wav",
        "digits/20.wav",
        "digits/20.wav",
        "digits/6.wav",
    )


def test_what_has_a_word_without_a_recording_has_no_recordings() -> None:
    assert joined(english.cardinal(2 * 10**9), " ").pieces == ()
