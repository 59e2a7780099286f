"""Calls at agents' phones in which ccswitch has no part. Each is named as the phone's leg."""

from __future__ import annotations

from ccswitch.model.ids import AgentId, CallId, NodeName, Seconds
from ccswitch.model.value import value


@value
class OtherCallBegan:
    """The phone with the account `user` is in a call with `number`, or rings for one. `outgoing`: it called. `agent`
    has that phone; nobody when several have it and it is not known who sits there."""

    call: CallId
    node: NodeName
    user: str
    number: str
    agent: AgentId = AgentId("")
    outgoing: bool = False
    answered: bool = False


@value
class OtherCallAnswered:
    """They talk."""

    call: CallId


@value
class OtherCallEnded:
    """The phone is done with it, after they had talked for so many seconds; 0: they never did. Without a `cause` it
    lives on: as a call of ours, or unheard at a node that is away, where it may be found again."""

    call: CallId
    cause: str
    why: str
    talked: Seconds
