"""`play`: prompts are heard to their end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Self

from ccswitch.ivr.acts import Act, Play
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.heard import Heard
from ccswitch.ivr.prompts import Prompt, asked_by, short
from ccswitch.ivr.step import Exit, GoOn, Here, TimedStep, Turn, Way
from ccswitch.reading.findings import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayStep(TimedStep):
    """Play prompts to the end, then go on."""

    WORD: ClassVar[str] = "play"
    BEFORE_ANSWER: ClassVar[str] = "the caller hears it free of charge, and some carriers cut it"

    plays: tuple[Prompt, ...]
    then: Way
    at: Place = field(default=Place(), compare=False)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The prompts, and where it goes on."""
        return cls(plays=fields.prompts("play"), then=fields.onward("then"), at=fields.at)

    def exits(self) -> Iterable[Exit]:
        """One."""
        return (Exit("", self.then, silent=True),)

    def asks(self) -> frozenset[str]:
        """What stands in the prompts."""
        return asked_by(self.prompts())

    def does(self) -> str:
        """The prompts."""
        return f"{self.WORD}: {short(self.plays)}"

    def says(self) -> tuple[Prompt, ...]:
        """The prompts."""
        return self.plays

    def act(self, here: Here, before: tuple[Prompt, ...]) -> Act:
        """Play."""
        heard = here.says(before + self.plays)
        return Play(files=heard.said, unsaid=heard.unsaid)

    def after(self, here: Here, heard: Heard) -> Turn:
        """A prompt that could not be played is no reason to lose the caller: go on."""
        return GoOn(here.cursor, self.then.to)
