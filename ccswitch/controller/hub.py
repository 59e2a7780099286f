"""Nothing blocks the hub: slow work runs beside it, and a greenlet that wants to run every 10 ms proves it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

import gevent

from ccswitch.clock import Clock, Seconds

T = TypeVar("T")
EVERY: Seconds = 0.01
WINDOW = 60  # how many one-second maxima are remembered


def beside(work: Callable[..., T], *arguments: Any) -> T:
    """What `work(*arguments)` gives, run in the thread pool while others run here; raises what it raises."""
    done: list[T] = []
    error = gevent.get_hub().threadpool.apply(_work, (work, arguments, done))
    if error is not None:
        raise error
    return done[0]


def _work(work: Callable[..., T], arguments: tuple[Any, ...], done: list[T]) -> Exception | None:
    """Errors are carried out of the thread by hand: gevent prints what leaves it by itself."""
    try:
        done.append(work(*arguments))
    except Exception as error:  # noqa: BLE001  raised again by whoever asked
        return error
    return None


class HubWatch:
    """Measures gaps in the hub's attention. Architecture rule 10 allows 50 ms."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._worst: deque[tuple[int, Seconds]] = deque(maxlen=WINDOW)
        self._greenlet: gevent.Greenlet | None = None

    def start(self) -> None:
        """Begin to watch; returns at once."""
        self._greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        """Stop watching."""
        if self._greenlet is not None:
            self._greenlet.kill()

    def worst(self, within: int = WINDOW) -> Seconds:
        """The longest gap of the last `within` seconds (at most 60)."""
        since = int(self._clock.now()) - within
        return max((gap for second, gap in self._worst if second >= since), default=0.0)

    def _run(self) -> None:
        while True:
            asked = self._clock.now()
            gevent.sleep(EVERY)
            woke = self._clock.now()
            self._note(int(woke), max(0.0, woke - asked - EVERY))

    def _note(self, second: int, gap: Seconds) -> None:
        if self._worst and self._worst[-1][0] == second:
            gap = max(gap, self._worst.pop()[1])
        self._worst.append((second, gap))
