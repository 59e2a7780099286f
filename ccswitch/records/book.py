"""The rows that a batch of decisions is about, in memory: open ones as found in SQL, and what the batch made of them.

A row is open until it has `ended`. Folds find rows by their owner (a call or an agent) and see only open ones, so
whatever has its result keeps it, and what was never seen (a pruned journal) is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Column, Table

from ccswitch.model.ids import Seconds
from ccswitch.records.clean import cleaners, room_for_text
from ccswitch.records.tables import METADATA

Row = dict[str, Any]


class At(NamedTuple):
    """Where in the journal an outcome stands: decision, place in it (from 0), instant; and what it was decided on."""

    n: int
    i: int
    t: Seconds
    given: Any


def _blank(column: Column[Any]) -> Any:
    """What a column holds when nothing is said: empty text, zero or null."""
    if column.nullable or column.server_default is None:
        return None
    return column.type.python_type()


class Shape:
    """What the book needs to know of a table, worked out once."""

    def __init__(self, table: Table) -> None:
        written = [c for c in table.columns if c.computed is None and c is not table.autoincrement_column]
        self.blank: Row = {str(column.name): _blank(column) for column in written}
        self.clean = cleaners(table)
        self._room = {str(column.name): room_for_text(column) for column in table.columns}
        self.keys = tuple(str(column.name) for column in table.primary_key)
        self.owner: str = table.info.get("owner", "")

    def cleaned(self, values: Row) -> Row:
        """`values` fit for the table; they are changed in place."""
        clean, room = self.clean, self._room
        for name, value in values.items():
            if type(value) is str and len(value) <= room[name] and value.isprintable():
                continue  # as nearly all are
            if name in clean:
                values[name] = clean[name](value)
        return values

    def key_of(self, row: Row) -> tuple[Any, ...]:
        """The row's primary key."""
        return tuple(row[name] for name in self.keys)


SHAPES: dict[Table, Shape] = {table: Shape(table) for table in METADATA.tables.values()}


class Book:
    """Rows by table and owner. Nothing here knows SQL."""

    def __init__(self, found: Iterable[tuple[Table, Row]] = ()) -> None:
        self._rows: dict[tuple[Table, str], dict[tuple[Any, ...], Row]] = {}
        self._owners: dict[tuple[Table, tuple[Any, ...]], str] = {}
        self._changed: dict[Table, dict[tuple[Any, ...], Row]] = {}
        self._added: dict[Table, list[Row]] = {}
        for table, row in found:
            self._own(table, SHAPES[table].key_of(row), row)

    def put(self, table: Table, **values: Any) -> None:
        """Begin a row; one with the same key is replaced."""
        shape = SHAPES[table]
        row = {**shape.blank, **shape.cleaned(values)}
        key = shape.key_of(row)
        self._own(table, key, row)
        self._changed.setdefault(table, {})[key] = row

    def _own(self, table: Table, key: tuple[Any, ...], row: Row) -> None:
        owner = row[SHAPES[table].owner]
        before = self._owners.setdefault((table, key), owner)
        if before != owner:  # the switch gave another call a leg of the same name
            del self._rows[table, before][key]
            self._owners[table, key] = owner
        self._rows.setdefault((table, owner), {})[key] = row

    def add(self, table: Table, **values: Any) -> None:
        """Append a row that nothing will ever change."""
        shape = SHAPES[table]
        self._added.setdefault(table, []).append({**shape.blank, **shape.cleaned(values)})

    def find(self, table: Table, owner: str, **like: Any) -> Row | None:
        """The last open row of `owner` whose columns equal `like`, or None. Change it by `change` only."""
        shape = SHAPES[table]
        rows = self._rows.get((table, shape.clean[shape.owner](owner)))
        fitting = [row for row in rows.values() if row["ended"] is None] if rows else []
        if fitting and like:
            wanted = shape.cleaned(like).items()
            fitting = [row for row in fitting if wanted <= row.items()]
        if len(fitting) < 2:
            return fitting[0] if fitting else None
        return max(fitting, key=lambda row: (row["started"], shape.key_of(row)))

    def change(self, table: Table, row: Row | None, **values: Any) -> None:
        """Set columns of an open row; None (never seen, or over) is passed over."""
        if row is None:
            return
        shape = SHAPES[table]
        row.update(shape.cleaned(values))
        self._changed.setdefault(table, {})[shape.key_of(row)] = row

    def written(self) -> Iterator[tuple[Table, list[Row]]]:
        """Whole rows to be inserted or replaced, by table."""
        yield from ((table, list(rows.values())) for table, rows in self._changed.items())
        yield from self._added.items()
