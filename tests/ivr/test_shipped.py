"""The scripts that are shipped, and the one in the docs, run as they are described."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from ccswitch.controller.config.almanac import load_almanac
from ccswitch.ivr.acts import Answer, HangUp
from ccswitch.ivr.around import given
from ccswitch.ivr.heard import Done, Failed, Heard, Keys, Silence, TalkOver, Wrong
from ccswitch.ivr.interpreter import begin, resume
from ccswitch.ivr.lint import hints, unknown_calendars
from ccswitch.ivr.parse import parse_script
from ccswitch.ivr.rehearsal import rehearse
from ccswitch.ivr.script import Script
from ccswitch.ivr.spoken import KINDS, Manner, in_words
from ccswitch.ivr.steps import BY_WORD
from ccswitch.ivr.together import check_together
from ccswitch.ivr.trial import run
from ccswitch.ivr.trial_file import parse_trials
from tests.ivr.scripts import told

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(path for path in (ROOT / "ivr_scripts").glob("*.yaml") if not path.name.endswith(".ivrtest.yaml"))
DOCS = (ROOT / "docs" / "ivr.md").read_text(encoding="utf-8")


def load(path: Path) -> Script:
    return parse_script(path.read_text(encoding="utf-8"), str(path), name=path.stem)


def example(heading: str = "IVR scripts") -> str:
    """The first YAML below a heading of the docs."""
    found = re.search(rf"^#+ {heading}$.*?```yaml\n(.*?)```", DOCS, re.DOTALL | re.MULTILINE)
    assert found is not None, heading
    return found[1]


def walk(script: Script, *heard: Heard) -> list[str]:
    """The steps that a caller passes; the last word is his end."""
    moves = [begin(script)]
    for one in heard:
        moves.append(resume(script, moves[-1].cursor, one))
    last = moves[-1].act
    end = [last.cause] if isinstance(last, HangUp) else []
    return [move.step for move in moves] + end


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_script_is_right_and_needs_no_prompt_files(path: Path) -> None:
    script = load(path)
    assert hints(script) == []
    move = begin(script)
    assert move.act == Answer()
    for step in script.steps.values():
        for prompt in step.prompts():
            assert str(prompt).startswith(("tone_stream://", "silence_stream://"))


def test_main_and_after_hours_are_shipped() -> None:
    assert [path.stem for path in SHIPPED] == ["after_hours", "main"]


def test_main() -> None:
    main = load(ROOT / "ivr_scripts" / "main.yaml")
    greeted = (Done(), Done())
    assert walk(main, *greeted, Keys("1"))[2:] == ["choice", "sales"]
    assert walk(main, *greeted, Keys("2"))[-1] == "support"
    assert walk(main, *greeted, Keys("9"))[-1] == "greeting"
    assert walk(main, *greeted, Silence(), Wrong("7"), Silence())[-1] == "support"
    assert walk(main, *greeted, Keys("1"), TalkOver())[-1] == "NORMAL_CLEARING"
    assert walk(main, *greeted, Keys("1"), Failed("closed"), Done())[-2:] == ["sorry", "NORMAL_CLEARING"]


def test_after_hours() -> None:
    after_hours = load(ROOT / "ivr_scripts" / "after_hours.yaml")
    closed = (Done(), Done())
    assert walk(after_hours, *closed, Silence(), Silence(), Done())[-2:] == ["hang_up", "NORMAL_CLEARING"]
    assert walk(after_hours, *closed, Keys("1"), Wrong("123"), Keys("1234567"))[-1] == "support"
    assert walk(after_hours, *closed, Keys("1"), Silence(), Silence())[-1] == "goodbye"


def test_the_example_in_the_docs_runs_as_written() -> None:
    shop = parse_script(example(), "docs/ivr.md", name="shop")
    assert hints(shop) == []
    begun = (Done(), Done())
    assert walk(shop, *begun, Keys("0"))[-1] == walk(shop, *begun, Keys("5"))[-1] == "support"
    assert walk(shop, *begun, Keys("*"))[-2:] == ["choice", "choice"]
    assert walk(shop, *begun, Silence(), Silence(), Wrong("9"))[-1] == "support"
    assert walk(shop, *begun, Silence(), Silence(), Silence(), Done())[-2:] == ["goodbye", "NORMAL_CLEARING"]
    assert walk(shop, *begun, Keys("3"), Wrong("12"), Keys("123456"))[-3:] == ["order", "order", "support"]
    assert walk(shop, *begun, Keys("1"), Failed("nobody"))[-1] == "mobile"


def test_the_conditions_in_the_docs_run_as_written() -> None:
    # Given the script that looks at the caller's order, his language and how many wait
    asked = parse_script(example("Variables and conditions"), "docs/ivr.md", name="asked")
    # Then it goes where its text says
    full = given([("queue.sales.waiting", "12"), ("queue.sales.free", "0")])
    free = given([("queue.sales.waiting", "0"), ("queue.sales.free", "2")])
    assert rehearse(asked, ["881234#"], full).steps[-1] == "vip"
    assert str(rehearse(asked, ["771234#"], full).outcome) == "hangup USER_BUSY"
    assert str(rehearse(asked, ["771234#"], free).outcome) == "queue sales"


def test_what_stands_around_a_talk_in_the_docs_runs_as_written() -> None:
    # Given the script that records, asks after the talk and takes messages
    around = parse_script(example("Before, after and instead of a talk"), "docs/ivr.md", name="around")
    there, nobody = given([("queue.support.agents", "3")]), given([("queue.support.agents", "0")])
    # Then a caller who talked is asked, and one whom nobody can help leaves a message
    assert rehearse(around, ["talk", "4"], there).steps == ["pick_up", "notice", "open", "support", "rate", "thanks"]
    assert rehearse(around, [], nobody).steps[-3:] == ["leave", "leave", "thanks"]
    assert rehearse(around, ["fail"], nobody).steps[-1] == "sorry"


def test_the_tests_in_the_docs_pass_as_written() -> None:
    shop = parse_script(example(), "docs/ivr.md", name="shop")
    report = run(shop, parse_trials(example("Tests"), "docs/ivr.md", script=shop))
    assert report.passed, (report.too_little, [tried.wrong for tried in report.tried])


def written_under(heading: str) -> list[str]:
    """The YAML in one section of the docs."""
    section = DOCS.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)


def test_the_hours_in_the_docs_run_as_written() -> None:
    # Given the script that asks the office's calendar, and the calendars that are shipped
    asked = parse_script(written_under("Opening hours")[0], "docs/ivr.md", name="asked")
    almanac = load_almanac(ROOT / "conf" / "calendars.yaml", date(2026, 11, 1))
    assert unknown_calendars(asked, [calendar.name for calendar in almanac.calendars]) == []

    # Then the time says where the caller goes
    def at(time: str, *pretended: tuple[str, str]) -> str:
        return rehearse(asked, [], given([("time", time), *pretended], almanac)).steps[2]

    assert [at("2026-02-17T10:00"), at("2026-11-23T20:00"), at("2026-11-24T09:30")] == ["feast", "sorry", "early"]
    assert rehearse(asked, [], given([("time", "2026-11-23T09:30")], almanac)).steps[-1] == "vip"
    assert at("2026-02-17T10:00", ("calendar.office", "open")) == "early"
    assert rehearse(asked, []).steps[2] == "sorry"  # nothing is known


def test_the_scripts_in_the_docs_that_run_each_other_run_as_written() -> None:
    # Given the script that asks for a number, and the one that runs it
    inner, outer = written_under("Scripts that run others")
    site = {
        name: parse_script(text, "docs/ivr.md", name=name) for name, text in (("order_number", inner), ("shop", outer))
    }
    assert check_together(site.values()) == []

    # Then the caller goes where the text says
    def call(*keys: str) -> str:
        return str(rehearse(site["shop"], list(keys), scripts=lambda name, version: site.get(name)).outcome)

    assert [call("881234"), call("111111")] == ["queue sales", "queue sales"]
    assert call("", "", "") == "hangup NORMAL_CLEARING"
    typed = rehearse(site["shop"], ["881234"], scripts=lambda name, version: site.get(name))
    assert typed.steps == ["pick_up", "order", "order_number/order", "order_number/found", "who", "vip"]
    alone = rehearse(site["order_number"], ["881234"], given={"greeting": "hello"})
    assert (str(alone.outcome), alone.returned) == ("return", {"order": "881234", "kind": "vip"})


def test_the_table_in_the_docs_names_every_step() -> None:
    steps = DOCS.partition("\n## Steps\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+):", steps, re.MULTILINE)
    assert sorted(rows) == sorted(BY_WORD)


def test_the_words_in_the_docs_are_said_as_written() -> None:
    speaking = parse_script(example("Words"), "docs/ivr.md", name="speaking")
    assert hints(speaking) == []
    report = run(speaking, parse_trials(example("Words in tests"), "docs/ivr.md", script=speaking))
    assert report.passed, (report.too_little, [tried.wrong for tried in report.tried])


def test_the_table_of_words_in_the_docs_is_right() -> None:
    rows = re.findall(r"^\| `(\w+): \"?([^`\"]+)\"?`[^|]*\|[^|]*\| (\S+) \| ([^|]+) \|$", DOCS, re.MULTILINE)
    assert [kind for kind, *_ in rows] == list(KINDS)
    for kind, value, zh, en in rows:
        manner = Manner(currency="CNY")
        assert (in_words(kind, value, "zh", manner).text, in_words(kind, value, "en", manner).text) == (zh, en)


def test_the_docs_promise_messages_that_exist() -> None:
    text = """\
steps:
  choice: {menu: x, keys: {1-3: suport, 2: support}, no_inputs: x, otherwise: end}
  support: {queue: support}
"""
    for line in re.findall(r"^ivr_scripts/shop.yaml:\d+:\d+: (.*)$", DOCS, re.MULTILINE):
        assert re.sub(r"line \d+", "line 2", line) in told(text)


def test_the_example_in_the_docs_has_most_kinds_of_steps() -> None:
    kinds = {step.WORD for step in parse_script(example(), "docs", name="shop").steps.values()}
    elsewhere = {"run", "return", "hangup", "say", "set", "branch", "tag", "record", "survey", "voicemail"}
    elsewhere |= {"lookup", "hours", "callback"}  # all of them with examples of their own
    assert kinds == set(BY_WORD) - elsewhere
