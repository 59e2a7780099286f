"""Who may: bearer tokens, and what each role is allowed to do."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import falcon

from ccswitch.desk.errors import Declined
from ccswitch.desk.ports import TokenHolder
from ccswitch.errors import StoreError
from ccswitch.model.ids import Seconds

FRESH: Seconds = 30.0  # a token that was good so lately is taken without asking
KEPT: Seconds = 3600.0  # while the database is away, one that was good so lately
ASK_AGAIN: Seconds = 5.0  # after the database did not answer
MOST = 1000  # tokens remembered
LONGEST = 256  # characters of a token


class Right(Enum):
    """What may be done."""

    LOOK = "look"  # at queues, nodes, calls and every agent
    STATUS = "status"  # log in and out, ready, break
    STAFF = "staff"  # take agents on, change phones and passwords
    CALLS = "calls"  # hang up
    QUEUES = "queues"  # pause, drain, close, open; move callers, let one go first
    LISTEN = "listen"  # to talks, whisper, barge in, take them
    TALKS = "talks"  # hold, transfer, pause the recording
    SCRIPTS = "scripts"  # publish and roll back
    CALENDARS = "calendars"  # close and open at once, whatever the hours say
    CUSTOMERS = "customers"  # find, look at, tag
    RECORDS = "records"  # who did what; keep recordings from being deleted
    MESSAGES = "messages"  # hear of messages, and say that they are dealt with


class Scope(Enum):
    """Of whom."""

    ALL = "all"
    OWN = "own"  # only about the agent whose name the token bears


MAY: dict[str, dict[Right, Scope]] = {
    "admin": dict.fromkeys(Right, Scope.ALL),
    "supervisor": dict.fromkeys(Right, Scope.ALL),
    "agent": dict.fromkeys((Right.LOOK, Right.STATUS, Right.MESSAGES, Right.TALKS), Scope.OWN),
}


def demand(holder: TokenHolder, right: Right, about: str = "") -> None:
    """Refuse (403) unless the holder has the right, over everybody or over `about`, himself."""
    scope = MAY.get(holder.role, {}).get(right)
    if scope is Scope.ALL or (scope is Scope.OWN and about and about == holder.name):
        return
    whose = " beyond himself" if scope is Scope.OWN else ""
    why = f"the role {holder.role} of {holder.name} has no right to `{right.value}`{whose}"
    raise Declined(falcon.HTTP_403, "Not allowed", why, "use a supervisor's token")


def sees_all(holder: TokenHolder, right: Right) -> bool:
    """Whether the holder has the right over everybody."""
    return MAY.get(holder.role, {}).get(right) is Scope.ALL


@dataclass(slots=True)
class _Known:
    holder: TokenHolder
    good_at: Seconds  # when the records said so
    ask_at: Seconds  # when they are asked again


class Tokens:
    """Tokens that were good lately, so that a database that is away does not stop supervisors.

    A revoked token is good for up to 30 s; while the database is away, for up to an hour.
    """

    def __init__(self, look_up: Callable[[str], TokenHolder | None], now: Callable[[], Seconds]) -> None:
        self._look_up = look_up
        self._now = now
        self._known: OrderedDict[bytes, _Known] = OrderedDict()

    def holder(self, token: str) -> TokenHolder | None:
        """Whose token it is, or None. Raises StoreError when the database is away and the token is not known."""
        now, key = self._now(), hashlib.sha256(token.encode()).digest()
        known = self._known.get(key)
        if known is not None and now < known.ask_at:
            return known.holder
        try:
            found = self._look_up(token)
        except StoreError:
            if known is None or now >= known.good_at + KEPT:
                raise
            known.ask_at = now + ASK_AGAIN
            return known.holder
        self._remember(key, found, now)
        return found

    def _remember(self, key: bytes, found: TokenHolder | None, now: Seconds) -> None:
        self._known.pop(key, None)
        if found is not None:
            self._known[key] = _Known(found, now, now + FRESH)
        while len(self._known) > MOST:
            self._known.popitem(last=False)


class Authentication:
    """Falcon middleware: whoever asks for anything but the open paths shows a good token."""

    def __init__(self, tokens: Tokens, open_paths: frozenset[str]) -> None:
        self._tokens = tokens
        self._open = open_paths

    def process_resource(self, req: falcon.Request, _resp: falcon.Response, resource: object, _params: object) -> None:
        """Before any responder: `req.context.holder` is whose token it is."""
        if req.uri_template in self._open:
            return
        holder = self._tokens.holder(_bearer(req))
        if holder is None:
            raise _unknown("the token is unknown or revoked")
        req.context.holder = holder


def _bearer(req: falcon.Request) -> str:
    scheme, _, token = (req.auth or "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise _unknown("no bearer token was sent")
    if len(token) > LONGEST or not token.isascii() or not token.isprintable():
        raise _unknown("the token is unknown or revoked")
    return token


def _unknown(why: str) -> Declined:
    mend = "send `Authorization: Bearer TOKEN`; `ccswitch db upgrade` gives the first one"
    return Declined(falcon.HTTP_401, "Who are you?", why, mend, headers={"WWW-Authenticate": "Bearer"})
