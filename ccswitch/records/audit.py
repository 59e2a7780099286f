"""Who did what. Orders come here by the ledger; what is done beside the floor (tokens, schema) is written here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from orjson import loads
from sqlalchemy import select

from ccswitch.model.ids import Seconds
from ccswitch.records.book import SHAPES, Row
from ccswitch.records.clean import equals, json_text
from ccswitch.records.store import Store
from ccswitch.records.tables import AUDIT

READ = 500  # rows at a time, where they have to be looked into
NO_OBJECT = ("order", "author")  # of an order's particulars, what it is not about


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which notes: whatever is empty or None is not asked for. `since` ≤ at < `until`."""

    author: str = ""
    kind: str = ""  # what was wanted, or a part of its name, in any case
    about: str = ""  # an agent, queue, call, script, number that it names
    since: Seconds | None = None
    until: Seconds | None = None


def note(store: Store, *, author: str, kind: str, what: Row, accepted: bool, said: str, now: Seconds) -> None:
    """Note what somebody did, or was refused. `what` must hold no secret."""
    row = {"at": now, "author": author, "kind": kind, "what": json_text(what), "accepted": accepted, "said": said}
    cleaned = SHAPES[AUDIT].cleaned(row)
    store.write(lambda connection: connection.execute(AUDIT.insert(), cleaned) and None)


def recent_audit(
    store: Store, wanted: AuditFilter = AuditFilter(), *, limit: int = 50, before_id: int | None = None
) -> list[Row]:
    """The newest notes first, `what` as JSON text; `before_id` (the last id seen) turns the page."""
    found: list[Row] = []
    while len(found) < limit:
        page = _page(store, wanted, before_id, READ if wanted.about else limit - len(found))
        found += [row for row in page if not wanted.about or wanted.about in set(_named(row))]
        if not page or (not wanted.about and len(page) < limit):
            break
        before_id = page[-1]["id"]
    return found[:limit]


def _page(store: Store, wanted: AuditFilter, before_id: int | None, limit: int) -> list[Row]:
    query = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
    if wanted.author:
        query = query.where(equals(AUDIT.c.author, wanted.author))
    if wanted.kind:
        query = query.where(AUDIT.c.kind.icontains(wanted.kind, autoescape=True))
    if wanted.about:  # most of what does not name it is not read; what it names is looked at by `_named`
        query = query.where(AUDIT.c.what.contains(wanted.about, autoescape=True))
    if wanted.since is not None:
        query = query.where(AUDIT.c.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AUDIT.c.at < wanted.until)
    if before_id is not None:
        query = query.where(AUDIT.c.id < before_id)
    return store.read(lambda connection: [dict(row) for row in connection.execute(query).mappings()])


def _named(row: Row) -> Iterator[str]:
    """Every name in an order's particulars: its values, whatever they belong to, and a target's own name."""
    what = loads(row["what"] or "{}")
    pending: list[Any] = [value for name, value in what.items() if name not in NO_OBJECT] if what else []
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending += [*value, *value.values()]
        elif isinstance(value, list):
            pending += value
        else:
            yield str(value)
            yield str(value).partition(":")[2]  # of queue:sales
