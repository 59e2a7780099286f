"""Nothing blocks the hub: slow work runs beside it, and a timer that wants to fire every 20 ms shows it."""

from __future__ import annotations

import logging
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple, TypeVar

import gevent
from gevent.monkey import get_original

from ccswitch.clock import Clock, Seconds

log = logging.getLogger(__name__)

T = TypeVar("T")
EVERY: Seconds = 0.02
WINDOW = 60  # how many one-second maxima are remembered
ALLOWED: Seconds = 0.05  # architecture rule 10
LOOK_EVERY: Seconds = 0.03
SUSPICIOUS: Seconds = 0.04  # without a tick: somebody may be holding the hub; what exceeds ALLOWED is looked into
DEPTH = 8  # frames of what it was doing

# gevent's own would be a greenlet, and as late as the hub
_start_native, _native_lock, _thread_id = get_original("_thread", ["start_new_thread", "allocate_lock", "get_ident"])


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


class Gap(NamedTuple):
    """A time in which the hub did not come round."""

    late: Seconds  # how much later than asked
    worked: Seconds = 0.0  # processor time of the hub's thread meanwhile; the rest the machine gave to others
    doing: str = ""  # what the hub's thread was at, innermost first, when the gap was looked into


class HubWatch:
    """Measures gaps in the hub's attention. Architecture rule 10 allows 50 ms.

    The hub's own timer ticks; a native thread looks in on it, and when it is late notes what the hub's thread is doing.
    What holds Python's interpreter lock throughout (a long `orjson` call) is only seen when it is over.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._worst: deque[tuple[int, Gap]] = deque(maxlen=WINDOW)
        self._timer: Any = None
        self._thread = _thread_id()
        self._ticked, self._worked = time.monotonic(), time.thread_time()
        self._doing = ""  # of the gap that is going on
        self._surpassed, self._note_by = 0.0, 0.0  # a shorter gap than that need not be noted until then
        self._running: Any = None  # a lock that is held while the thread shall look in

    def start(self) -> None:
        """Begin to watch the hub of this thread; returns at once."""
        self._thread = _thread_id()
        self._ticked, self._worked = time.monotonic(), time.thread_time()
        self._timer = gevent.get_hub().loop.timer(EVERY, EVERY)
        self._timer.start(self._tick)
        self._running = _native_lock()
        self._running.acquire()
        _start_native(self._look_in, (self._running,))

    def stop(self) -> None:
        """Stop watching."""
        if self._timer is not None:
            self._timer.close()
            self._running.release()
            self._timer = None

    def worst(self, within: int = WINDOW) -> Seconds:
        """The longest gap of the last `within` seconds (at most 60)."""
        return self.worst_gap(within).late

    def worst_gap(self, within: int = WINDOW) -> Gap:
        """The same with what is known of it."""
        since = int(self._clock.now()) - within
        return max((gap for second, gap in self._worst if second >= since), default=Gap(0.0))

    def _tick(self) -> None:
        now, worked = time.monotonic(), time.thread_time()
        late, used, doing = max(0.0, now - self._ticked - EVERY), worked - self._worked, self._doing
        self._ticked, self._worked, self._doing = now, worked, ""
        if late <= self._surpassed and now < self._note_by:
            return
        gap = Gap(late, used, doing)
        if gap.late > ALLOWED:
            log.warning(
                "the hub came round %.0f ms late, of which its thread ran for %.0f ms: %s",
                gap.late * 1000,
                gap.worked * 1000,
                gap.doing or "not seen what it did",
            )
        self._note(int(self._clock.now()), gap)
        self._surpassed, self._note_by = self._worst[-1][1].late, now + 1.0

    def _note(self, second: int, gap: Gap) -> None:
        if self._worst and self._worst[-1][0] == second:
            gap = max(gap, self._worst.pop()[1])
        self._worst.append((second, gap))

    def _look_in(self, running: Any) -> None:
        """In a thread of its own: some 10 µs, 33 times a second."""
        while not running.acquire(True, LOOK_EVERY):
            if not self._doing and time.monotonic() - self._ticked > SUSPICIOUS:
                self._doing = _stack(sys._current_frames().get(self._thread))


def _stack(frame: FrameType | None) -> str:
    """Where a thread is: the innermost frames, ours and others', as `function (file:line)`."""
    places: list[str] = []
    while frame is not None and len(places) < DEPTH:
        code = frame.f_code
        places.append(f"{code.co_qualname} ({'/'.join(Path(code.co_filename).parts[-2:])}:{frame.f_lineno})")
        frame = frame.f_back
    return " < ".join(places)
