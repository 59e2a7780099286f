"""What turns text into a sound file. Another engine is another class here and a word in `ENGINES`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ccswitch.clock import Seconds
from ccswitch.errors import SpeechError

LONGEST_TEXT = 2000  # characters; some three minutes
RENDER_WITHIN: Seconds = 30.0  # then an engine is stuck
VOICES: Mapping[str, str] = {"zh": "cmn", "en": "en-us"}  # espeak-ng's, where no other is configured

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def _run(argv: Sequence[str], text: str) -> None:
    from ccswitch.speech import program  # needs the hub; who only reads a configuration does not

    program.run(argv, text, RENDER_WITHIN)


class Engine(Protocol):
    """Renders text. Whatever changes how it sounds is part of `name` or `voice`: files are kept by both."""

    @property
    def name(self) -> str:
        """The engine, and how it is set."""

    def voice(self, language: str) -> str:
        """The voice for a language, empty when there is none."""

    def render(self, text: str, language: str, into: Path) -> None:
        """Write a WAV file; lets others run meanwhile. Raises SpeechError."""


@dataclass(frozen=True, slots=True)
class Espeak:
    """espeak-ng as a program. It writes 16-bit WAV at 22,050 Hz; FreeSWITCH brings it to the rate of each call."""

    voices: Mapping[str, str] = field(default_factory=dict)
    program: str = "espeak-ng"

    @property
    def name(self) -> str:
        """One way to be set only."""
        return "espeak-ng"

    def voice(self, language: str) -> str:
        """A configured voice, or what espeak-ng itself understands by the language."""
        return self.voices.get(language) or VOICES.get(language, language)

    def render(self, text: str, language: str, into: Path) -> None:
        """Raises SpeechError. Text that would be an option, a file or phonemes (`[[…]]`) elsewhere is only text."""
        said = re.sub(r"\[(?=\[)", "[ ", text)
        _run([self.program, "-v", self.voice(language), "-b", "1", "--stdin", "-w", str(into)], said)


@dataclass(frozen=True, slots=True)
class Command:
    """A program of the site's own: `{text_file}`, `{language}`, `{voice}` and `{out}` in its arguments are filled in,
    without a shell. The text is on its standard input as well."""

    argv: Sequence[str]
    voices: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Another command, or other arguments, sound otherwise."""
        return "command " + hashlib.sha256("\0".join(self.argv).encode()).hexdigest()[:16]

    def voice(self, language: str) -> str:
        """A configured voice, or the language's own code."""
        return self.voices.get(language) or language

    def render(self, text: str, language: str, into: Path) -> None:
        """Raises SpeechError."""
        text_file = into.with_suffix(".txt")
        known = {"text_file": str(text_file), "language": language, "voice": self.voice(language), "out": str(into)}
        try:
            text_file.write_text(text, encoding="utf-8")
            _run([_filled(argument, known) for argument in self.argv], text)
        except OSError as error:
            raise SpeechError(f"{text_file.parent} cannot be written to: {error.strerror}") from error
        finally:
            text_file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Silent:
    """No engine: only what is recorded is heard."""

    name: str = "none"

    def voice(self, language: str) -> str:
        """None for any."""
        return ""

    def render(self, text: str, language: str, into: Path) -> None:
        """Raises SpeechError."""
        raise SpeechError("there is no engine that speaks ([speech] engine)")


ENGINES: Mapping[str, Callable[[Sequence[str], Mapping[str, str]], Engine]] = {
    "espeak-ng": lambda argv, voices: Espeak(voices),
    "command": Command,
    "none": lambda argv, voices: Silent(),
}


def sayable(text: str) -> str:
    """`text` without control characters, which engines take for commands. Raises SpeechError when nothing is left."""
    cleaned = _CONTROL.sub(" ", text).strip()
    if not cleaned:
        raise SpeechError("there is nothing to say")
    if len(cleaned) > LONGEST_TEXT:
        raise SpeechError(f"{len(cleaned)} characters are too many to be said at once, at most {LONGEST_TEXT}")
    return cleaned


def _filled(argument: str, known: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], found[0]), argument)
