"""Conditions and templates: what they give, what is refused, and that nothing makes them raise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.ivr.expressions import Typed, WrongExpression, condition, template

SCOPE = {"language": "zh", "order": "0123", "age": "19", "queue": {"sales": {"waiting": 7}}, "word": "abc"}


@pytest.mark.parametrize(
    "holds",
    [
        "language == 'zh' and queue.sales.waiting > 5",
        "age >= 18 and age + 1 == 20",  # what was typed is a number beside a number …
        "order == '0123' and order == 123",  # … and text beside a text
        "order in ['0123', '4'] and 'b' in word",
        "word ~ 'd' == 'abcd' and word|length == 3",
        "nosuch is undefined and not nosuch",
        "nosuch|default('x') == 'x'",
        "(1 if age > 20 else 2) == 2",
    ],
)
def test_what_holds(holds):
    worked = condition(holds).holds(SCOPE)
    assert (worked.value, worked.trouble) == (True, "")


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("word > 3", "could not convert"),
        ("word + 1 > 3", "could not convert"),
        ("queue.care.waiting > 1", "no attribute 'care'"),
        ("1 / 0 > 1", "division by zero"),
        ("'a' * 100000000 == 1", "is for numbers"),
        ("language > 5 - 'a'", "is for numbers"),
    ],
)
def test_what_cannot_be_worked_out_does_not_hold_and_says_why(text, trouble):
    worked = condition(text).holds(SCOPE)
    assert worked.value is False and trouble in worked.trouble


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("f(word)", "a call"),
        ("word.__class__", "'__class__' cannot be asked for"),
        ("2 ** 99", "** cannot"),
        ("{'a': 1}", "a dictionary"),
        ("word|pprint", "no filter 'pprint'"),
        ("word is callable", "no test 'callable'"),
        ("a }} {{ b", "more than one condition"),
        ("a if", "unexpected"),
        ("((((", "unexpected"),
        ("[" * 600, "at most 500"),
        ("word[1:2]", "Slice cannot"),
    ],
)
def test_what_is_refused_when_it_is_read(text, why):
    with pytest.raises(WrongExpression, match=None) as wrong:
        condition(text)
    assert why in str(wrong.value)


def test_templates_are_filled_and_plain_text_stays():
    assert template("Order {{ order }} of {{ word|upper }}").filled(SCOPE).value == "Order 0123 of ABC"
    assert template("100 % #1 {x}").filled(SCOPE).value == "100 % #1 {x}"
    assert template("{{ word - 1 }}").filled(SCOPE).value == ""
    with pytest.raises(WrongExpression):
        template("{% for x in word %}{% endfor %}")


def test_names_that_are_asked_for():
    assert condition("a == b.c and 'd' in e['f']").names == {"a", "b", "b.c", "e"}
    assert template("{{ a }} and {{ b|upper }}").names == {"a", "b"}


def test_typed_text_keeps_its_hash_and_order():
    assert {Typed("7"): 1}["7"] == 1
    assert Typed("10") > 9 and Typed("10") < "9" and Typed("7") != 8 and Typed("7") == "7"


PIECES = st.sampled_from(
    ["word", "7", "'x'", "+", "*", "~", "==", ">", "and", "not", "(", ")", "|length", ".a", "/", "%"]
)


@given(st.lists(PIECES, max_size=12).map(" ".join) | st.text(max_size=40))
def test_no_text_makes_a_condition_raise(text):
    try:
        asked = condition(text)
    except WrongExpression:
        return
    assert asked.holds(SCOPE).value in (True, False)


@pytest.mark.parametrize("text", ["1" + "+1" * 240, "not " * 110 + "word", "word" + ".a" * 200, "word" + "|abs" * 100])
def test_what_would_take_seconds_to_compile_is_refused(text):
    with pytest.raises(WrongExpression, match="nested too deep"):
        condition(text)


@pytest.mark.parametrize(
    "deep", ["1" + "+1" * 48, "-" * 48 + "1", "1" + "|abs" * 48, "(" * 48 + "1" + ")" * 48, "1 if 1 else " * 30 + "1"]
)
def test_the_deepest_that_is_taken_can_be_worked_out(deep):
    assert condition(deep).holds(SCOPE).trouble == ""


@pytest.mark.parametrize("places", ["999999999", "-999999999", "999999999, 'ceil'"])
def test_rounding_is_never_a_matter_of_hours(places):
    assert "15 places at most" in template("{{ 1|round(" + places + ") }}").filled(SCOPE).trouble


def test_numbers_are_rounded():
    assert template("{{ 2.345|round(1) }} {{ 2.1|round(0, 'ceil')|int }} {{ 25|round(-1) }}").filled(SCOPE).value == (
        "2.3 3 20"
    )
