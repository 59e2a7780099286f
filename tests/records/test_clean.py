"""Values made fit for a column."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.records.clean import MOST_JSON, json_text, key, number, text, whole

ANYTHING = st.text(st.characters(), max_size=60)  # surrogates and controls among them


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("Wang 王", "Wang 王"),
        ("a\x00b\r\n", "a\ufffdb\ufffd\ufffd"),
        ("\x1b[2J", "\ufffd[2J"),
        ("\ud800", "?"),
        ("x" * 20, "x" * 9 + "…"),
        ("full\u3000width", "full\u3000width"),
    ],
)
def test_texts(given_: str, kept: str) -> None:
    assert text(given_, 10 if given_.startswith("x") else 20) == kept


@given(ANYTHING, st.integers(20, 40))
def test_whatever_comes_fits_and_stays_what_it_is(line: str, limit: int) -> None:
    for shorten in (text, key):
        kept = shorten(line, limit)
        assert len(kept) <= limit
        assert kept.encode().decode() == kept  # no surrogate is left
        assert "\x00" not in kept
        assert shorten(kept, limit) == kept  # cleaning twice is cleaning once


def test_long_keys_stay_apart() -> None:
    assert key("x" * 200 + "1", 128) != key("x" * 200 + "2", 128)
    assert len(key("x" * 200, 128)) == 128


def test_numbers_that_no_column_takes() -> None:
    assert [number(value) for value in (1.5, float("nan"), float("inf"), None)] == [1.5, None, None, None]
    assert [whole(value, 32) for value in (7, 1 << 40, -(1 << 40), None)] == [7, 2**31 - 1, -(2**31 - 1), None]


@given(st.dictionaries(ANYTHING, st.one_of(ANYTHING, st.integers(), st.lists(ANYTHING), st.none())))
def test_json_is_json_that_postgresql_reads(plain: dict[str, object]) -> None:
    line = json_text(plain)
    assert isinstance(orjson.loads(line), dict)
    assert "\\u0000" not in line.replace("\\\\", "")
    assert line.encode()


def test_what_is_too_long_is_left_to_the_journal() -> None:
    assert orjson.loads(json_text({"is": "Big", "a": "x" * MOST_JSON})) == {"is": "Big", "cut": True}
