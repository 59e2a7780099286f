"""Tests of scripts: what is found wrong, and how much of the script was come to."""

from __future__ import annotations

from typing import Any

import pytest

from ccswitch.ivr.trial import Trial, Trials, run
from tests.ivr.scripts import script


def report(*calls: Trial, **least: float) -> Any:
    return run(script(), Trials(script="test", calls=calls, **least))


def call(**expected: Any) -> Trial:
    return Trial(**({"name": "a call", "keys": ("1",)} | expected))


@pytest.mark.parametrize(
    ("expected", "wrong"),
    [
        ({"outcome": "queue sales"}, ""),
        ({"outcome": "queue care"}, "the call ends with `queue sales`, not `queue care`"),
        ({"steps": ("hello", "choice", "sales")}, ""),
        ({"steps": ("hello", "sales")}, "the call goes hello → choice → sales, not hello → sales"),
        ({"says": ("ask.wav",)}, ""),
        ({"says": ("ask.wav", "ask.wav")}, "'ask.wav' is not heard, or not in this order; heard are ask.wav"),
        ({"keys": ("7", "1"), "says": ("wrong.wav", "ask.wav")}, ""),
        ({"keys": ("7", "1"), "says": ("wrong.wav", "again.wav")}, "'again.wav' is not heard"),
        ({"variables": (("pin", "4711"),)}, "`pin` is 'not set', not '4711'"),
    ],
)
def test_what_is_expected_of_a_call(expected, wrong):
    (tried,) = report(call(**expected), steps=0.0).tried
    assert bool(tried.wrong) == bool(wrong)
    assert wrong in " ".join(tried.wrong)


def test_all_that_is_wrong_is_told():
    (tried,) = report(call(outcome="queue care", steps=("hello",))).tried
    assert len(tried.wrong) == 2


def test_steps_and_ways_that_no_call_came_to_are_named():
    # Given one call that presses 1
    got = report(call(), steps=1.0, ways=1.0)
    # Then of seven steps three were seen
    assert got.coverage.missed_steps == ("pin", "out", "bye", "done")
    assert ("choice", "pin") in got.coverage.missed_ways and ("choice", "sales") not in got.coverage.missed_ways
    assert [short.split(",")[0] for short in got.too_little] == ["43% of the steps", "20% of the ways"]
    assert not got.passed


def test_less_may_be_enough():
    assert report(call(), steps=0.4).passed


OUTER = """\
steps:
  ask: {run: inner, into: {x: y}, then: end, otherwise: sorry}
  sorry: {play: sorry.wav, then: end}
"""
INNER = """\
parameters: [{name: ann}]
steps:
  menu: {menu: x, keys: {1: back, 2: away}, otherwise: back}
  away: {queue: sales}
  back: {return: {y: "{{ name }}"}}
"""


def test_coverage_counts_the_scripts_own_steps_and_the_ways_out_of_what_it_runs():
    # Given a script that runs another, with one call that comes back from it and one that fails in there
    inner = script(INNER, "inner")
    calls = (
        call(variables=(("x", "ann"),), steps=("ask", "inner/menu", "inner/back"), outcome="hangup NORMAL_CLEARING"),
        call(keys=("2", "fail"), steps=("ask", "inner/menu", "inner/away", "sorry"), says=("x", "sorry.wav")),
    )
    # When both are tried
    got = run(script(OUTER), Trials(script="test", calls=calls, ways=1.0), lambda name, version: inner)
    # Then all of its own steps and ways were taken, whatever the other script has besides
    assert [tried.wrong for tried in got.tried] == [(), ()]
    assert (got.coverage.steps, got.coverage.ways, got.too_little) == (2, 3, ())


def test_a_script_that_is_run_is_tried_with_parameters_and_what_it_returns():
    calls = (
        call(parameters=(("name", "bob"),), outcome="return", returns=(("y", "bob"),)),
        call(returns=(("y", "bob"), ("z", "1"))),
    )
    right, wrong = run(script(INNER), Trials(script="test", calls=calls)).tried
    assert right.wrong == ()
    assert wrong.wrong == ("`y` is returned as 'ann', not 'bob'", "`z` is returned as 'nothing', not '1'")
