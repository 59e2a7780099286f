"""`queue`: the caller waits for an agent and talks to him."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from ccswitch.ivr.acts import Act, Play, Queue
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.heard import Heard, Refused, TalkOver
from ccswitch.ivr.prompts import Prompt, asked_by
from ccswitch.ivr.step import END, Again, Exit, GoOn, Here, TimedStep, Turn, Way, go_or_end
from ccswitch.model.ids import Seconds
from ccswitch.model.skills import WrongSkill, requirement
from ccswitch.reading.findings import Place

_QUEUE = re.compile(r"\w[\w.-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStep(TimedStep):
    """Wait for an agent and talk to him; `then` follows when the talk is over and the caller stayed.

    With `announce` the caller is first told how long it will take, when that is known and long enough to be worth it:
    an act of its own, while the cursor's `tries` is 0.
    """

    WORD: ClassVar[str] = "queue"
    BEFORE_ANSWER: ClassVar[str] = "carriers end unanswered calls after a minute or two"

    queue: str
    priority: int = 0
    skills: str = ""  # required of whoever answers, besides what the queue requires
    announce: tuple[Prompt, ...] = ()
    announce_from: Seconds = 30.0
    then: Way = Way(END)
    otherwise: Way | None = None
    at: Place = field(default=Place(), compare=False)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The queue, and where it goes on after the talk or when the queue cannot take him."""
        return cls(
            queue=fields.text("queue", _QUEUE, "the name of a queue"),
            priority=fields.whole("priority", 0, 0, 100),
            skills=_skills(fields),
            announce=fields.prompts("announce_wait", required=False),
            announce_from=fields.seconds("announce_from", 30.0, 0.0, 3600.0),
            then=fields.way("then") or Way(END, fields.at),
            otherwise=fields.way("otherwise"),
            at=fields.at,
        )

    def exits(self) -> Iterable[Exit]:
        """After the talk, and when there is none."""
        yield Exit("after the talk", self.then)
        if self.otherwise is not None:
            yield Exit("otherwise", self.otherwise, silent=True)

    def forgets(self, name: str) -> bool:
        """It lets go of the caller."""
        return True

    def does(self) -> str:
        """The queue."""
        return f"{self.WORD} {self.queue}" + (f", priority {self.priority}" if self.priority else "")

    def asks(self) -> frozenset[str]:
        """What stands in the announcement."""
        return asked_by(self.announce)

    def says(self) -> tuple[Prompt, ...]:
        """The announcement."""
        return self.announce

    def act(self, here: Here, before: tuple[Prompt, ...]) -> Act:
        """Tell him how long it will take, where that is worth it; then wait."""
        if self.announce and here.cursor.tries == 0 and self._is_long(here):
            heard = here.says(before + self.announce)
            return Play(files=heard.said, unsaid=heard.unsaid)
        return Queue(queue=self.queue, priority=self.priority, skills=self.skills)

    def _is_long(self, here: Here) -> bool:
        wait = here.queue(self.queue).get("expected_wait")
        return wait is not None and wait >= self.announce_from

    def after(self, here: Here, heard: Heard) -> Turn:
        """Only a talk leads on; a queue that would not have the caller is a failure, an announcement is not."""
        if self.announce and here.cursor.tries == 0 and not isinstance(heard, TalkOver | Refused):
            return Again(replace(here.cursor, tries=1))
        return (
            GoOn(here.cursor, self.then.to) if isinstance(heard, TalkOver) else go_or_end(here.cursor, self.otherwise)
        )


def _skills(fields: Fields) -> str:
    """A requirement that can be read; empty without one."""
    written = fields.anything("skills")
    try:
        return requirement(written).text if written else ""
    except WrongSkill as wrong:
        fields.report(fields.place("skills"), f"`skills` is no requirement: {wrong}", "as lang.zh >= 5 and billing")
        return ""
