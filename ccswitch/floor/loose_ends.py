"""What ends with a call from person to person, however it ends: who was rung for it is free, and who made it too."""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.nouns import AgentState


def dial_over(call: LiveCall, cause: str, why: str) -> list[o.Outcome]:
    """The other side is not rung any more; nothing when none is. Its leg is another's matter."""
    if not call.dialled:
        return []
    return [o.DialEnded(call=call.call, leg=call.dialled, agent=call.dialled_agent, cause=cause, why=why)]


def own_call_over(state: State, call: LiveCall, why: str) -> list[o.Outcome]:
    """Who made the call on his own phone is free; nothing when he has talked with a customer, or never was busy."""
    agent = state.agents.get(call.by)
    if agent is None or agent.state is not AgentState.CALLING or agent.call != call.call:
        return []
    return [o.OwnCallEnded(call=call.call, agent=call.by, why=why)]
