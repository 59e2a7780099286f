"""What an answer means, and that nothing of it but short texts comes in."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.ivr.cursor import VALUE_LIMIT
from ccswitch.lookups.answers import FAILED, FOUND, NOT_FOUND, Told, at, text, told

DOCUMENT = {"owner": {"name": "Li"}, "accounts": [{"balance": 12.5, "open": True}], "n": 7, "none": None, "list": [1]}
BODY = orjson.dumps(DOCUMENT)


@pytest.mark.parametrize(
    ("status", "answer", "again"),
    [
        (200, FOUND, False),
        (201, FOUND, False),
        (204, NOT_FOUND, False),
        (404, NOT_FOUND, False),
        (410, NOT_FOUND, False),
        (302, FAILED, False),
        (400, FAILED, False),
        (401, FAILED, False),
        (429, FAILED, True),
        (500, FAILED, True),
        (503, FAILED, True),
    ],
)
def test_statuses(status: int, answer: object, again: bool) -> None:
    came = told(status, BODY, (), "")
    assert (came.answer, came.again) == (answer, again)
    assert bool(came.why) == (answer is FAILED)


def test_a_redirect_says_what_to_do() -> None:
    assert "write that address" in told(301, b"", (), "").why


def test_what_is_wanted_is_taken_by_its_path() -> None:
    wanted = ("owner.name", "accounts.0.balance", "accounts.0.open", "n", "none", "list", "nowhere.x", "accounts.9.x")
    assert told(200, BODY, wanted, "").values == (
        ("owner.name", "Li"),
        ("accounts.0.balance", "12.5"),
        ("accounts.0.open", "true"),
        ("n", "7"),
        ("none", ""),
        ("list", ""),
        ("nowhere.x", ""),
        ("accounts.9.x", ""),
    )


@pytest.mark.parametrize(("empty", "answer"), [("owner.name", FOUND), ("none", NOT_FOUND), ("x.y", NOT_FOUND)])
def test_an_answer_without_what_must_be_there_is_not_found(empty: str, answer: object) -> None:
    assert told(200, BODY, (), empty).answer is answer


def test_no_json_is_a_failure_only_where_a_value_is_wanted() -> None:
    assert told(200, b"<html>", ("a",), "") == Told(FAILED, (), "its answer is not JSON")
    assert told(200, b"<html>", (), "") == Told(FOUND)
    assert told(200, b"[" * 5000, ("a",), "").answer is FAILED


@given(body=st.binary(), wanted=st.lists(st.sampled_from(["a", "a.b", "0.1", "a.999999999999"]), max_size=3))
def test_whatever_comes_is_an_answer(body: bytes, wanted: list[str]) -> None:
    assert told(200, body, wanted, "a").answer in (FOUND, NOT_FOUND, FAILED)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)


@given(value=JSON, path=st.sampled_from(["a", "0", "a.0", "0.a", "٣"]))
def test_a_text_is_short_and_shows_what_it_is(value: object, path: str) -> None:
    taken = text(at(value, path))
    assert len(taken) <= VALUE_LIMIT
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E for c in taken)


def test_line_feeds_and_what_turns_the_writing_are_gone() -> None:
    assert text("a\r\nb\u202ec\x00") == "a  b c"
