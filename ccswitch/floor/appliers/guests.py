"""Guests come to a talk, change their mode and go."""

from __future__ import annotations

from ccswitch.acd.agent_state import AgentCause
from ccswitch.floor.alive import LiveGuest
from ccswitch.floor.appliers.lines import match_now
from ccswitch.floor.appliers.moves import advance_agent
from ccswitch.floor.appliers.table import Appliers
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import CallId, LegId, Seconds
from ccswitch.model.nouns import GuestMode, GuestResult


def _guest_called(state: State, outcome: o.GuestCalled, at: Seconds) -> None:
    if outcome.agent:
        agent = state.agents[outcome.agent]
        advance_agent(state, agent, AgentCause.INVITED, at)
        agent.call = outcome.call
    state.calls[outcome.call].serial = outcome.serial
    state.guests[outcome.leg] = LiveGuest(
        leg=outcome.leg,
        call=outcome.call,
        agent=outcome.agent,
        number=outcome.number,
        mode=outcome.mode,
        by=outcome.by,
        since=at,
        asked=outcome.mode is GuestMode.CONSULT,
    )
    state.deadlines.set("guest", outcome.leg, outcome.deadline)


def _guest_joined(state: State, outcome: o.GuestJoined, at: Seconds) -> None:
    guest = state.guests[outcome.leg]
    guest.joined, guest.since = True, at
    _await(state, outcome.leg, outcome.deadline)


def _guest_switched(state: State, outcome: o.GuestSwitched, at: Seconds) -> None:
    guest = state.guests[outcome.leg]
    guest.mode, guest.by, guest.since = outcome.mode, outcome.by, at
    if guest.joined:
        _await(state, outcome.leg, outcome.deadline)


def _await(state: State, leg: LegId, deadline: Seconds) -> None:
    state.deadlines.clear("guest", leg)
    if deadline:
        state.deadlines.set("guest", leg, deadline)


def _guest_left(state: State, outcome: o.GuestLeft, at: Seconds) -> None:
    del state.guests[outcome.leg]
    state.deadlines.clear("guest", outcome.leg)
    if outcome.result is GuestResult.TOOK or not outcome.agent:  # his talk begins, or he is none of ours
        return
    agent = state.agents[outcome.agent]
    agent.call = CallId("")
    advance_agent(state, agent, AgentCause.LEFT, at)
    match_now(state, at)


def _aside_started(state: State, outcome: o.AsideStarted, at: Seconds) -> None:
    call = state.calls[outcome.call]
    call.serial, call.aside = outcome.serial, outcome.execute


APPLIERS: Appliers = {
    o.AsideStarted: _aside_started,
    o.GuestCalled: _guest_called,
    o.GuestJoined: _guest_joined,
    o.GuestSwitched: _guest_switched,
    o.GuestLeft: _guest_left,
}
