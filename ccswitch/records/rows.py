"""Whole rows into a table, many at once; a row takes the place of one with the same key, unless that was written once
and for all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import JSON, Connection, Table, bindparam, cast, column, func, select
from sqlalchemy.dialects import postgresql, sqlite

from ccswitch.records.book import SHAPES, Row


def put_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert or replace `rows`: every column given, cleaned (`Shape.cleaned`).

    PostgreSQL is sent all rows as one JSON parameter of one statement: parameters row by row take five times as long,
    most of it waiting greenlet by greenlet for a socket that is ready anyhow. SQLite's driver is given the rows as they
    are: SQLAlchemy would take each apart and put it together again, to no other end.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_postgresql(table), {"rows": orjson.dumps(rows).decode()})
    else:
        statement, names = _sqlite(table)
        connection.exec_driver_sql(statement, [tuple([row[name] for name in names]) for row in rows])


@cache
def _postgresql(table: Table) -> Any:
    names = list(SHAPES[table].blank)
    columns = [column(name, table.c[name].type) for name in names]
    # A text parameter, cast by the server: psycopg would not know its type.
    given = func.json_to_recordset(cast(bindparam("rows"), JSON(none_as_null=True)))
    source = given.table_valued(*columns, name="given").render_derived(with_types=True)
    return _replacing(table, postgresql.insert(table).from_select(names, select(*source.c)))


@cache
def _sqlite(table: Table) -> tuple[str, tuple[str, ...]]:
    """The statement, and the columns whose values it takes, in order."""
    compiled = _replacing(table, sqlite.insert(table)).compile(
        dialect=sqlite.dialect(), column_keys=list(SHAPES[table].blank)
    )
    return str(compiled), tuple(compiled.positiontup)


def _replacing(table: Table, insert: Any) -> Any:
    shape = SHAPES[table]
    if not set(shape.keys) <= shape.blank.keys():  # the database numbers these rows itself
        return insert
    if table.info.get("written") == "once":
        return insert.on_conflict_do_nothing()
    others = {name: insert.excluded[name] for name in shape.blank if name not in shape.keys}
    return insert.on_conflict_do_update(index_elements=list(shape.keys), set_=others)
