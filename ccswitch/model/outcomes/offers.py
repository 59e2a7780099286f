"""Offers: leased proposals of one call to one agent."""

from __future__ import annotations

from ccswitch.model.ids import AgentId, CallId, LegId, OfferId, QueueName, Seconds
from ccswitch.model.nouns import OfferResult
from ccswitch.model.value import value


@value
class OfferMade:
    """`call` is proposed to `agent` until `deadline`; `why` is what `explain` will say."""

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
    others: tuple[tuple[str, int], ...] = ()  # of the queue's agents, how many were not it, by why: (`talking`, 3)


@value
class OfferRinging:
    """The agent's phone rings."""

    offer: OfferId
    call: CallId
    agent: AgentId


@value
class OfferAnswered:
    """The agent answered; the switch was asked to join him to the caller by `deadline`."""

    offer: OfferId
    call: CallId
    agent: AgentId
    deadline: Seconds


@value
class OfferEnded:
    """The offer is over. `TALKED` when the bridge stood."""

    offer: OfferId
    call: CallId
    agent: AgentId
    result: OfferResult
    cause: str
    why: str
