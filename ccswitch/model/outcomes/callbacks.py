"""Promises to call a customer back, and what becomes of them. `promise` is the name under which one stands in line."""

from __future__ import annotations

from ccswitch.model.ids import AgentId, CallId, LegId, NodeName, OfferId, QueueName, Seconds
from ccswitch.model.nouns import AttemptResult, CallbackResult
from ccswitch.model.value import value


@value
class CallbackPromised:
    """A customer will be called back at `number`; from `due` on his promise stands in line, and it ends at `expires`.

    `since` is the place in line that he keeps: when his wait began. `call` is where it was promised, empty when a
    person of the house did (`author`).
    """

    promise: CallId
    call: CallId
    queue: QueueName
    number: str
    caller_number: str
    caller_name: str
    called_number: str
    entry: str
    node: NodeName
    priority: int
    requires: str
    since: Seconds
    due: Seconds
    expires: Seconds
    why: str
    author: str = ""
    prefers: str = ""
    head_start: Seconds = 0.0
    also: tuple[QueueName, ...] = ()  # whose agents may call him too
    behind: tuple[str, ...] = ()  # rules of the queue that were done while he waited himself
    joined: Seconds = 0.0  # since when he stands in this queue; 0: as `since`
    asks: str = ""  # of `requires`, what is his own and goes with him to another queue
    likes: str = ""  # of `prefers` likewise
    target: Seconds | None = None  # within so long it is kept in time; None: by a release that did not say


@value
class CallbackDue:
    """The time of a promise has come: it stands in line."""

    promise: CallId
    why: str
    expires: Seconds | None = None  # sooner than it would have, since it was put off for less long; None: as it was


@value
class CallbackPutOff:
    """The hours of its queue are closed: it stands in line from `until` on, and expires so much later."""

    promise: CallId
    until: Seconds
    expires: Seconds
    why: str


@value
class CallbackRelaxed:
    """What a promise that stands in line wants from now on, all of it, by the rule `text` of its queue."""

    promise: CallId
    requires: str
    also: tuple[QueueName, ...]
    priority: int
    head_start: Seconds
    text: str
    why: str
    prefers: str | None = None  # None, of a release whose rules did not change that: as it was


@value
class CallbackMoved:
    """A promise that stands in line stands in that of queue `to` from now on, at the place in time that it had."""

    promise: CallId
    queue: QueueName
    to: QueueName
    requires: str
    prefers: str
    head_start: Seconds
    why: str


@value
class CallbackBegun:
    """It is the promise's turn: `call` is the call by which it is to be kept. An agent is rung first."""

    promise: CallId
    call: CallId
    queue: QueueName


@value
class CustomerRung:
    """The agent is on the line, with `agent_leg`, so the customer's phone is rung until `deadline`."""

    promise: CallId
    call: CallId
    offer: OfferId
    agent: AgentId
    leg: LegId
    number: str
    deadline: Seconds
    agent_leg: LegId = LegId("")  # empty: written by a release that knew one device of an agent
    serial: int = 0  # of what the agent hears meanwhile; 0: written by a release in which he heard nothing


@value
class CallbackTried:
    """What came of dialling the customer, with FreeSWITCH's cause. When the promise is not over by it, it is due again
    at `again_at`."""

    promise: CallId
    call: CallId
    result: AttemptResult
    cause: str
    why: str
    again_at: Seconds = 0.0


@value
class CallbackEnded:
    """A promise is over. `call` is the last one that was about it, empty when there was none."""

    promise: CallId
    call: CallId
    queue: QueueName
    result: CallbackResult
    why: str
