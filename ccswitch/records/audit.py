"""Who did what. Orders come here by the ledger; what is done beside the floor (tokens, schema) is written here."""

from __future__ import annotations

from sqlalchemy import select

from ccswitch.model.ids import Seconds
from ccswitch.records.book import SHAPES, Row
from ccswitch.records.clean import equals, json_text
from ccswitch.records.store import Store
from ccswitch.records.tables import AUDIT


def note(store: Store, *, author: str, kind: str, what: Row, accepted: bool, said: str, now: Seconds) -> None:
    """Note what somebody did, or was refused. `what` must hold no secret."""
    row = {"at": now, "author": author, "kind": kind, "what": json_text(what), "accepted": accepted, "said": said}
    cleaned = SHAPES[AUDIT].cleaned(row)
    store.write(lambda connection: connection.execute(AUDIT.insert(), cleaned) and None)


def recent_audit(store: Store, *, author: str = "", limit: int = 50, before_id: int | None = None) -> list[Row]:
    """The newest notes first; `before_id` (the last id seen) turns the page."""
    query = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
    if author:
        query = query.where(equals(AUDIT.c.author, author))
    if before_id is not None:
        query = query.where(AUDIT.c.id < before_id)
    return store.read(lambda connection: [dict(row) for row in connection.execute(query).mappings()])
