"""How a queue stands for one of its callers, as its rules ask (`acd/rules.py`): counted when asked, once an instant."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

from ccswitch.acd.order import Waiting
from ccswitch.acd.pools import Wanted, queue_of, wanted_of
from ccswitch.floor.alive import LiveAgent, LiveCall
from ccswitch.floor.hours import calendar_of, stands
from ccswitch.floor.standing import LivePromise
from ccswitch.floor.state import State
from ccswitch.model.ids import CallId, QueueName, Seconds
from ccswitch.model.nouns import AgentStatus, CallPlace


class QueueFigures:
    """A queue at one instant."""

    def __init__(self, state: State, queue: QueueName, now: Seconds) -> None:
        self._state, self._queue, self._now = state, queue, now
        self._staffed: dict[object, bool] = {}
        self._closed: dict[str, bool] = {}

    @cached_property
    def _lines(self) -> list[list[Waiting]]:
        return [line for pool, line in self._state.waiting.items() if queue_of(pool) == self._queue]

    @cached_property
    def _offered(self) -> list[Waiting]:
        """Those who wait while somebody's phone rings for them; they stand in no line."""
        names = {offer.call for offer in self._state.offers.values()}
        calls = [call for name in names if (call := self._state.calls.get(name)) is not None]  # a promise has none yet
        return sorted(place_in_line(call) for call in calls if call.queue == self._queue and is_asked(call))

    @cached_property
    def waiting(self) -> int:
        """How many wait, offered or not; promises in line are among them."""
        return sum(map(len, self._lines)) + len(self._offered)

    @cached_property
    def longest_wait(self) -> Seconds:
        """Of the callers who wait, promises aside; nothing when nobody does."""
        places = (place for line in (*self._lines, self._offered) for place in line)
        calls = (call for place in places if (call := self._state.calls.get(place.call)) is not None)
        return max((self._now - call.waiting_since for call in calls), default=0.0)

    def in_order(self) -> list[CallId]:
        """All who wait, offered or not, in the order of service."""
        return [place.call for place in sorted(place for line in (*self._lines, self._offered) for place in line)]

    def ahead_of(self, call: LiveCall | LivePromise) -> int:
        """How many of the queue's callers come before him."""
        place = place_in_line(call)
        return sum(bisect_left(line, place) for line in (*self._lines, self._offered))

    def _present(self) -> Iterator[LiveAgent]:
        for live in self._state.agents.values():
            if live.status is not AgentStatus.OFFLINE and self._queue in live.agent.queues:
                yield live

    @cached_property
    def logged_in(self) -> int:
        """How many of the queue's agents are not offline."""
        return sum(1 for _ in self._present())

    @cached_property
    def free(self) -> int:
        """How many of them can take a call now."""
        return sum(live.is_free(self._now) for live in self._present())

    def expected_wait(self, ahead: int) -> Seconds | None:
        """What somebody waits behind so many others; None when nothing can be said."""
        pace = self._state.paces.get(self._queue)
        return pace.wait(ahead, self._now) if pace and any(self._present()) else None

    @cached_property
    def newcomers_wait(self) -> Seconds | None:
        """What somebody waits who comes now: nothing when somebody is free and nobody waits; None as above."""
        if not self.waiting and any(live.is_free(self._now) for live in self._present()):
            return 0.0
        return self.expected_wait(self.waiting)

    def all_staffed(self) -> bool:
        """Whoever waits here, somebody who is logged in could answer him: asked once for all who want the same."""
        state = self._state
        here = [wanted_of(pool) for pool in state.waiting if queue_of(pool) == self._queue]
        return all(map(self.staffed, [*here, *(state.calls[place.call].wanted for place in self._offered)]))

    def staffed(self, wanted: Wanted) -> bool:
        """Somebody who is logged in could answer whoever wants that."""
        if wanted not in self._staffed:
            agents = self._state.agents.values()
            self._staffed[wanted] = any(
                live.status is not AgentStatus.OFFLINE and self._state.fits(live, wanted) for live in agents
            )
        return self._staffed[wanted]

    def closed(self, name: str) -> bool:
        """A calendar that is not there is not closed: who removed it says nothing of the hours."""
        if name not in self._closed:
            calendar = calendar_of(self._state, name)
            self._closed[name] = calendar is not None and not stands(self._state, calendar, self._now).open
        return self._closed[name]


class CallerFigures:
    """A queue at one instant for a caller who has so many `ahead` of him (`acd.rules.Figures`)."""

    def __init__(
        self, queue: QueueFigures, call: LiveCall | LivePromise, ahead: int, *, whole: bool, joining: bool = False
    ) -> None:
        self._queue, self._call, self._ahead, self._whole = queue, call, ahead, whole
        self.joining = joining

    @property
    def waiting(self) -> int:
        """In the `whole` queue, or up to his place."""
        return self._queue.waiting if self._whole else self._ahead + 1

    @property
    def expected_wait(self) -> Seconds | None:
        """At his place."""
        return self._queue.expected_wait(self._ahead)

    @property
    def logged_in(self) -> int:
        """Of the queue's agents."""
        return self._queue.logged_in

    @property
    def calls_per_agent(self) -> float:
        """Endless where nobody is logged in."""
        return self.waiting / self.logged_in if self.logged_in else float("inf")

    @property
    def staffed(self) -> bool:
        """Somebody who is logged in could answer him."""
        return self._queue.staffed(self._call.wanted)

    def closed(self, calendar: str) -> bool:
        """It is closed now."""
        return self._queue.closed(calendar)


def place_in_line(call: LiveCall | LivePromise) -> Waiting:
    """Where he stands, or would stand if no phone rang for him."""
    return Waiting(call.arrival, call.call)


def is_asked(call: LiveCall | LivePromise) -> bool:
    """The rules of his queue are asked for him: he waits, whether a phone rings for him or not; or for a promise, while
    it stands in line."""
    return call.visiting and (isinstance(call, LivePromise) or call.place is CallPlace.WAITING)
