"""The switch's task scheduler: whole seconds of the wall clock, looked at twice a second."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from ccswitch.simulator.frames import FrameClock
from ccswitch.simulator.text import to_int


@dataclass(slots=True)
class Task:
    """Something to do at a second of the wall clock, again every `recur` seconds if that is not 0."""

    number: int
    group: str
    runtime: int
    action: Callable[[], None]
    recur: int = 0
    gone: bool = False


class Scheduler:
    """Tasks by runtime. A task of second s runs up to half a second into it."""

    POLL = 0.5

    def __init__(self, clock: FrameClock) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._tasks: dict[int, Task] = {}
        self._groups: dict[str, set[int]] = {}
        self._heap: list[tuple[int, int]] = []
        self._armed_for: int | None = None

    def add(self, when: str, group: str, action: Callable[[], None]) -> int:
        """`+5`, `@5` (again and again) or an epoch second; gives the task's number."""
        seconds = to_int(when.lstrip("+@"))
        now = int(self._clock.epoch())
        recur = max(1, seconds) if when.startswith("@") else 0
        runtime = now + (recur or seconds) if when[:1] in "+@" else seconds
        task = Task(next(self._numbers), group, runtime, action, recur)
        self._tasks[task.number] = task
        self._groups.setdefault(group, set()).add(task.number)
        self._push(task)
        return task.number

    def add_for_call(self, when: str, uuid: str, action: Callable[[], None]) -> int:
        """A task whose group is the call, so that `sched_del UUID` finds it."""
        return self.add(when, uuid, action)

    def delete(self, which: str) -> int:
        """`sched_del`: a task's number or a whole group; gives how many were deleted."""
        numbers = [int(which)] if which.isdigit() else list(self._groups.get(which, ()))
        return sum(self._remove(number) for number in numbers)

    def tasks(self) -> list[Task]:
        """All tasks, soonest first."""
        return sorted(self._tasks.values(), key=lambda task: (task.runtime, task.number))

    def clear(self) -> None:
        """Forget everything."""
        for number in list(self._tasks):
            self._remove(number)

    def _remove(self, number: int) -> int:
        task = self._tasks.pop(number, None)
        if task is None:
            return 0
        task.gone = True
        members = self._groups.get(task.group, set())
        members.discard(number)
        if not members:
            self._groups.pop(task.group, None)
        return 1

    def _push(self, task: Task) -> None:
        heapq.heappush(self._heap, (task.runtime, task.number))
        if self._armed_for is None or task.runtime < self._armed_for:
            self._arm()

    def _arm(self) -> None:
        while self._heap and self._heap[0][1] not in self._tasks:
            heapq.heappop(self._heap)
        if not self._heap:
            self._armed_for = None
            return
        self._armed_for = self._heap[0][0]
        # The switch's poll has its own phase: here half seconds of the clock itself.
        late = max(0.0, self._armed_for - self._clock.epoch())
        self._clock.call_at(self._clock.after(late * 1000 + 20), self._run)

    def _run(self) -> None:
        now = int(self._clock.epoch())
        while self._heap and self._heap[0][0] <= now:
            _, number = heapq.heappop(self._heap)
            task = self._tasks.get(number)
            if task is None:
                continue
            if task.recur:
                task.runtime = now + task.recur
                heapq.heappush(self._heap, (task.runtime, number))
            else:
                self._remove(number)
            task.action()
        self._armed_for = None
        self._arm()
