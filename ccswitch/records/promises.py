"""Promises to call back that are over: what became of each, and the calls by which it was to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from ccswitch.model.ids import CallId, callback_id
from ccswitch.records.book import Row
from ccswitch.records.clean import equals
from ccswitch.records.store import Store
from ccswitch.records.tables import CALLBACKS, CALLS

MOST = 500  # in one answer
MOST_CALLS = 200  # of one promise


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRecord:
    """All there is about one promise: its row, and the calls by which it was to be kept, in order of time."""

    promise: Row
    calls: list[Row]


def past_promises(store: Store, *, limit: int = 50) -> list[Row]:
    """Those that are over, the latest end first."""
    query = select(CALLBACKS).where(CALLBACKS.c.ended.is_not(None))
    query = query.order_by(CALLBACKS.c.ended.desc(), CALLBACKS.c.promise_id).limit(max(1, min(limit, MOST)))
    return store.read(lambda connection: _rows(connection, query))


def promise_record(store: Store, promise: CallId) -> PromiseRecord | None:
    """Everything about one, over or not; None when the records do not know it."""

    def work(connection: Connection) -> PromiseRecord | None:
        """Rows of both tables, read in one transaction."""
        found = _rows(connection, select(CALLBACKS).where(equals(CALLBACKS.c.promise_id, promise)))
        if not found:
            return None
        names = [callback_id(promise, n) for n in range(1, MOST_CALLS + 1)]
        calls = select(CALLS).where(CALLS.c.call_id.in_(names)).order_by(CALLS.c.started, CALLS.c.call_id)
        return PromiseRecord(promise=found[0], calls=_rows(connection, calls))

    return store.read(work)


def _rows(connection: Connection, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]
