"""Arguments, truth and regular expressions as the switch has them."""

from __future__ import annotations

import pytest

from ccswitch.simulator.text import is_true, matches, separate, substitute, to_int


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a b  c", ["a", "b", "c"]),
        ("a 'b c' d", ["a", "b c", "d"]),
        (r"it\'s a\sb", ["it's", "a b"]),
        (r"1 \d+ x", ["1", r"\d+", "x"]),
        ("don't stop", ["don't", "stop"]),
        ("", []),
    ],
)
def test_blanks_part_arguments_and_quotes_keep_them(text: str, parts: list[str]) -> None:
    assert separate(text) == parts


def test_the_last_argument_takes_the_rest() -> None:
    assert separate("uuid name a b c", limit=3) == ["uuid", "name", "a b c"]


def test_other_delimiters() -> None:
    assert separate("a=1;b='x;y';c=3", ";") == ["a=1", "b=x;y", "c=3"]


@pytest.mark.parametrize(("value", "truth"), [("true", True), ("1", True), ("0", False), ("no", False), (None, False)])
def test_truth(value: str | None, truth: bool) -> None:
    assert is_true(value) is truth


def test_atoi() -> None:
    assert (to_int("12abc"), to_int("abc"), to_int(None, 7), to_int("-3")) == (12, 0, 7, -3)


def test_expressions_search_and_know_pcre_anchors() -> None:
    assert matches("[0-9]", "a1b")
    assert matches(r"^[0-9]+$", "12\n"), "$ lets a last line feed pass, in PCRE as in Python"
    assert not matches(r"^[0-9]+\z", "12\n")
    assert matches("/^ABC$/i", "abc")
    assert not matches("(", "x"), "a broken expression matches nothing"


def test_captures_are_put_in() -> None:
    assert substitute("to $1 and $2", matches("^(a)(b)?$", "a")) == "to a and "
