"""Chinese (Mandarin): 一千零二十三；十二元五角；二零二六年十一月二十二日；下午三点半."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import NamedTuple

from ccswitch.ivr.spoken.words import PAUSE, Language, Word, phone_groups, unrecorded, word

NUMERALS = "零一二三四五六七八九"
KEYS = {
    **{str(n): word(NUMERALS[n], f"digits/{n}") for n in range(10)},
    "*": word("星", "digits/star"),
    "#": word("井", "digits/pound"),
    "+": unrecorded("加"),
}
ZERO = KEYS["0"]
TWO = word("两", "time/2s|digits/2s")  # two of something, and at the head of a number
YAO = word("幺", "digits/1")  # one, where 一 would be taken for 七: phone numbers, rooms
TEN, HUNDRED, THOUSAND = (
    word("十", "digits/10"),
    word("百", "digits/hundred|digits/100"),
    word("千", "digits/thousand|digits/1000"),
)
PLACES = (THOUSAND, HUNDRED, TEN, None)  # of four digits
SCALES = ((10**8, word("亿", "digits/100000000")), (10**4, word("万", "digits/10000")))  # a 万亿 is 万 times 亿
NEGATIVE = word("负", "currency/negative")
POINT = word("点", "digits/point")
YEAR, DAY = word("年", "time/year"), word("日", "time/day")
OCLOCK, MINUTE, HALF = word("点", "time/oclock"), word("分", "time/minute"), word("半", "digits/30", "time/minute")
WEEKDAYS = "日一二三四五六"  # as FreeSWITCH counts them
PARTS = (  # of a day: from this hour on
    (18, word("晚上", "time/evening")),
    (13, word("下午", "time/p-m|time/pm")),
    (12, unrecorded("中午")),
    (6, word("上午", "time/a-m|time/am")),
    (0, word("凌晨", "time/morning")),
)


class Currency(NamedTuple):
    """A currency's unit, and its tenth and hundredth, or only its hundredth."""

    unit: Word
    tenth: Word | None
    hundredth: Word


JIAO, FEN = word("角", "currency/jiao"), word("分", "currency/fen")
CURRENCIES = {
    "CNY": Currency(word("元", "currency/yuan"), JIAO, FEN),
    "HKD": Currency(unrecorded("港元"), JIAO, FEN),
    "USD": Currency(unrecorded("美元"), None, unrecorded("美分")),
    "EUR": Currency(unrecorded("欧元"), None, unrecorded("欧分")),
    "GBP": Currency(unrecorded("英镑"), None, unrecorded("便士")),
}


def number(value: Decimal) -> list[Word]:
    """负三点一四"""
    whole, _, decimals = f"{abs(value):f}".partition(".")
    said = [NEGATIVE] if value < 0 else []
    said += cardinal(int(whole))
    return [*said, POINT, *digits(decimals)] if decimals else said


def cardinal(n: int) -> list[Word]:
    """一亿零二十万零三百: 零 stands for digits that are missing before the next that is said."""
    return _cardinal(n, head=True) if n else [ZERO]


def _cardinal(n: int, *, head: bool) -> list[Word]:
    """`head`: nothing was said before it."""
    for size, scale in SCALES:
        if n >= size:
            many, rest = divmod(n, size)
            said = [*([TWO] if many == 2 else _cardinal(many, head=head)), scale]
            gap = [ZERO] if 0 < rest < size // 10 else []
            return said + gap + (_cardinal(rest, head=False) if rest else [])
    return _four_digits(n, head=head)


def _four_digits(n: int, *, head: bool) -> list[Word]:
    said: list[Word] = []
    gap = False
    for digit, place in zip(f"{n:04d}", PLACES, strict=True):
        if digit == "0":
            gap = bool(said)
            continue
        if gap:
            said.append(ZERO)
        gap = False
        first = head and not said
        if not (first and digit == "1" and place is TEN):  # 十二, but 一百一十二
            said.append(TWO if first and digit == "2" and place in (THOUSAND, HUNDRED) else KEYS[digit])
        if place is not None:
            said.append(place)
    return said


def counted(n: int) -> list[Word]:
    """A number of something: 两元, 十二元."""
    return [TWO] if n == 2 else cardinal(n)


def digits(text: str) -> list[Word]:
    """一三八"""
    return [KEYS[key] for key in text]


def phone(text: str) -> list[Word]:
    """幺三八，零零幺三，八零零零"""
    *before, last = [[YAO if key == "1" else KEYS[key] for key in group] for group in phone_groups(text)]
    pause = Word("，", (PAUSE,))
    return [said for group in before for said in (*group, pause)] + last


def money(value: Decimal, currency: str) -> list[Word]:
    """十二元五角；十二元零五分；十二美元五十美分"""
    known = CURRENCIES[currency]
    units, hundredths = divmod(int(abs(value) * 100), 100)
    said = [NEGATIVE] if value < 0 else []
    if units or not hundredths:
        said += [*counted(units), known.unit]
    if known.tenth is None:
        return [*said, *counted(hundredths), known.hundredth] if hundredths else said
    tenths, rest = divmod(hundredths, 10)
    if tenths:
        said += [*counted(tenths), known.tenth]
    elif rest and units:
        said.append(ZERO)
    if rest:
        said += [*(counted(rest) if not tenths and not units else [KEYS[str(rest)]]), known.hundredth]
    return said


def day(value: date, weekday: bool) -> list[Word]:
    """二零二六年十一月二十二日星期日"""
    month = "".join(one.text for one in cardinal(value.month))
    said = [
        *digits(str(value.year)),
        YEAR,
        word(f"{month}月", f"time/mon-{value.month - 1}"),
        *cardinal(value.day),
        DAY,
    ]
    number_of_day = value.isoweekday() % 7
    named = word(f"星期{WEEKDAYS[number_of_day]}", f"time/day-{number_of_day}")
    return [*said, named] if weekday else said


def hour(value: time) -> list[Word]:
    """下午三点半；上午九点零五分；凌晨两点"""
    part = next(part for since, part in PARTS if value.hour >= since)
    clock = 0 if value.hour == 0 else (value.hour - 1) % 12 + 1
    said = [part, *counted(clock), OCLOCK]
    if value.minute == 30:
        return [*said, HALF]
    if 0 < value.minute < 10:
        said.append(ZERO)
    return [*said, *cardinal(value.minute), MINUTE] if value.minute else said


CHINESE = Language(
    code="zh",
    between="",
    number=number,
    digits=digits,
    phone=phone,
    money=money,
    date=day,
    time=hour,
    currencies=frozenset(CURRENCIES),
)
