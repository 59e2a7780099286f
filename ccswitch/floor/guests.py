"""Guests at a talk: a supervisor listens, whispers to the agent, barges in, or takes the caller over.

His phone is rung from the caller's node. Once he is parked he eavesdrops on the agent's leg: from there he can be heard
by the agent alone, or by both. He takes the caller by one bridge, caller first, out of the talk that was; whoever is
gone at that instant, the caller is parked (`uuid_bridge_park_on_cancel`) and goes on as after a talk.
"""

from __future__ import annotations

from ccswitch.floor.alive import LiveAgent, LiveCall, LiveGuest
from ccswitch.floor.asking import ask, legs_on
from ccswitch.floor.decided import Decided, nothing, together
from ccswitch.floor.devices import RING_GRACE
from ccswitch.floor.offering import ASKED_WITHIN, FREEING, UNSYNCED_GRACE
from ccswitch.floor.recording import recording_path
from ccswitch.floor.staffing import accepted, refuse
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import LegId, Seconds, agent_leg_id
from ccswitch.model.nouns import AgentState, AgentStatus, CallPlace, GuestMode, GuestResult, LegRole

RINGS: Seconds = 30.0
WORDS = {
    GuestMode.MONITOR: "listens to",
    GuestMode.WHISPER: "whispers in",
    GuestMode.BARGE: "joins",
    GuestMode.TAKE: "takes over",
}


def guests_of(state: State, call: LiveCall) -> list[LiveGuest]:
    """Who else is at the call's talk, or is rung for it."""
    return [guest for guest in state.guests.values() if guest.call == call.call] if state.guests else []


# ---- orders -------------------------------------------------------------------------------------------------


def join_call(state: State, order: d.JoinCall, now: Seconds) -> Decided:
    """Ring a supervisor's phone for a talk, or let him go on in another mode."""
    call, agent = state.calls.get(order.call), state.agents.get(order.agent)
    if call is None:
        return refuse(order, f"no live call {order.call!r}", missing=True)
    if agent is None:
        return refuse(order, f"no agent named {order.agent!r}", missing=True)
    if call.place is not CallPlace.TALKING:
        return refuse(order, f"call {order.call} is {call.place.value}: there is no talk to join")
    there = next((guest for guest in guests_of(state, call) if guest.agent == order.agent), None)
    if there is not None:
        return _switch(state, call, there, order, now)
    if why := _cannot_come(agent):
        return refuse(order, why)
    return _invite(state, call, agent, order, now)


def _cannot_come(agent: LiveAgent) -> str:
    name = agent.agent.agent
    if agent.state is not AgentState.IDLE:
        return f"agent {name} is {agent.state.value}"
    if agent.on_phone:
        return f"the phone of agent {name} is in another call"
    return "" if agent.agent.phone else f"agent {name} has no phone"


def _invite(state: State, call: LiveCall, agent: LiveAgent, order: d.JoinCall, now: Seconds) -> Decided:
    serial = call.serial + 1
    leg, name = agent_leg_id(call.call, serial), agent.agent.agent
    called = o.GuestCalled(
        call=call.call,
        leg=leg,
        serial=serial,
        agent=name,
        mode=order.mode,
        talks_with=call.agent,
        by=order.author,
        deadline=now + RINGS + RING_GRACE,
    )
    opened = o.LegOpened(call=call.call, leg=leg, role=LegRole.GUEST, number=agent.agent.phone, agent=name)
    ring = r.RingAgent(
        node=call.node,
        call=call.call,
        leg=leg,
        agent=name,
        phone=agent.agent.phone,
        queue=call.queue,
        caller_number=call.caller_number,
        caller_name=call.caller_name,
        timeout=RINGS,
        music=state.queue_rules(call.queue).music,
    )
    what = f"{name} {WORDS[order.mode]} call {call.call}: his phone is rung"
    return Decided([called, opened, accepted(order, what)], [ring])


def _switch(state: State, call: LiveCall, guest: LiveGuest, order: d.JoinCall, now: Seconds) -> Decided:
    taking = guest.mode is GuestMode.TAKE and guest.joined
    if guest.mode is order.mode or taking:
        return refuse(order, f"{guest.agent} {WORDS[guest.mode]} it already")
    switched = o.GuestSwitched(
        call=call.call,
        leg=guest.leg,
        agent=guest.agent,
        mode=order.mode,
        talks_with=call.agent,
        by=order.author,
        deadline=now + state.settings.bridge_within if order.mode is GuestMode.TAKE else 0.0,
    )
    requests = [_admit(call, guest.leg, order.mode)] if guest.joined else []
    return Decided([switched, accepted(order, f"{guest.agent} {WORDS[order.mode]} call {call.call}")], [*requests])


def _admit(call: LiveCall, leg: LegId, mode: GuestMode) -> r.Request:
    """What lets an answered guest do what he came for."""
    if mode is GuestMode.TAKE:
        return r.Bridge(node=call.node, leg=call.leg, other=leg)
    return r.Listen(node=call.node, leg=leg, other=call.agent_leg, mode=mode)


def send_away(state: State, order: d.LeaveCall, now: Seconds) -> Decided:
    """A guest goes; the talk goes on without him."""
    call = state.calls.get(order.call)
    if call is None:
        return refuse(order, f"no live call {order.call!r}", missing=True)
    guest = next((guest for guest in guests_of(state, call) if guest.agent == order.agent), None)
    if guest is None or _is_taking(guest):
        return refuse(order, f"{order.agent} is no guest of call {order.call}")
    why = f"{order.author} ended it"
    done = accepted(order, f"{order.agent} leaves call {order.call}")
    return _dismiss(state, guest, GuestResult.DISMISSED, why, now) + Decided([done], [])


# ---- what becomes of them -----------------------------------------------------------------------------------


def guest_parked(state: State, call: LiveCall, fact: f.LegParked, now: Seconds) -> Decided:
    """A guest answered, or is in park again because what he listened to is over."""
    leg, guest = state.legs[fact.leg], state.guests.get(fact.leg)
    connected = Decided([] if leg.answered else [o.LegConnected(call=call.call, leg=fact.leg)], [])
    if fact.leg == call.agent_leg:  # he took the caller, and this is old news
        return nothing()
    if guest is None:
        return connected + Decided([], [r.HangUp(node=call.node, leg=fact.leg, cause="ORIGINATOR_CANCEL")])
    if guest.joined:
        return nothing()
    if call.place is not CallPlace.TALKING:  # his talk is over, and the news of it crossed his answer
        return connected + _dismiss(state, guest, GuestResult.TALK_OVER, "the talk is over", now)
    deadline = now + state.settings.bridge_within if guest.mode is GuestMode.TAKE else 0.0
    joined = o.GuestJoined(call=call.call, leg=guest.leg, agent=guest.agent, mode=guest.mode, deadline=deadline)
    return connected + Decided([joined], [_admit(call, guest.leg, guest.mode)])


def guest_gone(state: State, call: LiveCall, leg: LegId, cause: str, now: Seconds) -> Decided:
    """A guest's leg is over."""
    guest = state.guests.get(leg)
    if guest is None:
        return nothing()
    result = GuestResult.LEFT if guest.joined else GuestResult.NOT_REACHED
    return _left(state, guest, result, cause, now)


def guest_due(state: State, subject: str, now: Seconds) -> Decided:
    """He did not answer in time, or could not be joined to the caller: his phone is freed. Of a bridge only the news
    may be late, so the node is asked first."""
    guest = state.guests.get(LegId(subject))
    if guest is None:
        return nothing()
    node = state.calls[guest.call].node
    overdue = now - guest.since - state.settings.bridge_within
    if _is_taking(guest) and not state.reachable(node) and overdue < UNSYNCED_GRACE:
        return Decided([o.DeadlinePassed(kind="guest", subject=subject, again_at=now + 1.0)], [])
    if _is_taking(guest) and state.reachable(node) and overdue < ASKED_WITHIN:
        again = o.DeadlinePassed(kind="guest", subject=subject, again_at=now + ASKED_WITHIN)
        return Decided([again], []) + ask(node, legs_on(state, node), now + ASKED_WITHIN)
    return _dismiss(state, guest, GuestResult.NOT_REACHED, "not in time", now)


def talk_over(state: State, call: LiveCall, why: str, now: Seconds) -> Decided:
    """With the talk its guests go, but for one who is just being joined to the caller."""
    if not state.guests:
        return nothing()
    leaving = (guest for guest in guests_of(state, call) if not _is_taking(guest))
    return together(_dismiss(state, guest, GuestResult.TALK_OVER, why, now) for guest in leaving)


def no_taker(state: State, call: LiveCall, now: Seconds, why: str = "the caller left") -> Decided:
    """The caller is gone, or goes elsewhere: who was being joined to him is let go."""
    taker = taker_of(state, call)
    return nothing() if taker is None else _dismiss(state, taker, GuestResult.TALK_OVER, why, now)


def taker_of(state: State, call: LiveCall) -> LiveGuest | None:
    """The guest who is being joined to the caller."""
    if not state.guests:
        return None
    return next((guest for guest in guests_of(state, call) if _is_taking(guest)), None)


def taken(state: State, call: LiveCall, guest: LiveGuest, now: Seconds, at_switch: Seconds) -> Decided:
    """The bridge of caller and guest stands: his talk begins, with a recording of its own."""
    took = o.GuestLeft(
        call=call.call, leg=guest.leg, agent=guest.agent, result=GuestResult.TOOK, why="the caller talks with him"
    )
    recording = recording_path(state, call, agent=guest.agent, queue=call.queue, now=now)
    started = o.TalkStarted(
        call=call.call,
        agent=guest.agent,
        leg=guest.leg,
        queue=call.queue,
        waited=0.0,
        recording=recording,
        at_switch=at_switch,
        offered=False,
    )
    decided = Decided([took, started], [])
    if call.recording:
        decided.requests.append(r.StopRecording(node=call.node, leg=call.leg, path=call.recording))
    if recording:
        decided.requests.append(r.Record(node=call.node, leg=call.leg, path=recording))
    return decided


def _is_taking(guest: LiveGuest) -> bool:
    return guest.mode is GuestMode.TAKE and guest.joined


def _dismiss(state: State, guest: LiveGuest, result: GuestResult, why: str, now: Seconds) -> Decided:
    call = state.calls[guest.call]
    cause = "NORMAL_CLEARING" if guest.joined else "ORIGINATOR_CANCEL"
    hang_up = [r.HangUp(node=call.node, leg=guest.leg, cause=cause)] if guest.leg in state.legs else []
    return _left(state, guest, result, why, now) + Decided([], [*hang_up])


def _left(state: State, guest: LiveGuest, result: GuestResult, why: str, now: Seconds) -> Decided:
    left = o.GuestLeft(call=guest.call, leg=guest.leg, agent=guest.agent, result=result, why=why)
    if state.agents[guest.agent].status is not AgentStatus.READY:
        return Decided([left], [])
    rested = o.AgentRested(agent=guest.agent, until=now + FREEING, why="his phone is being freed")
    return Decided([left, rested], [])
