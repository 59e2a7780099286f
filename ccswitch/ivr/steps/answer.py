"""`answer`: the caller is answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Self

from ccswitch.ivr.acts import Act, Answer
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.heard import Heard
from ccswitch.ivr.prompts import Prompt
from ccswitch.ivr.step import Exit, GoOn, Here, TimedStep, Turn, Way
from ccswitch.reading.findings import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerStep(TimedStep):
    """Answer the caller, then go on."""

    WORD: ClassVar[str] = "answer"

    then: Way
    at: Place = field(default=Place(), compare=False)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`answer:` alone, and where it goes on."""
        fields.bare("answer")
        return cls(then=fields.onward("then"), at=fields.at)

    def exits(self) -> Iterable[Exit]:
        """One."""
        return (Exit("", self.then, silent=True),)

    def act(self, here: Here, before: tuple[Prompt, ...]) -> Act:
        """Answer."""
        return Answer()

    def after(self, here: Here, heard: Heard) -> Turn:
        """On, whatever was heard."""
        return GoOn(here.cursor, self.then.to)
