"""A caller who hangs up while a step has him, in every kind of step that takes time."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccswitch.ivr.step import TimedStep
from ccswitch.ivr.steps import STEPS
from tests.scenarios.conftest import MakeStage
from tests.scenarios.scripted import passed, play_by
from tests.scenarios.stage import MENU, Rules
from tests.speech.voices import write_wav

LONG = '"tone_stream://%(60000,0,440)"'
MOMENTARY = {"answer", "hangup", "transfer", "callback"}  # over before anybody could hang up, or in another's hands
AT = {
    "play": f"{{play: {LONG}, then: end}}",
    "menu": f"{{menu: {LONG}, keys: {{1: end}}, otherwise: end}}",
    "collect": f"{{collect: {LONG}, digits: 4, into: pin, masked: yes, then: end, otherwise: end}}",
    "queue": "{queue: sales}",
    "record": f"{{record: yes, notice: {LONG}, then: end}}",
    "survey": f"{{survey: {LONG}, question: satisfaction, then: end, otherwise: end}}",
    "voicemail": f"{{voicemail: sales, play: {LONG}, then: end}}",
    "say": "{say: {prompt: long, say: {en: x}}, then: end}",
    "lookup": f"{{lookup: mute, play: {LONG}, then: end, otherwise: end}}",
}
LOOKUP = """
[[lookup]]
name = "mute"
url = "http://127.0.0.1:%d/"
timeout = 10.0
limit = 15.0
"""
NAMES = list(AT)


def script() -> str:
    """A menu that leads to a step of each kind."""
    keys = ", ".join(f"{number}: {name}" for number, name in enumerate(NAMES))
    steps = "\n".join(f"  {name}: {text}" for name, text in AT.items())
    asks = f'{{menu: "silence_stream://10", keys: {{{keys}}}, timeout: 10s, otherwise: end}}'
    return f"languages: [en]\nstart: begin\nsteps:\n  begin: {{answer: , then: ask}}\n  ask: {asks}\n{steps}\n"


def test_every_kind_of_step_is_tried() -> None:
    timed = {kind.WORD for kind in STEPS if issubclass(kind, TimedStep)}
    assert timed - MOMENTARY == set(AT)


@pytest.fixture
def mute() -> Iterator[int]:
    """The port of a system that is asked and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("name", NAMES)
def test_the_caller_hangs_up(make_stage: MakeStage, tmp_path: Path, mute: int, name: str) -> None:
    # Given a caller who has come to a step
    write_wav(tmp_path / "prompts/en/long.wav", 60.0)
    stage = make_stage(rules=Rules(recordings=str(tmp_path / "rec")))
    with (stage.folder / "ccswitch.toml").open("a") as config:
        config.write(LOOKUP % mute)
    play_by(stage, script())
    caller = stage.caller(to=MENU, keys=[(0.7, str(NAMES.index(name)))])
    stage.eventually(lambda: len(passed(stage, caller)) > 2)
    stage.always(lambda: not caller.ended and len(passed(stage, caller)) == 3, 0.3)
    # When he hangs up
    caller.hang_up()
    # Then his way ends there, and nothing of him remains
    result = "abandoned" if name == "queue" else "left"
    stage.eventually(lambda: passed(stage, caller)[-1][:2] == (name, result))
    assert stage.result(caller) == result
    stage.eventually(lambda: not stage.channels() and not stage.live_calls())


NOWHERE = "/nowhere/prompt.wav"
MISSING = {
    "play": f"{{play: {NOWHERE}, then: bye}}",
    "menu": f"{{menu: {NOWHERE}, keys: {{1: bye}}, timeout: 1s, tries: 1, otherwise: bye}}",
    "collect": f"{{collect: {NOWHERE}, digits: 4, into: v, timeout: 1s, tries: 1, then: bye, otherwise: bye}}",
    "record": f"{{record: yes, notice: {NOWHERE}, then: bye}}",
    "survey": f"{{survey: {NOWHERE}, question: q, timeout: 1s, tries: 1, then: bye, otherwise: bye}}",
    "voicemail": f"{{voicemail: sales, play: {NOWHERE}, silence: 1s, then: bye}}",
}


def test_a_prompt_that_is_not_on_the_switch(make_stage: MakeStage, tmp_path: Path) -> None:
    # Given a script that goes through every kind of step which plays, and no prompt of it is on the switch
    steps = [text.replace("bye", after) for text, after in zip(MISSING.values(), [*[*MISSING][1:], "bye"], strict=True)]
    lines = "\n".join(f"  {name}: {text}" for name, text in zip(MISSING, steps, strict=True))
    text = f"start: begin\nsteps:\n  begin: {{answer: , then: play}}\n{lines}\n  bye: {{hangup: }}\n"
    stage = play_by(make_stage(rules=Rules(recordings=str(tmp_path / "rec"))), text)
    # When somebody calls
    caller = stage.caller(to=MENU)
    # Then his call goes on to its end, and the trace says at each step what could not be played
    stage.eventually(lambda: stage.result(caller) == "served")
    told = "\n".join(str(line["text"]) for line in stage.of("trace", caller))
    heard_beep = {"voicemail"}  # of several sounds the switch skips what is missing: the tone is heard
    for name in MISSING:
        assert (f"{NOWHERE}" in "".join(row for row in told.splitlines() if f"step {name}" in row)) == (
            name not in heard_beep
        ), (name, told)
