"""What stands on the floor without a live call: messages, promises, and supervisors' words that hold."""

from __future__ import annotations

from ccswitch.acd.pools import Pool, Wanted, pool
from ccswitch.model.ids import AgentId, CallId, MessageId, NodeName, QueueName, Seconds
from ccswitch.model.nouns import QueueMode
from ccswitch.model.value import mutable


@mutable
class LiveMessage:
    """A caller's message for queue `box`, until somebody has dealt with it. `seconds` is None while it is recorded."""

    message: MessageId
    call: CallId
    box: QueueName
    node: NodeName
    path: str
    caller_number: str
    caller_name: str
    begun: Seconds
    seconds: Seconds | None = None


@mutable
class LivePromise:
    """A promise to call a customer back, until it is over. From `due` on it stands in line under its name `call` as if
    he waited there himself, unless a call is under way by which it is to be kept (`dialled`)."""

    call: CallId
    queue: QueueName
    priority: int
    also: tuple[QueueName, ...] = ()
    requires: str = ""
    prefers: str = ""
    only: AgentId = AgentId("")
    head_start: Seconds = 0.0
    waiting_since: Seconds
    arrival: Seconds
    number: str
    caller_number: str
    caller_name: str
    called_number: str
    entry: str
    node: NodeName
    made_at: Seconds
    made_in: CallId
    due: Seconds
    expires: Seconds
    author: str = ""
    dialled: CallId = CallId("")
    calls: int = 0  # that were begun for it
    tries: int = 0  # of them, the customer's phone was rung and he was not had
    visiting: bool = True  # stands in line as a caller would
    put_off: Seconds = 0.0  # until then, as its hours are closed; 0: it is not
    joined_at: Seconds = 0.0  # in this queue; 0: since it waits
    behind: tuple[str, ...] = ()  # the queue's rules that relaxed what it wants, by their text
    turned: int = 0  # times in a row that a queue's rules sent it on
    asks: str = ""  # of `requires` and `prefers`, what is the customer's own and goes along to another queue
    likes: str = ""

    @property
    def wanted(self) -> Wanted:
        """What its customer wants of whoever calls him."""
        return Wanted((self.queue, *self.also), self.requires, self.prefers, self.only)

    @property
    def pool(self) -> Pool:
        """Where it stands while it waits."""
        return pool(self.wanted)


@mutable
class Override:
    """A supervisor's word on a calendar, in the place of its hours; `until` 0: for good."""

    open: bool
    until: Seconds
    since: Seconds
    author: str
    reason: str = ""


@mutable
class QueueOrder:
    """A supervisor's word on a queue; `until` 0: for good. `to`: where callers go whom it does not take."""

    mode: QueueMode
    since: Seconds
    until: Seconds
    author: str
    to: str = ""
    reason: str = ""
