"""`survey`: a question after the talk, answered by a key."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self

from ccswitch.ivr.acts import NO_TERMINATOR, Act, Collect, whole
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.heard import Heard, Keys
from ccswitch.ivr.notes import Scored
from ccswitch.ivr.prompts import Prompt, short
from ccswitch.ivr.step import Exit, GoOn, Here, Turn, Way
from ccswitch.ivr.steps.asking import AskingStep
from ccswitch.ivr.steps.missed import read_misses

_QUESTION = re.compile(r"\w[\w-]{0,63}")
_SCORES = re.compile(r"([0-9])-([0-9])", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyStep(AskingStep):
    """Play the question and take a score from `least` to `most`, kept as the answer to `question`."""

    WORD: ClassVar[str] = "survey"

    question: str
    least: int
    most: int
    then: Way

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

    def does(self) -> str:
        """The question."""
        return f"{self.WORD} {self.question}: {short(self.plays)}"

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
