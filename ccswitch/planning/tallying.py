"""What is counted while a scenario plays, in the finest parts; `folding` makes slices of them.

A `Book` is one interval of one batch. A call is written into the book that was open when it came; seconds (of agents
by what they did, of callers in queue) into the one that is open while they pass: whoever is in the middle of
something when a book is closed is `settled` first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ccswitch.kpi.summary import WENT_ELSEWHERE, Tally
from ccswitch.model.ids import Seconds
from ccswitch.model.nouns import VisitResult

# What an agent does; the index into `Book.seconds`.
IDLE, RINGING, TALKING, WRAPUP, AWAY, GONE = range(6)
WAYS = GONE + 1


@dataclass(slots=True)
class Visits:
    """Calls of one type, or answered by one group, that came in one book's time."""

    arrived: int = 0
    redialled: int = 0
    blocked: int = 0
    closed: int = 0
    waited: int = 0
    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    otherwise: int = 0
    overflowed: int = 0
    exited: int = 0
    promised: int = 0
    moved: int = 0
    short_abandoned: int = 0
    answered_in_target: int = 0
    abandoned_in_target: int = 0
    answered_wait: Seconds = 0.0
    abandoned_wait: Seconds = 0.0
    longest_wait: Seconds = 0.0
    talks: int = 0
    talk: Seconds = 0.0
    wrapup: Seconds = 0.0

    def ended(self, result: VisitResult, waited: Seconds, target: Seconds, short_abandon: Seconds) -> None:
        """One visit is over; what `kpi.summary.visit_tally` makes of it, without a new tally each time."""
        if result is VisitResult.ANSWERED:
            self.answered_after(waited, target)
            return
        self.waited += waited > 0
        if waited > self.longest_wait:
            self.longest_wait = waited
        if result is VisitResult.ABANDONED:
            self.abandoned += 1
            self.abandoned_wait += waited
            self.abandoned_in_target += waited <= target
            self.short_abandoned += waited < short_abandon
        else:
            self.otherwise += 1
            if (elsewhere := WENT_ELSEWHERE.get(result)) is not None:
                setattr(self, elsewhere, getattr(self, elsewhere) + 1)

    def answered_after(self, waited: Seconds, target: Seconds) -> None:
        """One visit ended with an agent's answer."""
        self.waited += waited > 0
        if waited > self.longest_wait:
            self.longest_wait = waited
        self.answered += 1
        self.answered_wait += waited
        self.answered_in_target += waited <= target

    def tally(self) -> Tally:
        """The same, as every other figure of the house is made of it."""
        return Tally(
            offered=self.offered,
            answered=self.answered,
            abandoned=self.abandoned,
            otherwise=self.otherwise,
            overflowed=self.overflowed,
            exited=self.exited,
            promised=self.promised,
            moved=self.moved,
            waiting=self.offered - self.answered - self.abandoned - self.otherwise,
            short_abandoned=self.short_abandoned,
            answered_in_target=self.answered_in_target,
            abandoned_in_target=self.abandoned_in_target,
            answered_wait=self.answered_wait,
            abandoned_wait=self.abandoned_wait,
            longest_wait=self.longest_wait,
            talks=self.talks,
            talk=self.talk,
            wrapup=self.wrapup,
        )


class Book:
    """One interval of one batch, by type of call and by group of agents.

    `seconds[what][group * (types + 1) + type]`: agents' seconds; the last type of a group stands for none.
    """

    __slots__ = ("batch", "counts", "groups", "in_queue", "interval", "seconds", "types")

    def __init__(self, *, counts: bool, batch: int, interval: int, types: int, groups: int) -> None:
        self.counts = counts
        self.batch = batch
        self.interval = interval
        self.types: Sequence[Visits] = [Visits() for _ in range(types)]
        self.groups: Sequence[Visits] = [Visits() for _ in range(groups)]
        self.seconds = [[0.0] * (groups * (types + 1)) for _ in range(WAYS)]
        self.in_queue = [0.0] * types


class Books:
    """The book that is open, those that are full, and how many calls that count are not over yet."""

    __slots__ = ("_groups", "_types", "all", "open", "outstanding")

    def __init__(self, types: int, groups: int) -> None:
        self._types, self._groups = types, groups
        self.all: list[Book] = []
        self.outstanding = 0
        self.open = self._new(counts=False, batch=0, interval=0)

    def turn(self, *, counts: bool, batch: int = 0, interval: int = 0) -> None:
        """Open the next book."""
        self.open = self._new(counts=counts, batch=batch, interval=interval)
        if counts:
            self.all.append(self.open)

    def _new(self, *, counts: bool, batch: int, interval: int) -> Book:
        return Book(counts=counts, batch=batch, interval=interval, types=self._types, groups=self._groups)
