"""What was decided, in the past tense, each with its reason. Kept in the journal; State and SQL are folds over them.

Times are not in here: the journal stamps every outcome with the `now` of its decision.
"""

from __future__ import annotations

from ccswitch.model.ids import (
    AgentId,
    CallId,
    ExecuteId,
    LegId,
    MessageId,
    NodeName,
    OfferId,
    OrderId,
    QueueName,
    Seconds,
)
from ccswitch.model.nouns import (
    Agent,
    AgentStatus,
    CallResult,
    FloorSettings,
    LegRole,
    MessageResult,
    OfferResult,
    Release,
    ReleaseKind,
    ScriptSource,
    VisitResult,
)
from ccswitch.model.value import value


@value
class SettingsTaken:
    """New settings are in force for whatever begins from now on."""

    settings: FloorSettings


@value
class NodeConnected:
    """The link to a node stands. `restarted`: it is another FreeSWITCH process than before."""

    node: NodeName
    core: str
    restarted: bool


@value
class NodeLost:
    """The link to a node is gone."""

    node: NodeName
    why: str


@value
class NodeSynced:
    """The node's own truth was held against the floor after the link came up; offers for its callers go out again."""

    node: NodeName
    legs: int


@value
class SurveyAsked:
    """The switch's own truth was asked for; due again at `next_at`."""

    node: NodeName
    next_at: Seconds


@value
class CallStarted:
    """A caller arrived at an entry."""

    call: CallId
    leg: LegId
    node: NodeName
    entry: str
    caller_number: str
    caller_name: str
    called_number: str
    answered: bool = False


@value
class LegOpened:
    """A leg of the call came to be (the caller's own at the start, an agent's when it is dialled)."""

    call: CallId
    leg: LegId
    role: LegRole
    number: str
    agent: AgentId = AgentId("")


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
class StepStarted:
    """A script step that takes time began on the caller's leg. `cursor` is where the script stands, as JSON."""

    call: CallId
    serial: int
    execute: ExecuteId
    script: str
    script_hash: str
    step: str
    kind: str
    cursor: str
    deadline: Seconds


@value
class StepEnded:
    """A script step ended and led on to step `to` (`end`: to the script's end).

    `keys` never holds masked digits; `why` says what was wrong, and names the file.
    """

    call: CallId
    step: str
    kind: str
    result: str
    keys: str = ""
    why: str = ""
    to: str = ""  # empty: it led nowhere, or was written by a release that did not keep it


@value
class SpeechSkipped:
    """Words that the caller should have heard at a script step and did not; the rest of its prompt was played."""

    call: CallId
    step: str
    said: str
    why: str


@value
class StepPassed:
    """A script step that takes no time (a variable set, a branch taken) led on to step `to`; `result` says why."""

    call: CallId
    script: str
    script_hash: str
    step: str
    kind: str
    result: str
    to: str


@value
class ScriptReleased:
    """New calls take these versions of a script. `sources`: the texts among them that were not released before."""

    release: Release
    kind: ReleaseKind
    sources: tuple[ScriptSource, ...] = ()


@value
class CallTagged:
    """The call is marked with what it is about."""

    call: CallId
    tags: tuple[str, ...]


@value
class RecordingChosen:
    """The call's talks are recorded from now on (`on`; the caller was told), or are not, whatever the queue's rule."""

    call: CallId
    on: bool


@value
class SurveyAnswered:
    """The caller answered a question about the talk that he had last, with `agent` in `queue`."""

    call: CallId
    question: str
    score: int
    agent: AgentId = AgentId("")
    queue: QueueName = QueueName("")


@value
class MessageBegun:
    """The caller's message for queue `box` is being recorded to `path` on the node."""

    call: CallId
    message: MessageId
    box: QueueName
    node: NodeName
    path: str
    caller_number: str
    caller_name: str


@value
class MessageEnded:
    """The message is whole (`LEFT`, announced to the queue's agents), or there is none."""

    call: CallId
    message: MessageId
    box: QueueName
    seconds: Seconds
    result: MessageResult
    why: str


@value
class MessageDone:
    """Somebody has dealt with a message."""

    call: CallId
    message: MessageId
    box: QueueName
    author: str


@value
class CallEnqueued:
    """The caller waits. `since` is when his wait began (kept across offers, restarts and moves).

    `target` and `short_abandon` are the queue's rules of that instant, by which this stay is counted ever after.
    """

    call: CallId
    queue: QueueName
    priority: int
    since: Seconds
    why: str
    cursor: str = ""  # where the script goes on after the talk, empty when it does not
    again: bool = False  # the talk before was too short to be one
    target: Seconds | None = None  # None: written by a release that did not keep them
    short_abandon: Seconds | None = None
    script_hash: str = ""  # of the version that `cursor` is in
    requires: str = ""  # of the agent's skills (model/skills.py)


@value
class MusicStarted:
    """Hold music runs on the waiting caller's leg under `execute`."""

    call: CallId
    serial: int
    execute: ExecuteId


@value
class MusicStopped:
    """Hold music ended by itself; it starts again at `again_at`."""

    call: CallId
    again_at: Seconds
    why: str


@value
class VisitEnded:
    """A stay in a queue is over."""

    call: CallId
    queue: QueueName
    result: VisitResult
    waited: Seconds
    agent: AgentId = AgentId("")


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


@value
class TalkStarted:
    """Caller and agent hear each other."""

    call: CallId
    agent: AgentId
    leg: LegId
    queue: QueueName
    waited: Seconds
    recording: str = ""
    at_switch: Seconds = 0.0  # by the node's own clock (`facts.py`)


@value
class RecordingNotWritten:
    """The call's recording is missing or cut short: the node could not write it (disk full, or no permission)."""

    call: CallId
    node: NodeName
    recording: str
    why: str


@value
class TransferRefused:
    """A phone's own transfer (REFER) went to nothing of the house; the caller waits on where he was."""

    call: CallId
    agent: AgentId
    target: str
    why: str


@value
class TalkHeld:
    """One side put the other on hold (`on`) or took it back."""

    call: CallId
    agent: AgentId
    on: bool


@value
class TalkEnded:
    """The talk is over, ended `by` caller, agent, switch or an order's author; the caller is back by `deadline`.

    `talked` is its length by the switch's own clock, where that is known: its news may have been late.
    """

    call: CallId
    agent: AgentId
    leg: LegId
    talked: Seconds
    by: str
    deadline: Seconds


@value
class WrapupStarted:
    """After-call work until `deadline`."""

    agent: AgentId
    call: CallId
    deadline: Seconds


@value
class WrapupEnded:
    """After-call work is over."""

    agent: AgentId
    why: str


@value
class AgentAdded:
    """A person is on the list, or his name, phone or queues changed."""

    agent: Agent
    author: str


@value
class AgentRemoved:
    """A person is no longer on the list."""

    agent: AgentId
    why: str


@value
class AgentStatusChanged:
    """The agent's status, with who changed it and why."""

    agent: AgentId
    status: AgentStatus
    reason: str
    author: str


@value
class AgentRested:
    """No offers to this agent until `until` (his phone was busy, declined, rang out or could not be reached)."""

    agent: AgentId
    until: Seconds
    why: str


@value
class CallLeaving:
    """The call is being handed out of the house or hung up; only its end is awaited."""

    call: CallId
    result: CallResult
    why: str
    deadline: Seconds
    cursor: str = ""  # where the script goes on when the outside number cannot be reached
    script_hash: str = ""  # of the version that `cursor` is in


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
    wayout: Seconds  # when the last resort took him
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


@value
class Healed:
    """Floor and switch disagreed and the floor was put right (or the leg was)."""

    node: NodeName
    what: str
    call: CallId = CallId("")
    leg: LegId = LegId("")


@value
class DeadlinePassed:
    """A deadline fell due and nothing else came of it (its subject was already gone, or it is tried again)."""

    kind: str
    subject: str
    again_at: Seconds = 0.0  # 0: not again


@value
class OrderAccepted:
    """An order was carried out; `what` says what changed."""

    order: OrderId
    author: str
    what: str


@value
class OrderRefused:
    """An order was not carried out; `why` says why, `missing` that its subject does not exist."""

    order: OrderId
    author: str
    why: str
    missing: bool = False


@value
class CalendarOverridden:
    """A supervisor decided that a calendar is open, or closed, until `until` (0: until it follows its hours again)."""

    calendar: str
    open: bool
    until: Seconds
    author: str
    reason: str = ""


@value
class CalendarFollowed:
    """A calendar is open by its hours again."""

    calendar: str
    why: str


Outcome = (
    SettingsTaken
    | NodeConnected
    | NodeLost
    | NodeSynced
    | SurveyAsked
    | CallStarted
    | LegOpened
    | LegConnected
    | LegClosed
    | StepStarted
    | StepEnded
    | StepPassed
    | ScriptReleased
    | SpeechSkipped
    | CallTagged
    | RecordingChosen
    | SurveyAnswered
    | MessageBegun
    | MessageEnded
    | MessageDone
    | CallEnqueued
    | MusicStarted
    | MusicStopped
    | VisitEnded
    | OfferMade
    | OfferRinging
    | OfferAnswered
    | OfferEnded
    | TalkStarted
    | RecordingNotWritten
    | TransferRefused
    | TalkHeld
    | TalkEnded
    | WrapupStarted
    | WrapupEnded
    | AgentAdded
    | AgentRemoved
    | AgentStatusChanged
    | AgentRested
    | CallLeaving
    | CallAtWayOut
    | CallUnattended
    | CallResumed
    | CallEnded
    | Healed
    | DeadlinePassed
    | CalendarOverridden
    | CalendarFollowed
    | OrderAccepted
    | OrderRefused
)
