"""Numbers, digits, phone numbers, money, dates and times in the words of a language.

    in_words("money", "12.50", "zh", currency="CNY")    十二元五角, and recordings that say it

A language is a file with a `Language` in it and a line in `LANGUAGES`. Nothing here raises at a call: what cannot be
said comes back with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ccswitch.ivr.spoken import reading
from ccswitch.ivr.spoken.chinese import CHINESE
from ccswitch.ivr.spoken.english import ENGLISH
from ccswitch.ivr.spoken.words import Language, Word, Words, joined

__all__ = ["CURRENCIES", "KINDS", "LANGUAGES", "Manner", "Word", "Words", "in_words"]

LANGUAGES: Mapping[str, Language] = {language.code: language for language in (CHINESE, ENGLISH)}
CURRENCIES = tuple(sorted(frozenset.intersection(*(language.currencies for language in LANGUAGES.values()))))


class Manner(NamedTuple):
    """How it is to be said, beside what."""

    currency: str = ""  # one of `CURRENCIES`, for money
    weekday: bool = False  # named before or behind a date


KINDS: Mapping[str, Callable[[Language, str, Manner], list[Word]]] = {
    "number": lambda language, text, manner: list(language.number(reading.number(text))),
    "digits": lambda language, text, manner: list(language.digits(reading.digits(text))),
    "phone": lambda language, text, manner: list(language.phone(reading.digits(text))),
    "money": lambda language, text, manner: list(language.money(reading.amount(text), manner.currency)),
    "date": lambda language, text, manner: list(language.date(reading.day(text), manner.weekday)),
    "time": lambda language, text, manner: list(language.time(reading.hour(text))),
}


def in_words(kind: str, text: str, language: str, manner: Manner = Manner()) -> Words:
    """`text`, which should be a `kind` (of `KINDS`), as it is spoken in `language` (of `LANGUAGES`).

    Never raises for whatever `text`, language or currency: `trouble` of the answer says what is wrong.
    """
    known = LANGUAGES.get(language)
    if known is None:
        return Words(trouble=f"a {kind} cannot be said in {language!r}, only in {', '.join(LANGUAGES)}")
    if kind == "money" and manner.currency not in known.currencies:
        return Words(trouble=f"there are no words for the currency {manner.currency!r}")
    try:
        return joined(KINDS[kind](known, text, manner), known.between)
    except reading.Unsayable as wrong:
        return Words(trouble=str(wrong))
