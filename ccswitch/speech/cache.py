"""Rendered speech on disk, by what was said and how: written once, found again, the longest unused goes first.

Functions that touch the disk are for the thread pool. A file is whole or not there: it is written under another name
and renamed. There are no folders inside the folder, so that it alone says who may read and write.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from ccswitch.errors import SpeechError

BESIDE = ".new-"  # how the names of files begin that are being written
READABLE = 0o640  # for us and the folder's group, which is FreeSWITCH's: what is said may be private
ABANDONED = 3600.0  # seconds; what is older there was left by a controller that was killed
LEAVE = 0.9  # of the room, once more than all of it is taken
HEADER = 44  # bytes of a WAV file without a sound in it
LENGTH = 40  # hexadecimal digits of a file's name: 160 bits


def key_of(engine: str, voice: str, language: str, text: str) -> str:
    """The name of what is said: the same words in the same voice have the same file."""
    return hashlib.sha256("\0".join((engine, voice, language, text)).encode("utf-8", "replace")).hexdigest()[:LENGTH]


@dataclass(slots=True)
class Cache:
    """A folder of at most `room` bytes."""

    folder: Path
    room: int
    _taken: int = field(default=-1, init=False)  # bytes; not known before the first look

    def path(self, key: str) -> Path:
        """Where the file of a key is, or would be."""
        return self.folder / f"{key}.wav"

    def find(self, key: str) -> str:
        """The file of a key, empty when there is none. It counts as used now."""
        path = self.path(key)
        try:
            if path.stat().st_size <= HEADER:  # a power cut may have left the name without the sound
                return ""
            os.utime(path)
        except OSError:
            return str(path) if path.is_file() else ""  # there, and another's: not ours to touch
        return str(path)

    def beside(self) -> Path:
        """A new name for a file that is being written. Raises SpeechError when the folder cannot be made."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SpeechError(f"{self.folder} cannot be written to: {error.strerror}") from error
        return self.folder / f"{BESIDE}{uuid4().hex}.wav"

    def keep(self, written: Path, key: str) -> str:
        """Move a written file in; gives where it is. Raises SpeechError when it is no WAV file with a sound in it."""
        path = self.path(key)
        try:
            with written.open("rb") as file:
                head = file.read(12)
            size = written.stat().st_size
            if size <= HEADER or head[:4] != b"RIFF" or head[8:] != b"WAVE":
                raise SpeechError("the engine wrote no WAV file with a sound in it")
            written.chmod(READABLE)
            os.replace(written, path)
        except FileNotFoundError as error:
            raise SpeechError("the engine wrote no file") from error
        except OSError as error:
            raise SpeechError(f"{self.folder} cannot be written to: {error.strerror}") from error
        self._grow(size)
        return str(path)

    def _grow(self, size: int) -> None:
        if self._taken >= 0:
            self._taken += size
        if self._taken < 0 or self._taken > self.room:
            self.tidy()

    def tidy(self) -> None:
        """Make room where too much is taken, and remove what was left half written."""
        files = sorted(_files(self.folder.glob("[!.]*.wav")), key=lambda file: file[0])
        self._taken = sum(size for _, size, _ in files)
        wanted = self.room * LEAVE if self._taken > self.room else self._taken
        for _, size, path in files:
            if self._taken <= wanted:
                break
            path.unlink(missing_ok=True)
            self._taken -= size
        for used, _, path in _files(self.folder.glob(f"{BESIDE}*")):
            if used < time.time() - ABANDONED:
                path.unlink(missing_ok=True)


def _files(paths: Iterable[Path]) -> list[tuple[float, int, Path]]:
    """When each was last used, its size, and where it is; those that have gone meanwhile are left out."""
    found = []
    for path in paths:
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        found.append((status.st_mtime, status.st_size, path))
    return found
