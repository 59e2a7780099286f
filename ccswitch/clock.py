"""Time as an object, so that tests and the simulator can hold it in their hands.

Instants are seconds since the epoch (UTC); durations are plain seconds. `now()` is the wall clock held
monotonic: a clock that is stepped does not move deadlines, neither while a controller runs nor over its restart.
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


SLEW = 0.01  # a second in a hundred: a step of an hour is worked off in four days, one of a second in two minutes


class SystemClock:
    """The wall clock at start, carried on by the monotonic clock; what the two differ by is worked off at most by SLEW.

    It begins no earlier than `not_before`, the last instant that was kept: after a step back of the wall clock (or on
    a standby whose clock is behind) deadlines and waits would otherwise lie in the future. For one thread.
    """

    def __init__(self, not_before: Seconds = 0.0) -> None:
        self._monotonic = time.monotonic()
        self._now = max(time.time(), not_before)

    def now(self) -> Seconds:
        """Seconds since the epoch; never less than what was returned before."""
        monotonic = time.monotonic()
        passed = monotonic - self._monotonic
        straight = self._now + passed
        most = SLEW * passed
        self._monotonic = monotonic
        self._now = straight + min(most, max(-most, time.time() - straight))
        return self._now

    def drift(self) -> Seconds:
        """How far the wall clock is ahead of `now()`, negative when it is behind."""
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
