"""`set`: variables are given values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Self

from ccswitch.ivr.expressions import Template
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.step import Exit, Here, Passing, TimelessStep, Way
from ccswitch.reading.findings import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStep(TimelessStep):
    """Give variables values, in the order of the file, then go on."""

    WORD: ClassVar[str] = "set"

    values: tuple[tuple[str, Template], ...]
    then: Way
    at: Place = field(default=Place(), compare=False)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Names with values, and where it goes on."""
        return cls(values=fields.templates("set", "language: zh"), then=fields.onward("then"), at=fields.at)

    def exits(self) -> Iterable[Exit]:
        """One."""
        return (Exit("", self.then, silent=True),)

    def sets(self) -> tuple[str, ...]:
        """Each name."""
        return tuple(name for name, _ in self.values)

    def asks(self) -> frozenset[str]:
        """What stands in the values."""
        return frozenset[str]().union(*(value.names for _, value in self.values))

    def does(self) -> str:
        """The names and values."""
        return f"{self.WORD} " + ", ".join(f"{name} = {value.text}" for name, value in self.values)

    def passing(self, here: Here) -> Passing:
        """On; each value may use those before it."""
        told = []
        for name, value in self.values:
            worked = here.filled(value)
            here = here._replace(cursor=here.cursor.having(name, worked.value))
            told.append(f"{name} failed: {worked.trouble}" if worked.trouble else f"{name} = {worked.value}")
        return Passing(here.cursor, self.then.to, "; ".join(told))
