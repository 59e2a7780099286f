"""Numbers, money, dates and times in Chinese, read back by an independent reader."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ccswitch.ivr.spoken import chinese
from ccswitch.ivr.spoken.words import joined
from tests.ivr.spoken.readers import heard, read_chinese


def text(words: object) -> str:
    return joined(words, "").text  # type: ignore[arg-type]


@given(st.integers(0, 10**15 - 1))
@example(10**12 + 3 * 10**8)
@example(20_020_002)
def test_every_number_is_read_back_as_itself(n: int) -> None:
    assert read_chinese(text(chinese.cardinal(n))) == n


@given(st.integers(0, 10**15 - 1))
def test_recordings_say_the_same_words(n: int) -> None:
    said = joined(chinese.cardinal(n), "")
    assert heard(said.pieces, "zh", "") == said.text


@given(st.integers(1, 10**15 - 1))
def test_zero_is_said_where_digits_are_missing_and_never_twice_or_last(n: int) -> None:
    said = text(chinese.cardinal(n))
    assert "零零" not in said
    assert not said.startswith("零")
    assert not said.endswith("零")
    assert re.search("零[万亿千百十]", said) is None


@given(st.integers(3, 10**15 - 1))
def test_two_is_liang_only_before_a_greater_unit(n: int) -> None:
    said = text(chinese.cardinal(n))
    assert re.search("两(?![百千万亿])", said) is None
    assert re.search("[一二三四五六七八九十]两", said) is None


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "零"),
        (2, "二"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (110, "一百一十"),
        (111, "一百一十一"),
        (200, "两百"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (1023, "一千零二十三"),
        (2222, "两千二百二十二"),
        (10_010, "一万零一十"),
        (10_500, "一万零五百"),
        (20_000, "两万"),
        (100_000, "十万"),
        (120_000, "十二万"),
        (20_020_002, "两千零二万零二"),
        (100_000_010, "一亿零一十"),
        (120_000_000, "一亿二千万"),
        (100_020_000, "一亿零两万"),
        (10**12, "一万亿"),
        (10**12 + 3 * 10**8, "一万零三亿"),
    ],
)
def test_numbers_as_people_say_them(n: int, words: str) -> None:
    assert text(chinese.cardinal(n)) == words


@pytest.mark.parametrize(("value", "words"), [("-5", "负五"), ("3.14", "三点一四"), ("0.05", "零点零五")])
def test_signs_and_decimals(value: str, words: str) -> None:
    assert text(chinese.number(Decimal(value))) == words


@pytest.mark.parametrize(
    ("value", "currency", "words"),
    [
        ("12.50", "CNY", "十二元五角"),
        ("12.34", "CNY", "十二元三角四分"),
        ("12.05", "CNY", "十二元零五分"),
        ("0.05", "CNY", "五分"),
        ("2.20", "CNY", "两元两角"),
        ("0.02", "CNY", "两分"),
        ("0.00", "CNY", "零元"),
        ("100.00", "CNY", "一百元"),
        ("-5.00", "CNY", "负五元"),
        ("8.80", "HKD", "八港元八角"),
        ("2.02", "USD", "两美元两美分"),
        ("0.99", "EUR", "九十九欧分"),
        ("3.10", "GBP", "三英镑十便士"),
    ],
)
def test_money(value: str, currency: str, words: str) -> None:
    assert text(chinese.money(Decimal(value), currency)) == words


@given(st.integers(0, 10**14), st.sampled_from(sorted(chinese.CURRENCIES)))
def test_no_fen_is_lost(amount: int, currency: str) -> None:
    # Given an amount
    known = chinese.CURRENCIES[currency]
    said = text(chinese.money(Decimal(amount) / 100, currency))
    # When it is read back: units, tenths where there are any, hundredths
    units, found, behind = said.partition(known.unit.text)
    units, behind = (units, behind) if found else ("", units)
    tenths = ""
    if known.tenth is not None and known.tenth.text in behind:
        tenths, _, behind = behind.partition(known.tenth.text)
    hundredths = behind.removesuffix(known.hundredth.text)
    # Then it is the same amount
    assert read_chinese(units) * 100 + read_chinese(tenths) * 10 + read_chinese(hundredths) == amount


@pytest.mark.parametrize(
    ("day", "weekday", "words"),
    [
        (date(2026, 11, 22), True, "二零二六年十一月二十二日星期日"),
        (date(2026, 11, 22), False, "二零二六年十一月二十二日"),
        (date(2000, 1, 1), True, "二零零零年一月一日星期六"),
        (date(2025, 2, 2), False, "二零二五年二月二日"),
    ],
)
def test_dates(day: date, weekday: bool, words: str) -> None:
    assert text(chinese.day(day, weekday)) == words


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (time(15, 30), "下午三点半"),
        (time(9, 5), "上午九点零五分"),
        (time(2), "凌晨两点"),
        (time(12, 15), "中午十二点十五分"),
        (time(22, 2), "晚上十点零二分"),
        (time(0, 0), "凌晨零点"),
    ],
)
def test_times(hour: time, words: str) -> None:
    assert text(chinese.hour(hour)) == words


def test_a_phone_number_says_yao_for_one() -> None:
    said = joined(chinese.phone("13800138000"), "")
    assert said.text == "幺三八，零零幺三，八零零零"
    assert said.pieces[:5] == ("digits/1.wav", "digits/3.wav", "digits/8.wav", "silence_stream://200", "digits/0.wav")


def test_digits_say_yi_for_one() -> None:
    assert text(chinese.digits("1*0#")) == "一星零井"
