"""What is in a sound file, by sox."""

from __future__ import annotations

import shutil
import subprocess
import wave
from pathlib import Path

from tests.servers import missing

LOUD = 0.02  # of full scale: a telephone line's own noise is far below, speech far above


def need(*programs: str) -> None:
    """Skip the test where a program is missing."""
    for program in programs:
        if shutil.which(program) is None:
            missing(program, f"apt-get install {program}")


def seconds(path: Path) -> float:
    """How long a WAV file is."""
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


def voiced(path: Path, since: float = 0.0, until: float | None = None) -> float:
    """Seconds of a recording that are not silence: pauses inside are cut out as well."""
    trim = ["trim", f"{since}", *([f"={until}"] if until is not None else [])]
    cut = ["silence", "1", "0.02", f"{LOUD * 100}%", "-1", "0.1", f"{LOUD * 100}%"]
    loud = path.with_suffix(".loud.wav")
    subprocess.run(["sox", str(path), str(loud), *trim, *cut], check=True, capture_output=True)
    return seconds(loud)
