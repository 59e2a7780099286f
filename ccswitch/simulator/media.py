"""How long what is played lasts. Files exist when they are registered, or are WAV files on this machine's disk; streams
and tones go by their own rules."""

from __future__ import annotations

import re
import wave
from pathlib import Path

from ccswitch.simulator.text import to_int

FOREVER = -1
RATES = ("8000", "16000", "32000", "48000")  # folders in which mod_sndfile looks for a file too
_TONE = re.compile(r"%\(\s*(\d+)\s*,\s*(\d+)")


class Prompts:
    """The sound files of the switch and their lengths in milliseconds."""

    def __init__(self) -> None:
        self._files: dict[str, int] = {}
        self.unknown_ms: int | None = None  # set to let every file exist

    def add(self, path: str, milliseconds: int) -> None:
        """A file of this name exists and lasts so long; names match by their end, as `sound_prefix` would."""
        self._files[path] = milliseconds

    def length(self, path: str) -> int | None:
        """Milliseconds, FOREVER, or None when there is no such file."""
        if path.startswith("file_string://"):
            return _total([self.length(part) for part in path[len("file_string://") :].split("!")])
        if path.startswith("tone_stream://"):
            return _tones(path)
        if path.startswith("silence_stream://"):
            milliseconds = to_int(path[len("silence_stream://") :])
            return FOREVER if milliseconds < 0 else milliseconds
        if path.startswith(("local_stream://", "shout://")):
            return FOREVER
        if path in self._files:
            return self._files[path]
        if path.startswith("/") and (on_disk := _on_disk(Path(path))) is not None:
            return on_disk
        found = next((ms for name, ms in self._files.items() if path.endswith("/" + name)), None)
        return found if found is not None else self.unknown_ms


def _on_disk(path: Path) -> int | None:
    """The length of a WAV file; None when there is none, or it is none."""
    for place in (*(path.parent / rate / path.name for rate in RATES), path):
        try:
            with wave.open(str(place), "rb") as file:
                return round(1000 * file.getnframes() / file.getframerate())
        except (OSError, EOFError, wave.Error):
            continue
    return None


def _total(lengths: list[int | None]) -> int | None:
    known = [length for length in lengths if length is not None]
    if not known:
        return None  # a file_string with no file at all is not found; a missing one among others is skipped
    return FOREVER if FOREVER in known else sum(known)


def _tones(path: str) -> int:
    if "loops=-1" in path:
        return FOREVER
    loops = re.search(r"(?:loops|L)=(\d+)", path)
    once = sum(int(on) + int(off) for on, off in _TONE.findall(path))
    return once * (int(loops.group(1)) if loops else 1)
