"""Guests: who else is at a talk. A supervisor who listens, whispers, barges in, or takes the caller over; or somebody
whom the agent asks before he passes the caller on to him (`consult`)."""

from __future__ import annotations

from ccswitch.model.ids import AgentId, CallId, ExecuteId, LegId, Seconds
from ccswitch.model.nouns import GuestMode, GuestResult
from ccswitch.model.value import value


@value
class GuestCalled:
    """The phone of `agent`, or an outside `number`, is rung, so that he joins the talk of `talks_with`; he is given up
    at `deadline`."""

    call: CallId
    leg: LegId
    serial: int
    agent: AgentId
    mode: GuestMode
    talks_with: AgentId
    by: str
    deadline: Seconds
    number: str = ""


@value
class GuestJoined:
    """He answered, and hears the talk; or is being joined to the caller, by `deadline`, when he takes him over."""

    call: CallId
    leg: LegId
    agent: AgentId
    mode: GuestMode
    deadline: Seconds = 0.0


@value
class GuestSwitched:
    """He goes on in another mode."""

    call: CallId
    leg: LegId
    agent: AgentId
    mode: GuestMode
    talks_with: AgentId
    by: str
    deadline: Seconds = 0.0


@value
class GuestLeft:
    """He is no longer there."""

    call: CallId
    leg: LegId
    agent: AgentId
    result: GuestResult
    why: str


@value
class AsideStarted:
    """While the caller is on hold, the agent is played what lets him hear whom he asks: ringing tone, then nothing that
    is audible, at last the busy tone."""

    call: CallId
    serial: int
    execute: ExecuteId
