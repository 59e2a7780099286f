"""What the desk needs of the rest of the house. `controller/bootstrap.py` satisfies these; tests have fakes.

Rows are plain mappings with the columns of `records/tables.py`, ready for JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ccswitch.errors import Problem
from ccswitch.floor.state import State
from ccswitch.model.ids import CallId, Seconds
from ccswitch.model.nouns import ScriptSource
from ccswitch.model.orders import Order
from ccswitch.model.outcomes import OrderAccepted, OrderRefused

Row = Mapping[str, Any]
After = tuple[Seconds, CallId]  # a call's start and id: where the next page begins


class Floor(Protocol):
    """The brain's State to read, and a way to have an order decided."""

    def state(self) -> State:
        """The live State; it is only read, and never across a greenlet switch."""
        ...

    def now(self) -> Seconds:
        """The brain's clock."""
        ...

    def ask(self, order: Order) -> OrderAccepted | OrderRefused:
        """Hand in an order and wait for its answer. Raises TimeoutError, and CcswitchError while stopping."""
        ...

    def preview(self, order: Order) -> Foreseen:
        """What the order would do now; nothing is done. Raises OSError when that cannot be found out."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What an order would do. `follows`: what would happen, in order, each to `call` (empty: to none), as sentences."""

    accepted: bool
    what: str  # or why it would be refused
    missing: bool = False
    follows: Sequence[tuple[CallId, str]] = ()


class TokenHolder(Protocol):
    """Whose token it is."""

    @property
    def name(self) -> str:
        """Author of what is ordered with it; for the role `agent`, the agent's own id."""
        ...

    @property
    def role(self) -> str:
        """`admin`, `supervisor` or `agent`."""
        ...


class Page(Protocol):
    """Rows, and where the next page begins (None when this was the last)."""

    @property
    def rows(self) -> Sequence[Row]:
        """The calls."""
        ...

    @property
    def next(self) -> After | None:
        """Where the next page begins, None after the last."""
        ...


class CallHistory(Protocol):
    """All there is in SQL about one call, each list in order of time."""

    @property
    def call(self) -> Row:
        """The call's own row."""
        ...

    @property
    def legs(self) -> Sequence[Row]:
        """Its channels."""
        ...

    @property
    def steps(self) -> Sequence[Row]:
        """The steps of scripts that it came to, each try one."""
        ...

    @property
    def visits(self) -> Sequence[Row]:
        """Its stays in queues."""
        ...

    @property
    def offers(self) -> Sequence[Row]:
        """To whom it was offered."""
        ...

    @property
    def transfers(self) -> Sequence[Row]:
        """How he was sent on."""
        ...

    @property
    def pauses(self) -> Sequence[Row]:
        """Of its recordings."""
        ...

    @property
    def guests(self) -> Sequence[Row]:
        """Who else was at its talks."""
        ...

    @property
    def talks(self) -> Sequence[Row]:
        """With whom he talked."""
        ...


class PromiseHistory(Protocol):
    """All there is in SQL about one promise to call back."""

    @property
    def promise(self) -> Row:
        """Its own row."""
        ...

    @property
    def calls(self) -> Sequence[Row]:
        """By which it was to be kept, in order of time."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsWanted:
    """Which calls: whatever is empty or None is not asked for. `since` ≤ started < `until`."""

    queue: str = ""
    agent: str = ""
    result: str = ""
    number: str = ""
    since: Seconds | None = None
    until: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditWanted:
    """Which orders: whatever is empty or None is not asked for. `since` ≤ at < `until`."""

    author: str = ""
    kind: str = ""
    about: str = ""
    since: Seconds | None = None
    until: Seconds | None = None


class CustomerRecord(Protocol):
    """One customer, with the fields of `answers.CustomerRow`."""

    @property
    def id(self) -> int:
        """Our number for him."""
        ...


class Records(Protocol):
    """SQL. Every method may raise StoreError when the database is away."""

    def token_holder(self, token: str) -> TokenHolder | None:
        """Whose token it is; None when it is unknown or revoked."""
        ...

    def calls(self, wanted: CallsWanted, *, limit: int, after: After | None) -> Page:
        """The newest calls first."""
        ...

    def call(self, call: CallId) -> CallHistory | None:
        """Everything about one call."""
        ...

    def past_promises(self, limit: int) -> Sequence[Row]:
        """Promises to call back that are over, the latest first."""
        ...

    def promise(self, promise: CallId) -> PromiseHistory | None:
        """Everything about one, over or not."""
        ...

    def trace(self, call: CallId) -> Sequence[Row]:
        """Inputs and outcomes of one call in order: `at`, `kind`, `text`, `given`."""
        ...

    def explain(self, call: CallId) -> Sequence[Row]:
        """Each stay in a queue and each offer with its reason: `at`, `kind`, `queue`, `agent`, `why`, `result`, …"""
        ...

    def kpi(self, since: Seconds) -> Mapping[str, Mapping[str, float | None]]:
        """The figures of every queue from `since` until now, by queue and name (`kpi/summary.py`)."""
        ...

    def agent_days(self, since: Seconds, until: Seconds) -> Sequence[Row]:
        """How each agent's time went, and what became of his offers (`records/agent_days.py`)."""
        ...

    def sent_on(self, since: Seconds, until: Seconds) -> Sequence[Row]:
        """How many callers left each queue for elsewhere, by what sent them (`records/queue_days.py`)."""
        ...

    def balances(self, since: Seconds, until: Seconds) -> Sequence[Row]:
        """How evenly calls fell on each queue's agents."""
        ...

    def sip_user(self, agent: str) -> str | None:
        """The SIP account whose secret is kept for this agent."""
        ...

    def put_agent_secret(self, agent: str, *, sip_user: str, realm: str, a1_hash: str) -> None:
        """Keep what SIP digest needs of an agent's password, in the place of any before it."""
        ...

    def drop_agent_secret(self, agent: str) -> None:
        """Forget an agent's password: his phone registers with us no more."""
        ...

    def customers(self, wanted: str) -> Sequence[CustomerRecord]:
        """Customers by a number, an id in another system, or a part of the name."""
        ...

    def customer(self, customer: int) -> CustomerRecord | None:
        """One customer."""
        ...

    def tag_customer(self, customer: int, *, add: Sequence[str], remove: Sequence[str]) -> CustomerRecord | None:
        """The customer with his tags changed; None when there is none."""
        ...

    def hold_recordings(self, call: CallId, *, author: str, why: str) -> bool:
        """Let no rule delete a call's recordings; False when there is no such call."""
        ...

    def release_recordings(self, call: CallId) -> bool:
        """Let the rules have them again; False when nobody held them."""
        ...

    def recordings_held(self, call: CallId) -> Row | None:
        """Who holds them: `at`, `author`, `why`; None when nobody does."""
        ...

    def audited(self, wanted: AuditWanted, *, limit: int, before: int | None) -> Sequence[Row]:
        """Who did what, the newest first, `what` as a mapping; `before`: older than the note of this id."""
        ...

    def audit(self, *, author: str, kind: str, what: Row, accepted: bool, said: str) -> None:
        """Note who did what, when it was no order: orders come to the audit trail from the journal."""
        ...


class Scripts(Protocol):
    """Versions of scripts. What asks SQL may raise StoreError."""

    def problems(self, source: ScriptSource) -> Sequence[Problem]:
        """Everything that is wrong with a version, read in a thread: a long one would hold the hub."""
        ...

    def versions(self, script: str) -> Sequence[Row]:
        """Those that were ever released, the newest first."""
        ...

    def releases(self, script: str) -> Sequence[Row]:
        """When which was in force, the newest first."""
        ...

    def find(self, script: str, beginning: str) -> Sequence[ScriptSource]:
        """The versions whose hash begins so, at most two."""
        ...

    def usage(self, script: str, since: Seconds | None, until: Seconds | None, version: str) -> Sequence[Row]:
        """How callers used each version."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SipSecret:
    """What SIP digest needs of a password. As secret as the password."""

    realm: str
    a1_hash: str


class Phones(Protocol):
    """What `switch/` knows of phones."""

    def sip_user(self, phone: str) -> str | None:
        """The account under which this phone registers with us; None for a phone elsewhere. ValueError: no phone."""
        ...

    def secret(self, sip_user: str, password: str) -> SipSecret:
        """What is kept instead of the password."""
        ...


class Health(Protocol):
    """How the controller feels."""

    def reasons(self) -> Sequence[str]:
        """What is wrong now, each with how to mend it; nothing when all is well. Never waits for anything."""
        ...

    def warnings(self) -> Sequence[str]:
        """What went wrong lately on a node and will again, each with how to mend it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """All of them."""

    floor: Floor
    records: Records
    scripts: Scripts
    phones: Phones
    health: Health
