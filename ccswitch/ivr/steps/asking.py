"""What all steps have in common that play prompts and take keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from ccswitch.ivr.prompts import Prompt, asked_by
from ccswitch.ivr.step import TimedStep
from ccswitch.ivr.steps.missed import Misses
from ccswitch.model.ids import Seconds
from ccswitch.reading.findings import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingStep(TimedStep):
    """Play prompts and take keys; silence and wrong keys are misses."""

    TAKES_KEYS: ClassVar[bool] = True
    BEFORE_ANSWER: ClassVar[str] = "many carriers pass no keys before the answer"

    plays: tuple[Prompt, ...]
    timeout: Seconds  # silence after the prompts
    misses: Misses
    at: Place = field(default=Place(), compare=False)

    def asks(self) -> frozenset[str]:
        """What stands in the prompts."""
        return asked_by(self.prompts())

    def says(self) -> tuple[Prompt, ...]:
        """What it asks."""
        return self.plays

    def prompts(self) -> tuple[Prompt, ...]:
        """Those of misses too."""
        return self.plays + self.misses.prompts()
