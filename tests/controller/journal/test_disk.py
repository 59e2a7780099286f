"""What the journal makes of a disk: synced in time, full, gone, and with room again."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ccswitch.controller import journal as module
from ccswitch.controller.journal_reader import JournalReader
from tests.controller.decisions import a_decision, decisions
from tests.controller.journal.conftest import FEW, NO_SPACE, Disk, Make, numbers
from tests.controller.waiting import soon


def test_the_disk_is_synced_soon_after_an_append(make: Make, disk: Disk) -> None:
    # Given a journal of the durability "process", and a disk that takes its time
    journal = make()
    with disk.gate:
        journal.append(a_decision(1))
        # Then the append did not wait for the disk
        assert disk.synced == 0
    # And it follows by itself
    soon(lambda: disk.synced == 1)


def test_with_durability_power_an_append_waits_for_the_disk(make: Make, disk: Disk) -> None:
    journal = make(durable=True)
    journal.append(a_decision(1))
    assert disk.synced == 1


def test_a_full_segment_is_synced_too(make: Make, disk: Disk) -> None:
    # Given a journal that rolls over
    journal = make(segment_bytes=1)
    journal.append(a_decision(1))
    journal.append(a_decision(2))
    # When it is synced
    journal.sync()
    # Then both files were
    assert disk.synced >= 2  # the journal syncs by itself too, on a slow machine in between
    assert journal.trouble == ""


def test_the_name_of_a_new_segment_is_synced_once(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a journal that waits for the disk (a file whose name is lost in a power cut is lost itself)
    named: list[Path] = []
    monkeypatch.setattr(module, "sync_folder", named.append)
    journal = make(durable=True, segment_bytes=FEW)
    for decision in decisions(1, 3):
        journal.append(decision)
    assert named == [journal.folder]
    # When it rolls over, then the folder is synced again
    journal.append(a_decision(4))
    assert named == [journal.folder] * 2


def test_a_disk_that_cannot_sync_is_told_of_and_stops_nothing(make: Make, disk: Disk) -> None:
    # Given a disk with a hardware error
    journal = make(durable=True)
    disk.sync_fails = True
    journal.append(a_decision(1))
    journal.append(a_decision(2))
    # Then the lines are with the kernel and the trouble is told, for as long as it lasts
    assert journal.written == 2
    assert "Input/output error" in journal.trouble
    disk.sync_fails = False
    journal.append(a_decision(3))
    assert journal.trouble == ""


def test_on_a_full_disk_lines_wait_in_memory_and_are_written_in_order_when_there_is_room(
    make: Make, disk: Disk
) -> None:
    # Given a journal on a disk that is full after its first line
    journal = make()
    journal.append(a_decision(1))
    disk.room = 0
    for decision in decisions(2, 4):
        journal.append(decision)
    # Then nothing raised, the others wait, and the trouble is told
    assert (journal.written, journal.waiting, journal.trouble) == (1, 3, f"[Errno 28] {NO_SPACE}")
    assert numbers(journal.since(0)) == [1]
    # When there is room again, without a further append
    disk.room = None
    soon(lambda: journal.waiting == 0)
    # Then all are there in order, and the trouble is over
    assert journal.trouble == "" and journal.written == 4 and journal.lost == 0
    assert list(journal.since(0)) == decisions(1, 4)


def test_half_a_line_is_taken_back_before_the_next_try(make: Make, disk: Disk) -> None:
    # Given a disk that takes half a line
    journal = make()
    journal.append(a_decision(1))
    disk.room = 30
    journal.append(a_decision(2))
    assert journal.waiting == 1
    # Then readers do not see it
    assert numbers(journal.since(0)) == [1]
    assert numbers(JournalReader(journal).read(0, 10)) == [1]
    # When there is room again
    disk.room = None
    journal.append(a_decision(3))
    # Then every line is whole
    assert list(journal.since(0)) == decisions(1, 3)


def test_half_a_line_that_cannot_be_taken_back_yet_is_never_written_behind(make: Make, disk: Disk) -> None:
    # Given a disk that took half a line and refuses to shorten the file
    journal = make()
    journal.append(a_decision(1))
    disk.room, disk.shrink_fails = 30, True
    journal.append(a_decision(2))
    disk.room = None
    journal.append(a_decision(3))
    # Then nothing is written behind the half line
    assert (journal.waiting, journal.written) == (2, 1)
    # When it can be shortened
    disk.shrink_fails = False
    journal.append(a_decision(4))
    # Then every line is whole
    assert list(journal.since(0)) == decisions(1, 4)


def test_a_segment_that_cannot_be_begun_is_begun_later(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a folder that takes no new file
    journal = make(segment_bytes=FEW)
    for decision in decisions(1, 3):
        journal.append(decision)
    opens = os.open

    def full(path: Any, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_CREAT:
            raise OSError(errno.ENOSPC, NO_SPACE)
        return opens(path, flags, mode)

    monkeypatch.setattr(module.os, "open", full)
    journal.append(a_decision(4))
    assert NO_SPACE in journal.trouble
    # When it takes files again
    monkeypatch.setattr(module.os, "open", opens)
    journal.append(a_decision(5))
    # Then the segment is named by the decision that waited
    assert [path.name for path in journal.segments()] == ["000000000001.jsonl", "000000000004.jsonl"]
    assert list(journal.since(0)) == decisions(1, 5)


@pytest.mark.parametrize("goes", [shutil.rmtree, lambda folder: folder.rename(folder.with_name("aside"))])
def test_a_folder_that_goes_under_a_running_controller_is_made_anew(
    make: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture, goes: Callable[[Path], object]
) -> None:
    # Given a journal whose folder is deleted, or moved away
    journal = make()
    for decision in decisions(1, 3):
        journal.append(decision)
    goes(tmp_path / "journal")
    # When the next decision comes, before anybody had time to look
    journal.append(a_decision(4))
    # Then it is told, a snapshot is asked for, and nothing from now on is lost
    assert journal.renewed.is_set()
    assert "000000000001.jsonl was deleted or moved away" in caplog.text
    assert list(journal.since(0)) == [a_decision(4)]
    assert numbers(JournalReader(journal).read(2, 10)) == [4]
    assert journal.trouble == ""


def test_a_folder_that_is_gone_is_noticed_without_a_decision(make: Make, tmp_path: Path) -> None:
    journal = make()
    journal.append(a_decision(1))
    shutil.rmtree(tmp_path / "journal")
    soon(journal.renewed.is_set)


def test_memory_is_bounded_and_what_is_lost_is_counted(make: Make, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a journal that keeps no more than five lines in memory
    monkeypatch.setattr(module, "MOST_UNWRITTEN", 5)
    journal = make()
    disk.room = 0
    for decision in decisions(1, 8):
        journal.append(decision)
    # Then the oldest are given up
    assert (journal.waiting, journal.lost) == (5, 3)
    disk.room = None
    journal.append(a_decision(9))
    assert numbers(journal.since(0)) == [4, 5, 6, 7, 8, 9]


def test_closing_on_a_full_disk_says_what_is_lost(make: Make, disk: Disk, caplog: pytest.LogCaptureFixture) -> None:
    journal = make()
    disk.room = 0
    journal.append(a_decision(1))
    journal.close()
    assert "1 decisions could not be written" in caplog.text
