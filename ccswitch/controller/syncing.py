"""What the kernel has of a file, the disk has a moment later: one native thread sees to it, and nobody waits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gevent.monkey import get_original

from ccswitch.clock import Seconds

# gevent's own would run in the hub
_start_native, _native_lock = get_original("_thread", ["start_new_thread", "allocate_lock"])
_select_native = get_original("select", "select")  # waits for so long; time.sleep waits until, which libfaketime spoils
_NativeQueue = get_original("queue", "SimpleQueue")

Files = tuple[list[int], Path | None]  # open files, which the thread closes, and the folder that names a new one


class Syncer:
    """Calls `to_disk(files, folder)` in its thread, `after` seconds after they were handed in.

    `pending`: what is written to a file by now is covered by a call that was asked for and has not begun.
    `trouble`: why the last call failed; empty when it did not.
    """

    def __init__(self, to_disk: Callable[[list[int], Path | None], None], after: Seconds) -> None:
        self.pending = False
        self.trouble = ""
        self._to_disk, self._after = to_disk, after
        self._used = False
        self._jobs = _NativeQueue()
        _start_native(self._run, ())

    def take(self, files: list[int], folder: Path | None) -> None:
        """Have these on the disk soon; returns at once."""
        self.pending = self._used = True
        self._jobs.put((files, folder))

    def settle(self) -> None:
        """Wait until all that was handed in is done. It blocks its thread: not for the hub's."""
        if not self._used:
            return
        done = _native_lock()
        done.acquire()
        self._jobs.put(done)
        done.acquire()

    def stop(self) -> None:
        """End the thread once it has done what it was given."""
        self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            if not isinstance(job, tuple):
                job.release()
                continue
            _select_native([], [], [], self._after)
            self.pending = False  # before the disk is asked: what is written from now on may come too late for it
            try:
                self._to_disk(*job)
                self.trouble = ""
            except OSError as error:
                self.trouble = str(error)
