"""Deadlines that came to nothing else."""

from __future__ import annotations

from ccswitch.model.ids import Seconds
from ccswitch.model.value import value


@value
class DeadlinePassed:
    """A deadline fell due and nothing else came of it (its subject was already gone, or it is tried again)."""

    kind: str
    subject: str
    again_at: Seconds = 0.0  # 0: not again
