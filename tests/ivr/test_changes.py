"""What a new version changes, as a designer would say it."""

from __future__ import annotations

from ccswitch.ivr.changes import changes, text_diff
from ccswitch.ivr.parse import parse_script
from ccswitch.ivr.script import Script
from tests.floor.floors import MENU


def menu(*replaced: tuple[str, str]) -> Script:
    text = MENU
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    return parse_script(text, "menu.yaml", name="menu")


def told(*replaced: tuple[str, str]) -> list[str]:
    return [str(change) for change in changes(menu(), menu(*replaced))]


def test_the_same_script_changes_nothing_wherever_its_lines_stand() -> None:
    assert told(("steps:", "# a remark\nsteps:")) == []


def test_keys_that_lead_elsewhere_are_told() -> None:
    assert told(("{1: support, 2: out, 3: pin}", "{1: out, 3: pin, 4: support}")) == [
        "choice (1): leads to out, and led to support",
        "choice (4): leads to support, and led nowhere",
        "choice (2): leads nowhere",
    ]


def test_a_step_that_does_something_else_is_told() -> None:
    assert told(("queue: support, priority: 3", "queue: sales")) == [
        "support: queue support, priority 3 becomes queue sales"
    ]
    assert told(("timeout: 4s", "timeout: 6s")) == ["choice: menu has other rules (times, tries, prompts between)"]


def test_steps_that_come_and_go_are_told() -> None:
    assert told(
        ("3: pin}", "3: bye}"),
        ("  pin: {collect: pin.wav, digits: 4, into: pin, masked: yes, then: bye, otherwise: bye}\n", ""),
    ) == [
        "choice (3): leads to bye, and led to pin",
        "pin: is gone",
    ]
    assert str(changes(None, menu())[0]) == "choice: is new: menu: ask.wav"


def test_another_first_step_is_told() -> None:
    two = "steps:\n  a: {play: a.wav, then: b}\n  b: {play: b.wav, then: c}\n  c: {hangup: }\n"
    before = parse_script(two, "menu.yaml", name="menu")
    now = parse_script(
        f"start: b\n{two.replace('  a: {play: a.wav, then: b}', '  a: {play: a.wav, then: c}')}".replace(
            "b: {play: b.wav, then: c}", "b: {play: b.wav, then: a}"
        ),
        "menu.yaml",
        name="menu",
    )
    assert str(changes(before, now)[0]) == "b: is the first step, in the place of a"


def test_the_text_that_differs_is_told_as_diff_does() -> None:
    assert text_diff("a\nb\n", "a\nc\n", "in force", "draft") == [
        "--- in force", "+++ draft", "@@ -1,2 +1,2 @@", " a", "-b", "+c",
    ]  # fmt: skip
