"""`callback`: the caller is promised a call, and need not wait on the line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Self

from ccswitch.ivr.acts import Act, CallBack
from ccswitch.ivr.expressions import Template, template
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.heard import Closed, Done, Heard
from ccswitch.ivr.prompts import Prompt
from ccswitch.ivr.step import Exit, GoOn, Here, TimedStep, Turn, Way, go_or_end
from ccswitch.reading.findings import Place

_QUEUE = re.compile(r"\w[\w.-]{0,63}")
CALLER = "{{ caller }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackStep(TimedStep):
    """Promise the caller that an agent of the queue calls him: in line from now on, or not before `when`.

    `number` is the caller's own unless it is given; `when` is a time of day as 14:30 or 1430 (the next one), or
    2026-02-17T10:00. `otherwise` follows when that cannot be promised: a number withheld or not allowed, one that is
    promised a call already, a queue that takes nobody, no gateway; or
    its hours are closed at that time, and then the variable `opens` has from when on they are open.
    """

    WORD: ClassVar[str] = "callback"
    OFFERS: ClassVar[bool] = True

    queue: str
    number: Template
    when: Template
    priority: int
    opens: str  # the variable that takes when calls are made again; empty: none
    then: Way
    otherwise: Way
    at: Place = field(default=Place(), compare=False)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Whose agents call whom, when, and where it goes on."""
        return cls(
            queue=fields.text("callback", _QUEUE, "the name of a queue"),
            number=number_of(fields),
            when=fields.filled("when"),
            priority=fields.whole("priority", 0, 0, 100),
            opens=fields.variable("opens", required=False),
            then=fields.onward("then"),
            otherwise=fields.onward("otherwise"),
            at=fields.at,
        )

    def exits(self) -> Iterable[Exit]:
        """Promised or not."""
        yield Exit("promised", self.then, silent=True)
        yield Exit("otherwise", self.otherwise, silent=True)

    def sets(self) -> tuple[str, ...]:
        """When calls are made again, where that is wanted."""
        return (self.opens,) if self.opens else ()

    def asks(self) -> frozenset[str]:
        """What stands in the number and the time."""
        return self.number.names | self.when.names

    def does(self) -> str:
        """The queue."""
        return f"{self.WORD} {self.queue}"

    def act(self, here: Here, before: tuple[Prompt, ...]) -> Act:
        """Promise it."""
        scope = here.scope()
        return CallBack(
            queue=self.queue,
            number=self.number.filled(scope).value,
            when=self.when.filled(scope).value,
            priority=self.priority,
        )

    def after(self, here: Here, heard: Heard) -> Turn:
        """Promised or not."""
        if isinstance(heard, Done):
            return GoOn(here.cursor, self.then.to)
        if not self.opens:
            return go_or_end(here.cursor, self.otherwise)
        opens = heard.opens if isinstance(heard, Closed) else ""
        return go_or_end(here.cursor.having(self.opens, opens), self.otherwise)


def number_of(fields: Fields) -> Template:
    """`number`; the caller's own without it."""
    written = fields.filled("number")
    return written if written.text else template(CALLER)
