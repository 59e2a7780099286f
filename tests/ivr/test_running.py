"""Scripts that run others: what goes in and out, who waits for whom, and that a call comes back to the right place."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from ccswitch.ivr.acts import Collect, HangUp, Play, Queue
from ccswitch.ivr.cursor import Cursor, Frame
from ccswitch.ivr.heard import Done, Failed, Heard, Keys, Silence, TalkOver
from ccswitch.ivr.interpreter import Move, begin, replay, resume
from ccswitch.ivr.running import DEPTH_LIMIT
from ccswitch.ivr.script import Script, Scripts
from ccswitch.ivr.together import check_together
from ccswitch.model.ids import ScriptHash
from tests.ivr.scripts import heards, script, unheeding
from tests.searching import examples

MAIN = """\
languages: [zh, en]
steps:
  up: {answer: , then: tongue}
  tongue: {set: {language: en, limit: 2}, then: pin}
  pin:
    run: ask_pin
    with: {account: "{{ caller }}", tries: "{{ limit }}"}
    into: {pin: number, spoken: tongue}
    then: care
    otherwise: sorry
  care: {queue: care, then: sorry, otherwise: sorry}
  sorry: {play: sorry.wav, then: end}
"""
ASK_PIN = """\
languages: [zh, en]
parameters: [account, {tries: 3}, {note: none}]
steps:
  ask: {collect: pin.wav, digits: 4, into: typed, then: look, otherwise: help}
  look: {branch: [{if: "typed == '0000'", then: over}], otherwise: back}
  over: {hangup: CALL_REJECTED}
  help: {queue: help, then: nothing}
  nothing: {return: }
  back: {return: {number: "{{ account }}-{{ tries }}-{{ note }}-{{ typed }}", tongue: "{{ language }}"}}
"""
SITE = {"main": script(MAIN, "main"), "ask_pin": script(ASK_PIN, "ask_pin")}


def among(site: dict[str, Script]) -> Scripts:
    return lambda name, version: site.get(name)


def caller() -> dict[str, str]:
    return {"caller": "138"}


def heard_by(move: Move, *heard: Heard, site: dict[str, Script] | None = None) -> Move:
    """What follows `heard`, by way of a cursor that was kept."""
    known = site or SITE
    for one in heard:
        cursor = Cursor.from_json(move.cursor.to_json())
        move = resume(known[cursor.script], cursor, one, caller, among(known))
    return move


def in_main(*heard: Heard) -> Move:
    return heard_by(begin(SITE["main"], caller, among(SITE)), *heard)


def test_parameters_go_in_and_returned_values_come_out() -> None:
    # Given a caller whom the main script lets type his PIN in another
    asked = in_main(Done())
    assert isinstance(asked.act, Collect)
    assert (asked.cursor.script, asked.step) == ("ask_pin", "ask")
    assert dict(asked.cursor.variables) == {"account": "138", "tries": "2", "note": "none", "language": "en"}
    # When he has typed it
    move = heard_by(asked, Keys("1234"))
    # Then the main script goes on behind its step, with its own variables and those that it takes
    assert move.act == Queue(queue="care")
    assert (move.cursor.script, move.cursor.frames) == ("main", ())
    assert dict(move.cursor.variables) == {
        "language": "en",
        "limit": "2",
        "pin": "138-2-none-1234",
        "spoken": "en",
    }


def test_each_step_is_told_of_the_script_that_it_is_in() -> None:
    into, back = in_main(Done()), in_main(Done(), Keys("1234"))
    assert [(one.script, one.step, one.kind, one.to) for one in into.passed + back.passed] == [
        ("main", "tongue", "set", "pin"),
        ("main", "pin", "run", "ask_pin/ask"),
        ("ask_pin", "look", "branch", "back"),
        ("ask_pin", "back", "return", "main/care"),
    ]
    assert into.passed[1].result == "runs ask_pin (account = 138, tries = 2)"
    assert into.passed[1].hash == SITE["main"].hash and back.passed[1].hash == SITE["ask_pin"].hash


def test_a_value_that_this_return_does_not_give_is_empty() -> None:
    # Given a caller who was sent to the help queue out of the other script, and talked there
    move = in_main(Done(), Silence(), Silence(), Silence())
    assert move.act == Queue(queue="help") and len(move.cursor.frames) == 1
    # When his agent is gone
    back = heard_by(move, TalkOver())
    # Then he is behind the step that ran it, with nothing
    assert back.act == Queue(queue="care")
    assert dict(back.cursor.variables)["pin"] == ""


def test_a_step_that_fails_without_a_way_leads_to_otherwise() -> None:
    move = in_main(Done(), Silence(), Silence(), Silence(), Failed("the queue is closed"))
    assert (move.act, move.cursor.script, move.cursor.frames) == (Play(files=("sorry.wav",)), "main", ())


def test_the_end_of_a_script_that_is_run_is_the_end_of_the_call() -> None:
    assert in_main(Done(), Keys("0000")).act == HangUp(cause="CALL_REJECTED")
    ends = SITE | {
        "ask_pin": script(ASK_PIN.replace("then: nothing", "then: end").replace("  nothing: {return: }\n", ""))
    }
    talked = heard_by(
        begin(ends["main"], caller, among(ends)), Done(), *[Silence()] * 3, site=ends | {"test": ends["ask_pin"]}
    )
    assert talked.act == Queue(queue="help")
    assert resume(ends["ask_pin"], talked.cursor, TalkOver(), caller, among(ends)).act == HangUp(
        cause="NORMAL_CLEARING"
    )


def test_a_script_that_is_not_there_is_left_over_otherwise() -> None:
    move = resume(SITE["main"], begin(SITE["main"]).cursor, Done())
    assert move.act == Play(files=("sorry.wav",))
    assert move.passed[-1].result.endswith(": there is no such script")
    # and without a way for that the call ends as a failure
    lone = script("steps: {a: {run: nobody, then: end}}")
    assert begin(lone).act == HangUp(cause="NORMAL_TEMPORARY_FAILURE")


def test_a_caller_who_comes_back_where_no_script_waits_any_more_is_not_left_in_silence() -> None:
    asked = in_main(Done())
    gone = resume(SITE["ask_pin"], asked.cursor, Keys("1234"), caller, lambda name, version: None)
    assert gone.act == HangUp(cause="NORMAL_TEMPORARY_FAILURE")


def test_the_version_that_waits_is_the_one_that_goes_on() -> None:
    # Given a caller in a script that another runs, of which a new version comes
    asked = in_main(Done())
    told = []

    def scripts(name: str, version: ScriptHash) -> Script | None:
        told.append((name, version))
        return SITE[name]

    # When he is back
    resume(SITE["ask_pin"], asked.cursor, Keys("1234"), caller, scripts)
    # Then the version in which he was is asked for
    assert told == [("main", SITE["main"].hash)]


def test_a_restart_begins_the_step_anew_in_its_script() -> None:
    asked = in_main(Done(), Silence())
    again = replay(SITE["ask_pin"], Cursor.from_json(asked.cursor.to_json()), caller, among(SITE))
    assert (again.step, again.cursor) == ("ask", asked.cursor)
    assert heard_by(again, Keys("1234")).act == Queue(queue="care")


def test_a_return_where_nothing_waits_ends_the_call() -> None:
    move = begin(SITE["ask_pin"], caller, given={"account": "7"})
    back = resume(SITE["ask_pin"], move.cursor, Keys("1234"), caller)
    assert (back.act, back.returned) == (
        HangUp(cause="NORMAL_CLEARING"),
        (("number", "7-3-none-1234"), ("tongue", "zh")),
    )
    assert back.passed[-1].to == "end"


def test_scripts_that_run_themselves_come_to_an_end_whatever_the_check_missed() -> None:
    # Given two scripts that run each other, with and without keys between
    for wait in ("", "menu: x, keys: {1: go}, otherwise: end"):
        steps = f"wait: {{{wait}}}, go: {{run: one, then: end}}" if wait else "go: {run: one, then: end}"
        site = {"one": script(f"steps: {{{steps}}}", "one")}
        move, moves = begin(site["one"], caller, among(site)), 0
        # When a caller goes on and on
        while not isinstance(move.act, HangUp):
            move, moves = heard_by(move, Keys("1"), site=site), moves + 1
            assert moves <= DEPTH_LIMIT + 1
        # Then he is not kept for ever
        assert move.act == HangUp(cause="NORMAL_TEMPORARY_FAILURE")


def test_a_cursor_with_frames_is_read_by_a_release_that_knew_none() -> None:
    # Given a caller in a script that another runs
    kept = json.loads(in_main(Done()).cursor.to_json())
    # Then the fields of the release before are where they were, and name the script that has him
    assert (kept["script"], kept["step"], kept["tries"], kept["over"]) == ("ask_pin", "ask", 0, "")
    # and a cursor of that release has no frames
    assert Cursor.from_json(json.dumps({**kept, "frames": []})).frames == ()
    assert "frames" not in json.loads(begin(SITE["main"]).cursor.to_json())


# ---- for any scripts ------------------------------------------------------------------------------------------------


@st.composite
def sites(draw: st.DrawFn) -> dict[str, Script]:
    """Scripts of which each runs only later ones, so that none runs itself."""
    count = draw(st.integers(1, 4))
    found = {}
    for number in range(count):
        later = [f"f{other}" for other in range(number + 1, count)]
        steps = {f"s{place}": _step(draw, place, later) for place in range(draw(st.integers(1, 4)))}
        last = {"return": {"x": "{{ p }}{{ caller }}"}} if draw(st.booleans()) else {"return": ""}
        steps[f"s{len(steps)}"] = last if number else {"hangup": ""}
        text = json.dumps({"parameters": ["p"] if number else [{"p": "0"}], "steps": steps})
        found[f"f{number}"] = script(text, f"f{number}")
    return found


def _step(draw: st.DrawFn, place: int, later: list[str]) -> dict[str, object]:
    onward = f"s{place + 1}"
    kinds: list[dict[str, object]] = [
        {"set": {"p": "{{ p }}1"}, "then": onward},
        {"play": "x.wav", "then": onward},
        {"menu": "x.wav", "keys": {"1": onward, "2": "s0"}, "otherwise": onward},
        {"queue": "sales", "then": onward},
        {"transfer": "1", "otherwise": onward},
    ]
    runs: list[dict[str, object]] = [
        {"run": name, "with": {"p": "{{ p }}"}, "then": onward, "otherwise": onward} for name in later
    ]
    step = draw(st.sampled_from(kinds + runs * 3))
    return step if step.get("transfer") is None or place else kinds[0]


@settings(max_examples=examples(40), deadline=None)
@given(site=sites(), heard=st.lists(heards, max_size=30))
def test_no_caller_gets_lost_between_scripts(site: dict[str, Script], heard: list[Heard]) -> None:
    # Given any scripts that were found right together
    assert not [one for one in check_together(site.values()) if "returns no" not in one.what]
    move = begin(site["f0"], caller, among(site))
    # When anything at all is heard
    for one in heard:
        # Then the caller is in a step of a script of the site, and those that wait do so in steps that run others
        assert isinstance(move.act, HangUp) or move.step in site[move.cursor.script].steps
        for frame in move.cursor.frames:
            assert site[frame.script].steps[frame.step].WORD == "run"
        move = heard_by(move, one, site=site)


@settings(max_examples=examples(30), deadline=None)
@given(site=sites(), data=st.data())
def test_a_caller_who_does_nothing_comes_to_the_end(site: dict[str, Script], data: st.DataObject) -> None:
    move, moves = begin(site["f0"], caller, among(site)), 0
    while not isinstance(move.act, HangUp):
        move, moves = heard_by(move, data.draw(unheeding), site=site), moves + 1
        assert moves < 2000


frames = st.builds(
    Frame,
    script=st.sampled_from(["main", "ask_pin", "x"]),
    hash=st.builds(ScriptHash, st.text(max_size=3)),
    step=st.sampled_from(["pin", "care", "ask", ""]),
    variables=st.sampled_from([(), (("pin", "1"),), (("language", "zh"),)]),
)


@settings(max_examples=examples(30), deadline=None)
@given(
    waiting=st.lists(frames, max_size=12), step=st.sampled_from(["ask", "look", "help", "back", "gone"]), heard=heards
)
def test_no_frames_make_it_raise(waiting: list[Frame], step: str, heard: Heard) -> None:
    cursor = Cursor(script="ask_pin", hash=ScriptHash(""), step=step, frames=tuple(waiting))
    for move in (
        resume(SITE["ask_pin"], cursor, heard, caller, among(SITE)),
        replay(SITE["ask_pin"], cursor, caller, among(SITE)),
    ):
        assert Cursor.from_json(move.cursor.to_json()) == move.cursor
