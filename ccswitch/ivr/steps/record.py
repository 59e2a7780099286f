"""`record`: whether the call's talks are recorded. The caller is told first, as the law of most countries wants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from ccswitch.ivr.acts import Act, Play
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.heard import Failed, Heard
from ccswitch.ivr.notes import RecordTalks
from ccswitch.ivr.prompts import Prompt, asked_by, short
from ccswitch.ivr.step import Exit, GoOn, Here, Passing, Step, TimedStep, TimelessStep, Turn, Way
from ccswitch.reading.findings import Place

WORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStep(TimedStep):
    """Play the notice to its end, then go on with the recording of talks ordered. Who could not hear it is not
    recorded."""

    WORD: ClassVar[str] = WORD

    notice: tuple[Prompt, ...]
    then: Way
    at: Place = field(default=Place(), compare=False)

    @classmethod
    def read(cls, fields: Fields) -> Step:
        """`record: yes` with its notice, or `record: no`."""
        if not fields.flag("record"):
            fields.unwanted("notice", "nothing is recorded, so nothing is to be told")
            return DoNotRecordStep(then=fields.onward("then"), at=fields.at)
        return cls(notice=fields.prompts("notice"), then=fields.onward("then"), at=fields.at)

    def exits(self) -> Iterable[Exit]:
        """One."""
        return (Exit("", self.then, silent=True),)

    def asks(self) -> frozenset[str]:
        """What stands in the prompts."""
        return asked_by(self.prompts())

    def does(self) -> str:
        """The notice."""
        return f"{self.WORD} after {short(self.notice)}"

    def says(self) -> tuple[Prompt, ...]:
        """The notice."""
        return self.notice

    def act(self, here: Here, before: tuple[Prompt, ...]) -> Act:
        """Tell him."""
        heard = here.says(before + self.notice)
        return Play(files=heard.said, unsaid=heard.unsaid)

    def after(self, here: Here, heard: Heard) -> Turn:
        """On; with recording when the notice was heard."""
        notes = () if isinstance(heard, Failed) else (RecordTalks(on=True),)
        return GoOn(here.cursor, self.then.to, notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoNotRecordStep(TimelessStep):
    """The call's talks are not recorded, though the queue's rule may be to record."""

    WORD: ClassVar[str] = WORD

    then: Way
    at: Place = field(default=Place(), compare=False)

    def exits(self) -> Iterable[Exit]:
        """One."""
        return (Exit("", self.then, silent=True),)

    def does(self) -> str:
        """That it is not."""
        return f"{self.WORD} no"

    def passing(self, here: Here) -> Passing:
        """On, with the choice noted."""
        return Passing(here.cursor, self.then.to, "no", (RecordTalks(on=False),))
