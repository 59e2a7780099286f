"""What the live store does, whatever it is made of: a lease with a fencing token, the last snapshot, notices.

Every method of a port may raise LiveStoreError when the store is away; none waits longer than a second or so for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from ccswitch.errors import LiveStoreError
from ccswitch.model.ids import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The controller that has, or had, the right to decide. Of two the one with the greater `token` is the newer."""

    name: str
    token: int
    since: Seconds = 0.0  # when it took over, by its own clock
    desk: str = ""  # where its HTTP API answers
    live: str | None = None  # which live store it shares with others, "" for none, None where it does not say

    def __str__(self) -> str:
        return f"{self.token}:{self.name}"  # as it stands in a node's `ccs_owner`


def owner_text(owner: Owner) -> str:
    """An owner as it is kept; the same owner gives the same text."""
    return json.dumps(asdict(owner), sort_keys=True)


def owner_from(text: str) -> Owner:
    """The owner of a kept text; LiveStoreError when it is none of ours."""
    try:
        fields = json.loads(text)
        return Owner(
            name=str(fields["name"]),
            token=int(fields["token"]),
            since=float(fields.get("since", 0.0)),
            desk=str(fields.get("desk", "")),
            live=str(fields["live"]) if fields.get("live") is not None else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LiveStoreError(f"{text[:80]!r} names no controller: {error!r}") from error


def owner_of_node(text: str) -> Owner | None:
    """The owner that a node's `ccs_owner` names; None when it names none."""
    token, colon, name = text.strip().partition(":")
    # 18 digits: beyond them is no token of ours
    return (
        Owner(name=name, token=int(token))
        if colon and token.isascii() and token.isdigit() and len(token) < 19
        else None
    )


class LeaseLost(LiveStoreError):
    """The lease that was to be renewed is another's, `holder`, or was (None: nobody has it now)."""

    def __init__(self, holder: Owner | None) -> None:
        self.holder = holder
        super().__init__(f"the lease went to {holder}" if holder else "the lease went to another")


class Lease(Protocol):
    """The right to be active, for a time. Each taking has a token that is greater than every one before it."""

    def take(self, wanted: Owner, *, lasts: Seconds, seize: bool = False) -> Owner | None:
        """Have the lease for `lasts` seconds, unless another has it (None). `seize`: even then.

        The owner that is given has a token of at least `wanted.token`, and greater than any that this store knows.
        """
        ...

    def renew(self, owner: Owner, *, lasts: Seconds) -> None:
        """Have it for `lasts` seconds from now. Raises LeaseLost when another took it meanwhile.

        One that ran out, or that the store forgot, and that nobody took, is had again.
        """
        ...

    def release(self, owner: Owner) -> None:
        """Let the next one have it; nothing happens when it is another's already."""
        ...

    def holder(self) -> Owner | None:
        """Who has it now."""
        ...


@dataclass(frozen=True, slots=True)
class KeptSnapshot:
    """State as bytes after decision `n`, kept by the controller with this `token`."""

    token: int
    n: int
    data: bytes = field(repr=False)


class Snapshots(Protocol):
    """The last State that was kept."""

    def put(self, snapshot: KeptSnapshot) -> bool:
        """Keep it in the place of an older one; False when what is there is newer (by token, then by n)."""
        ...

    def get(self) -> KeptSnapshot | None:
        """The newest one."""
        ...


@dataclass(frozen=True, slots=True)
class Decided:
    """Decision `n` was made; those before it as well."""

    n: int


@dataclass(frozen=True, slots=True)
class QueuesChanged:
    """How many callers wait in the queues whose number changed."""

    waiting: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """Another controller is active now."""

    owner: Owner


Notice = Decided | QueuesChanged | TakenOver
_KINDS: Mapping[str, type[Notice]] = {"decided": Decided, "queues": QueuesChanged, "takeover": TakenOver}


def notice_text(notice: Notice) -> str:
    """A notice as it travels."""
    kind = next(kind for kind, cls in _KINDS.items() if isinstance(notice, cls))
    return json.dumps({"kind": kind, **asdict(notice)})


def notice_from(text: str) -> Notice:
    """The notice of a text; LiveStoreError when it is none of ours."""
    try:
        fields: dict[str, Any] = json.loads(text)
        kind = _KINDS[fields["kind"]]
        if kind is Decided:
            return Decided(int(fields["n"]))
        if kind is QueuesChanged:
            return QueuesChanged({str(queue): int(count) for queue, count in fields["waiting"].items()})
        return TakenOver(owner_from(json.dumps(fields["owner"])))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LiveStoreError(f"{text[:80]!r} is no notice: {error!r}") from error


class Subscription(Protocol):
    """Notices from now on. They may be missed while the store is away: ask for what they are about after an error."""

    def get(self, timeout: Seconds) -> Notice | None:
        """The next one; None when none came within `timeout` seconds."""
        ...

    def close(self) -> None:
        """Hear no more."""
        ...


class Notices(Protocol):
    """News for whoever follows: a standby, the read side."""

    def publish(self, notice: Notice) -> None:
        """Tell whoever listens now."""
        ...

    def subscribe(self) -> Subscription:
        """Listen from now on."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStore:
    """The three of them. `shared`: other processes see the same; `where`: as people know it, without its password."""

    lease: Lease
    snapshots: Snapshots
    notices: Notices
    shared: bool
    where: str
