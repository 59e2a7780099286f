"""One controller per journal: a second one waits until the first has gone, which also is how a hand-over works."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import gevent

from ccswitch.clock import Seconds
from ccswitch.errors import JournalError

LOOK_EVERY: Seconds = 0.05


class JournalLock:
    """An advisory lock on the journal's folder; the kernel frees it when the process dies, however it dies."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "lock"
        self._file = -1

    def take(self, within: Seconds) -> None:
        """Hold the lock. Raises JournalError when another process still has it after `within` seconds."""
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o640)
        tries = max(1, round(within / LOOK_EVERY))
        for _ in range(tries):
            if self._try():
                os.ftruncate(self._file, 0)
                os.write(self._file, f"{os.getpid()}\n".encode())
                return
            gevent.sleep(LOOK_EVERY)
        self.free()
        holder = self._path.read_text(errors="replace").strip() or "unknown"
        raise JournalError(f"{self._path.parent}: another controller (pid {holder}) writes this journal")

    def renew(self) -> bool:
        """Hold the lock of a folder that was deleted and made anew; False when another was quicker."""
        self.free()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o640)
        return self._try()

    def free(self) -> None:
        """Let the next one have it."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _try(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
