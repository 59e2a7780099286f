"""The secrets of agents' phones. They are in SQL and nowhere else: not in journal or State, not in a request."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field

from sqlalchemy import Connection, delete, select

from ccswitch.errors import StoreError
from ccswitch.model.ids import AgentId, Seconds
from ccswitch.records.book import SHAPES
from ccswitch.records.clean import equals
from ccswitch.records.rows import put_rows
from ccswitch.records.store import Store
from ccswitch.records.tables import AGENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneSecret:
    """An agent's SIP account. `a1_hash` is MD5(user:realm:password) in hex, all that SIP digest needs."""

    agent: AgentId
    sip_user: str
    a1_hash: str = field(repr=False)
    realm: str = ""


def a1_hash(sip_user: str, realm: str, password: str) -> str:
    """What a registrar keeps instead of the password (RFC 2617, 3.2.2.2)."""
    return hashlib.md5(f"{sip_user}:{realm}:{password}".encode(), usedforsecurity=False).hexdigest()


def put_phone_secret(store: Store, secret: PhoneSecret, *, now: Seconds) -> None:
    """Keep an agent's account in the place of any before it. Raises StoreError when another agent has the user."""
    row = SHAPES[AGENTS].cleaned({**asdict(secret), "changed": now})
    other = select(AGENTS.c.agent).where(AGENTS.c.sip_user == row["sip_user"], AGENTS.c.agent != row["agent"])

    def work(connection: Connection) -> None:
        """In one transaction: nobody else has the SIP user, and the row is written."""
        taken = connection.scalar(other)
        if taken is not None:
            raise StoreError(f"the SIP user {secret.sip_user!r} belongs to agent {taken!r}")
        put_rows(connection, AGENTS, [row])

    store.write(work)


def phone_secret(store: Store, agent: AgentId) -> PhoneSecret | None:
    """The agent's SIP account, or None."""
    return next(iter(_secrets(store, equals(AGENTS.c.agent, agent))), None)


def phone_secrets(store: Store) -> list[PhoneSecret]:
    """Every agent's SIP account, for a node that comes up."""
    return _secrets(store)


def remove_phone_secret(store: Store, agent: AgentId) -> bool:
    """Forget the agent's SIP account; False when there is none."""
    gone = delete(AGENTS).where(equals(AGENTS.c.agent, agent))
    return store.write(lambda connection: connection.execute(gone).rowcount > 0)


def _secrets(store: Store, *where: object) -> list[PhoneSecret]:
    columns = (AGENTS.c.agent, AGENTS.c.sip_user, AGENTS.c.a1_hash, AGENTS.c.realm)
    query = select(*columns).where(*where).order_by(AGENTS.c.agent)  # type: ignore[arg-type]
    return store.read(lambda connection: [PhoneSecret(**row) for row in connection.execute(query).mappings()])
