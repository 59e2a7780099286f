"""What people want, in the imperative. Each has an id (the asker's, for the answer) and an author (for the audit).

An order yields exactly one `OrderAccepted` or `OrderRefused`.
"""

from __future__ import annotations

from ccswitch.model.ids import AgentId, CallId, MessageId, OrderId, QueueName, Seconds
from ccswitch.model.nouns import Agent, AgentChange, GuestMode, QueueMode, ScriptSource, Settling
from ccswitch.model.value import value


@value
class AddAgent:
    """Take a person on, or change name, phone and queues of one who is there. Takes effect on every node at once."""

    order: OrderId
    author: str
    agent: Agent


@value
class ChangeAgent:
    """Change skills, queues and devices of one who is there, until `until` or for good (0), whatever the files say."""

    order: OrderId
    author: str
    agent: AgentId
    changes: tuple[AgentChange, ...]
    until: Seconds = 0.0


@value
class FollowFiles:
    """These fields of an agent, or all that orders changed, are to be as in the files again."""

    order: OrderId
    author: str
    agent: AgentId
    fields: tuple[str, ...] = ()


@value
class LogIn:
    """The agent is there but not ready yet (status `break`, reason `login`)."""

    order: OrderId
    author: str
    agent: AgentId


@value
class LogOut:
    """The agent goes home; a talk that is on goes on."""

    order: OrderId
    author: str
    agent: AgentId


@value
class MakeReady:
    """The agent takes calls; ends his wrap-up."""

    order: OrderId
    author: str
    agent: AgentId


@value
class TakeBreak:
    """The agent takes no calls for `reason`; one that rings at his phone is offered elsewhere."""

    order: OrderId
    author: str
    agent: AgentId
    reason: str = ""


@value
class EndWrapup:
    """The agent's after-call work is over; he is what he said before."""

    order: OrderId
    author: str
    agent: AgentId


@value
class ExtendWrapup:
    """The agent needs `by` seconds more for his after-call work, within `FloorSettings.longest_wrapup`."""

    order: OrderId
    author: str
    agent: AgentId
    by: Seconds = 60.0


@value
class NailUp:
    """Ring the agent's phone for a leg that stands between calls (`up`), or hang it up."""

    order: OrderId
    author: str
    agent: AgentId
    up: bool


@value
class DialOut:
    """Ring the agent's own phone, then the outside `number`, which is shown the number of `queue` where it has one."""

    order: OrderId
    author: str
    agent: AgentId
    number: str
    queue: QueueName = QueueName("")


@value
class HangUpCall:
    """End a call and every leg of it."""

    order: OrderId
    author: str
    call: CallId


@value
class ChangeQueue:
    """A queue is paused, drained, closed or open: until `until`, or until it is said otherwise (0).

    Whom a draining or closed queue does not take goes `to` (model/targets.py), or, when that is empty, where his script
    says for a queue that cannot have him.
    """

    order: OrderId
    author: str
    queue: QueueName
    mode: QueueMode
    to: str = ""
    until: Seconds = 0.0
    reason: str = ""


@value
class MoveCallers:
    """Send the callers who wait in a queue, or `call` alone, to another target (model/targets.py) with their wait."""

    order: OrderId
    author: str
    queue: QueueName
    to: str
    call: CallId = CallId("")


@value
class SetPriority:
    """A waiting caller's priority, from 0 to 100."""

    order: OrderId
    author: str
    call: CallId
    priority: int


@value
class AddCallback:
    """Promise a customer that an agent of `queue` calls `number`: as soon as one is free, or not before `at`."""

    order: OrderId
    author: str
    queue: str
    number: str
    name: str = ""  # the customer's, for the agent's screen
    at: Seconds = 0.0
    priority: int = 0
    reason: str = ""


@value
class CancelCallback:
    """End a promise to call back."""

    order: OrderId
    author: str
    promise: CallId


@value
class HoldCall:
    """Put the caller of a talk on hold (`on`), or take him back."""

    order: OrderId
    author: str
    call: CallId
    on: bool = True


@value
class TransferCall:
    """Send the caller of a talk on, without asking there first; `to` is a target (`targets.py`)."""

    order: OrderId
    author: str
    call: CallId
    to: str


@value
class ConsultCall:
    """Ring whoever is named by `to` (`agent:NAME`, `queue:NAME` for an agent of it, `number:+86…`), so that the agent
    of the talk may ask him first: an attended transfer. The caller is on hold meanwhile."""

    order: OrderId
    author: str
    call: CallId
    to: str


@value
class SettleConsult:
    """Go on from a consultation: the caller goes to whom his agent asked, joins the two, or has his agent back."""

    order: OrderId
    author: str
    call: CallId
    how: Settling


@value
class JoinCall:
    """Let `agent`, a supervisor, listen to a talk, whisper, barge in or take its caller; or go on in another mode."""

    order: OrderId
    author: str
    call: CallId
    agent: AgentId
    mode: GuestMode


@value
class LeaveCall:
    """Let a guest go from a talk."""

    order: OrderId
    author: str
    call: CallId
    agent: AgentId


@value
class PauseRecording:
    """Nothing of the talk is to be in its recording from now on (`paused`), or everything again."""

    order: OrderId
    author: str
    call: CallId
    paused: bool = True


@value
class FinishMessage:
    """A caller's message has been dealt with."""

    order: OrderId
    author: str
    message: MessageId


@value
class PublishScript:
    """Put a version of a script in force for a `share` (of 1) of the new calls; below 1 it is a canary."""

    order: OrderId
    author: str
    source: ScriptSource
    comment: str = ""
    share: float = 1.0


@value
class RollBackScript:
    """End a script's canary; without one, put the version before in force again, or `to`, whatever it was."""

    order: OrderId
    author: str
    script: str
    to: ScriptSource | None = None
    comment: str = ""


@value
class OverrideCalendar:
    """A calendar is open, or closed, whatever its hours say: until `until`, or until it follows them again (0)."""

    order: OrderId
    author: str
    calendar: str
    open: bool
    until: Seconds = 0.0
    reason: str = ""


@value
class FollowCalendar:
    """A calendar is open by its hours again."""

    order: OrderId
    author: str
    calendar: str


Order = (
    AddAgent
    | ChangeAgent
    | FollowFiles
    | LogIn
    | LogOut
    | MakeReady
    | TakeBreak
    | EndWrapup
    | ExtendWrapup
    | DialOut
    | NailUp
    | HangUpCall
    | ChangeQueue
    | MoveCallers
    | SetPriority
    | AddCallback
    | CancelCallback
    | HoldCall
    | TransferCall
    | PauseRecording
    | ConsultCall
    | SettleConsult
    | JoinCall
    | LeaveCall
    | FinishMessage
    | PublishScript
    | RollBackScript
    | OverrideCalendar
    | FollowCalendar
)
