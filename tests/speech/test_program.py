"""A program beside the hub: its text, its time limit, its complaints."""

from __future__ import annotations

import os
import time
from pathlib import Path

import gevent
import pytest

from ccswitch.errors import SpeechError
from ccswitch.speech.program import run
from tests.controller.waiting import PATIENCE, soon


def children() -> set[str]:
    """The processes whose parent we are."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split())


def gone(before: set[str]) -> None:
    """Until we have no other children than `before`, of whom some may end meanwhile."""
    soon(lambda: children() <= before)


def test_a_program_gets_the_text_on_its_standard_input(tmp_path: Path) -> None:
    # Given a text that a shell would run, and one in Chinese
    text = "$(touch /tmp/ccs_said); `id` 您好 -v --help\n"
    # When a program copies it
    run(["sh", "-c", f"cat > {tmp_path}/said"], text, within=PATIENCE)
    # Then it is there as it was
    assert (tmp_path / "said").read_text(encoding="utf-8") == text


def test_others_run_while_a_program_does(tmp_path: Path) -> None:
    # Given a program that ends when a file is there
    waiting = gevent.spawn(run, ["sh", "-c", f"until [ -e {tmp_path}/go ]; do sleep 0.01; done"], "", PATIENCE)
    gevent.sleep(0)
    # When another greenlet makes the file
    assert not waiting.ready()
    (tmp_path / "go").touch()
    # Then the program is seen to end
    waiting.get(timeout=PATIENCE)


def test_what_it_complains_of_is_told() -> None:
    with pytest.raises(SpeechError, match="sh ended with 3: no such voice"):
        run(["sh", "-c", "echo no such  voice >&2; exit 3"], "", within=PATIENCE)


def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(SpeechError, match="ccs-no-such-program cannot be started: No such file"):
        run(["ccs-no-such-program"], "", within=PATIENCE)


def test_one_that_takes_too_long_is_killed_with_its_children() -> None:
    before = children()
    began = time.monotonic()
    with pytest.raises(SpeechError, match="more than"):
        run(["sh", "-c", "sleep 60 & sleep 60"], "", within=0.2)
    assert time.monotonic() - began < PATIENCE  # and not the 60 s of its children
    gone(before)


def test_a_killed_greenlet_leaves_no_program_behind() -> None:
    before = children()
    running = gevent.spawn(run, ["sleep", "60"], "", 60)
    gevent.sleep(0)
    assert children() - before
    running.kill()
    gone(before)


def test_secrets_stay_with_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCSWITCH_ESL_PASSWORD", "hunter2")
    monkeypatch.setenv("TTS_KEY", "for the engine")
    run(["sh", "-c", f"env > {tmp_path}/env"], "", within=PATIENCE)
    given = (tmp_path / "env").read_text(encoding="utf-8")
    assert "hunter2" not in given
    assert "TTS_KEY=for the engine" in given


def test_descriptors_are_not_used_up() -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        run(["true"], "", within=PATIENCE)
    assert len(os.listdir("/proc/self/fd")) <= before
