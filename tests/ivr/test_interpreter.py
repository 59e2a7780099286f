"""The interpreter: what a caller meets, step by step, and that nothing he does breaks it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccswitch.ivr.acts import NO_TERMINATOR, Answer, Collect, HangUp, Play, Queue, Transfer
from ccswitch.ivr.cursor import Cursor
from ccswitch.ivr.heard import Done, Failed, Heard, Keys, Silence, TalkOver, Wrong, result_word
from ccswitch.ivr.interpreter import (
    Move,
    begin,
    kept_keys,
    replay,
    resume,
)
from ccswitch.ivr.script import Script
from ccswitch.ivr.steps import BY_WORD
from ccswitch.ivr.steps.collect import HIDDEN, CollectStep
from ccswitch.ivr.steps.menu import MenuStep
from ccswitch.ivr.steps.survey import SurveyStep
from ccswitch.ivr.steps.voicemail import VoicemailStep
from ccswitch.model.ids import ScriptHash
from tests.ivr.scripts import GENERATED, at, heards, script, sources, unheeding
from tests.searching import examples

CHOICE = script()


def collect_one(files: tuple[str, ...]) -> Collect:
    return Collect(
        files=files,
        least=1,
        most=1,
        timeout=4.0,
        between=2.0,
        terminators=NO_TERMINATOR,
        pattern="^(?:[12])$",
        masked=False,
    )


def after(step: str, *heard: Heard, **cursor: object) -> Move:
    """The last of the moves that follow from hearing all of `heard`, beginning at `step`."""
    move = replay(CHOICE, at(step, **cursor))
    for one in heard:
        move = resume(CHOICE, move.cursor, one)
    return move


def test_a_call_from_the_answer_to_the_queue() -> None:
    # Given a script that answers, asks and queues
    # When a caller presses 1
    moves = [begin(CHOICE)]
    for heard in (Done(), Keys("1")):
        moves.append(resume(CHOICE, moves[-1].cursor, heard))
    # Then he was answered, asked and queued, and every move names its step and kind
    assert [move.act for move in moves] == [
        Answer(),
        collect_one(("ask.wav",)),
        Queue(queue="sales", priority=7),
    ]
    assert [(move.step, move.kind) for move in moves] == [("hello", "answer"), ("choice", "menu"), ("sales", "queue")]
    assert moves[-1].cursor == Cursor(script="test", hash=CHOICE.hash, step="sales")


def test_silence_and_wrong_keys_have_their_own_prompts() -> None:
    assert after("choice", Silence()).act == collect_one(("again.wav", "ask.wav"))
    assert after("choice", Wrong("9")).act == collect_one(("wrong.wav", "ask.wav"))


def test_after_the_last_try_the_last_thing_heard_decides_the_way() -> None:
    assert after("choice", Wrong("9"), Wrong("9"), Silence()).step == "bye"
    assert after("choice", Silence(), Silence(), Wrong("9")).step == "sales"
    # and the next menu counts from nothing
    assert after("choice", Silence(), Silence(), Wrong("9")).cursor.tries == 0


def test_a_key_that_the_switch_let_through_but_the_menu_has_not_is_wrong() -> None:
    assert after("choice", Keys("7")).act == collect_one(("wrong.wav", "ask.wav"))


def test_a_menu_that_cannot_be_played_is_not_tried_again() -> None:
    assert after("choice", Failed("no such leg")).step == "bye"


def test_a_prompt_that_cannot_be_played_does_not_cost_the_caller_his_call() -> None:
    assert after("bye", Failed("FILE NOT FOUND")).step == "done"


def test_what_is_collected_goes_into_its_variable() -> None:
    # Given a collection that is not masked
    order = script("steps: {a: {collect: x, digits: 2-4, into: order, then: end, otherwise: end}}")
    # When the caller types 123
    move = resume(order, begin(order).cursor, Keys("123"))
    # Then the variable has it, and the call goes on its way
    assert move.cursor.variables == (("order", "123"),)
    assert move.act == HangUp(cause="NORMAL_CLEARING")


def test_masked_digits_never_reach_the_cursor_but_a_reference_does() -> None:
    assert after("pin", Keys("1234")).cursor.variables == (("pin", HIDDEN),)
    assert "1234" not in after("pin", Keys("1234")).cursor.to_json()
    assert after("pin", Keys("secret:17")).cursor.variables == (("pin", "secret:17"),)
    assert [kept_keys(CHOICE, at("pin"), heard) for heard in (Keys("1234"), Wrong("12"), Silence())] == ["", "", ""]
    assert kept_keys(CHOICE, at("choice"), Wrong("9")) == "9"


def test_too_few_digits_are_a_wrong_input_and_not_silence() -> None:
    # The switch tells an input below `least` like silence, so the pattern does the counting (tried on 1.11.1)
    act = after("pin").act
    assert isinstance(act, Collect)
    assert (act.least, act.most, act.masked, act.terminators) == (1, 4, True, "#")
    assert [bool(re.search(act.pattern, typed)) for typed in ("123", "1234", "12345")] == [False, True, False]


@pytest.mark.parametrize(
    ("keys", "most", "terminators", "matching", "other"),
    [
        ('{1: end, "*": end, "#": end}', 1, NO_TERMINATOR, "1*#", ["2", "", "11"]),
        ("{1: end, 10-11: end}", 2, "#", ["1", "10", "11"], ["12", "0", "101"]),
        ('{1: end, "*1": end, "#": end}', 2, NO_TERMINATOR, ["1", "*1", "#"], ["**1", "#1"]),
    ],
)
def test_a_menus_pattern_matches_its_keys_and_no_others(
    keys: str, most: int, terminators: str, matching: list[str], other: list[str]
) -> None:
    act = begin(script(f"steps: {{a: {{menu: x, keys: {keys}, otherwise: end}}}}")).act
    assert isinstance(act, Collect)
    assert (act.most, act.terminators) == (most, terminators)
    assert all(re.search(act.pattern, key) for key in matching)
    assert not any(re.search(act.pattern, key) for key in other)
    assert "\\" not in act.pattern and " " not in act.pattern


def test_after_the_talk_the_script_goes_on_behind_the_queue() -> None:
    assert after("sales", TalkOver()).act == Play(files=("bye.wav", "tone.wav"))


def test_a_queue_that_cannot_take_the_caller_leads_otherwise() -> None:
    assert after("sales", Failed("no such queue")).act == Transfer(number="+8621")
    assert after("sales", Failed("no such queue"), Failed("no gateway")).step == "bye"


def test_a_failure_without_a_way_ends_the_call_as_a_failure_and_names_the_step() -> None:
    lone = script("steps: {q: {queue: sales}}")
    move = resume(lone, begin(lone).cursor, Failed("no such queue"))
    assert (move.act, move.step, move.kind) == (HangUp(cause="NORMAL_TEMPORARY_FAILURE"), "q", "hangup")
    # while the end of the talk ends it well
    assert resume(lone, begin(lone).cursor, TalkOver()).act == HangUp(cause="NORMAL_CLEARING")


def test_the_end_stays_the_end() -> None:
    # Given a script that hung up
    over = after("bye", Done())
    assert over.act == HangUp(cause="USER_BUSY") and over.kind == "hangup"
    # When something late is heard, or the step is replayed
    # Then nothing else follows
    assert resume(CHOICE, over.cursor, Keys("1")).act == over.act
    # even where the script ran out at a step that would lead on
    gone = replay(CHOICE, at("choice", over="NORMAL_CLEARING"))
    assert resume(CHOICE, gone.cursor, Keys("1")) == gone
    assert replay(CHOICE, over.cursor).act == over.act


def test_a_replay_starts_the_step_anew_and_forgives_no_try() -> None:
    # Given a caller in his last try
    cursor = after("choice", Silence(), Silence()).cursor
    # When the controller is restarted
    move = replay(CHOICE, cursor)
    # Then the menu is heard from its own start, and one more silence is the last
    assert (move.act, move.cursor) == (collect_one(("ask.wav",)), cursor)
    assert resume(CHOICE, move.cursor, Silence()).step == "bye"


def test_a_cursor_of_a_step_that_is_gone_begins_again() -> None:
    assert replay(CHOICE, at("removed")) == begin(CHOICE)
    assert resume(CHOICE, at("removed"), Keys("1")) == begin(CHOICE)


def test_a_script_without_steps_hangs_up() -> None:
    empty = Script(name="empty", hash=ScriptHash("0"), steps={}, start="nowhere")
    move = begin(empty)
    assert (move.act, move.step, move.kind) == (HangUp(cause="NORMAL_TEMPORARY_FAILURE"), "nowhere", "hangup")


def test_the_words_for_records() -> None:
    heard = (Done(), Keys("1"), Wrong("1"), Silence(), Failed("x"), TalkOver())
    assert [result_word(one) for one in heard] == ["done", "keys", "wrong", "silence", "failed", "talk over"]


# ---- for any script and any caller ----------------------------------------------------------------------------------


def check_move(any_script: Script, move: Move) -> None:
    """What holds for every move."""
    assert Cursor.from_json(move.cursor.to_json()) == move.cursor
    assert isinstance(move.act, HangUp) == bool(move.cursor.over) == (move.kind == "hangup")
    assert move.kind == "hangup" or move.kind == any_script.steps[move.step].WORD
    assert replay(any_script, move.cursor).cursor == move.cursor
    if isinstance(move.act, Play | Collect):
        assert move.act.files or move.act.unsaid
        assert all(move.act.files) and all(one.why for one in move.act.unsaid)


@settings(max_examples=examples(40), deadline=None)
@given(text=sources(), heard=st.lists(heards, max_size=40))
def test_any_script_with_any_caller_moves_on_or_ends(text: str, heard: list[Heard]) -> None:
    any_script = script(text)
    move = begin(any_script)
    for one in heard:
        check_move(any_script, move)
        move = resume(any_script, move.cursor, one)
    check_move(any_script, move)


@settings(max_examples=examples(40), deadline=None)
@given(text=sources(), data=st.data())
def test_a_caller_who_does_nothing_comes_to_a_queue_or_the_end(text: str, data: st.DataObject) -> None:
    # Given any valid script
    any_script = script(text)
    longest = sum(
        step.misses.tries
        if isinstance(step, MenuStep | CollectStep | SurveyStep)
        else 1 + isinstance(step, VoicemailStep)
        for step in any_script.steps.values()
    )
    # When nothing is ever pressed or said, whatever else succeeds or fails
    move, moves = begin(any_script), 1
    while not isinstance(move.act, HangUp):
        move, moves = resume(any_script, move.cursor, data.draw(unheeding)), moves + 1
        # Then the call ends after no more moves than all tries of all steps
        assert moves <= longest + 1


words = st.text(max_size=5)
cursors = st.builds(
    Cursor,
    script=words,
    hash=st.builds(ScriptHash, words),
    step=st.sampled_from(["s0", "s1", "s2", "end", ""]) | words,
    tries=st.integers(),
    variables=st.dictionaries(words, words, max_size=3).map(lambda values: tuple(values.items())),
    over=st.sampled_from(["", "USER_BUSY"]),
)


@settings(max_examples=examples(30), deadline=None)
@given(text=sources(), heard=heards, cursor=cursors)
def test_no_cursor_makes_it_raise(text: str, heard: Heard, cursor: Cursor) -> None:
    any_script = script(text)
    for move in (resume(any_script, cursor, heard), replay(any_script, cursor)):
        assert Cursor.from_json(move.cursor.to_json()) == move.cursor


def test_every_kind_of_step_is_generated() -> None:
    # Given the kinds, then scripts of all are tried: those that run others have tests of their own (test_running)
    assert set(GENERATED) == set(BY_WORD) - {"run", "return"}
