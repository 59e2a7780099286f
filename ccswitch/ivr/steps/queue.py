"""`queue`: the caller waits for an agent and talks to him."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Self

from ccswitch.ivr.acts import Act, Queue
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.heard import Heard, TalkOver
from ccswitch.ivr.prompts import Prompt
from ccswitch.ivr.step import END, Exit, GoOn, Here, TimedStep, Turn, Way, go_or_end
from ccswitch.reading.findings import Place

_QUEUE = re.compile(r"\w[\w.-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStep(TimedStep):
    """Wait for an agent and talk to him; `then` follows when the talk is over and the caller stayed."""

    WORD: ClassVar[str] = "queue"
    BEFORE_ANSWER: ClassVar[str] = "carriers end unanswered calls after a minute or two"

    queue: str
    priority: int = 0
    then: Way = Way(END)
    otherwise: Way | None = None
    at: Place = field(default=Place(), compare=False)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The queue, and where it goes on after the talk or when the queue cannot take him."""
        return cls(
            queue=fields.text("queue", _QUEUE, "the name of a queue"),
            priority=fields.whole("priority", 0, 0, 100),
            then=fields.way("then") or Way(END, fields.at),
            otherwise=fields.way("otherwise"),
            at=fields.at,
        )

    def exits(self) -> Iterable[Exit]:
        """After the talk, and when there is none."""
        yield Exit("after the talk", self.then)
        if self.otherwise is not None:
            yield Exit("otherwise", self.otherwise, silent=True)

    def does(self) -> str:
        """The queue."""
        return f"{self.WORD} {self.queue}" + (f", priority {self.priority}" if self.priority else "")

    def act(self, here: Here, before: tuple[Prompt, ...]) -> Act:
        """Wait."""
        return Queue(queue=self.queue, priority=self.priority)

    def after(self, here: Here, heard: Heard) -> Turn:
        """Only a talk leads on; a queue that would not have the caller is a failure."""
        return (
            GoOn(here.cursor, self.then.to) if isinstance(heard, TalkOver) else go_or_end(here.cursor, self.otherwise)
        )
