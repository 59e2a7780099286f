"""Breaks and their reasons: the house's own words, and those that supervisors define (`[[reason]]`)."""

from __future__ import annotations

from ccswitch.floor.alive import LiveAgent
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.state import State
from ccswitch.floor.wrapping_up import quiet
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, Seconds
from ccswitch.model.nouns import AgentStatus, BreakReason

HOUSE = "ccswitch"  # the author of what the floor itself decides


def reason_of(state: State, name: str) -> BreakReason | None:
    """The defined reason of that name, or None: the house's own, or none is defined."""
    return next((reason for reason in state.settings.reasons if reason.name == name), None)


def no_such_reason(state: State, name: str) -> str:
    """Why nobody can go on break for that, empty when he can."""
    reasons = state.settings.reasons
    if not reasons or reason_of(state, name) is not None:
        return ""
    known = ", ".join(reason.name for reason in reasons)
    return f"no reason for a break named {name!r}; there are: {known}" if name else f"a break needs a reason: {known}"


def goes_on_break(state: State, agent: AgentId, reason: str, author: str, now: Seconds) -> o.AgentStatusChanged:
    """The break with its end, where its reason has a limit."""
    known = reason_of(state, reason)
    until = now + known.limit if known is not None and known.limit else 0.0
    return o.AgentStatusChanged(agent=agent, status=AgentStatus.BREAK, reason=reason, author=author, until=until)


def break_due(state: State, subject: str, now: Seconds) -> Decided:
    """A break has lasted as long as it may. What follows is the reason's: mostly the boards show it and no more."""
    agent = state.agents.get(AgentId(subject))
    reason = reason_of(state, agent.reason) if agent is not None else None
    if agent is None or reason is None or agent.status is not AgentStatus.BREAK:
        return nothing()
    if reason.then == "ready" and agent.agent.phone:
        return _then(agent, AgentStatus.READY) + quiet(state, agent, now)
    return _then(agent, AgentStatus.OFFLINE) if reason.then == "offline" else nothing()


def _then(agent: LiveAgent, status: AgentStatus) -> Decided:
    return Decided([o.AgentStatusChanged(agent=agent.agent.agent, status=status, reason="", author=HOUSE)], [])
