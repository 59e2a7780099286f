"""One controller per journal: a second one waits until the first has gone, which also is how a hand-over works.

The lock is a file in the journal's folder with an advisory lock of the kernel on it. Its first line is the holder's
process id, its second who he is. Who has a better right than the holder (the lease) *breaks* it: he puts a file of
his own in its place. The holder, who may be stopped or cut off, finds that his lock is no longer the one in the
folder, and nobody waits for the lock of a file that is gone.
"""

from __future__ import annotations

import fcntl
import logging
import os
from pathlib import Path

import gevent

from ccswitch.clock import Seconds
from ccswitch.errors import JournalError

log = logging.getLogger(__name__)

LOOK_EVERY: Seconds = 0.05


class JournalLock:
    """An advisory lock on the journal's folder; the kernel frees it when the process dies, however it dies."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "lock"
        self._place = str(self._path)  # a Path costs more to look at than the disk does
        self._file = -1
        self._identity = (0, 0)  # of the file whose lock we have

    def take(self, within: Seconds) -> None:
        """Hold the lock. Raises JournalError when another process still has it after `within` seconds."""
        tries = max(1, round(within / LOOK_EVERY))
        for _ in range(tries):
            if self.try_take():
                return
            gevent.sleep(LOOK_EVERY)
        self.free()
        holder = signature(self._path.parent)[0] or "unknown"
        raise JournalError(f"{self._path.parent}: another controller (pid {holder}) writes this journal")

    def try_take(self) -> bool:
        """Hold the lock if nobody else does."""
        if self._file >= 0 and not self._is_at_its_place():
            self.free()  # somebody broke the lock that we waited for
        if self._file < 0:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o640)
            self._identity = _identity(os.fstat(self._file))
        if not self._try() or not self._is_at_its_place():
            return False
        self.sign(signature(self._path.parent)[1])  # his words stay until we know ours
        return True

    def seize(self, words: str) -> None:
        """Break the lock of whoever has it, and hold it. Raises OSError, and breaks nothing, when the disk refuses."""
        self.free()
        fresh = self._path.with_suffix(f".{os.getpid()}")
        fresh.unlink(missing_ok=True)
        self._file = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o640)
        self._identity = _identity(os.fstat(self._file))
        self._try()
        self.sign(words)
        fresh.replace(self._path)

    def sign(self, words: str) -> None:
        """Write into the lock that we have who has it. On a full disk it is ours all the same, and does not say so."""
        text = f"{os.getpid()}\n{words}\n".encode()
        try:
            os.pwrite(self._file, text, 0)  # before it is cut: what the file has of the disk it keeps
            os.ftruncate(self._file, len(text))
        except OSError as error:
            log.warning("%s: %s: who holds it does not stand there", self._path, error)

    def is_ours(self) -> bool:
        """Whether nobody has broken the lock that we have. Some 2 µs: it is asked before each line of the journal."""
        return self._file >= 0 and self._is_at_its_place(or_nowhere=True)

    def renew(self) -> bool:
        """Hold the lock of a folder that was deleted and made anew; False when another was quicker."""
        self.free()
        return self.try_take()

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

    def _is_at_its_place(self, *, or_nowhere: bool = False) -> bool:
        """`or_nowhere`: a folder that was deleted, or a disk that does not answer, is no other controller."""
        try:
            return _identity(os.stat(self._place)) == self._identity
        except OSError:
            return or_nowhere


def signature(folder: Path) -> tuple[str, str]:
    """What stands in a journal's lock: process id and words of its last holder; empty where there is none."""
    try:
        lines = (folder / "lock").read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    pid, words, *_ = (*lines, "", "")
    return pid.strip(), words


def _identity(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_ino, stat.st_dev
