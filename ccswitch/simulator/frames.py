"""The switch's 20 ms clock: every media step of every channel happens on one of its ticks.

One timer serves all channels. A sleeper is woken at the tick it asked for, or at the next one when something
is signalled to it, as a FreeSWITCH session that reads its next frame finds what arrived since the last.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from itertools import count
from typing import Any

from gevent import get_hub, getcurrent

FRAME = 0.020
FRAME_MS = 20
_NEVER = 1 << 62


class Sleeper:
    """Something with a greenlet that sleeps on the frame clock, usually one channel's session."""

    __slots__ = ("asleep", "due", "greenlet", "signalled")

    def __init__(self) -> None:
        self.greenlet: Any = None
        self.due = _NEVER
        self.asleep = False
        self.signalled = False


class FrameClock:
    """Counts frames since its start and wakes sleepers on them. Belongs to one thread."""

    def __init__(self) -> None:
        self._origin = time.monotonic()
        self._epoch = time.time()
        self._heap: list[tuple[int, int, Sleeper]] = []
        self._order = count()
        self._timer = get_hub().loop.timer(0)
        self._armed = _NEVER
        self._running = False

    def tick(self) -> int:
        """The number of the frame that is now."""
        return int((time.monotonic() - self._origin) / FRAME)

    def stamp_us(self) -> int:
        """Microseconds since the epoch at the start of this frame: event stamps lag the wall clock by 0 to 20 ms."""
        return int((self._epoch + self.tick() * FRAME) * 1_000_000)

    def epoch(self) -> float:
        """Seconds since the epoch, unrounded and monotonic."""
        return self._epoch + time.monotonic() - self._origin

    def after(self, milliseconds: float) -> int:
        """The tick that lies `milliseconds` from this one, rounded up."""
        return self.tick() + max(1, -(-int(milliseconds) // FRAME_MS))

    def sleep(self, sleeper: Sleeper, until: int | None = None) -> None:
        """Sleep until tick `until` (for ever when None) or until the frame after a signal."""
        if sleeper.signalled:
            until = min(until if until is not None else _NEVER, self.tick() + 1)
        sleeper.greenlet = getcurrent()
        sleeper.asleep = True
        self._set(sleeper, until if until is not None else _NEVER)
        try:
            get_hub().switch()
        finally:
            sleeper.asleep = False
            sleeper.signalled = False

    def signal(self, sleeper: Sleeper) -> None:
        """Something arrived: the sleeper finds it when its next frame comes."""
        self._hasten(sleeper, self.tick() + 1)

    def wake(self, sleeper: Sleeper) -> None:
        """Something must be seen within this very frame (two legs of one bridge)."""
        self._hasten(sleeper, self.tick())

    def call_at(self, tick: int, action: Callable[[], None]) -> Sleeper:
        """Run a short `action` that never blocks at `tick`; `cancel` the result to take it back."""
        waiting = Sleeper()
        waiting.greenlet = _Action(action)
        waiting.asleep = True
        self._set(waiting, tick)
        return waiting

    def cancel(self, sleeper: Sleeper) -> None:
        """Forget a `call_at`."""
        sleeper.asleep = False

    def close(self) -> None:
        """Wake nobody any more."""
        self._heap.clear()
        self._timer.stop()
        self._armed = _NEVER

    def _hasten(self, sleeper: Sleeper, due: int) -> None:
        sleeper.signalled = True
        if sleeper.asleep and sleeper.due > due:
            self._set(sleeper, due)

    def _set(self, sleeper: Sleeper, due: int) -> None:
        sleeper.due = due
        if due == _NEVER:
            return
        heapq.heappush(self._heap, (due, next(self._order), sleeper))
        if due < self._armed and not self._running:
            self._arm(due)

    def _arm(self, due: int) -> None:
        self._armed = due
        self._timer.stop()
        self._timer = get_hub().loop.timer(max(0.0, self._origin + due * FRAME - time.monotonic()) + 0.0002)
        self._timer.start(self._run)

    def _run(self) -> None:
        """In the hub: switch to everyone whose frame has come; new comers of this very frame follow in order."""
        self._running = True
        now = self.tick()
        try:
            while self._heap and self._heap[0][0] <= now:
                due, _, sleeper = heapq.heappop(self._heap)
                if sleeper.asleep and sleeper.due == due:
                    sleeper.asleep = False
                    sleeper.greenlet.switch()
        finally:
            self._running = False
            self._armed = _NEVER
            if self._heap:
                self._arm(self._heap[0][0])


class _Action:
    """A call dressed as a greenlet, so that one loop serves both."""

    __slots__ = ("switch",)

    def __init__(self, action: Callable[[], None]) -> None:
        self.switch = action
