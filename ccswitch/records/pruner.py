"""Traces that are older than the site wants to keep go, the oldest first, a few at a time.

Traces are most of the records' bulk; calls, visits, offers, talks and agents' time are never pruned. A batch is a short
transaction of its own that looks only at the oldest rows, so neither the ledger nor a reader waits for more than it,
and the hub for nothing (`records/store.py`).
"""

from __future__ import annotations

import logging

import gevent
from gevent.event import Event
from sqlalchemy import Connection, delete, select, tuple_

from ccswitch.clock import Clock
from ccswitch.errors import StoreError
from ccswitch.model.ids import Seconds
from ccswitch.records.store import Store
from ccswitch.records.tables import TRACE

log = logging.getLogger(__name__)

BATCH = 500  # rows; about 5 ms on SQLite
BETWEEN: Seconds = 0.2  # batches, for whoever else wants to write
LOOK_EVERY: Seconds = 600.0


class Pruner:
    """Keeps the trace for `retention` seconds; 0 keeps it for ever. `pruned` counts the rows that went."""

    def __init__(self, store: Store, clock: Clock, retention: Seconds) -> None:
        self._store, self._clock, self._retention = store, clock, retention
        self._stop = Event()
        self._greenlet: gevent.Greenlet | None = None
        self.pruned = 0

    def start(self) -> None:
        """Begin to prune, in a greenlet of its own."""
        if self._retention > 0:
            self._greenlet = gevent.spawn(self._prune)

    def stop(self, timeout: Seconds = 1.0) -> None:
        """End after the batch at hand."""
        self._stop.set()
        if self._greenlet is not None:
            self._greenlet.join(timeout)
            self._greenlet.kill()

    def prune_batch(self) -> int:
        """Take away what is too old among the oldest BATCH rows; gives how many went. Raises StoreError."""
        before = self._clock.now() - self._retention
        gone = self._store.write(lambda connection: _delete(connection, before))
        self.pruned += gone
        return gone

    def _prune(self) -> None:
        while not self._stop.is_set():
            try:
                full = self.prune_batch() == BATCH
            except StoreError as away:
                log.warning("old traces are not pruned: %s", away)
                full = False
            self._stop.wait(BETWEEN if full else LOOK_EVERY)


def _delete(connection: Connection, before: Seconds) -> int:
    oldest = select(TRACE.c.n, TRACE.c.i, TRACE.c.at).order_by(TRACE.c.n, TRACE.c.i).limit(BATCH).subquery()
    too_old = select(oldest.c.n, oldest.c.i).where(oldest.c.at < before)
    return connection.execute(delete(TRACE).where(tuple_(TRACE.c.n, TRACE.c.i).in_(too_old))).rowcount
