"""The cursor: kept as JSON, read back the same, by this release and the next."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.errors import JournalError
from ccswitch.ivr.cursor import VALUE_LIMIT, Cursor
from ccswitch.model.ids import ScriptHash
from tests.ivr.scripts import at


def test_it_is_one_short_line_of_ascii() -> None:
    text = at("按键", tries=2).having("order", "12\n3").to_json()
    assert text.isascii() and "\n" not in text
    assert Cursor.from_json(text) == at("按键", tries=2).having("order", "12\n3")


def test_setting_a_variable_again_replaces_it_and_long_values_are_cut() -> None:
    cursor = at("a").having("x", "1").having("y", "2").having("x", "9" * 100)
    assert cursor.variables == (("y", "2"), ("x", "9" * VALUE_LIMIT))


def test_a_cursor_of_another_release_is_read_leniently() -> None:
    # Given a cursor with a field that this release does not know, and without those that came later
    text = json.dumps({"script": "main", "hash": "ab", "step": "hello", "mood": ["new"]})
    # Then it is read
    assert Cursor.from_json(text) == Cursor(script="main", hash=ScriptHash("ab"), step="hello")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        '{"script": "a"}',
        "[" * 100_000,
        '{"script":"a","hash":"b","step":"c","tries":"x"}',
        '{"script":"a","hash":"b","step":"c","tries":1e999}',
        '{"script":"a","hash":"b","step":"c","variables":[1]}',
    ],
    ids=range(9),
)
def test_what_is_no_cursor_is_a_journal_error(text: str) -> None:
    with pytest.raises(JournalError, match="not a script cursor"):
        Cursor.from_json(text)


@given(st.text())
def test_any_text_is_a_cursor_or_a_journal_error(text: str) -> None:
    try:
        Cursor.from_json(text)
    except JournalError:
        pass
