"""After-call work: it ends by time or by order, can be extended, and leads into a moment's quiet."""

from __future__ import annotations

from ccswitch.floor.alive import LiveAgent
from ccswitch.floor.answering import accepted, refuse
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.state import State
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, Seconds
from ccswitch.model.nouns import AgentState, AgentStatus

GUARD = "a moment between calls"
LEAST: Seconds = 1.0  # by less than that nothing is extended


def wrapup_due(state: State, subject: str, now: Seconds) -> Decided:
    """After-call work is over by time."""
    agent = state.agents.get(AgentId(subject))
    if agent is None or agent.state is not AgentState.WRAPUP:
        return nothing()
    return wrapped_up(state, agent, "its time is over", now)


def end_wrapup(state: State, order: d.EndWrapup, now: Seconds) -> Decided:
    """After-call work is over because somebody says so."""
    agent = state.agents.get(order.agent)
    if agent is None or agent.state is not AgentState.WRAPUP:
        return _none_to_change(order, agent)
    said = accepted(order, f"agent {order.agent}: wrap-up is over")
    return wrapped_up(state, agent, f"said {order.author}", now) + Decided([said], [])


def extend_wrapup(state: State, order: d.ExtendWrapup, now: Seconds) -> Decided:
    """More time for after-call work, within the house's bound: nobody is away for good by a key pressed often."""
    agent = state.agents.get(order.agent)
    if agent is None or agent.state is not AgentState.WRAPUP:
        return _none_to_change(order, agent)
    ends = state.deadlines.due["wrapup", order.agent]
    longest = state.settings.longest_wrapup
    until = min(ends + order.by, agent.state_since + longest)
    if until < ends + LEAST:
        return refuse(order, f"agent {order.agent}: his wrap-up lasts {longest:.0f} s at most")
    extended = o.WrapupExtended(agent=order.agent, deadline=until, author=order.author)
    return Decided([extended, accepted(order, f"agent {order.agent}: wrap-up for {until - now:.0f} s more")], [])


def wrapped_up(state: State, agent: LiveAgent, why: str, now: Seconds) -> Decided:
    """After-call work ends; who takes calls has a moment for himself before the next one."""
    decided = Decided([o.WrapupEnded(agent=agent.agent.agent, why=why)], [])
    if agent.status is AgentStatus.READY:
        decided += quiet(state, agent, now)
    return decided


def quiet(state: State, agent: LiveAgent, now: Seconds) -> Decided:
    """The guard time, where the house has one."""
    guard = state.settings.guard
    return Decided([o.AgentRested(agent=agent.agent.agent, until=now + guard, why=GUARD)] if guard else [], [])


def _none_to_change(order: d.EndWrapup | d.ExtendWrapup, agent: LiveAgent | None) -> Decided:
    if agent is None:
        return refuse(order, f"no agent named {order.agent!r}", missing=True)
    return refuse(order, f"agent {order.agent} is not in wrap-up")
