"""`transfer`: the caller is handed to an outside number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Self

from ccswitch.ivr.acts import Act, Transfer
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.heard import Failed, Heard
from ccswitch.ivr.prompts import Prompt
from ccswitch.ivr.step import CLEARING, Exit, Here, Over, TimedStep, Turn, Way, go_or_end
from ccswitch.reading.findings import Place

_NUMBER = re.compile(r"\+?[0-9*#]{1,32}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferStep(TimedStep):
    """Hand the caller to an outside number; `otherwise` follows when that cannot be done."""

    WORD: ClassVar[str] = "transfer"

    number: str
    otherwise: Way | None = None
    at: Place = field(default=Place(), compare=False)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The number, and where it goes on when nobody is reached there."""
        number = fields.text("transfer", _NUMBER, "a number of digits only, as +862112345678")
        return cls(number=number, otherwise=fields.way("otherwise"), at=fields.at)

    def exits(self) -> Iterable[Exit]:
        """When the number is not reached."""
        return () if self.otherwise is None else (Exit("not reached", self.otherwise, silent=True),)

    def forgets(self, name: str) -> bool:
        """It lets go of the caller."""
        return True

    def does(self) -> str:
        """The number."""
        return f"{self.WORD} {self.number}"

    def act(self, here: Here, before: tuple[Prompt, ...]) -> Act:
        """Hand him out."""
        return Transfer(number=self.number)

    def after(self, here: Here, heard: Heard) -> Turn:
        """Who was not reached may have another way."""
        return go_or_end(here.cursor, self.otherwise) if isinstance(heard, Failed) else Over(CLEARING)
