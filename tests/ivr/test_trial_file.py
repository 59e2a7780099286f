"""Tests of scripts as their authors write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.errors import ConfigError
from ccswitch.ivr.trial import Trial
from ccswitch.ivr.trial_file import parse_trials
from tests.ivr.scripts import script


def told(text: str) -> str:
    """Everything that is wrong, one a line."""
    try:
        parse_trials(text, "test.ivrtest.yaml", script=script())
    except ConfigError as wrong:
        return "\n".join(str(problem) for problem in wrong.problems)
    return ""


def test_a_file_is_read():
    text = """\
coverage: {steps: 80, ways: 50}
calls:
  pin and then sales:
    keys: [2, "4711#", silence]
    says: [ask.wav, "a, b.wav"]
    steps: hello, choice, pin, sales
    variables: {pin: masked}
    outcome: queue sales
  on foot:
    keys: 1, hangup
    outcome: left choice
"""
    got = parse_trials(text, "test.ivrtest.yaml", script=script())
    assert (got.script, got.steps, got.ways) == ("test", 0.8, 0.5)
    assert got.calls == (
        Trial(
            name="pin and then sales",
            keys=("2", "4711#", ""),
            says=("ask.wav", "a, b.wav"),
            steps=("hello", "choice", "pin", "sales"),
            variables=(("pin", "masked"),),
            outcome="queue sales",
        ),
        Trial(name="on foot", keys=("1", "hangup"), outcome="left choice"),
    )
    assert (got.calls[1].at.line, got.calls[1].at.column) == (9, 3)


def test_everything_wrong_is_told_with_its_place():
    text = """\
coverage: {steps: 120}
calls:
  one: {keys: "1, press 2", outcome: queue}
  two: {keys: 1, outcome: left choise, step: hello}
  three:
  four: {keys: 1, steps: "hello, choise", outcome: queue sales}
"""
    assert told(text).splitlines() == [
        "test.ivrtest.yaml:1:12: tests, `coverage`: `steps` is 120 (write between 0 and 100)",
        "test.ivrtest.yaml:3:15: call 'one': 'press 2' is nothing that a caller does (keys, or a word: "
        "there is silence, hangup, fail, talk)",
        "test.ivrtest.yaml:3:38: call 'one': `outcome` cannot be 'queue' (write one of queue NAME, transfer NUMBER, "
        "hangup CAUSE, left STEP, return)",
        "test.ivrtest.yaml:4:18: call 'two': there is no step 'choise' (did you mean 'choice'?)",
        "test.ivrtest.yaml:4:40: call 'two': there is no 'step' here (did you mean 'steps'?)",
        "test.ivrtest.yaml:5:3: call 'three' does nothing (give it `keys` and `outcome`)",
        "test.ivrtest.yaml:6:26: call 'four': there is no step 'choise' (did you mean 'choice'?)",
    ]


def test_a_file_without_calls_tests_nothing():
    assert "there are no tests in this file" in told("")
    assert "`calls` needs at least one call" in told("calls: []")
    assert "`variables` needs names" in told("calls: {a: {outcome: queue sales, variables: [1]}}")


@given(st.text(max_size=80) | st.text("calls:{}[]\n ,-\"'#123kyesotu", max_size=120))
def test_nothing_but_a_told_error_comes_of_any_text(text):
    told(text)


def test_parameters_and_returned_values():
    run = script("{parameters: [order, {tries: 3}], steps: {a: {return: {x: 1}}}}")
    right = "calls: {a: {with: {order: 7}, outcome: return, returns: {x: 1}}}"
    (call,) = parse_trials(right, "test.ivrtest.yaml", script=run).calls
    assert (call.parameters, call.outcome, call.returns) == ((("order", "7"),), "return", (("x", "1"),))
    with pytest.raises(ConfigError) as wrong:
        parse_trials("calls: {a: {with: {ordr: 7}, outcome: return}}", "test.ivrtest.yaml", script=run)
    assert [str(problem) for problem in wrong.value.problems] == [
        "test.ivrtest.yaml:1:12: call 'a': the script needs order (write `with: {order: …}`)",
        "test.ivrtest.yaml:1:20: call 'a': the script takes no parameter 'ordr' (did you mean 'order'?)",
    ]
