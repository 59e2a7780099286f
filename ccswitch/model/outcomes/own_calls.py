"""Calls from person to person: an agent calls somebody by name or number, or is called by his."""

from __future__ import annotations

from ccswitch.model.ids import AgentId, CallId, LegId, Seconds
from ccswitch.model.value import value


@value
class OwnCallBegan:
    """The agent is busy with a call of his own to `number`. With a `deadline` his own phone is rung first, until
    then."""

    call: CallId
    agent: AgentId
    number: str
    deadline: Seconds = 0.0


@value
class OwnCallEnded:
    """The agent's phone is done with his own call, which was no talk of his with a customer."""

    call: CallId
    agent: AgentId
    why: str


@value
class Dialled:
    """The other side is being rung under `leg` until `deadline`: the phone of `agent`, with those of his devices that
    ring `beside` it, or an outside `number` that is shown `shown`. `serial` is that of the last leg."""

    call: CallId
    leg: LegId
    serial: int
    number: str
    deadline: Seconds
    why: str
    agent: AgentId = AgentId("")
    shown: str = ""
    beside: tuple[LegId, ...] = ()


@value
class DialRinging:
    """The phone of an agent who is called by his name rings."""

    call: CallId
    agent: AgentId


@value
class DialRefused:
    """One of the devices of the agent who is called by his name did not take it; others ring on, or are rung next."""

    call: CallId
    agent: AgentId
    leg: LegId
    cause: str


@value
class DialRung:
    """His next device is rung until `deadline`."""

    call: CallId
    agent: AgentId
    leg: LegId
    serial: int
    deadline: Seconds


@value
class DialAnswered:
    """The other side answered and is joined to the one who called by `deadline`. An outside number is the call's
    customer from then on, and the phone that dialled it the agent's leg."""

    call: CallId
    leg: LegId
    serial: int
    deadline: Seconds


@value
class DialEnded:
    """The other side was not reached, or is no longer wanted; `agent` is free again, where it was one."""

    call: CallId
    leg: LegId
    cause: str
    why: str
    agent: AgentId = AgentId("")
