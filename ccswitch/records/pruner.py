"""Traces and script steps that are older than the site wants to keep go, the oldest first, a few at a time.

They are most of the records' bulk, and hold what callers keyed; calls, visits, offers, talks and agents' time are never
pruned. A batch is a short transaction of its own that looks only at the oldest rows, so neither the ledger nor a reader
waits for more than it, and the hub for nothing (`records/store.py`).
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

import gevent
from gevent.event import Event
from sqlalchemy import Column, Connection, Table, delete, select, tuple_

from ccswitch.clock import Clock
from ccswitch.errors import StoreError
from ccswitch.model.ids import Seconds
from ccswitch.records.store import Store
from ccswitch.records.tables import STEPS, TRACE

log = logging.getLogger(__name__)

BATCH = 500  # rows of one table; about 5 ms on SQLite
BETWEEN: Seconds = 0.2  # batches, for whoever else wants to write
LOOK_EVERY: Seconds = 600.0
PRUNED: tuple[tuple[Table, Column[Any]], ...] = ((TRACE, TRACE.c.at), (STEPS, STEPS.c.started))


class Pruner:
    """Keeps traces and steps for `retention` seconds; 0 keeps it for ever. `pruned` counts the rows that went."""

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
        """Take away what is too old among the oldest BATCH rows of each table; gives how many went of the table that
        lost most. Raises StoreError."""
        before = self._clock.now() - self._retention
        gone = [self._store.write(partial(_delete, table=table, at=at, before=before)) for table, at in PRUNED]
        self.pruned += sum(gone)
        return max(gone)

    def _prune(self) -> None:
        while not self._stop.is_set():
            try:
                full = self.prune_batch() == BATCH
            except StoreError as away:
                log.warning("old traces and steps are not pruned: %s", away)
                full = False
            self._stop.wait(BETWEEN if full else LOOK_EVERY)


def _delete(connection: Connection, *, table: Table, at: Column[Any], before: Seconds) -> int:
    key = (table.c.n, table.c.i)
    oldest = select(*key, at.label("at")).order_by(*key).limit(BATCH).subquery()
    too_old = select(oldest.c.n, oldest.c.i).where(oldest.c.at < before)
    return connection.execute(delete(table).where(tuple_(*key).in_(too_old))).rowcount
