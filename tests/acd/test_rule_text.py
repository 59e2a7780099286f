"""Rules as they are written: every text is a rule or is told where it is wrong."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ccswitch.acd.rule_text import LENGTH_LIMIT, WrongRule, rule
from ccswitch.acd.rules import COMPARES, Ask, Condition, Relaxation
from ccswitch.model.ids import QueueName
from ccswitch.model.targets import Target, TargetKind

CARE = QueueName("care")


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("after 20s", Condition(Ask.AFTER, 20.0)),
        ("after 1.5 min", Condition(Ask.AFTER, 90.0)),
        ("after 1h", Condition(Ask.AFTER, 3600.0)),
        ("at 80% of target", Condition(Ask.TARGET, 0.8)),
        ("on joining", Condition(Ask.JOINING)),
        ("only on joining", Condition(Ask.JOINING)),
        ("when waiting > 20", Condition(Ask.WAITING, 20.0, ">")),
        ("waiting<=3", Condition(Ask.WAITING, 3.0, "<=")),
        ("when expected wait > 2min", Condition(Ask.EXPECTED_WAIT, 120.0, ">")),
        ("when calls per agent >= 2.5", Condition(Ask.CALLS_PER_AGENT, 2.5, ">=")),
        ("when nobody is staffed", Condition(Ask.UNSTAFFED)),
        ("when nobody is logged in", Condition(Ask.LOGGED_OUT)),
        ("when closed(office)", Condition(Ask.CLOSED, name="office")),
    ],
)
def test_conditions(text: str, condition: Condition) -> None:
    assert rule(f"{text}: anybody").conditions == (condition,)


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("billing >= 3", Relaxation(requires="billing >= 3")),
        ("anybody", Relaxation(requires="")),
        ("prefer nothing", Relaxation(prefers="")),
        ("prefer lang.zh >= 8, vip_care", Relaxation(prefers="lang.zh >= 8, vip_care")),
        ("add queue care", Relaxation(also=CARE)),
        ("priority +2", Relaxation(priority=2)),
        ("priority - 1", Relaxation(priority=-1)),
        ("head start 60s", Relaxation(head_start=60.0)),
        ("to queue:care", Target(TargetKind.QUEUE, "care")),
        ("to voicemail:sales", Target(TargetKind.VOICEMAIL, "sales")),
        ("to script:offer_callback", Target(TargetKind.SCRIPT, "offer_callback")),
        ("to number:+86 21-5555", Target(TargetKind.NUMBER, "+86215555")),
        ("total >= 3", Relaxation(requires="total >= 3")),  # a skill whose name begins like a word
    ],
)
def test_effects(text: str, does: Relaxation | Target) -> None:
    assert rule(f"after 20s: {text}").does == does


def test_several_conditions() -> None:
    read = rule("after 30s and when waiting > 20 and nobody is staffed: lang.zh >= 5 and (billing or vip)")
    assert [condition.ask for condition in read.conditions] == [Ask.AFTER, Ask.WAITING, Ask.UNSTAFFED]
    assert read.does == Relaxation(requires="lang.zh >= 5 and (billing or vip)")


@pytest.mark.parametrize(
    ("text", "column", "mend"),
    [
        ("", 1, "after 20s"),
        ("after", 6, "as 20s, 5min or 1h"),
        ("after 0s: anybody", 7, "as 20s, 5min or 1h"),
        ("after 25h: anybody", 7, "up to 24h"),
        ("after 20s anybody", 11, "`:` or `and`"),
        ("after 20s: prefer", 18, "priority +2"),
        ("after 20s: prefer billing >= 30", 19, "or `prefer nothing`"),
        ("after 20s: prefer billing,", 19, "or `prefer nothing`"),
        ("after 20s:", 11, "priority +2"),
        ("after 20s: priority 2", 21, "as +2"),
        ("after 20s: to nowhere", 15, "queue:NAME"),
        ("after 20s: billing >= 11", 12, "a level from 0 to 10"),
        ("after 20s: add queue care now", 27, "the end"),
        ("at 80 of target: anybody", 7, "`% of target`"),
        ("when waiting 5: anybody", 14, "one of >= <= > <"),
        ("when closed: anybody", 12, "`(`"),
        ("when the moon is full: anybody", 6, "nobody is staffed"),
    ],
)
def test_what_is_wrong_is_told_with_its_column_and_how_to_mend_it(text: str, column: int, mend: str) -> None:
    with pytest.raises(WrongRule) as told:
        rule(text)
    assert str(told.value).startswith(f"column {column}: ") and mend in str(told.value)


_SPANS = st.integers(1, 3600).map("{}s".format)
_CONDITIONS = st.one_of(
    _SPANS.map("after {}".format),
    st.integers(1, 200).map("at {}% of target".format),
    st.builds("when waiting {} {}".format, st.sampled_from(sorted(COMPARES)), st.integers(0, 500)),
    st.builds("when expected wait {} {}".format, st.sampled_from(sorted(COMPARES)), _SPANS),
    st.sampled_from(["on joining", "when nobody is staffed", "when nobody is logged in", "when closed(office)"]),
)
_EFFECTS = st.one_of(
    st.sampled_from(["billing >= 3 and not trainee", "anybody", "add queue care", "to queue:care", "to script:x"]),
    st.integers(1, 99).map("priority +{}".format),
    _SPANS.map("head start {}".format),
)


@given(st.lists(_CONDITIONS, min_size=1, max_size=4), _EFFECTS)
def test_whatever_is_put_together_of_its_parts_is_a_rule_with_these_parts(conditions: list[str], effect: str) -> None:
    read = rule(f"{' and '.join(conditions)}: {effect}")
    assert read.conditions == tuple(rule(f"{one}: anybody").conditions[0] for one in conditions)
    assert read.does == rule(f"after 1s: {effect}").does
    assert read.overflows == effect.startswith("to ")


_TOLD = re.compile(r"column ([0-9]+): .+ is needed, |column ([0-9]+): .+|it is [0-9]+ characters long", re.DOTALL)
_PIECES = """after at when and on only joining waiting expected wait calls per agent nobody is staffed logged in closed
( ) % of target : > >= 20s 5 +2 to queue:care add queue priority head start anybody billing"""
_WORDS = st.sampled_from(_PIECES.split())


@given(st.one_of(st.text(max_size=60), st.lists(_WORDS, max_size=12).map(" ".join)))
@example("x" * (LENGTH_LIMIT + 1))
@example("after 20s:\x00")
@example("after ²s: anybody")
def test_any_text_is_a_rule_or_told_with_its_place(text: str) -> None:
    try:
        read = rule(text)
    except WrongRule as wrong:
        told = _TOLD.match(str(wrong))
        assert told is not None
        column = told[1] or told[2]
        assert column is None or 1 <= int(column) <= len(text) + 1
    else:
        assert read.text == text and read.conditions
