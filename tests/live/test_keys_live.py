"""Keys on a real FreeSWITCH: as RFC 2833, as SIP INFO, as tones; into a prompt, ahead of a prompt, and none at all."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live.sounds import need, seconds, voiced
from tests.scenarios.conftest import freeswitch  # noqa: F401  the fixture
from tests.scenarios.scripted import passed, play_by
from tests.scenarios.stage import MENU, Stage
from tests.scenarios.world import Caller, Switch

pytestmark = pytest.mark.live

PROMPT = "tone_stream://%(8000,0,440)"  # eight seconds

ASKS = f"""\
steps:
  pick_up: {{answer: , then: first}}
  first:
    menu: "{PROMPT}"
    keys: {{1: second}}
    timeout: 1s
    tries: 1
    otherwise: silent
  second:
    menu: "{PROMPT}"
    keys: {{2: number, "*": number}}
    timeout: 1s
    tries: 1
    otherwise: silent
  number: {{collect: "{PROMPT}", digits: 2-6, into: number, timeout: 1s, tries: 1, then: over, otherwise: silent}}
  silent: {{play: "silence_stream://1500", then: over}}
  over: {{hangup: }}
"""


@pytest.fixture
def stage(tmp_path: Path, freeswitch: Callable[[], Switch]) -> Iterator[Stage]:  # noqa: F811
    """A site on a real FreeSWITCH."""
    stage = Stage(freeswitch(), tmp_path)
    yield stage
    stage.close()


def way(stage: Stage, caller: Caller) -> list[tuple[str, str, str]]:
    """The caller's way, once his call is over."""
    stage.eventually(lambda: stage.result(caller), 40)
    return stage.eventually(lambda: (found := passed(stage, caller)) and found[-1][0] == "over" and found)


@pytest.mark.parametrize("inform", [False, True], ids=["RFC 2833", "SIP INFO"])
def test_keys_are_heard_whichever_way_they_come(stage: Stage, inform: bool) -> None:
    # Given two menus and a number that is asked for, and a profile with liberal-dtmf
    play_by(stage, ASKS)
    # When a telephone sends keys as events in the media, or in the signalling
    caller = stage.caller(to=MENU, keys=[(1.0, "1"), (1.8, "2"), (2.6, "4711#")], inform=inform)
    # Then each counts at the step where it was pressed
    assert way(stage, caller) == [
        ("pick_up", "done", ""),
        ("first", "keys", "1"),
        ("second", "keys", "2"),
        ("number", "keys", "4711"),
        ("over", "NORMAL_CLEARING", ""),
    ]


@pytest.mark.parametrize("listening", [False, True], ids=["as it is", "start_dtmf"])
def test_tones_are_speech_unless_the_switch_listens_for_them(stage: Stage, tmp_path: Path, listening: bool) -> None:
    # Given a telephone that sends keys as nothing but sound
    need("sox")
    tone = tmp_path / "one.wav"
    sox = [
        "sox",
        "-n",
        "-r",
        "8000",
        str(tone),
        "synth",
        "0.2",
        "sine",
        "697",
        "sine",
        "1209",
        "remix",
        "-",
        "pad",
        "0",
        "1",
    ]
    subprocess.run(sox, check=True)
    play_by(stage, ASKS)
    caller = stage.caller(to=MENU, keys=[(2.5, tone)])
    leg = stage.eventually(lambda: next(iter(stage.channels()), ""))
    if listening:  # as a site's dialplan may, before it hands the call over
        app = "call-command: execute\nexecute-app-name: start_dtmf\nevent-lock: false"
        stage.eventually(lambda: len(passed(stage, caller)) > 1)
        assert stage.esl.command(f"sendmsg {leg}\n{app}").startswith("+OK")
    # Then it is a key where the switch was told to listen for tones, and silence else
    first = way(stage, caller)[1]
    assert first == (("first", "keys", "1") if listening else ("first", "silence", ""))


def test_a_key_stops_the_prompt(stage: Stage, tmp_path: Path) -> None:
    # Given a prompt of eight seconds
    need("sox")
    play_by(
        stage,
        ASKS.replace('menu: "tone_stream://%(8000,0,440)"\n    keys: {2', "menu: silence_stream://10\n    keys: {2"),
    )
    # When a caller whose leg is recorded presses a key in the middle of it
    caller = stage.caller(to=MENU, keys=[(3.0, "1")])
    leg = stage.eventually(lambda: next(iter(stage.channels()), ""))
    recording = tmp_path / "leg.wav"
    assert stage.esl.api(f"uuid_record {leg} start {recording}").startswith("+OK")
    way(stage, caller)
    # Then he no longer hears it a moment later
    first = next(row for row in stage.rows_by("steps", "n, i", step="first"))
    lasted, heard = first["ended"] - first["started"], voiced(recording)
    late = first["ended"] - (caller.answered_at or 0.0) - 3.0
    print(f"heard {heard:.2f} s of 8 s, recorded {seconds(recording):.1f} s; over {late * 1000:.0f} ms after the key")
    assert 2.0 < heard <= lasted + 0.05
    assert late < 0.5  # a key is 100 ms of RFC 2833; what is left is the machine's


def test_keys_count_where_they_are_pressed(stage: Stage) -> None:
    # Given a caller who knows the menus by heart and types on without listening
    play_by(stage, ASKS)
    fast = stage.caller(to=MENU, keys=[(0.8, "12"), (1.5, "4711#")])
    # Then each key opens the next step before the next key comes
    assert [step[2] for step in way(stage, fast)[1:4]] == ["1", "2", "4711"]


def test_keys_that_come_when_nothing_is_asked_count_for_nothing(stage: Stage) -> None:
    # Given keys that reach the switch all at once, when the first menu asks for one
    play_by(stage, ASKS)
    machine = stage.caller(to=MENU)
    stage.eventually(lambda: len(passed(stage, machine)) > 1)
    assert stage.esl.api(f"uuid_recv_dtmf {next(iter(stage.channels()))} 12222").startswith("+OK")
    # Then the first counts, and the others are as if they had not been pressed, all of them
    assert way(stage, machine)[1:3] == [("first", "keys", "1"), ("second", "silence", "")]


def test_a_prompt_that_plays_to_its_end_is_stopped_by_no_key(stage: Stage) -> None:
    # Given a greeting of three seconds before a menu
    greeting = 'then: greeting}\n  greeting: {play: "tone_stream://%(3000,0,440)", then: first}'
    play_by(stage, ASKS.replace("then: first}", greeting))
    # When a caller presses keys meanwhile, among them the one that FreeSWITCH stops prompts with
    caller = stage.caller(to=MENU, keys=[(0.8, "*1")])
    # Then he hears all of it, and the keys count for nothing
    told = way(stage, caller)
    assert [step[:2] for step in told[1:3]] == [("greeting", "done"), ("first", "silence")]
    [row] = stage.rows_by("steps", "n, i", step="greeting")
    assert row["ended"] - row["started"] > 2.9


def test_silence_is_heard_as_such(stage: Stage) -> None:
    # Given a caller who presses nothing
    play_by(stage, ASKS.replace("8000", "500"))
    caller = stage.caller(to=MENU)
    # Then the menu waits for its timeout after its prompt, and takes the way of silence
    assert [step[:2] for step in way(stage, caller)] == [
        ("pick_up", "done"),
        ("first", "silence"),
        ("silent", "done"),
        ("over", "NORMAL_CLEARING"),
    ]
    [row] = stage.rows_by("steps", "n, i", step="first")
    assert 1.4 < row["ended"] - row["started"] < 2.5
