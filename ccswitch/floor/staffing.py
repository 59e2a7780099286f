"""Agents' own doings: in, ready, on break, out."""

from __future__ import annotations

from ccswitch.floor.agent_changes import NOT_LISTED
from ccswitch.floor.alive import LiveAgent
from ccswitch.floor.answering import accepted as accepted
from ccswitch.floor.answering import refuse as refuse
from ccswitch.floor.breaks import goes_on_break, no_such_reason
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.offering import cancel_one
from ccswitch.floor.state import State
from ccswitch.floor.wrapping_up import quiet
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, Seconds
from ccswitch.model.nouns import AgentState, AgentStatus, CallPlace

LOGIN_REASON = "login"  # there, but has not said that he is ready


def log_in(state: State, order: d.LogIn, now: Seconds) -> Decided:
    """Present, not ready yet."""
    return _change(state, order, AgentStatus.BREAK, LOGIN_REASON, now)


def log_out(state: State, order: d.LogOut, now: Seconds) -> Decided:
    """Gone home; a talk that is on goes on."""
    return _change(state, order, AgentStatus.OFFLINE, "", now)


def take_break(state: State, order: d.TakeBreak, now: Seconds) -> Decided:
    """No calls for a while; what rings at his phone is offered elsewhere."""
    if order.agent in state.agents and (why := no_such_reason(state, order.reason)):
        return refuse(order, why)
    return _change(state, order, AgentStatus.BREAK, order.reason, now)


def make_ready(state: State, order: d.MakeReady, now: Seconds) -> Decided:
    """Takes calls from now on, after a moment where the house has one; wrap-up is over. Who says it again while he is
    ready and idle waives whatever rest he has."""
    agent = state.agents.get(order.agent)
    if agent is not None and not agent.agent.phone:
        return refuse(order, f"agent {order.agent} has no phone")
    decided = _change(state, order, AgentStatus.READY, "", now)
    if agent is None or not state.lists(agent):
        return decided
    if agent.state is AgentState.WRAPUP:
        decided.outcomes.insert(0, o.WrapupEnded(agent=order.agent, why="said ready"))
    if agent.state is AgentState.WRAPUP or agent.status is not AgentStatus.READY:
        decided += quiet(state, agent, now)
    return decided


def unlisted_due(state: State, subject: str, now: Seconds) -> Decided:
    """An agent who is no longer in the files has nothing left to do: he goes from the list."""
    agent = state.agents.get(AgentId(subject))
    if agent is None or agent.state is not AgentState.IDLE or agent.nailed or state.lists(agent):
        return nothing()
    return Decided([o.AgentRemoved(agent=agent.agent.agent, why=NOT_LISTED)], [])


StatusOrder = d.LogIn | d.LogOut | d.TakeBreak | d.MakeReady


def _change(state: State, order: StatusOrder, status: AgentStatus, reason: str, now: Seconds) -> Decided:
    agent = state.agents.get(order.agent)
    if agent is None:
        return refuse(order, f"no agent named {order.agent!r}", missing=True)
    if not state.lists(agent):  # he is only there until his last call is over
        return refuse(order, f"agent {order.agent} is {NOT_LISTED}")
    changed = (
        goes_on_break(state, order.agent, reason, order.author, now)
        if status is AgentStatus.BREAK
        else o.AgentStatusChanged(agent=order.agent, status=status, reason=reason, author=order.author)
    )
    words = f"{status.value} ({reason})" if reason else status.value
    decided = take_back_offer(state, agent, status, now)
    decided.outcomes += [changed, accepted(order, f"agent {order.agent}: {words}")]
    return decided


def take_back_offer(state: State, agent: LiveAgent, status: AgentStatus, now: Seconds) -> Decided:
    """A call that rings for an agent who no longer takes calls is offered elsewhere."""
    if status is AgentStatus.READY or not agent.offer:
        return nothing()
    call = state.calls.get(agent.call)
    if call is None or not (call.place is CallPlace.WAITING or call.calls_back) or state.offers[agent.offer].answered:
        return nothing()
    return cancel_one(state, call, state.offers[agent.offer], f"{agent.agent.agent} went {status.value}", now)
