"""Recordings lie where their path says, and go when their time is over, unless somebody holds them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import text

from ccswitch.simulator.phones import answers
from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import Rules, Stage

KEPT = 'recording_path = "{queue}/{agent}/{caller}/{call}-{talk}.wav"\nkeep_recordings = "1h"\n'


def is_there(stage: Stage, path: str) -> bool:
    """Whether the node has the file."""
    if stage.live:
        return Path(path).exists()
    return path in stage.switch.switch.recorded  # type: ignore[attr-defined]


def test_old_recordings_go_and_those_that_are_held_stay(make_stage: MakeStage, tmp_path: Path) -> None:
    # Given two recorded talks, each with a file of its own in folders that the switch made
    stage = make_stage(rules=Rules(recordings=str(tmp_path / "rec"), sales=KEPT))
    stage.controller.start()
    phones = stage.phones(2, answers(after=0.1))
    callers = stage.talks_with(phones)
    for caller in callers:
        caller.hang_up()
        stage.eventually(lambda caller=caller: stage.result(caller) == "answered")
    talks: list[dict[str, Any]] = [stage.of("talks", caller)[0] for caller in callers]
    for caller, talk in zip(callers, talks, strict=True):
        below = f"sales/{talk['agent']}/{caller.number}/{talk['call_id']}-1.wav"
        assert talk["recording"] == f"{tmp_path}/rec/{below}"
        stage.eventually(lambda talk=talk: is_there(stage, talk["recording"]))
    # When somebody holds the first, and both are two hours old as a controller looks for old ones
    held, old = talks
    stage.api("POST", f"/calls/{held['call_id']}/keep", {"on": True, "why": "case 7"})
    stage.controller.terminate()
    with stage._engine.begin() as records:
        records.execute(text("UPDATE talks SET ended = ended - 7200"))
    stage.controller.start()
    # Then the second is gone, and the records say when
    stage.eventually(lambda: stage.of("talks", callers[1])[0]["recording_deleted_at"])
    assert not is_there(stage, old["recording"])
    shown = stage.api("GET", f"/calls/{old['call_id']}")
    assert shown["talks"][0]["recording"] == old["recording"] and shown["talks"][0]["recording_deleted_at"]
    # And the first is there, with the word of who holds it
    assert is_there(stage, held["recording"])
    assert stage.of("talks", callers[0])[0]["recording_deleted_at"] is None
    assert stage.api("GET", f"/calls/{held['call_id']}")["held"]["why"] == "case 7"
