"""Decisions become rows. A batch and the position it reaches are one transaction, so whatever is delivered again,
in whatever pieces, after whatever crash, changes nothing: decisions at or below the position are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, update

from ccswitch.errors import StoreError
from ccswitch.model.decision import Decision
from ccswitch.records.book import SHAPES, Book, Row
from ccswitch.records.folds import fold
from ccswitch.records.rows import put_rows
from ccswitch.records.store import Store
from ccswitch.records.tables import LASTING, LEDGER_POSITION

NAME = "ledger"

# Made once: to build a statement costs as much as to run it.
_POSITION = select(LEDGER_POSITION.c.n).where(LEDGER_POSITION.c.name == NAME).with_for_update()
_MOVE = update(LEDGER_POSITION).where(LEDGER_POSITION.c.name == NAME)


class Ledger:
    """Writes decisions into a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def position(self) -> int:
        """The `n` of the last decision in the tables; 0 when there is none. Raises StoreError."""
        return self._store.read(_position)

    def write(self, decisions: Sequence[Decision]) -> int:
        """Write what is not there yet and return the position reached. `decisions` ascend by `n`. Raises StoreError."""
        return self._store.write(lambda connection: _write(connection, decisions))


def _write(connection: Connection, decisions: Sequence[Decision]) -> int:
    position = _position(connection)
    fresh = [decision for decision in decisions if decision.n > position]
    if not fresh:
        return position
    book = Book(_open_rows(connection, fresh))
    for decision in fresh:
        fold(book, decision)
    for table, rows in book.written():
        put_rows(connection, table, rows)
    last = fresh[-1]
    _move_to(connection, last)
    return last.n


def _move_to(connection: Connection, last: Decision) -> None:
    connection.execute(_MOVE, {"n": last.n, "at": last.t})


def _position(connection: Connection) -> int:
    """The position, locked for the transaction: an old controller and its successor write one after the other."""
    position = connection.scalar(_POSITION)
    if position is None:
        raise StoreError("the ledger has no position row; run `ccswitch db upgrade`")
    return int(position)


def _open_rows(connection: Connection, decisions: Sequence[Decision]) -> Iterator[tuple[Table, Row]]:
    """Every open row of the calls and agents that the decisions are about."""
    outcomes = [outcome for decision in decisions for outcome in decision.outcomes]
    owners = {
        "call_id": {call for outcome in outcomes if (call := getattr(outcome, "call", ""))},
        "promise_id": {promise for outcome in outcomes if (promise := getattr(outcome, "promise", ""))},
        "agent": {agent for outcome in outcomes if isinstance(agent := getattr(outcome, "agent", ""), str) and agent},
    }
    for table in LASTING:
        shape = SHAPES[table]
        wanted = {shape.clean[shape.owner](owner) for owner in owners[shape.owner]}
        if not wanted:
            continue
        for values in connection.execute(_open(table), {"owners": list(wanted)}):
            yield table, dict(zip(shape.blank, values, strict=True))


@cache
def _open(table: Table) -> Any:
    """The open rows of some owners."""
    shape = SHAPES[table]
    columns = [table.c[name] for name in shape.blank]
    owners: Any = bindparam("owners", expanding=True)
    return select(*columns).where(table.c[shape.owner].in_(owners), table.c.ended.is_(None))
