"""What a node cannot do is told: a prompt that is not there, a recording that cannot be written. Calls go on."""

from __future__ import annotations

from typing import Any

from ccswitch.simulator.phones import answers
from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import MUTE, Rules, Stage
from tests.scenarios.world import Caller

UNWRITABLE = "/dev/null/recordings"  # not even root may write there


def health(stage: Stage) -> dict[str, Any]:
    """What the controller says of itself, once it is well: on a slow machine its hub may have been late."""
    said: dict[str, Any] = stage.eventually(lambda: stage.api("GET", "/health"))
    return said


def menu_ends(stage: Stage, caller: Caller) -> list[dict[str, Any]]:
    """How each try of the menu ended, by the service trace."""
    return [line for line in stage.of("trace", caller) if line["kind"] == "StepEnded" and "(menu)" in line["text"]]


def test_a_menu_whose_prompt_is_not_there(stage: Stage) -> None:
    stage.controller.start()
    # When somebody calls a menu whose prompt the node does not have
    caller = stage.caller(to=MUTE)
    # Then he comes to where the menu leads who presses nothing
    stage.eventually(lambda: stage.place(caller) == "waiting")
    # And the trace says what was wrong with each try, and names the file
    ended = stage.eventually(lambda: len(found := menu_ends(stage, caller)) == 2 and found)
    assert all("no prompt, /nowhere/press_one.wav cannot be played on pbx1" in line["text"] for line in ended)
    # And whoever watches over the controller is told once, while the controller itself is well
    said = health(stage)
    assert said["status"] == "ok"
    [warning] = said["warnings"]
    assert warning.startswith("step choice: /nowhere/press_one.wav cannot be played on pbx1")


def test_a_recording_that_cannot_be_written(make_stage: MakeStage) -> None:
    # Given queues that record into a folder that the switch cannot make
    stage = make_stage(rules=Rules(recordings=UNWRITABLE))
    stage.controller.start()
    [phone] = stage.phones(1, answers(after=0.1))
    # When a caller talks
    [caller] = stage.talks_with([phone])
    # Then it is told while he talks, and the talk goes on
    [warning] = stage.eventually(lambda: health(stage)["warnings"])
    assert f"a recording in {UNWRITABLE}/" in warning and "on pbx1: the node cannot write the file" in warning
    assert stage.place(caller) == "talking"
    # And the record says so
    caller.hang_up()
    stage.eventually(lambda: stage.result(caller) == "answered")
    assert stage.row(caller)["unrecorded"].startswith("the node cannot write the file")
    # once
    assert [line["kind"] for line in stage.of("trace", caller)].count("RecordingNotWritten") == 1


def test_a_recording_that_is_written(make_stage: MakeStage, tmp_path: Any) -> None:
    stage = make_stage(rules=Rules(recordings=str(tmp_path / "recordings")))
    stage.controller.start()
    [phone] = stage.phones(1, answers(after=0.1))
    # When a caller talks for a second
    [caller] = stage.talks_with([phone])
    stage.always(lambda: stage.place(caller) == "talking", 1.0)
    phone.hang_up()
    # Then nobody complains
    stage.eventually(lambda: stage.result(caller) == "answered")
    assert stage.row(caller)["unrecorded"] == ""
    assert health(stage)["warnings"] == []
