"""Values made fit for a column. What callers, phones and files bring is hostile: it may be long, hold NUL bytes
(PostgreSQL refuses them), lone surrogates (nothing can encode them) or terminal escapes (somebody will list them).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import BigInteger, Column, ColumnElement, Double, Integer, String, Table

Clean = Callable[[Any], Any]

MARK = "\ufffd"
CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), MARK)
MOST_JSON = 16_000  # characters; a longer outcome is kept in the journal only


def text(value: object, limit: int) -> str:
    """One line of at most `limit` characters: control characters are marked, the rest is cut with an ellipsis."""
    line = _storable(str(value))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def key(value: object, limit: int) -> str:
    """Like `text`, but two long keys that differ stay different: the cut part is kept as its digest."""
    line = _storable(str(value))
    if len(line) <= limit:
        return line
    return f"{line[: limit - 17]}…{hashlib.sha256(line.encode()).hexdigest()[:16]}"


def _storable(line: str) -> str:
    if line.isprintable():
        return line
    return line.translate(CONTROLS).encode("utf-8", "replace").decode()


def number(value: Any) -> float | None:
    """A float that every database takes: NaN and the infinities are none."""
    return value if value is None or math.isfinite(value) else None


def whole(value: Any, bits: int) -> int | None:
    """An integer held within `bits`."""
    top = (1 << (bits - 1)) - 1
    return None if value is None else max(-top, min(top, value))


def json_text(plain: dict[str, Any]) -> str:
    """`plain` as JSON that fits a text column; only its `is` and `cut: true` when it is too long."""
    try:
        line = orjson.dumps(plain)
    except TypeError:  # a lone surrogate, or an integer beyond 64 bits
        line = orjson.dumps(_deeply(plain))
    if b"\\u0000" in line:
        line = orjson.dumps(_deeply(plain))
    if len(line) > MOST_JSON:
        line = orjson.dumps({"is": plain.get("is", ""), "cut": True})
    return line.decode()


def _deeply(plain: Any) -> Any:
    """`plain` with every string in it storable and every integer within 64 bits."""
    if isinstance(plain, str):
        return _storable(plain)
    if isinstance(plain, dict):
        return {_storable(name): _deeply(value) for name, value in plain.items()}
    if isinstance(plain, list):
        return [_deeply(value) for value in plain]
    return whole(plain, 64) if isinstance(plain, int) else plain


def column_cleaner(column: Column[Any]) -> Clean | None:
    """What must be done to values for this column; None when they can go as they are."""
    kind = column.type
    if isinstance(kind, String) and kind.length:
        limit = kind.length
        shorten = key if column.primary_key or column.name.endswith("_id") else text
        return lambda value: None if value is None else shorten(value, limit)
    if isinstance(kind, Double):
        return number if column.nullable else lambda value: number(value) or 0.0
    if isinstance(kind, Integer):
        bits = 64 if isinstance(kind, BigInteger) else 32
        return lambda value: whole(value, bits)
    return None


def room_for_text(column: Column[Any]) -> float:
    """How many printable characters this column takes as they are; none where it is not for text."""
    return (column.type.length or math.inf) if isinstance(column.type, String) else -1


def equals(column: Column[Any], value: object) -> ColumnElement[bool]:
    """`column == value` for a value from outside, cleaned as it was when it was written."""
    clean = column_cleaner(column)
    return column == (clean(value) if clean else value)


def cleaners(table: Table) -> dict[str, Clean]:
    """The cleaners of a table's columns, by column name."""
    return {str(column.name): clean for column in table.columns if (clean := column_cleaner(column))}
