"""Decisions become rows. A batch and the position it reaches are one transaction, so whatever is delivered again,
in whatever pieces, after whatever crash, changes nothing: decisions at or below the position are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ccswitch.errors import StoreError
from ccswitch.model.decision import Decision
from ccswitch.records.book import SHAPES, Book, Row
from ccswitch.records.folds import fold
from ccswitch.records.store import Store
from ccswitch.records.tables import LASTING, LEDGER_POSITION

NAME = "ledger"


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
    for table, rows in book.changed():
        connection.execute(put_statement(table, connection.dialect.name), rows)
    for table, rows in book.added():
        connection.execute(table.insert(), rows)
    last = fresh[-1]
    connection.execute(update(LEDGER_POSITION).where(LEDGER_POSITION.c.name == NAME).values(n=last.n, at=last.t))
    return last.n


def _position(connection: Connection) -> int:
    """The position, locked for the transaction: an old controller and its successor write one after the other."""
    query = select(LEDGER_POSITION.c.n).where(LEDGER_POSITION.c.name == NAME).with_for_update()
    position = connection.scalar(query)
    if position is None:
        raise StoreError("the ledger has no position row; run `ccswitch db upgrade`")
    return int(position)


def _open_rows(connection: Connection, decisions: Sequence[Decision]) -> Iterator[tuple[Table, Row]]:
    """Every open row of the calls and agents that the decisions are about."""
    outcomes = [outcome for decision in decisions for outcome in decision.outcomes]
    owners = {
        "call_id": {call for outcome in outcomes if (call := getattr(outcome, "call", ""))},
        "agent": {agent for outcome in outcomes if isinstance(agent := getattr(outcome, "agent", ""), str) and agent},
    }
    for table in LASTING:
        shape = SHAPES[table]
        wanted = {shape.clean[shape.owner](owner) for owner in owners[shape.owner]}
        if not wanted:
            continue
        columns = [table.c[name] for name in shape.blank]
        query = select(*columns).where(table.c[shape.owner].in_(wanted), table.c.ended.is_(None))
        for row in connection.execute(query).mappings():
            yield table, dict(row)


@cache
def put_statement(table: Table, dialect: str) -> Any:
    """Insert a whole row, or put it in the place of the one with the same key."""
    shape = SHAPES[table]
    insert: Any = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    others = {name: insert.excluded[name] for name in shape.blank if name not in shape.keys}
    return insert.on_conflict_do_update(index_elements=list(shape.keys), set_=others)
