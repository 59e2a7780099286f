"""A message with real speech on a real FreeSWITCH: what the caller said is in its file, and his silence ends it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live.sounds import need, seconds, voiced
from tests.scenarios.conftest import freeswitch  # noqa: F401  the fixture
from tests.scenarios.stage import BOX, Rules, Stage
from tests.scenarios.world import Switch

pytestmark = pytest.mark.live

SILENCE = 4.0  # of the script of BOX


@pytest.fixture
def stage(tmp_path: Path, freeswitch: Callable[[], Switch]) -> Iterator[Stage]:  # noqa: F811
    """A site on a real FreeSWITCH that keeps recordings."""
    need("espeak-ng", "sox")
    stage = Stage(freeswitch(), tmp_path, rules=Rules(recordings=str(tmp_path / "rec")))
    yield stage
    stage.close()


def test_what_is_said_is_in_the_message_and_silence_ends_it(stage: Stage, tmp_path: Path) -> None:
    # Given somebody who speaks for some seconds
    speech = tmp_path / "speech.wav"
    sentence = "Good evening, this is Han Mei Mei. Please call me back tomorrow at nine, about the order of last week."
    subprocess.run(["espeak-ng", "-v", "en", "-w", str(speech), sentence], check=True)
    stage.controller.start()
    # When he speaks after the beep, and then says nothing
    caller = stage.caller(to=BOX, keys=[(2.5, speech)])
    # Then the message is over when he has been silent for as long as the script has it
    [row] = stage.eventually(lambda: stage.rows("messages", caller_number=caller.number, result="left"), 40)
    said, kept = voiced(speech), voiced(Path(row["path"]))
    spoken = seconds(speech)
    print(f"said {said:.2f} s of voice in {spoken:.2f} s; kept {kept:.2f} s in a message of {row['duration']:.2f} s")
    assert abs(kept - said) < 0.15 * said
    assert spoken + SILENCE - 0.5 < row["duration"] < spoken + SILENCE + 3.5  # he began within two seconds
    # And the call goes on as the script says
    stage.eventually(lambda: stage.result(caller) == "served")
