"""Pretended calls through the interpreter of live calls."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ccswitch.ivr.parse import parse_script
from ccswitch.ivr.rehearsal import WORDS, Outcome, Rehearsal, rehearse
from ccswitch.ivr.step import END
from tests.ivr.scripts import script, sources


def test_a_caller_presses_a_key_and_waits_in_the_queue():
    # Given a script with a menu, when a caller presses 1 and nothing more
    call = rehearse(script(), ["1"])
    # Then he waits in its queue, and each step tells what he heard and did
    assert call.steps == ["hello", "choice", "sales"]
    assert call.outcome == Outcome(kind="queue", what="sales")
    assert [(passage.says, passage.result, passage.keys) for passage in call.passed] == [
        ((), "done", ""),
        (("ask.wav",), "keys", "1"),
    ]
    assert not call.over


def test_tries_are_heard_with_their_own_prompts():
    call = rehearse(script(), ["7", "", ""])
    assert call.steps == ["hello", "choice", "choice", "choice", "bye", "done"]
    assert [passage.says for passage in call.passed[1:4]] == [
        ("ask.wav",),
        ("wrong.wav", "ask.wav"),
        ("again.wav", "ask.wav"),
    ]
    assert str(call.outcome) == "hangup USER_BUSY"


def test_words_stand_for_what_no_key_can_do():
    # the queue does not take him, and the outside number is not reached
    assert rehearse(script(), ["1", "fail", "fail"]).steps == ["hello", "choice", "sales", "out", "bye", "done"]
    # the number is reached
    assert str(rehearse(script(), ["1", "fail", ""]).outcome) == "hangup NORMAL_CLEARING"
    # an agent talks with him and leaves him on the line
    assert rehearse(script(), ["1", "talk"]).steps == ["hello", "choice", "sales", "bye", "done"]
    # he hangs up
    assert str(rehearse(script(), ["hangup", "1"]).outcome) == "left choice"


def test_a_pin_is_nowhere_in_a_rehearsal():
    call = rehearse(script(), ["2", "4711"])
    assert call.steps == ["hello", "choice", "pin", "sales"]
    assert "4711" not in repr(call)


def test_nothing_follows_the_end():
    call = rehearse(script(), ["hangup"])
    passed = list(call.passed)
    call.hear("1")
    assert call.passed == passed and str(call.outcome) == "left choice"


def test_step_by_step_a_call_tells_what_it_waits_for():
    call = Rehearsal(script())
    assert (call.step, call.says, call.outcome) == ("hello", (), None)
    call.hear("")
    assert (call.step, call.says) == ("choice", ("ask.wav",))


SAID = st.sampled_from(["", "0", "1", "2", "3", "10", "12#", "*", *WORDS])


@given(sources(), st.lists(SAID, max_size=12))
def test_every_call_takes_ways_that_are_there_and_comes_to_an_outcome(text, said):
    # Given any valid script and whatever a caller may do
    rehearsed = parse_script(text, "any.yaml", name="any")
    call = rehearse(rehearsed, said)
    # Then each step he passed led over one of its ways, tried again, or he left there
    for passage in call.passed:
        onward = {way.to for way in rehearsed.steps[passage.step].ways()} | {passage.step, END}
        assert passage.to in onward or (passage.result == "left" and passage.to == "")
    # And he is in a queue, at a number, or the call is over
    assert call.outcome is not None
