"""`voicemail`: the caller leaves a message for a queue's agents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from ccswitch.ivr.acts import Act, Play, TakeMessage
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.heard import Failed, Heard
from ccswitch.ivr.prompts import Prompt, Sound, asked_by, short
from ccswitch.ivr.step import Again, Exit, GoOn, Here, TimedStep, Turn, Way, go_or_end
from ccswitch.model.ids import Seconds
from ccswitch.reading.findings import Place

BEEP = Sound("tone_stream://%(500,0,1000)")
_BOX = re.compile(r"\w[\w.-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailStep(TimedStep):
    """Play the greeting and a beep, record a message for the queue `box`, go on.

    Two acts of one step: the cursor's `tries` is 0 while the greeting plays and 1 while the message is recorded, so a
    caller whose controller was restarted while he spoke is not greeted again.
    """

    WORD: ClassVar[str] = "voicemail"
    BESIDE: ClassVar[tuple[str, ...]] = ("play",)
    BEFORE_ANSWER: ClassVar[str] = "many carriers pass no speech before the answer"

    box: str
    plays: tuple[Prompt, ...]
    longest: Seconds
    silence: Seconds  # so much of it ends the message
    then: Way
    otherwise: Way | None
    at: Place = field(default=Place(), compare=False)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The queue, the greeting, when a message is over, and where it goes on with and without one."""
        return cls(
            box=fields.text("voicemail", _BOX, "the name of the queue that the message is for"),
            plays=fields.prompts("play", required=False),
            longest=fields.seconds("longest", 180.0, 5.0, 600.0),
            silence=fields.seconds("silence", 5.0, 1.0, 60.0),
            then=fields.onward("then"),
            otherwise=fields.way("otherwise"),
            at=fields.at,
        )

    def exits(self) -> Iterable[Exit]:
        """With a message, and without."""
        yield Exit("message", self.then, silent=True)
        if self.otherwise is not None:
            yield Exit("no message", self.otherwise, silent=True)

    def asks(self) -> frozenset[str]:
        """What stands in the prompts."""
        return asked_by(self.prompts())

    def does(self) -> str:
        """The queue and the greeting."""
        return f"{self.WORD} {self.box}" + (f": {short(self.plays)}" if self.plays else "")

    def says(self) -> tuple[Prompt, ...]:
        """The greeting and the beep."""
        return (*self.plays, BEEP)

    def act(self, here: Here, before: tuple[Prompt, ...]) -> Act:
        """Greet, then record."""
        if here.cursor.tries == 0:
            heard = here.says(before + self.says())
            return Play(files=heard.said, unsaid=heard.unsaid)
        return TakeMessage(box=self.box, longest=self.longest, silence=self.silence)

    def after(self, here: Here, heard: Heard) -> Turn:
        """A greeting that could not be played is no reason to lose the message."""
        if here.cursor.tries == 0:
            return Again(replace(here.cursor, tries=1))
        if isinstance(heard, Failed):
            return go_or_end(here.cursor, self.otherwise or self.then)
        return GoOn(here.cursor, self.then.to)
