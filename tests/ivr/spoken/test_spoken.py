"""Every kind of value in every language, or a reason why it cannot be said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.ivr.spoken import CURRENCIES, KINDS, LANGUAGES, Manner, Words, in_words


@pytest.mark.parametrize(
    ("kind", "text", "manner", "zh", "en"),
    [
        ("number", "1023", Manner(), "一千零二十三", "one thousand and twenty-three"),
        ("digits", "110", Manner(), "一一零", "one one zero"),
        ("phone", "110", Manner(), "幺幺零", "one one zero"),
        ("money", "12.5", Manner(currency="CNY"), "十二元五角", "twelve yuan and fifty fen"),
        (
            "date",
            "2026-11-22",
            Manner(weekday=True),
            "二零二六年十一月二十二日星期日",
            "Sunday, November twenty-second, twenty twenty-six",
        ),
        ("time", "15:30", Manner(), "下午三点半", "three thirty p.m."),
    ],
)
def test_every_kind_in_every_language(kind: str, text: str, manner: Manner, zh: str, en: str) -> None:
    assert in_words(kind, text, "zh", manner).text == zh
    assert in_words(kind, text, "en", manner).text == en


@given(
    st.sampled_from(sorted(KINDS)),
    st.one_of(st.text(max_size=60), st.from_regex(r"[-+0-9.,:eE T]{0,30}", fullmatch=True), st.just("9" * 10_000)),
    st.sampled_from([*LANGUAGES, "xx", ""]),
    st.sampled_from([*CURRENCIES, "JPY", ""]),
)
def test_whatever_comes_is_said_or_refused_with_a_reason(kind: str, text: str, language: str, currency: str) -> None:
    said = in_words(kind, text, language, Manner(currency=currency))
    assert bool(said.text) != bool(said.trouble)
    assert not (said.trouble and said.pieces)


def test_a_language_without_a_table_is_told() -> None:
    assert in_words("number", "1", "xx") == Words(trouble="a number cannot be said in 'xx', only in zh, en")


def test_a_currency_without_words_is_told() -> None:
    assert in_words("money", "1", "en", Manner(currency="JPY")).trouble == "there are no words for the currency 'JPY'"


def test_every_language_knows_the_same_currencies() -> None:
    assert all(language.currencies == set(CURRENCIES) for language in LANGUAGES.values())
