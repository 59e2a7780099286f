"""Time as an object, so that tests and the simulator can hold it in their hands.

Instants are seconds since the epoch (UTC); durations are plain seconds. `now()` is the wall clock held
monotonic: a clock that is stepped back does not make deadlines wait for it.
"""

from __future__ import annotations

import time
from typing import Protocol

Seconds = float


class Clock(Protocol):
    """Anything that knows what time it is."""

    def now(self) -> Seconds:
        """Seconds since the epoch; never less than what was returned before."""
        ...


class SystemClock:
    """The wall clock at start, carried on by the monotonic clock: steps of the wall clock do not reach us."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> Seconds:
        """Seconds since the epoch, monotonic for the life of the process."""
        return time.monotonic() + self._offset

    def drift(self) -> Seconds:
        """How far the wall clock has been stepped since start, positive when it runs ahead of `now()`."""
        return time.time() - self.now()


class ManualClock:
    """A clock that moves only when told to; for tests."""

    def __init__(self, start: Seconds = 1_000_000.0) -> None:
        self._now = start

    def now(self) -> Seconds:
        """The instant that was last set."""
        return self._now

    def advance(self, seconds: Seconds) -> Seconds:
        """Move forward by `seconds` (not negative) and return the new instant."""
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._now += seconds
        return self._now
