"""`run`: another script has the call until it returns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self

from ccswitch.ivr.cursor import Cursor
from ccswitch.ivr.expressions import Template
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.step import Exit, GoOn, Here, Running, TimelessStep, Turn, Way, go_or_end
from ccswitch.reading.findings import Place

_SCRIPT = re.compile(r"\w[\w-]{0,63}")


@dataclass(frozen=True, slots=True)
class Taken:
    """A variable that gets a returned value."""

    variable: str
    returned: str
    at: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStep(TimelessStep):
    """Run a script with the parameters `given`, take what it returns into variables, then go on.

    `otherwise` follows when it cannot be run, or when a step of it failed and has no way for that.
    """

    WORD: ClassVar[str] = "run"

    script: str
    given: tuple[tuple[str, Template], ...] = ()
    takes: tuple[Taken, ...] = ()
    then: Way
    otherwise: Way | None = None
    at: Place = field(default=Place(), compare=False)
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)  # of the script's name, and of parameters

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The script, what goes in and what comes out, and where it goes on."""
        script = fields.text("run", _SCRIPT, "the name of a script")
        parameters = fields.pairs("with", "order: '{{ order }}'", required=False)
        return cls(
            script=script,
            given=tuple((name.value, fields.template(text)) for name, text in parameters),
            takes=tuple(
                Taken(fields.free_name(name), returned.value, returned.at)
                for name, returned in fields.pairs("into", "order: number", required=False)
            ),
            then=fields.onward("then"),
            otherwise=fields.way("otherwise"),
            at=fields.at,
            places={"": fields.place("run")} | {name.value: name.at for name, _ in parameters},
        )

    def exits(self) -> Iterable[Exit]:
        """When it returned, and when it did not. Whether a silent caller comes there is the other script's matter:
        `together` follows him through it."""
        yield Exit("returned", self.then)
        if self.otherwise is not None:
            yield Exit("otherwise", self.otherwise)

    def sets(self) -> tuple[str, ...]:
        """What it takes."""
        return tuple(one.variable for one in self.takes)

    def asks(self) -> frozenset[str]:
        """What stands in the parameters."""
        return frozenset[str]().union(*(value.names for _, value in self.given))

    def forgets(self, name: str) -> bool:
        """It may come to a queue."""
        return True

    def does(self) -> str:
        """The script and what it is given."""
        return f"{self.WORD} {self.script}" + _listed((name, value.text) for name, value in self.given)

    def passing(self, here: Here) -> Running:
        """Into the script."""
        scope = here.scope()
        worked = [(name, value.filled(scope)) for name, value in self.given]
        failed = [f"; {name} failed: {one.trouble}" for name, one in worked if one.trouble]
        given = tuple((name, str(one.value)) for name, one in worked)
        return Running(self.script, given, f"runs {self.script}{_listed(given)}{''.join(failed)}")

    def returned(self, cursor: Cursor, values: Mapping[str, str]) -> Turn:
        """Back from the script: its values are taken; one that this `return` does not give is empty."""
        for one in self.takes:
            cursor = cursor.having(one.variable, values.get(one.returned, ""))
        return GoOn(cursor, self.then.to)

    def failed(self, cursor: Cursor) -> Turn:
        """It could not be run, or failed."""
        return go_or_end(cursor, self.otherwise)


def _listed(values: Iterable[tuple[str, str]]) -> str:
    told = ", ".join(f"{name} = {value}" for name, value in values)
    return f" ({told})" if told else ""
