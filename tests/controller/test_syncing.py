"""What the kernel has of a file, the disk has a moment later, by a thread of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import gevent
import pytest
from gevent.monkey import get_original

from ccswitch.controller.syncing import Files, Syncer
from tests.controller.waiting import PATIENCE, soon
from tests.soak.ground import stepped_clock

PROGRAM = """
from ccswitch.controller.syncing import Syncer
told = []
syncer = Syncer(lambda files, folder: told.append(files), 0.01)
for number in range(3):
    syncer.take([number], None)
syncer.settle()
print(told)
"""
FOLDER = Path("journal")
native_lock = get_original("_thread", "allocate_lock")


class Disk:
    """Notes what it was asked for; `broken` says no, and while `gate` is held it takes its time."""

    def __init__(self) -> None:
        self.asked: list[Files] = []
        self.threads: set[int] = set()
        self.broken = ""
        self.gate = native_lock()

    def __call__(self, files: list[int], folder: Path | None) -> None:
        with self.gate:
            self.threads.add(get_original("_thread", "get_ident")())
            self.asked.append((files, folder))
        if self.broken:
            raise OSError(self.broken)


@pytest.fixture
def disk() -> Disk:
    return Disk()


def test_what_is_handed_in_is_done_a_moment_later_beside_the_hub(disk: Disk) -> None:
    # Given a syncer whose thread is at the disk
    syncer = Syncer(disk, 0.001)
    with disk.gate:
        syncer.take([2], None)
        soon(lambda: not syncer.pending)
        # When two things are handed in
        syncer.take([3], FOLDER)
        assert syncer.pending
        syncer.take([4, 5], None)
    # Then they are done in order by another thread, and nothing is pending any more
    soon(lambda: len(disk.asked) == 3)
    assert disk.asked == [([2], None), ([3], FOLDER), ([4, 5], None)]
    assert disk.threads != {threading.get_ident()} and len(disk.threads) == 1
    assert not syncer.pending and syncer.trouble == ""
    syncer.stop()


def test_what_comes_while_the_disk_is_asked_is_not_covered_by_that(disk: Disk) -> None:
    # Given a disk that is asked and takes its time
    syncer = Syncer(disk, 0.0)
    disk.gate.acquire()
    syncer.take([3], None)
    # Then what is written now needs a call of its own
    soon(lambda: not syncer.pending)
    assert disk.asked == []
    disk.gate.release()
    syncer.stop()
    soon(lambda: disk.asked == [([3], None)])


def test_a_disk_that_says_no_is_told_of_until_it_says_yes(disk: Disk) -> None:
    syncer = Syncer(disk, 0.0)
    disk.broken = "Input/output error"
    syncer.take([3], None)
    soon(lambda: syncer.trouble == "Input/output error")
    disk.broken = ""
    syncer.take([3], None)
    soon(lambda: syncer.trouble == "")
    syncer.stop()


def test_who_must_know_waits_until_all_of_it_is_done(disk: Disk) -> None:
    # Given a disk that takes its time, and somebody beside the hub who waits for it
    syncer = Syncer(disk, 0.0)
    syncer.settle()  # nothing was handed in: nothing to wait for
    disk.gate.acquire()
    syncer.take([3], None)
    waiting = gevent.get_hub().threadpool.spawn(syncer.settle)
    soon(lambda: not syncer.pending)
    assert not waiting.ready()
    # When the disk has done it, then he goes on
    disk.gate.release()
    waiting.get(timeout=PATIENCE)
    assert disk.asked == [([3], None)]
    syncer.stop()


def test_the_disk_is_asked_under_a_clock_that_was_stepped(tmp_path: Path) -> None:
    # Given a process whose wall clock is an hour behind
    clock = stepped_clock(tmp_path)
    if clock is None:
        line = "libfaketime is not here: apt-get install faketime"
        pytest.fail(line) if os.environ.get("CI") == "true" else pytest.skip(line)
    clock.step(-3600)
    # When three files are handed in
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, **clock.environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    # Then each came to the disk, and nothing went wrong
    assert told.stdout.strip() == "[[0], [1], [2]]"
    assert told.stderr == ""
