"""How fast a queue moves, and what a newcomer would wait.

The mean interval between two answers, counted only while somebody waited behind the first of them, is what one place in
the line costs: it has in it how many agents there are, what else they serve and how long they talk. A newcomer behind
n others would wait n + 1 such intervals (the queue-length predictor; Ibrahim and Whitt, "Real-time delay estimation
based on delay history", M&SOM 2009, compare it with others). Nothing is said before enough was seen, or when the last
answer is so long ago that the line plainly stands still.

The estimate carries its error: what each newcomer was foretold is held against what he then waited, and an estimate
that was wrong by more than `POOR` on the mean is not told any more until it is right again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ccswitch.model.ids import Seconds

WINDOW = 20  # answers over which the mean is taken, the newest weighing most
ENOUGH = 8  # answers, before anything is said
STILL = 5  # mean intervals without an answer: the line stands, and the mean says nothing of it
JUDGED = 5  # estimates that came to their end, before the error counts
POOR = 0.6  # mean error above which nothing is told; of random talks the first in line is at 0.52, the third at 0.35
SMALL: Seconds = 30.0  # of shorter waits nobody minds the error: it is taken as a share of this


@dataclass(slots=True, kw_only=True)
class Pace:
    """How fast one queue moves. `busy`: somebody waited when the last answer came."""

    last: Seconds = 0.0
    busy: bool = False
    mean: Seconds = 0.0
    seen: int = 0
    error: float = 0.0  # of 1: how far estimate and wait were apart, as a share of the greater; a mean like the other
    judged: int = 0  # estimates that came to their end

    def answered(self, at: Seconds, *, busy: bool) -> None:
        """Somebody was answered at `at`; `busy`: others wait behind him."""
        if self.busy:
            self.seen += 1
            self.mean += (at - self.last - self.mean) / min(self.seen, WINDOW)
        self.last, self.busy = at, busy

    def judge(self, estimate: Seconds, waited: Seconds) -> None:
        """What was foretold to somebody who waited so long in the end."""
        self.judged += 1
        apart = abs(estimate - waited) / max(estimate, waited, SMALL)
        self.error += (apart - self.error) / min(self.judged, WINDOW)

    @property
    def is_poor(self) -> bool:
        """The estimates of late were so wrong that none is told."""
        return self.judged >= JUDGED and self.error > POOR

    def estimate(self, waiting: int, now: Seconds) -> Seconds | None:
        """What a newcomer behind `waiting` others would wait; None when nothing can be said."""
        if self.seen < ENOUGH or (waiting and now - self.last > STILL * self.mean):
            return None
        return (waiting + 1) * self.mean

    def wait(self, waiting: int, now: Seconds) -> Seconds | None:
        """The estimate as it may be told to somebody: None too while it is poor."""
        return None if self.is_poor else self.estimate(waiting, now)


def in_minutes(wait: Seconds) -> int:
    """As people are told: whole minutes, rounded up, one at the least."""
    return max(1, math.ceil(wait / 60))
