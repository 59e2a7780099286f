"""`say`: a text is spoken to its end. `play`, whose bare texts are words instead of files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from ccswitch.ivr.fields import Fields
from ccswitch.ivr.steps.play import PlayStep


@dataclass(frozen=True, slots=True, kw_only=True)
class SayStep(PlayStep):
    """Say `plays` to the end, then go on."""

    WORD: ClassVar[str] = "say"

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The words, and where it goes on."""
        return cls(plays=fields.prompts("say", words=True), then=fields.onward("then"), at=fields.at)
