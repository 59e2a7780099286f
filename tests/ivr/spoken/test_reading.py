"""What a text has to look like to be a number, an amount, a date or a time."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from ccswitch.ivr.spoken import reading


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", "7"),
        (" 7 ", "7"),
        ("007", "7"),
        ("-1,023.50", "-1023.5"),
        ("+3", "3"),
        (".5", "0.5"),
        ("1.", "1"),
        ("1e3", "1000"),
        ("1E-5", "0.00001"),
        ("0.30000000000000004", "0.3"),
        ("1e-999", "0"),
        ("-0", "0"),
        ("999999999999999", "999999999999999"),
    ],
)
def test_numbers(text: str, value: str) -> None:
    assert reading.number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "abc",
        "1,02",
        "1 2",
        "--1",
        "0x10",
        "NaN",
        "inf",
        "1e",
        ".",
        "-",
        "１２",
        "1\n2",
        "9" * 100,
        "1/2",
        "五",
    ],
)
def test_what_is_no_number_says_so(text: str) -> None:
    with pytest.raises(reading.Unsayable, match="is not a number"):
        reading.number(text)


@pytest.mark.parametrize("text", ["1e30", "1e999", "-1000000000000000", "999999999999999.9999999", "1" * 30])
def test_what_nobody_could_follow_is_refused(text: str) -> None:
    with pytest.raises(reading.Unsayable, match="too large"):
        reading.number(text)


@pytest.mark.parametrize(("text", "value"), [("9.999", "10.00"), ("0.005", "0.01"), ("-0.001", "0"), ("12", "12")])
def test_amounts_have_two_decimals(text: str, value: str) -> None:
    assert reading.amount(text) == Decimal(value)


def test_digits_go_without_what_is_written_between_them() -> None:
    assert reading.digits("(021) 1234-5678") == "02112345678"
    assert reading.digits("+86 138 0013 8000") == "+8613800138000"


@pytest.mark.parametrize(("text", "why"), [("", "nothing"), ("12a", "not made of digits"), ("1" * 41, "too many")])
def test_what_is_not_digits_says_so(text: str, why: str) -> None:
    with pytest.raises(reading.Unsayable, match=why):
        reading.digits(text)


@pytest.mark.parametrize("text", ["2026-11-22", "20261122", "2026-11-22 15:30", "2026-11-22T15:30:00+08:00"])
def test_days(text: str) -> None:
    assert reading.day(text) == date(2026, 11, 22)


@pytest.mark.parametrize("text", ["", "2026-02-30", "22.11.2026", "tomorrow", "0000-01-01", "2026-11-22x"])
def test_what_is_no_day_says_so(text: str) -> None:
    with pytest.raises(reading.Unsayable, match="is not a day"):
        reading.day(text)


@pytest.mark.parametrize(
    "text", ["15:30", "1530", "15:30:59", "153059", "2026-11-22T15:30:00Z", "2026-11-22 15:30", "15:30+08:00"]
)
def test_hours(text: str) -> None:
    assert reading.hour(text) == time(15, 30)


@pytest.mark.parametrize("text", ["", "24:00", "15:60", "noon", "15", "2026-11-22", "2026-11-22T99:00"])
def test_what_is_no_hour_says_so(text: str) -> None:
    with pytest.raises(reading.Unsayable, match="is not a time of day"):
        reading.hour(text)


def test_a_long_wrong_value_is_cut_short_in_the_message() -> None:
    with pytest.raises(reading.Unsayable) as told:
        reading.number("x" * 100_000)
    assert len(str(told.value)) < 100
