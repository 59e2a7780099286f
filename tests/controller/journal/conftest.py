"""Journals in the test's own folder, on a disk that may be full."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gevent.monkey import get_original

from ccswitch.controller import journal as module
from ccswitch.controller.journal import Journal, to_line
from tests.controller.decisions import a_decision

Make = Callable[..., Journal]
FEW = 3 * len(to_line(a_decision(1)))  # bytes of a segment that takes about three decisions
NO_SPACE = os.strerror(errno.ENOSPC)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Opens journals in the test's folder and closes them afterwards."""
    opened: list[Journal] = []

    def one(**options: Any) -> Journal:
        """One more; `options` as `Journal` takes them."""
        journal = Journal(tmp_path / "journal", **options)
        journal.open()
        opened.append(journal)
        return journal

    yield one
    for journal in opened:
        journal.close()


def numbers(found: Any) -> list[int]:
    """The numbers of decisions, in their order."""
    return [decision.n for decision in found]


class Disk:
    """Stands between the journal and the kernel: takes `room` bytes, counts syncs, does none while `gate` is held."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room: int | None = None
        self.synced = 0
        self.gate = get_original("_thread", "allocate_lock")()  # the journal's syncer is no greenlet
        self.sync_fails = False
        self.shrink_fails = False
        self._write, self._sync, self._shrink = os.write, os.fdatasync, os.ftruncate
        monkeypatch.setattr(module.os, "write", self.write)
        monkeypatch.setattr(module.os, "fdatasync", self.sync)
        monkeypatch.setattr(module.os, "ftruncate", self.shrink)

    def write(self, file: int, data: bytes) -> int:
        """As much as there is room for. OSError when there is none."""
        if self.room is None:
            return self._write(file, data)
        if self.room == 0:
            raise OSError(errno.ENOSPC, NO_SPACE)
        done = self._write(file, data[: self.room])
        self.room -= done
        return done

    def sync(self, file: int) -> None:
        """Once the gate is open. OSError when `sync_fails`."""
        if self.sync_fails:
            raise OSError(errno.EIO, "Input/output error")
        with self.gate:
            self._sync(file)
            self.synced += 1

    def shrink(self, file: int, size: int) -> None:
        """As the kernel does. OSError when `shrink_fails`."""
        if self.shrink_fails:
            raise OSError(errno.EIO, "Input/output error")
        self._shrink(file, size)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """A disk that does as the test says, under every journal."""
    return Disk(monkeypatch)
