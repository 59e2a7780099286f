"""Offers: leased proposals of one call to one agent."""

from __future__ import annotations

from ccswitch.model.ids import AgentId, CallId, LegId, OfferId, QueueName, Seconds
from ccswitch.model.nouns import OfferResult
from ccswitch.model.value import value


@value
class OfferMade:
    """`call` is proposed to `agent` until `deadline`; `why` is what `explain` will say. `beside` are the legs of
    further devices of his that are dialled with `leg`."""

    offer: OfferId
    serial: int
    call: CallId
    agent: AgentId
    queue: QueueName
    leg: LegId
    deadline: Seconds
    why: str
    fitting: int = 0  # agents who were free and fitted, he among them; 0: written by a release that did not keep it
    second: AgentId = AgentId("")  # of them, who would have been the next
    beside: tuple[LegId, ...] = ()
    others: tuple[tuple[str, int], ...] = ()  # of the queue's agents, how many were not it, by why: (`talking`, 3)


@value
class OfferRinging:
    """The agent's phone rings."""

    offer: OfferId
    call: CallId
    agent: AgentId


@value
class DeviceRefused:
    """One of the agent's devices did not take the call; the others ring on, or the next one is rung."""

    offer: OfferId
    call: CallId
    agent: AgentId
    leg: LegId
    result: OfferResult
    cause: str


@value
class DeviceRung:
    """The agent's next device is rung for the same offer, until `deadline`."""

    offer: OfferId
    call: CallId
    agent: AgentId
    leg: LegId
    serial: int
    deadline: Seconds


@value
class OfferAnswered:
    """The agent answered at the device of `leg`; the switch was asked to join him to the caller by `deadline`."""

    offer: OfferId
    call: CallId
    agent: AgentId
    deadline: Seconds
    leg: LegId = LegId("")  # empty: written by a release that knew one device


@value
class OfferEnded:
    """The offer is over. `TALKED` when the bridge stood."""

    offer: OfferId
    call: CallId
    agent: AgentId
    result: OfferResult
    cause: str
    why: str
