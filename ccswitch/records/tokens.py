"""API tokens. Only their SHA-256 is kept: a token is 256 bits of chance, so nothing slower is needed, and who reads
the table can use none of it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from ccswitch.errors import StoreError
from ccswitch.model.ids import Seconds
from ccswitch.records.clean import equals
from ccswitch.records.store import Store
from ccswitch.records.tables import TOKENS

PREFIX = "ccs_"  # so that a scanner of leaked secrets knows one when it sees it
ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What is known of a token; `revoked` is None while it is good."""

    name: str
    role: str
    created: Seconds
    revoked: Seconds | None = None


def add_token(store: Store, *, name: str, role: str, now: Seconds) -> str:
    """Make a token and return it: this is the only time it is seen. Raises StoreError when the name is in use."""
    return store.write(lambda connection: _add(connection, name, role, now))


def verify_token(store: Store, token: str) -> Token | None:
    """Whose token it is; None when it is unknown or revoked."""
    query = select(TOKENS).where(TOKENS.c.hash == _hash(token), TOKENS.c.revoked.is_(None))

    def work(connection: Connection) -> Token | None:
        """The row of the hash, while it is not revoked."""
        row = connection.execute(query).mappings().first()
        return None if row is None else Token(name=row["name"], role=row["role"], created=row["created"])

    return store.read(work)


def revoke_token(store: Store, *, name: str, now: Seconds) -> bool:
    """End the good token of that name; False when there is none."""
    end = update(TOKENS).where(equals(TOKENS.c.name, name), TOKENS.c.revoked.is_(None)).values(revoked=now)
    return store.write(lambda connection: connection.execute(end).rowcount > 0)


def list_tokens(store: Store) -> list[Token]:
    """Every token, oldest first."""
    query = select(TOKENS.c.name, TOKENS.c.role, TOKENS.c.created, TOKENS.c.revoked).order_by(TOKENS.c.created)
    return store.read(lambda connection: [Token(**row) for row in connection.execute(query).mappings()])


def first_admin_token(store: Store, *, now: Seconds) -> str | None:
    """A token for the first administrator; None when there has been a token already. `db upgrade` shows it once."""

    def work(connection: Connection) -> str | None:
        """In one transaction: nobody has one yet, and this one is there."""
        if connection.scalar(select(TOKENS.c.hash).limit(1)) is not None:
            return None
        return _add(connection, ADMIN, ADMIN, now)

    return store.write(work)


def _add(connection: Connection, name: str, role: str, now: Seconds) -> str:
    taken = select(TOKENS.c.name).where(TOKENS.c.name == name, TOKENS.c.revoked.is_(None))
    if not name or not name.isprintable() or len(name) > 128:
        raise StoreError("a token needs a name of 1 to 128 printable characters")
    if connection.scalar(taken) is not None:
        raise StoreError(f"there is a token {name!r} already; revoke it first or take another name")
    token = PREFIX + secrets.token_urlsafe(32)
    connection.execute(TOKENS.insert().values(hash=_hash(token), name=name, role=role, created=now))
    return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
