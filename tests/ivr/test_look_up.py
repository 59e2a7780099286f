"""`lookup`: what it asks, what is taken from an answer, and that masked digits go nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ccswitch.ivr.acts import HangUp, LookUp, Queue
from ccswitch.ivr.answers import answer_trouble, answers_of
from ccswitch.ivr.cursor import VALUE_LIMIT, Cursor, Frame
from ccswitch.ivr.heard import Done, Failed, Found, Keys, NotFound
from ccswitch.ivr.interpreter import begin, replay, resume
from ccswitch.ivr.lint import check
from ccswitch.ivr.rehearsal import rehearse
from ccswitch.ivr.script import Script
from ccswitch.ivr.step import Way
from ccswitch.ivr.steps.look_up import LookUpStep
from ccswitch.ivr.trial import run
from ccswitch.ivr.trial_file import parse_trials
from ccswitch.reading.findings import Findings
from tests.ivr.scripts import script, told

BALANCE = """\
steps:
  account: {collect: a.wav, digits: 4, into: account, then: pin, otherwise: bye}
  pin: {collect: p.wav, digits: 4, masked: yes, into: pin, then: ask, otherwise: bye}
  ask:
    lookup: account
    with: {number: "no. {{ account }}", pin: "{{ pin }}"}
    into: {name: owner.name, balance: accounts.0.balance}
    play: wait.wav
    then: rich
    not_found: account
    otherwise: agent
  rich: {branch: [{if: balance > 10, then: agent}], otherwise: bye}
  agent: {queue: support}
  bye: {hangup: }
"""
SECRET = "ccs_secret_7"


def asked(text: str = BALANCE) -> tuple[Script, Cursor]:
    """A caller who typed his account and his PIN, at the look-up."""
    read = script(text)
    move = resume(read, begin(read).cursor, Keys("1234"))
    move = resume(read, move.cursor, Keys(SECRET))
    assert move.step == "ask"
    return read, move.cursor


def test_it_asks_with_its_parameters_and_for_what_it_wants() -> None:
    read, cursor = asked()
    # When the step is begun, or begun anew after a restart
    for act in (replay(read, cursor).act, replay(read, Cursor.from_json(cursor.to_json())).act):
        # Then plain values are filled in, and the masked one is a reference
        assert act == LookUp(
            lookup="account",
            given=(("number", "no. 1234"),),
            secrets=(("pin", SECRET),),
            wanted=("owner.name", "accounts.0.balance"),
            files=("wait.wav",),
        )


def test_what_was_found_is_in_the_variables_and_the_digits_are_forgotten() -> None:
    read, cursor = asked()
    values = (("owner.name", "x" * 100), ("accounts.0.balance", "12.50"))
    move = resume(read, cursor, Found(values))
    # Then conditions can use it, cut to what a cursor holds, and no reference is left
    assert isinstance(move.act, Queue)
    known = dict(move.cursor.variables)
    assert known == {"account": "1234", "name": "x" * VALUE_LIMIT, "balance": "12.50"}
    assert move.cursor.secrets == {} and SECRET not in move.cursor.to_json()


@pytest.mark.parametrize(("heard", "step"), [(NotFound(), "account"), (Failed("slow"), "agent"), (Done(), "agent")])
def test_nothing_found_and_no_answer_have_ways_of_their_own(heard: NotFound | Failed | Done, step: str) -> None:
    read, cursor = asked()
    cursor = cursor.having("balance", "99").having("name", "of an earlier one")
    move = resume(read, cursor, heard)
    assert move.step == step
    # And what an earlier answer had is not taken for this one's
    known = dict(move.cursor.variables)
    assert (known["balance"], known["name"]) == ("", "") and move.cursor.secrets == {}


def test_what_came_from_outside_is_never_a_template() -> None:
    # Given an answer that is written like one
    read = script(
        """steps:
  ask: {lookup: a, into: {name: n}, then: note, otherwise: note}
  note: {set: {note: "{{ name }}"}, then: end}"""
    )
    move = resume(read, begin(read).cursor, Found((("n", "{{ caller }} {% x %}"),)))
    # Then it stays what it is
    assert dict(move.cursor.variables)["note"] == "{{ caller }} {% x %}"
    assert isinstance(move.act, HangUp)


def test_a_masked_name_is_no_longer_masked_when_it_is_set_anew() -> None:
    cursor = Cursor(script="s", hash=asked()[0].hash, step="x").having("pin", "ref", masked=True)
    assert (cursor.secrets, cursor.having("pin", "1").secrets) == ({"pin": "ref"}, {})
    assert Cursor.from_json(cursor.to_json()) == cursor


def test_a_script_that_waits_for_another_keeps_its_references_until_the_caller_is_let_go() -> None:
    waits = Frame(
        script="outer", hash=asked()[0].hash, step="r", variables=(("pin", "ref"), ("n", "1")), masked=("pin",)
    )
    cursor = Cursor(script="s", hash=asked()[0].hash, step="x", frames=(waits,)).having("pin", "ref2", masked=True)
    assert Cursor.from_json(cursor.to_json()) == cursor and cursor.references == {"ref", "ref2"}
    free = cursor.unmasked()
    assert free.references == set() and free.frames[0].variables == (("n", "1"),) and "ref" not in free.to_json()


# ---- what is refused ------------------------------------------------------------------------------------------


def test_a_lookup_without_a_way_for_its_failure_is_refused() -> None:
    text = "steps: {ask: {lookup: a, then: end}}"
    assert "lookup step 'ask': `otherwise` is missing (say where the call goes on: `otherwise: STEP`" in told(text)


def test_without_not_found_the_failures_way_is_taken() -> None:
    step = script("steps: {ask: {lookup: a, then: end, otherwise: bye}, bye: {hangup: }}").steps["ask"]
    assert isinstance(step, LookUpStep) and step.not_found == Way("bye")


@pytest.mark.parametrize(
    ("lookup", "what"),
    [
        ("{lookup: a b, then: end, otherwise: end}", "`lookup` cannot be 'a b'"),
        ("{lookup: a.b, then: end, otherwise: end}", "`lookup` cannot be 'a.b'"),
        ("{lookup: 'http://crm/x', then: end, otherwise: end}", "`lookup` cannot be 'http://crm/x'"),
        ("{lookup: a, into: {x: a..b}, then: end, otherwise: end}", "'a..b' is no path in an answer"),
        ("{lookup: a, into: {caller: b}, then: end, otherwise: end}", "a variable cannot be called 'caller'"),
        ("{lookup: a, with: {x: '{{ y }}'}, then: end, otherwise: end}", "asks for 'y', which no step sets"),
        ("{lookup: a, into: [x], then: end, otherwise: end}", "`into` needs names with values"),
        ("{lookup: a, then: ask, otherwise: end}", "goes round for ever: ask → ask"),
    ],
)
def test_what_is_wrong_with_a_lookup_is_told(lookup: str, what: str) -> None:
    assert what in told(f"steps: {{ask: {lookup}}}")


PIN = "  pin: {collect: p, digits: 4, masked: yes, into: pin, then: %s, otherwise: end}\n"


@pytest.mark.parametrize(
    "step",
    [
        "{branch: [{if: pin == 1, then: end}], otherwise: end}",
        "{set: {x: '{{ pin }}'}, then: end}",
        "{lookup: a, with: {x: 'p{{ pin }}'}, then: end, otherwise: end}",
        "{lookup: a, with: {x: '{{ pin|upper }}'}, then: end, otherwise: end}",
        "{lookup: a, with: {x: '{{ pin }}', y: 'p{{ pin }}'}, then: end, otherwise: end}",
    ],
)
def test_what_is_masked_goes_to_a_lookup_whole_and_nowhere_else(step: str) -> None:
    assert "step 'use' asks for 'pin', which is masked" in told(f"steps:\n{PIN % 'use'}  use: {step}")


def test_a_masked_name_is_not_set_by_another_step() -> None:
    text = f"steps:\n{PIN % 'use'}  use: {{set: {{pin: 1}}, then: end}}"
    assert "sets 'pin', which another step masks" in told(text)


ONCE = f"steps:\n{PIN % 'one'}" + "  one: {lookup: a, with: {p: '{{ pin }}'}, then: end, otherwise: %s}\n"
TWO = "  two: {lookup: b, with: {p: '{{ pin }}'}, then: end, otherwise: end}\n"


def test_masked_digits_are_good_for_one_lookup() -> None:
    # Given a second look-up behind the first, with nothing between, with a queue between, or collected again
    wrong = "step 'two' takes 'pin', which is forgotten behind step 'one'"
    assert wrong in told(ONCE % "two" + TWO)
    assert wrong in told(ONCE % "say" + TWO + "  say: {play: x, then: two}\n")
    again = "  pin2: {collect: p, digits: 4, masked: yes, into: pin, then: two, otherwise: end}\n"
    assert told(ONCE % "pin2" + TWO + again) == ""
    waits = f"steps:\n{PIN % 'wait'}  wait: {{queue: q, then: two}}\n{TWO}"
    assert "which is forgotten behind step 'wait'" in told(waits)
    # And the first one is right by itself, as often as the digits are collected
    assert told(ONCE % "pin") == ""


def test_checking_needs_no_more_than_the_steps() -> None:
    findings = Findings("x")
    check(script(BALANCE).steps, Way("account"), findings)
    assert not findings


# ---- rehearsed ------------------------------------------------------------------------------------------------


def test_a_rehearsal_is_told_what_a_lookup_answers() -> None:
    read = script(BALANCE)
    # When nothing is said of it, it fails
    assert str(rehearse(read, ["1234", "4711"]).outcome) == "queue support"
    # When something was found, it is in the variables
    found = answers_of([("lookup.account.accounts.0.balance", "3"), ("lookup.account.owner.name", "Li")])
    call = rehearse(read, ["1234", "4711"], answers=found)
    assert str(call.outcome) == "hangup NORMAL_CLEARING"
    assert (call.variables["balance"], call.variables["name"]) == ("3", "Li")
    # When it was not found, the caller is asked again; and he may hang up while he waits
    missing = answers_of([("lookup.account", "not_found")])
    assert rehearse(read, ["1234", "4711"], answers=missing).steps[:4] == ["account", "pin", "ask", "account"]
    assert str(rehearse(read, ["1234", "4711", "hangup"], answers=missing).outcome) == "left ask"


@pytest.mark.parametrize(
    ("name", "value", "trouble"),
    [
        ("lookup.a", "found", ""),
        ("lookup.a", "yes", "it is found, not_found, failed"),
        ("lookup.a.b.0", "anything", ""),
        ("lookup.a.b..c", "1", "lookup.NAME, or lookup.NAME.path.in.answer"),
        ("lookup.", "found", "lookup.NAME, or lookup.NAME.path.in.answer"),
    ],
)
def test_what_can_be_pretended(name: str, value: str, trouble: str) -> None:
    assert answer_trouble(name, value) == trouble


def test_tests_of_scripts_say_what_was_found() -> None:
    read = script(BALANCE)
    written = """calls:
  rich:
    given: {lookup.account: found, lookup.account.accounts.0.balance: "12.50", caller: 138}
    keys: 1234, 4711
    says: [p.wav, wait.wav]
    variables: {balance: "12.50"}
    outcome: queue support
  nobody: {given: {lookup.account: failed}, keys: "1234, 4711", outcome: queue support}
  unknown:
    given: {lookup.account: not_found}
    keys: 1234, 4711, silence, silence, silence
    outcome: hangup NORMAL_CLEARING
  poor: {given: {lookup.account.accounts.0.balance: "1"}, keys: "1234, 4711", outcome: hangup NORMAL_CLEARING}
"""
    report = run(read, parse_trials(written, "t", script=read))
    assert report.passed, [tried.wrong for tried in report.tried]
    assert report.coverage.of_steps == 1.0


def test_the_example_in_the_docs_is_right() -> None:
    docs = Path("docs/ivr.md").read_text(encoding="utf-8")
    (example,) = (text for text in re.findall(r"```yaml\n(.*?)```", docs, re.DOTALL) if "lookup: account" in text)
    read = script(example)
    given = answers_of([("lookup.account.accounts.0.balance", "-3")])
    assert str(rehearse(read, ["123456", "4711"], answers=given).outcome) == "queue support"
