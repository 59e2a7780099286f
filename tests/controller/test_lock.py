"""One controller per journal."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
from pathlib import Path

import gevent
import pytest

from ccswitch.controller import lock as locks
from ccswitch.controller.lock import JournalLock, signature
from ccswitch.errors import JournalError
from tests.controller.waiting import PATIENCE, soon

HOLDER = """
import sys
from pathlib import Path
from ccswitch.controller.lock import JournalLock
JournalLock(Path(sys.argv[1])).take(1)
print("taken", flush=True)
sys.stdin.read()
"""


def test_a_second_one_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    # Given a lock that is held
    lock = JournalLock(tmp_path / "journal")
    lock.take(within=0.1)
    # When another wants it
    with pytest.raises(JournalError, match=r"another controller \(pid [0-9]+\) writes this journal"):
        JournalLock(tmp_path / "journal").take(within=0.1)
    # Then it gets it once the first is gone
    lock.free()
    second = JournalLock(tmp_path / "journal")
    second.take(within=0.1)
    second.free()


def test_a_second_one_waits_for_its_turn_without_holding_anybody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a lock that is held, and somebody who waits for it
    first, second = JournalLock(tmp_path), JournalLock(tmp_path)
    first.take(within=0.1)
    tries: list[bool] = []
    take = second.try_take
    monkeypatch.setattr(second, "try_take", lambda: (tries.append(True), take())[1])
    waiting = gevent.spawn(second.take, PATIENCE)
    soon(lambda: len(tries) > 1)
    assert not waiting.ready()
    # When it is freed, then he has it
    first.free()
    waiting.get(timeout=PATIENCE)
    second.free()


def test_freeing_twice_does_no_harm(tmp_path: Path) -> None:
    lock = JournalLock(tmp_path)
    lock.take(within=0.1)
    lock.free()
    lock.free()


def test_a_killed_process_leaves_the_lock_free(tmp_path: Path) -> None:
    # Given a process that holds the lock
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"taken\n"
        with pytest.raises(JournalError, match=f"pid {holder.pid}"):
            JournalLock(tmp_path).take(within=0.1)
        # When it is killed
        holder.kill()
        holder.wait(PATIENCE)
    # Then the lock can be had
    lock = JournalLock(tmp_path)
    lock.take(within=1.0)
    lock.free()


def test_the_lock_of_a_folder_that_was_deleted_is_taken_again_unless_another_was_quicker(tmp_path: Path) -> None:
    # Given a lock whose folder is deleted
    lock = JournalLock(tmp_path / "journal")
    lock.take(within=0.1)
    shutil.rmtree(tmp_path / "journal")
    # When it is taken again, then another is refused as before
    assert lock.renew()
    with pytest.raises(JournalError):
        JournalLock(tmp_path / "journal").take(within=0.1)
    # But not when another made the folder anew
    shutil.rmtree(tmp_path / "journal")
    other = JournalLock(tmp_path / "journal")
    other.take(within=0.1)
    assert not lock.renew()
    other.free()
    lock.free()


def test_who_breaks_the_lock_has_it_and_the_holder_can_tell(tmp_path: Path) -> None:
    # Given a lock that is held, and somebody who waits for it
    holder, waiting = JournalLock(tmp_path), JournalLock(tmp_path)
    holder.take(within=0.1)
    assert holder.is_ours() and not waiting.try_take()
    # When another breaks it
    breaker = JournalLock(tmp_path)
    breaker.seize("words")
    # Then the holder's is nobody's way to the journal any more
    assert breaker.is_ours() and not holder.is_ours()
    assert signature(tmp_path)[1] == "words"
    holder.free()
    assert not waiting.try_take()
    # And who waited has it when the breaker has gone; he leaves the words until he has his own
    breaker.free()
    assert waiting.try_take() and waiting.is_ours()
    assert signature(tmp_path)[1] == "words"
    waiting.sign("mine")
    assert signature(tmp_path)[1] == "mine"
    waiting.free()
    assert not waiting.is_ours()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lock"]


def test_a_full_disk_keeps_nobody_from_a_lock_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a lock that somebody left, on a disk that is full now
    lock = JournalLock(tmp_path)
    lock.take(within=0.1)
    lock.sign("a")
    lock.free()
    monkeypatch.setattr(locks.os, "pwrite", no_space)
    # When another takes it
    other = JournalLock(tmp_path)
    # Then it is his, though nobody can read that
    assert other.try_take() and other.is_ours()
    other.sign("b")
    assert signature(tmp_path)[1] == "a"
    other.free()


def no_space(*_: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_folder_that_was_deleted_is_nobody_else_s(tmp_path: Path) -> None:
    lock = JournalLock(tmp_path / "journal")
    lock.take(within=0.1)
    shutil.rmtree(tmp_path / "journal")
    assert lock.is_ours()
    assert signature(tmp_path / "journal") == ("", "")
    lock.free()
