"""Agents come and go, say what they do, rest, and work after a call."""

from __future__ import annotations

from ccswitch.acd.agent_state import AgentCause
from ccswitch.floor.appliers.lines import look_elsewhere, match_now, note_idle
from ccswitch.floor.appliers.moves import advance_agent
from ccswitch.floor.appliers.table import Appliers
from ccswitch.floor.state import LiveAgent, State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import Seconds
from ccswitch.model.nouns import AgentStatus


def _agent_added(state: State, outcome: o.AgentAdded, at: Seconds) -> None:
    live = state.agents.get(outcome.agent.agent)
    if live is None:
        live = LiveAgent(agent=outcome.agent, status_since=at, state_since=at, idle_since=at)
        state.agents[outcome.agent.agent] = live
    live.agent, live.by_order = outcome.agent, True
    note_idle(state, live)
    look_elsewhere(state, at)
    match_now(state, at)


def _agent_removed(state: State, outcome: o.AgentRemoved, at: Seconds) -> None:
    state.agents.pop(outcome.agent, None)
    state.idle.leave(outcome.agent)
    state.deadlines.clear("rest", outcome.agent)


def _agent_status_changed(state: State, outcome: o.AgentStatusChanged, at: Seconds) -> None:
    agent = state.agents[outcome.agent]
    changed, rested = agent.status is not outcome.status, agent.rest_until > 0.0
    agent.status, agent.reason, agent.status_since = outcome.status, outcome.reason, at
    if outcome.status is AgentStatus.READY:
        agent.ronas, agent.rest_until, agent.rest_why = 0, 0.0, ""
        if changed:  # who says it twice keeps his turn
            agent.idle_since = at
    if changed or rested:
        note_idle(state, agent)
    match_now(state, at)


def _agent_rested(state: State, outcome: o.AgentRested, at: Seconds) -> None:
    agent = state.agents[outcome.agent]
    agent.rest_until, agent.rest_why = outcome.until, outcome.why
    note_idle(state, agent)
    state.deadlines.set("rest", outcome.agent, outcome.until)


def _wrapup_started(state: State, outcome: o.WrapupStarted, at: Seconds) -> None:
    state.deadlines.set("wrapup", outcome.agent, outcome.deadline)


def _wrapup_ended(state: State, outcome: o.WrapupEnded, at: Seconds) -> None:
    agent = state.agents[outcome.agent]
    advance_agent(state, agent, AgentCause.WRAPUP_ENDED, at)
    state.deadlines.clear("wrapup", outcome.agent)
    match_now(state, at)


APPLIERS: Appliers = {
    o.AgentAdded: _agent_added,
    o.AgentRemoved: _agent_removed,
    o.AgentStatusChanged: _agent_status_changed,
    o.AgentRested: _agent_rested,
    o.WrapupStarted: _wrapup_started,
    o.WrapupEnded: _wrapup_ended,
}
