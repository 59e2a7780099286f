"""The newest decisions, kept in memory for the records: to read a line back costs more than to write it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice

from ccswitch.model.decision import Decision
from ccswitch.records.feeder import Source

KEPT = 500  # decisions; whoever is further behind reads the journal


class Recent:
    """A source of decisions that asks `journal` only for what it does not remember. A listener of the engine."""

    def __init__(self, journal: Source, kept: int = KEPT) -> None:
        self._journal = journal
        self._decisions: deque[Decision] = deque(maxlen=kept)

    def __call__(self, decision: Decision) -> None:
        self._decisions.append(decision)

    def head(self) -> int:
        """The `n` of the newest decision in the journal; what is in memory alone is not handed out."""
        return self._journal.head()

    def read(self, after_n: int, limit: int) -> Sequence[Decision]:
        """At most `limit` decisions behind `after_n` that the journal has. Raises JournalError."""
        head = self.head()
        if not self._decisions or self._decisions[0].n > after_n + 1:
            return self._journal.read(after_n, limit)
        return list(islice((d for d in self._decisions if after_n < d.n <= head), limit))
