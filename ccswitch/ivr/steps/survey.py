"""`survey`: a question after the talk, answered by a key."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Self

from ccswitch.ivr.acts import NO_TERMINATOR, Act, Collect, whole
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.heard import Heard, Keys
from ccswitch.ivr.notes import Scored
from ccswitch.ivr.prompts import Prompt, asked_by, short
from ccswitch.ivr.step import Exit, GoOn, Here, TimedStep, Turn, Way
from ccswitch.ivr.steps.missed import Misses, read_misses
from ccswitch.model.ids import Seconds
from ccswitch.reading.findings import Place

_QUESTION = re.compile(r"\w[\w-]{0,63}")
_SCORES = re.compile(r"([0-9])-([0-9])", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyStep(TimedStep):
    """Play the question and take a score from `least` to `most`, kept as the answer to `question`."""

    WORD: ClassVar[str] = "survey"
    TAKES_KEYS: ClassVar[bool] = True
    BEFORE_ANSWER: ClassVar[str] = "many carriers pass no keys before the answer"

    plays: tuple[Prompt, ...]
    question: str
    least: int
    most: int
    timeout: Seconds  # silence after the question
    then: Way
    misses: Misses
    at: Place = field(default=Place(), compare=False)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The question, its scores, and where it goes on with and without an answer."""
        least, most = _scores(fields)
        return cls(
            plays=fields.prompts("survey"),
            question=fields.text("question", _QUESTION, "a name for figures, as satisfaction"),
            least=least,
            most=most,
            timeout=fields.seconds("timeout", 5.0, 1.0, 60.0),
            then=fields.onward("then"),
            misses=read_misses(fields),
            at=fields.at,
        )

    def exits(self) -> Iterable[Exit]:
        """With an answer, and after misses."""
        return (Exit("answer", self.then), *self.misses.exits())

    def asks(self) -> frozenset[str]:
        """What stands in the prompts."""
        return asked_by(self.prompts())

    def does(self) -> str:
        """The question."""
        return f"{self.WORD} {self.question}: {short(self.plays)}"

    def says(self) -> tuple[Prompt, ...]:
        """The question."""
        return self.plays

    def prompts(self) -> tuple[Prompt, ...]:
        """Those of misses too."""
        return self.plays + self.misses.prompts()

    def act(self, here: Here, before: tuple[Prompt, ...]) -> Act:
        """Take one key."""
        heard = here.says(before + self.plays)
        return Collect(
            files=heard.said,
            unsaid=heard.unsaid,
            least=1,
            most=1,
            timeout=self.timeout,
            between=self.timeout,
            terminators=NO_TERMINATOR,
            pattern=whole(f"[{self.least}-{self.most}]"),
        )

    def after(self, here: Here, heard: Heard) -> Turn:
        """On with the score noted, or a miss."""
        if not isinstance(heard, Keys) or not heard.digits.isdecimal():
            return self.misses.after(here, heard)
        return GoOn(here.cursor, self.then.to, (Scored(self.question, int(heard.digits)),))


def _scores(fields: Fields) -> tuple[int, int]:
    """`1-5`."""
    written = fields.text("scores", _SCORES, "the keys that are answers, as 1-5", "1-5")
    found = _SCORES.fullmatch(written)
    least, most = (int(found[1]), int(found[2])) if found else (1, 5)
    if least >= most:
        fields.report(fields.place("scores"), f"`scores` is {written}", "the smaller first")
    return least, most
