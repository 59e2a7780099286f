"""Work in a copy of the process sees one instant, holds nobody up, and cannot become a second controller."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import gevent
import pytest

from ccswitch.controller.copied import from_a_copy
from tests.controller.waiting import PATIENCE, soon


def test_the_copy_sees_what_was_there_and_its_changes_are_its_own() -> None:
    # Given something that changes right after the copy was made
    state = {"n": 1}

    def work() -> bytes:
        state["n"] += 1
        return b"%d %d" % (state["n"], os.getpid())

    told = gevent.spawn(from_a_copy, work)
    gevent.sleep(0)
    state["n"] = 100
    # Then the copy worked on what it was, in a process of its own
    n, pid = told.get().split()
    assert (int(n), state["n"]) == (2, 100) and int(pid) != os.getpid()
    # And that process is gone
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def copies() -> list[int]:
    """The processes that this one made."""
    return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def test_others_run_while_the_copy_works() -> None:
    # Given a copy that works for ever
    before = copies()
    told = gevent.spawn(from_a_copy, lambda: signal.pause() or b"")  # type: ignore[func-returns-value]
    gevent.sleep(0)
    # When the hub's greenlets have it killed
    (copy,) = set(copies()) - set(before)
    os.kill(copy, signal.SIGKILL)
    # Then that is told as an error
    with pytest.raises(OSError, match=r"a copy of the process failed: it ended (with 9|without a word)"):
        told.get()


def test_a_large_answer_comes_whole() -> None:
    assert from_a_copy(lambda: b"x" * 5_000_000) == b"x" * 5_000_000


def test_what_goes_wrong_in_the_copy_is_raised_here() -> None:
    def work() -> bytes:
        raise KeyError("a call")

    with pytest.raises(OSError, match="a copy of the process failed: KeyError: 'a call'"):
        from_a_copy(work)


def test_no_connection_outlives_us_in_the_copy() -> None:
    # Given a connection, and a copy that goes on for a while
    ours, theirs = socket.socketpair()
    before = copies()
    told = gevent.spawn(from_a_copy, lambda: signal.pause() or b"")  # type: ignore[func-returns-value]
    gevent.sleep(0)
    (copy,) = set(copies()) - set(before)
    soon(lambda: len(os.listdir(f"/proc/{copy}/fd")) <= 4)
    # When we close it, then the other side notices although the copy is still there
    ours.close()
    theirs.settimeout(PATIENCE)
    assert theirs.recv(1) == b""
    os.kill(copy, signal.SIGKILL)
    with pytest.raises(OSError, match="failed"):
        told.get()
