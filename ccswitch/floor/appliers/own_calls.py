"""Calls from person to person begin, ring, are answered and end."""

from __future__ import annotations

from ccswitch.acd.agent_state import AgentCause
from ccswitch.floor.appliers.lines import match_now
from ccswitch.floor.appliers.moves import advance_agent, move_call
from ccswitch.floor.appliers.table import Appliers
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, CallId, Seconds
from ccswitch.model.nouns import CallOrigin, CallPlace, LegRole


def _own_call_began(state: State, outcome: o.OwnCallBegan, at: Seconds) -> None:
    agent, call = state.agents[outcome.agent], state.calls[outcome.call]
    advance_agent(state, agent, AgentCause.CALLS, at)
    agent.call = outcome.call
    state.deadlines.clear("wrapup", outcome.agent)
    call.wanted_number = outcome.number
    if outcome.deadline:
        move_call(call, CallPlace.DIALLING, at)
        state.deadlines.set("dial", call.call, outcome.deadline)


def _own_call_ended(state: State, outcome: o.OwnCallEnded, at: Seconds) -> None:
    agent = state.agents[outcome.agent]
    agent.call, agent.idle_since = CallId(""), at
    advance_agent(state, agent, AgentCause.CALL_OVER, at)
    match_now(state, at)


def _dialled(state: State, outcome: o.Dialled, at: Seconds) -> None:
    call = state.calls[outcome.call]
    move_call(call, CallPlace.DIALLING, at)
    call.dial([outcome.leg, *outcome.beside], outcome.agent)
    call.serial = outcome.serial
    if outcome.agent:
        agent = state.agents[outcome.agent]
        advance_agent(state, agent, AgentCause.OFFERED, at)
        agent.call = outcome.call
    else:
        call.origin = CallOrigin.OUTBOUND
    state.deadlines.set("dial", call.call, outcome.deadline)


def _dial_ringing(state: State, outcome: o.DialRinging, at: Seconds) -> None:
    advance_agent(state, state.agents[outcome.agent], AgentCause.RINGING, at)


def _dial_refused(state: State, outcome: o.DialRefused, at: Seconds) -> None:
    call = state.calls[outcome.call]
    call.devices_said.append(outcome.cause)
    call.dialled_legs.remove(outcome.leg)
    if call.dialled_legs:
        call.dialled = call.dialled_legs[0]


def _dial_rung(state: State, outcome: o.DialRung, at: Seconds) -> None:
    call = state.calls[outcome.call]
    call.dialled, call.dialled_legs = outcome.leg, [outcome.leg]
    call.devices_rung += 1
    call.serial = outcome.serial
    state.deadlines.set("dial", call.call, outcome.deadline)


def _dial_answered(state: State, outcome: o.DialAnswered, at: Seconds) -> None:
    call = state.calls[outcome.call]
    call.reached, call.serial = True, outcome.serial
    call.dialled, call.dialled_legs = outcome.leg, [outcome.leg]
    if not call.dialled_agent:
        state.legs[call.leg].role, state.legs[outcome.leg].role = LegRole.AGENT, LegRole.CALLER
        call.leg, call.answered = outcome.leg, True
    state.deadlines.set("dial", call.call, outcome.deadline)


def _dial_ended(state: State, outcome: o.DialEnded, at: Seconds) -> None:
    call = state.calls[outcome.call]
    call.dial([], AgentId(""))
    move_call(call, CallPlace.SCRIPT, at)
    state.deadlines.clear("dial", call.call)
    agent = state.agents.get(outcome.agent)
    if agent is not None:
        advance_agent(state, agent, AgentCause.OFFER_OVER, at)
        agent.call = CallId("")
        match_now(state, at)


APPLIERS: Appliers = {
    o.OwnCallBegan: _own_call_began,
    o.OwnCallEnded: _own_call_ended,
    o.Dialled: _dialled,
    o.DialRinging: _dial_ringing,
    o.DialRefused: _dial_refused,
    o.DialRung: _dial_rung,
    o.DialAnswered: _dial_answered,
    o.DialEnded: _dial_ended,
}
