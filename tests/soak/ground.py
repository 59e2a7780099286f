"""What a stage stands on when things go wrong below it: a disk that can fill up, a wall clock that can be stepped."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEGABYTE = 1024 * 1024
LIBFAKETIME = "faketime/libfaketimeMT.so.1"


class SmallDisk:
    """A file system of its own at `folder`; `fill` leaves no byte on it, `free` gives them back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Take all that is left."""
        with self._ballast.open("wb", buffering=0) as file:
            for size in (MEGABYTE, 4096, 1):
                with contextlib.suppress(OSError):
                    while file.write(bytes(size)) == size:
                        pass

    def free(self) -> None:
        """Room again."""
        self._ballast.unlink(missing_ok=True)

    @property
    def full(self) -> bool:
        """Not one more byte can be written."""
        probe = self.folder / "probe"
        try:
            probe.write_bytes(b"x" * 4096)
        except OSError as error:
            return error.errno == errno.ENOSPC
        finally:
            probe.unlink(missing_ok=True)
        return False


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk | None]:
    """A disk of so many megabytes mounted at `folder`; None where that is not permitted (it needs root)."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "ccswitch-soak", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        yield None
        return
    try:
        yield SmallDisk(folder)
    finally:  # lazily: a process that was just killed may still hold a file
        subprocess.run(["umount", "--lazy", str(folder)], check=True, capture_output=True)


class SteppedClock:
    """A wall clock for processes that are started with `environment`; the monotonic clock is left alone.

    libfaketime looks into a file once a second, as a step of the real clock is seen by everybody at once or soon.
    """

    def __init__(self, folder: Path, library: Path) -> None:
        self._file = folder / "clock"
        self.step(0)
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def step(self, seconds: float) -> None:
        """From now on the wall clock is so far ahead of what is right; negative when it is behind."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{seconds:+.0f}\n")
        os.replace(fresh, self._file)


def stepped_clock(folder: Path) -> SteppedClock | None:
    """A clock whose file is in `folder`; None where libfaketime is not installed."""
    found = next(Path("/usr/lib").glob(f"*/{LIBFAKETIME}"), None)
    return SteppedClock(folder, found) if found else None
