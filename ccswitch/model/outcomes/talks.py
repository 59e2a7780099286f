"""Talks of a caller and an agent, and their recordings."""

from __future__ import annotations

from ccswitch.model.ids import AgentId, CallId, LegId, NodeName, QueueName, Seconds
from ccswitch.model.value import value


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
    offered: bool = True  # he came by an offer from a queue; False: he took the caller from another agent


@value
class TalkHeld:
    """One side put the other on hold (`on`) or took it back."""

    call: CallId
    agent: AgentId
    on: bool


@value
class TalkEnded:
    """The talk is over, ended `by` caller, agent, switch or an order's author; the caller is back by `deadline`.

    `talked` is its length by the switch's own clock, where that is known: its news may have been late. `waits_on`: his
    agent went while he asked somebody, so that the caller, if nobody has him, is back in line at his old place.
    """

    call: CallId
    agent: AgentId
    leg: LegId
    talked: Seconds
    by: str
    deadline: Seconds
    waits_on: bool = False


@value
class TalkTransferred:
    """The caller is sent on to `target` (`targets.py`), `by` an order's author, or by the phone of `agent`.

    He is told of before the talk ends: what follows in park is settled. `attended`: his agent asked there first, and he
    is joined to whom he asked at once, without a way through park.
    """

    call: CallId
    agent: AgentId
    queue: QueueName
    target: str
    by: str
    attended: bool = False


@value
class TransferRefused:
    """A phone's own transfer (REFER) went where none may; the caller waits on where he was."""

    call: CallId
    agent: AgentId
    target: str
    why: str


@value
class RecordingPaused:
    """From here on silence is recorded, `by` whoever ordered it: card data is being said."""

    call: CallId
    agent: AgentId
    by: str


@value
class RecordingResumed:
    """The talk is recorded again."""

    call: CallId
    agent: AgentId
    by: str


@value
class RecordingNotWritten:
    """The call's recording is missing or cut short: the node could not write it (disk full, or no permission)."""

    call: CallId
    node: NodeName
    recording: str
    why: str
