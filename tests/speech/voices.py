"""Engines for tests: one that beeps at once, and one that is held back until it is let go."""

from __future__ import annotations

import wave
from pathlib import Path

from gevent.event import Event

from ccswitch.errors import SpeechError
from ccswitch.model.said import Spoken
from ccswitch.speech.cache import Cache
from ccswitch.speech.engines import Engine
from ccswitch.speech.recordings import Recordings
from ccswitch.speech.speaker import Speaker
from tests.controller.waiting import PATIENCE


def write_wav(path: Path, seconds: float = 0.1) -> Path:
    """A WAV file of silence, 8 kHz."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * int(8000 * seconds))
    return path


class Beeper:
    """Notes what it was asked to say. `refuses`: it says so instead."""

    name = "beeper"

    def __init__(self, refuses: str = "") -> None:
        self.asked: list[tuple[str, str]] = []
        self.refuses = refuses

    def voice(self, language: str) -> str:
        """One for all."""
        return f"beep-{language}"

    def render(self, text: str, language: str, into: Path) -> None:
        """A tenth of a second for each character."""
        self.asked.append((language, text))
        if self.refuses:
            raise SpeechError(self.refuses)
        write_wav(into, 0.1 * len(text))


class Held(Beeper):
    """Renders nothing before `go` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.go, self.began = Event(), Event()

    def render(self, text: str, language: str, into: Path) -> None:
        """Waits."""
        self.began.set()
        assert self.go.wait(PATIENCE), "the test never let it go"
        super().render(text, language, into)


def speaker_in(folder: Path, engine: Engine | None = None, recordings: Recordings | None = None) -> Speaker:
    """A speaker that keeps its files in `folder`."""
    return Speaker(engine or Beeper(), Cache(folder, room=10_000_000), recordings or Recordings())


def words(text: str = "hello", language: str = "en", **more: object) -> Spoken:
    """Words to be spoken."""
    return Spoken(text=text, language=language, **more)  # type: ignore[arg-type]
