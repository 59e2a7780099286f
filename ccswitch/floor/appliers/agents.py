"""Agents come and go, say what they do, rest, and work after a call."""

from __future__ import annotations

from ccswitch.acd.agent_state import AgentCause
from ccswitch.floor.alive import AgentOverride, LiveAgent
from ccswitch.floor.appliers.asking_rules import ask_about_each
from ccswitch.floor.appliers.lines import look_elsewhere, match_now, note_idle
from ccswitch.floor.appliers.moves import advance_agent, count, look_after_leg
from ccswitch.floor.appliers.table import Appliers
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import Seconds
from ccswitch.model.nouns import AgentStatus


def _agent_added(state: State, outcome: o.AgentAdded, at: Seconds) -> None:
    live = state.agents.get(outcome.agent.agent)
    if live is None:
        live = LiveAgent(agent=outcome.agent, status_since=at, state_since=at, idle_since=at)
        state.agents[outcome.agent.agent] = live
    live.by_order, live.by = True, outcome.author
    live.overrides = {}
    in_files = state.in_files(outcome.agent.agent)
    live.keep_differences(in_files or outcome.agent, outcome.agent, at)
    _is_changed(state, live, at)


def _agent_changed(state: State, outcome: o.AgentChanged, at: Seconds) -> None:
    live = state.agents[outcome.agent]
    for change in outcome.changes:
        live.overrides[change.field] = AgentOverride(
            value=change.value, author=outcome.author, since=at, until=outcome.until
        )
    live.take(live.as_listed)
    _is_changed(state, live, at)


def _agent_follows_files(state: State, outcome: o.AgentFollowsFiles, at: Seconds) -> None:
    live = state.agents[outcome.agent]
    for name in outcome.fields:
        live.overrides.pop(name, None)
    live.take(live.as_listed)
    _is_changed(state, live, at)


def _is_changed(state: State, live: LiveAgent, at: Seconds) -> None:
    ends = [kept.until for kept in live.overrides.values() if kept.until]
    state.deadlines.clear("changes", live.agent.agent)
    if ends:
        state.deadlines.set("changes", live.agent.agent, min(ends))
    state.note_phones(live)
    note_idle(state, live)
    look_after_leg(state, live, at)
    ask_about_each(state, list(state.asking), at)  # he may have been of other queues
    look_elsewhere(state, at)
    match_now(state, at)


def _agent_removed(state: State, outcome: o.AgentRemoved, at: Seconds) -> None:
    gone = state.agents.pop(outcome.agent, None)
    state.forget_phones()
    ask_about_each(state, gone.agent.queues if gone else (), at)
    state.census.forget(outcome.agent)
    state.idle.leave(outcome.agent)
    for kind in ("rest", "break", "changes", "nailed"):
        state.deadlines.clear(kind, outcome.agent)


def _agent_status_changed(state: State, outcome: o.AgentStatusChanged, at: Seconds) -> None:
    agent = state.agents[outcome.agent]
    if agent.status is not outcome.status:  # who says it twice keeps his place in line, and what he stands by
        count(agent, at)
    if agent.status is AgentStatus.OFFLINE and outcome.status is not AgentStatus.OFFLINE:
        agent.talks, agent.worked, agent.idled = 0, 0.0, 0.0  # he has just come in
    changed, rested = agent.status is not outcome.status, agent.rest_until > 0.0
    agent.status, agent.reason, agent.status_since = outcome.status, outcome.reason, at
    agent.break_until = outcome.until
    state.deadlines.clear("break", outcome.agent)
    if outcome.until:
        state.deadlines.set("break", outcome.agent, outcome.until)
    if outcome.status is AgentStatus.READY:
        agent.ronas, agent.rest_until, agent.rest_why = 0, 0.0, ""
        if changed:  # who says it twice keeps his turn
            state.take_turn(agent, at)
    if changed:
        ask_about_each(state, agent.agent.queues, at)
    if changed or rested:
        note_idle(state, agent)
    if changed:
        look_after_leg(state, agent, at)
    match_now(state, at)


def _agent_rested(state: State, outcome: o.AgentRested, at: Seconds) -> None:
    agent = state.agents[outcome.agent]
    agent.rest_until, agent.rest_why = outcome.until, outcome.why
    note_idle(state, agent)
    state.deadlines.set("rest", outcome.agent, outcome.until)


def _wrapup_started(state: State, outcome: o.WrapupStarted, at: Seconds) -> None:
    state.deadlines.set("wrapup", outcome.agent, outcome.deadline)


def _wrapup_extended(state: State, outcome: o.WrapupExtended, at: Seconds) -> None:
    state.deadlines.set("wrapup", outcome.agent, outcome.deadline)


def _wrapup_ended(state: State, outcome: o.WrapupEnded, at: Seconds) -> None:
    agent = state.agents[outcome.agent]
    advance_agent(state, agent, AgentCause.WRAPUP_ENDED, at)
    state.deadlines.clear("wrapup", outcome.agent)
    match_now(state, at)


APPLIERS: Appliers = {
    o.AgentAdded: _agent_added,
    o.AgentChanged: _agent_changed,
    o.AgentFollowsFiles: _agent_follows_files,
    o.AgentRemoved: _agent_removed,
    o.AgentStatusChanged: _agent_status_changed,
    o.AgentRested: _agent_rested,
    o.WrapupStarted: _wrapup_started,
    o.WrapupExtended: _wrapup_extended,
    o.WrapupEnded: _wrapup_ended,
}
