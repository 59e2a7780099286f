"""Remarks on what callers will not like."""

from __future__ import annotations

import pytest

from ccswitch.ivr.lint import hints
from ccswitch.ivr.remarks import seconds
from tests.ivr.scripts import script

HEAD = "languages: [en, zh]\nstart: pick_up\nsteps:\n  pick_up: {answer: , then: a}\n"


def told(steps: str) -> list[str]:
    """The remarks on a script, each with its line."""
    return [f"{hint.line}: {hint.what}" for hint in hints(script(HEAD + steps))]


def test_a_key_that_another_begins_with() -> None:
    said = told("  a: {menu: x, keys: {1: end, 10: end, 2: end}, between: 3s, otherwise: end}\n")
    assert said == ["5: step 'a' takes 1 only after 3 s without another key, or #: 10 begins with it"]
    assert told("  a: {menu: x, keys: {1: end, 20: end}, otherwise: end}\n") == []


def test_more_choices_than_callers_keep_in_mind() -> None:
    ways = ", ".join(f"{key}: t{key}" for key in range(6))
    ends = "".join(f"  t{key}: {{hangup: }}\n" for key in range(6))
    assert told(f"  a: {{menu: x, keys: {{{ways}}}, otherwise: end}}\n{ends}") == ["5: step 'a' has 6 choices"]
    # Given as many keys for fewer steps, then there is nothing to say
    assert told("  a: {menu: x, keys: {0-9: end}, otherwise: end}\n") == []


def test_a_menu_that_speaks_too_long_in_one_of_its_languages() -> None:
    long = "请" * 140
    said = told(f"  a: {{menu: {{say: {{en: Hello, zh: {long}}}}}, keys: {{1: end}}, otherwise: end}}\n")
    assert said == ["5: step 'a' speaks for about 35 s before a choice"]
    assert told(f"  a: {{say: {{en: Hello, zh: {long}}}, then: end}}\n") == []


def test_menus_behind_each_other() -> None:
    menus = [
        f"  {name}: {{menu: x, keys: {{1: {then}}}, otherwise: end}}\n"
        for name, then in zip("abcde", "bcdef", strict=True)
    ]
    said = told("".join(menus) + "  f: {hangup: }\n")
    assert said == ["9: step 'e' is the 5th menu of a call"]
    # Given a shorter way to it, then that counts
    assert told("".join(menus).replace("{1: b}", "{1: b, 2: e}") + "  f: {hangup: }\n") == []


@pytest.mark.parametrize(
    ("digits", "pattern", "never"),
    [
        ("4", "1[0-9]{3}", False),
        ("4", "1[0-9]{4}", True),
        ("6-8", "[0-9]{2,5}", True),
        ("6-8", "[0-9]{2,6}", False),
        ("3", "12?", True),
        ("3", "(12|345)", False),
        ("3", "1[0-9]+", False),
        ("3", "[0-9]{5,}", False),
    ],
)
def test_a_number_that_can_never_match(digits: str, pattern: str, never: bool) -> None:
    step = f"  a: {{collect: x, digits: {digits}, pattern: '{pattern}', into: v, then: end, otherwise: end}}\n"
    assert [line.partition(":")[0] for line in told(step) if "never matches" in line] == ["5"] * never


def test_speech_is_estimated_by_its_signs() -> None:
    step = script(HEAD + "  a: {say: {en: '12345678901234', zh: 一二三四}, then: end}\n").steps["a"]
    assert (seconds(step.says(), "en"), seconds(step.says(), "zh")) == (1.0, 1.0)
