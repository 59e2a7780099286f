"""Deadlines as part of State: what is due when. The engine asks `next_due`; nothing else sets timers."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import inf

from ccswitch.model.ids import Seconds

Key = tuple[str, str]  # kind and subject, as ("offer", offer id)


@dataclass(slots=True)
class Deadlines:
    """A dictionary of deadlines with a heap beside it. Moved and cleared entries are skipped when they surface."""

    due: dict[Key, Seconds] = field(default_factory=dict)
    _heap: list[tuple[Seconds, Key]] = field(init=False, compare=False, repr=False)
    _most: int = field(init=False, compare=False, repr=False)  # entries in the heap, before it is made anew

    def __post_init__(self) -> None:
        self.rebuild()  # a snapshot brings the dictionary alone

    def set(self, kind: str, subject: str, at: Seconds) -> None:
        """Make (kind, subject) due at `at`, in place of any earlier setting."""
        key = kind, subject
        self.due[key] = at
        heap = self._heap
        heappush(heap, (at, key))
        if len(heap) > self._most:
            self.rebuild()

    def clear(self, kind: str, subject: str) -> None:
        """Forget (kind, subject); nothing happens when it is not set."""
        self.due.pop((kind, subject), None)

    def rebuild(self) -> None:
        """Make the heap anew from the dictionary: it came from a snapshot, or the heap holds too much waste."""
        self._heap = [(at, key) for key, at in self.due.items()]
        self._most = 64 + 4 * len(self._heap)
        heapify(self._heap)

    def first(self, until: Seconds = inf) -> tuple[Seconds, Key] | None:
        """The earliest deadline, or None when there is none, or none that is due at `until`."""
        heap, due = self._heap, self.due
        while heap:
            first = heap[0]
            if first[0] > until:
                return None
            if due.get(first[1]) == first[0]:
                return first
            heappop(heap)
        return None

    def peek(self) -> tuple[Seconds, Key] | None:
        """The earliest deadline without tidying the heap: `decide` reads State and changes nothing."""
        if self._heap and self.due.get(self._heap[0][1]) == self._heap[0][0]:
            return self._heap[0]
        return min(((at, key) for key, at in self.due.items()), default=None)
