"""What came of a step's act: what the caller did, or what the switch reports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    """The act ran to its end."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys that match; for a masked collection a reference to them."""

    digits: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Keys that do not match."""

    digits: str


@dataclass(frozen=True, slots=True)
class Silence:
    """No key in time."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """The prompt of a menu or a collection could not be played, so no key was awaited. Goes on as after a silence."""

    why: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The act could not be done."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused(Failed):
    """A queue cannot have the caller, or can no longer."""


@dataclass(frozen=True, slots=True)
class Closed(Failed):
    """Nobody is called back at that time; `opens`: from when on, as 2026-02-17T09:00, empty when nobody knows."""

    opens: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A look-up's answer: what was wanted of it, by its path. Texts from outside."""

    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NotFound:
    """A look-up's answer: there is no such thing."""


@dataclass(frozen=True, slots=True)
class TalkOver:
    """The talk after a queue step ended and the caller stayed."""


Heard = Done | Keys | Wrong | Silence | Unheard | Failed | Found | NotFound | TalkOver

WORDS: dict[type[Heard], str] = {
    Done: "done",
    Keys: "keys",
    Wrong: "wrong",
    Silence: "silence",
    Unheard: "no prompt",
    Failed: "failed",
    Refused: "failed",
    Closed: "failed",
    Found: "found",
    NotFound: "not found",
    TalkOver: "talk over",
}


def result_word(heard: Heard) -> str:
    """What was heard, in one word for records."""
    return WORDS[type(heard)]


def reason(heard: Heard) -> str:
    """What was wrong, empty when nothing was."""
    return heard.why if isinstance(heard, Unheard | Failed) else ""
