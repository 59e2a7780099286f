"""What a step says about its call. It asks nothing of the switch and has no answer: the floor keeps it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tagged:
    """The call is about these things."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordTalks:
    """From now on the call's talks are recorded, or are not, whatever the queue's rule."""

    on: bool


@dataclass(frozen=True, slots=True)
class Scored:
    """The caller answered a question of a survey."""

    question: str
    score: int


Note = Tagged | RecordTalks | Scored
