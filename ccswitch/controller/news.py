"""Tells followers what is new, a few times a second at most, and never holds a decision up for it."""

from __future__ import annotations

import logging
from collections import Counter

import gevent
from gevent.event import Event as Flag

from ccswitch.acd.pools import queue_of
from ccswitch.clock import Seconds
from ccswitch.errors import LiveStoreError
from ccswitch.floor.state import State
from ccswitch.live.ports import Decided, KeptSnapshot, LiveStore, QueuesChanged
from ccswitch.model.decision import Decision

log = logging.getLogger(__name__)

AT_MOST_EVERY: Seconds = 0.1


class News:
    """A listener of the engine. What happens while the live store is away is told in one when it is back."""

    def __init__(self, live: LiveStore, state: State) -> None:
        self.trouble = ""  # why the last notice or snapshot did not get through
        self._live, self._state = live, state
        self._n = 0
        self._waiting: dict[str, int] = {}
        self._new = Flag()
        self._greenlet: gevent.Greenlet | None = None

    def __call__(self, decision: Decision) -> None:
        self._n = decision.n
        self._new.set()

    def start(self) -> None:
        """Begin to tell; returns at once."""
        self._greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        """Tell nothing more."""
        if self._greenlet is not None:
            self._greenlet.kill()

    def keep(self, snapshot: KeptSnapshot) -> None:
        """Put a snapshot where followers find it."""
        try:
            self._live.snapshots.put(snapshot)
        except LiveStoreError as away:
            self._away(away)

    def _run(self) -> None:
        while True:
            self._new.wait()
            self._new.clear()
            self._tell()
            gevent.sleep(AT_MOST_EVERY)

    def _tell(self) -> None:
        waiting: Counter[str] = Counter()
        for pool, calls in self._state.waiting.items():
            waiting[queue_of(pool)] += len(calls)
        changed = {
            queue: waiting.get(queue, 0)
            for queue in waiting.keys() | self._waiting.keys()
            if waiting.get(queue, 0) != self._waiting.get(queue, 0)
        }
        try:
            self._live.notices.publish(Decided(self._n))
            if changed:
                self._live.notices.publish(QueuesChanged(changed))
        except LiveStoreError as away:
            self._away(away)
            self._new.set()
            return
        self._waiting, self.trouble = waiting, ""

    def _away(self, why: LiveStoreError) -> None:
        if not self.trouble:
            log.warning("%s; followers hear nothing meanwhile", why)
        self.trouble = str(why)
