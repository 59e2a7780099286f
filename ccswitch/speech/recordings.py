"""What people recorded: the site's prompts, and FreeSWITCH's own digits, days and amounts. For the thread pool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ccswitch.model.said import Spoken

RATES = ("8000", "16000", "32000", "48000")  # folders in which sound packages keep a file for each rate
STREAM = "://"


@dataclass(frozen=True, slots=True)
class Recordings:
    """`prompts`: a folder with LANGUAGE/NAME.wav; `sounds`: for each language the folder of a FreeSWITCH sound package.

    The nodes see both under the same paths.
    """

    prompts: Path | None = None
    sounds: Mapping[str, Path] = field(default_factory=dict)

    def find(self, spoken: Spoken) -> tuple[str, ...]:
        """Recordings that say all of it; none when one is missing."""
        if spoken.name and self.prompts is not None:
            prompt = self.prompts / spoken.language / f"{spoken.name}.wav"
            if is_there(prompt):
                return (str(prompt),)
        return self._pieces(spoken)

    def _pieces(self, spoken: Spoken) -> tuple[str, ...]:
        folder = self.sounds.get(spoken.language)
        if folder is None:
            return ()
        found = [_one_of(folder, piece) for piece in spoken.pieces]
        return tuple(found) if all(found) else ()


def _one_of(folder: Path, piece: str) -> str:
    """The first of a piece's names that is there, empty when none is."""
    if STREAM in piece:
        return piece
    return next((str(folder / name) for name in piece.split("|") if is_there(folder / name)), "")


def is_there(path: Path) -> bool:
    """Whether FreeSWITCH would find the file: as it stands, or for one of the rates (mod_sndfile looks there first)."""
    return path.is_file() or any((path.parent / rate / path.name).is_file() for rate in RATES)
