"""Words in a call: recorded before kept before rendered, and a call goes on without those that cannot be had."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import SPOKEN, Rules, Stage
from tests.scenarios.world import Caller
from tests.speech.voices import write_wav

# An engine that beeps a quarter of a second, and notes what it was asked to say.
BEEPER = """\
import sys, wave
language, text_file, out = sys.argv[1:]
text = open(text_file, encoding="utf-8").read()
with wave.open(out, "wb") as file:
    file.setparams((1, 2, 8000, 0, "NONE", ""))
    file.writeframes(b"\\0\\x10" * 2000)
with open("{asked}", "a", encoding="utf-8") as asked:
    print(language, text, file=asked)
"""


def beeping(folder: Path) -> Rules:
    """A site with that engine."""
    (folder / "beeper.py").write_text(BEEPER.replace("{asked}", str(folder / "asked")))
    command = [sys.executable, "-I", "-S", str(folder / "beeper.py"), "{language}", "{text_file}", "{out}"]
    return Rules(speech=f"engine = 'command'\ncommand = {command}\nlimit = 10.0")


def asked(folder: Path) -> list[str]:
    """What the engine was asked to say, with its language."""
    file = folder / "asked"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def played(stage: Stage) -> list[str]:
    """The commands that play, from now on, as they come to the switch."""
    found: list[str] = []

    def watch(command: bytes) -> None:
        if b"playback" in command or b"play_and_get_digits" in command:
            found.append(command.decode())

    stage.link.watchers.append(watch)
    return found


def skipped(stage: Stage, caller: Caller) -> list[dict[str, Any]]:
    """What the trace says of words that were not heard."""
    return [line for line in stage.of("trace", caller) if line["kind"] == "SpeechSkipped"]


def test_words_are_recorded_kept_or_rendered(make_stage: MakeStage, tmp_path: Path) -> None:
    # Given a site whose scripts speak, and an engine
    stage = make_stage(rules=beeping(tmp_path))
    stage.controller.start()
    # When nobody has called yet, then what is the same in every call is rendered
    stage.eventually(lambda: len(asked(tmp_path)) >= 3)
    fixed = ["en Good morning, and thank you for calling us", "en Press one to go on", "zh 您好，请按一继续"]
    assert sorted(asked(tmp_path)) == fixed
    # When somebody calls, then the number that he hears is rendered too, and he comes to the queue
    commands = played(stage)
    caller = stage.caller(to=SPOKEN)
    stage.eventually(lambda: stage.place(caller) == "waiting")
    assert asked(tmp_path)[3:] == ["en four thousand and five"]
    hello = next(command for command in commands if "file_string" in command)
    assert hello.count(str(tmp_path / "speech")) == 2
    assert any("play_and_get_digits" in command and str(tmp_path / "speech") in command for command in commands)
    assert skipped(stage, caller) == []
    caller.hang_up()
    # When the greeting is recorded, then the next caller hears that, and nothing is rendered again
    recorded = write_wav(tmp_path / "prompts/en/hello.wav")
    commands = played(stage)
    second = stage.caller(to=SPOKEN)
    stage.eventually(lambda: stage.place(second) == "waiting")
    assert any(str(recorded) in command for command in commands)
    assert len(asked(tmp_path)) == 4


def test_a_call_goes_on_without_words_that_cannot_be_had(make_stage: MakeStage, tmp_path: Path) -> None:
    # Given an engine that is not there, and a recording of the greeting alone
    stage = make_stage(rules=Rules(speech="engine = 'command'\ncommand = ['ccs-no-engine', '{out}']"))
    recorded = write_wav(tmp_path / "prompts/en/hello.wav")
    stage.controller.start()
    commands = played(stage)
    # When somebody calls
    caller = stage.caller(to=SPOKEN)
    # Then he hears what is recorded and comes to the queue
    stage.eventually(lambda: stage.place(caller) == "waiting")
    assert any(str(recorded) in command for command in commands)
    # And the trace says which words he did not hear, and why
    told = stage.eventually(lambda: len(found := skipped(stage, caller)) == 2 and found)
    why = "was not heard: ccs-no-engine cannot be started: No such file or directory"
    assert [line["text"] for line in told] == [
        f"step english: 'four thousand and five' {why}",
        f"step chinese: '您好，请按一继续' {why}",
    ]
    # And so does the health of the controller, which is well
    said = stage.eventually(lambda: stage.api("GET", "/health"))  # an error while its hub was late
    assert said["status"] == "ok"
    assert any("was not heard in full: ccs-no-engine cannot be started" in warning for warning in said["warnings"])


def test_a_slow_engine_holds_up_no_call(make_stage: MakeStage) -> None:
    # Given an engine that never comes to an end
    stage = make_stage(
        rules=Rules(speech="engine = 'command'\ncommand = ['sh', '-c', 'sleep 60', '{out}']\nlimit = 0.3")
    )
    stage.controller.start()
    # When somebody calls
    caller = stage.caller(to=SPOKEN)
    # Then he comes to the queue all the same
    stage.eventually(lambda: stage.place(caller) == "waiting")
    told = stage.eventually(lambda: len(found := skipped(stage, caller)) == 3 and found)
    assert all("no speech within 0.3 s" in line["text"] for line in told)
