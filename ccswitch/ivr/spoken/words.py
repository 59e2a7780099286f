"""What a language file is made of: words with their recordings, and the table of what a language can say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import NamedTuple

PAUSE = "silence_stream://200"  # between the groups of a phone number, as mod_say_en does


class Word(NamedTuple):
    """A word, and the recordings that say it: none are needed (`()`), or there are none (`None`).

    Recordings are named as in FreeSWITCH's sound packages, relative to a language's folder: `digits/20.wav`
    (docs/phrase/phrase_*.xml of FreeSWITCH 1.11, and what its mod_say_* plays). Where packages differ both names are
    given, as `digits/hundred.wav|digits/100.wav`: whichever is there.
    """

    text: str
    pieces: tuple[str, ...] | None = ()


def word(text: str, *names: str) -> Word:
    """A word that the recordings `names` say, without their `.wav`."""
    return Word(text, tuple("|".join(f"{either}.wav" for either in name.split("|")) for name in names))


def unrecorded(text: str) -> Word:
    """A word of which no sound package has a recording."""
    return Word(text, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Something as it is spoken: `text` in full words, and `pieces`, recordings that say the same one after the other
    (empty when a word of it has none). `trouble` says why nothing can be said; then both are empty."""

    text: str = ""
    pieces: tuple[str, ...] = ()
    trouble: str = ""


def joined(words: Iterable[Word], between: str) -> Words:
    """Words as one text, with `between` between each two."""
    said = list(words)
    recorded = [one.pieces for one in said if one.pieces is not None]
    whole = len(recorded) == len(said)
    pieces = tuple(piece for pieces in recorded for piece in pieces) if whole else ()
    return Words(text=between.join(one.text for one in said), pieces=pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """How one language says things. Amounts come with at most two decimals, numbers with at most six.

    `money` takes an amount and the currency's code (one of `currencies`); `date` a day and whether to name the weekday.
    """

    code: str  # ISO 639-1
    between: str  # two words
    number: Callable[[Decimal], Sequence[Word]]
    digits: Callable[[str], Sequence[Word]]  # of 0-9 * # +
    phone: Callable[[str], Sequence[Word]]
    money: Callable[[Decimal, str], Sequence[Word]]
    date: Callable[[date, bool], Sequence[Word]]
    time: Callable[[time], Sequence[Word]]
    currencies: frozenset[str]


COUNTRIES = ("+86", "+1")  # codes that can be told from the rest of a number at a glance
GROUPS = {6: (3, 3), 9: (3, 3, 3), 10: (3, 3, 4), 5: (5,)}  # by length; else fours, counted from the end


def phone_groups(digits: str) -> list[str]:
    """A phone number in the groups in which people say it.

    >>> phone_groups("13800138000"), phone_groups("075512345678"), phone_groups("+14155550123")
    (['138', '0013', '8000'], ['0755', '1234', '5678'], ['+1', '415', '555', '0123'])
    """
    for country in COUNTRIES:
        if digits.startswith(country) and digits != country:
            return [country, *phone_groups(digits.removeprefix(country))]
    sizes = GROUPS.get(len(digits), ((len(digits) - 1) % 4 + 1, *[4] * ((len(digits) - 1) // 4)))
    ends = list(accumulate(sizes, initial=0))
    return [digits[start:end] for start, end in pairwise(ends)]
