"""A call from its arrival to its last leg's end, wherever the caller is in between."""

from __future__ import annotations

from ccswitch.model.ids import AgentId, CallId, ExecuteId, LegId, NodeName, QueueName, Seconds
from ccswitch.model.nouns import CallOrigin, CallResult, LegRole
from ccswitch.model.value import value


@value
class CallStarted:
    """A call began: a caller arrived at an entry, or somebody of the house wished for it (`origin`); `by` is the agent
    on whose own phone it began."""

    call: CallId
    leg: LegId
    node: NodeName
    entry: str
    caller_number: str
    caller_name: str
    called_number: str
    answered: bool = False
    origin: CallOrigin = CallOrigin.INBOUND
    by: AgentId = AgentId("")
    campaign: str = ""  # by whose number he came, or for which he is called


@value
class CallCameOver:
    """Another site sent him, with what counts for his place and for who answers him; `origin` is his call there."""

    call: CallId
    site: str
    origin: str
    waited: Seconds = 0.0  # there
    priority: int = 0
    requires: str = ""
    prefers: str = ""
    tags: tuple[str, ...] = ()


@value
class LegOpened:
    """A leg of the call came to be (the caller's own at the start, an agent's when it is dialled). A nailed-up leg is
    only lent to the call: `stay` is the name of that loan."""

    call: CallId
    leg: LegId
    role: LegRole
    number: str
    agent: AgentId = AgentId("")
    stay: LegId = LegId("")


@value
class LegConnected:
    """A leg was answered."""

    call: CallId
    leg: LegId


@value
class LegClosed:
    """A leg is over, with FreeSWITCH's cause."""

    call: CallId
    leg: LegId
    cause: str


@value
class CallLeaving:
    """The call is being handed out of the house or hung up; only its end is awaited."""

    call: CallId
    result: CallResult
    why: str
    deadline: Seconds
    cursor: str = ""  # where the script goes on when the outside number cannot be reached
    script_hash: str = ""  # of the version that `cursor` is in
    back_to: QueueName = QueueName("")  # the queue in which he waits on instead
    farewell: ExecuteId = ExecuteId("")  # what he hears before he is hung up
    serial: int = 0  # of what was made for the call so far; 0: nothing new
    outside: LegId = LegId("")  # of whoever he talks with, where it is known


@value
class CallAtWayOut:
    """No controller was there in time; the dialplan's last resort has the caller."""

    call: CallId
    why: str


@value
class CallResumed:
    """The caller is back in park after the way out, a failed bridge or a restart, and goes on where he was."""

    call: CallId
    why: str


@value
class CallUnattended:
    """A call that came and went while no controller ran: only the last resort had it. Instants by the node's clock."""

    call: CallId
    leg: LegId
    node: NodeName
    entry: str
    caller_number: str
    caller_name: str
    called_number: str
    arrived: Seconds
    wayout: Seconds  # when the last resort took him; 0: he hung up before it did
    ended: Seconds
    cause: str
    why: str


@value
class CallEnded:
    """The call is over."""

    call: CallId
    result: CallResult
    cause: str
    why: str
