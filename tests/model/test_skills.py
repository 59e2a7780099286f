"""Skills and requirements: what is met by whom, and what is wrong with one, where."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccswitch.model.skills import LENGTH_LIMIT, WrongSkill, both, joint, requirement, skill, skills_of
from tests.searching import examples

LI = skills_of(("lang.zh=9", "billing=4", "trainee"))


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("billing", True),
        ("refunds", False),
        ("billing >= 4", True),
        ("billing > 4", False),
        ("billing == 4 and lang.zh != 3", True),
        ("refunds >= 0", True),
        ("refunds < 1", True),
        ("not refunds", True),
        ("not trainee", False),
        ("refunds or billing", True),
        ("lang.zh >= 5 and (refunds or billing >= 3) and not trainee", False),
        ("lang.zh >= 5 and (refunds or billing >= 3)", True),
        ("not (refunds or trainee)", False),
        ("refunds and billing or lang.zh", True),  # and binds closer
    ],
)
def test_who_meets_what(text: str, met: bool) -> None:
    assert requirement(text).met(LI) is met


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "column 1: the name of a skill is needed, here it ends"),
        ("billing >=", "column 11: a level from 0 to 10 is needed, here it ends"),
        ("billing >= 11", "column 12: a level from 0 to 10 is needed, not '11'"),
        ("billing and", "column 12: the name of a skill is needed, here it ends"),
        ("(billing", "column 9: `)` is needed, here it ends"),
        ("billing refunds", "column 9: `and`, `or` or the end is needed, not 'refunds'"),
        ("billing & refunds", "column 9: '&' means nothing here"),
        ("and", "column 1: the name of a skill is needed, not 'and'"),
        ("(" * 30 + "a" + ")" * 30, "no more than 20 brackets within brackets"),
        ("a" * 301, "it is 301 characters long, at most 300"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(WrongSkill, match=re.escape(said)):
        requirement(text)


def test_skills_have_levels_from_1_to_10() -> None:
    assert skill("billing=7") == ("billing", 7)
    assert skill("中文") == ("中文", 10)
    for text in ("billing=0", "billing=11", "=3", "billing=x", "a b=3", "not=3", "", "7"):
        with pytest.raises(WrongSkill):
            skill(text)


def test_two_requirements_are_one() -> None:
    assert both("a or b", "c") == "(a or b) and (c)"
    assert (both("", "c"), both("a", ""), both("a", "a"), both("", "")) == ("c", "a", "a", "")
    assert not joint(both("a or b", "c")).met({"a": 1})


@settings(max_examples=examples(25), deadline=None)
@given(text=st.text("ab01 ()<>=!andortn.", max_size=40))
def test_whatever_is_written_is_a_requirement_or_told(text: str) -> None:
    try:
        found = requirement(text)
    except WrongSkill as wrong:
        assert str(wrong)
    else:
        assert found.met({}) in (True, False)
        assert found.skills


def test_two_of_the_longest_and_deepest_are_a_requirement_together() -> None:
    # Given two requirements at the limits of what may be written
    long, deep = " and ".join(["a" * 55] * 5), "(" * 20 + "b" + ")" * 20
    assert len(long) > LENGTH_LIMIT - 10
    # When a queue asks for one and a script for the other
    together = joint(both(requirement(long).text, requirement(deep).text))
    # Then both are asked for
    assert together.met({"a" * 55: 1, "b": 1})
    assert not together.met({"b": 1})
    assert not joint(both(long, "b or " + long[:-5])).met({"b": 1})
