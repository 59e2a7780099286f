"""The virtual clock, and what will happen in the world: instants in a heap, each with what to do and to whom."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from ccswitch.model.ids import Seconds

Act = Callable[[Any], None]
Item = tuple[Seconds, int, Act, Any]


class Agenda:
    """Things to come, in a heap: the earliest first; of those at the same instant the one that was set down first.

    Nothing is ever struck out: who no longer means it finds so when its time comes.
    """

    __slots__ = ("_serial", "items", "now")

    def __init__(self, start: Seconds) -> None:
        self.now = start
        self.items: list[Item] = []
        self._serial = 0

    def at(self, when: Seconds, act: Act, subject: Any) -> None:
        """Call `act(subject)` when the clock stands at `when`."""
        self._serial += 1
        heappush(self.items, (when, self._serial, act, subject))

    def next(self) -> None:
        """Let time come to the next thing, and it happen."""
        self.now, _, act, subject = heappop(self.items)
        act(subject)
