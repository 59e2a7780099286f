"""Guests at a talk: a supervisor listens, whispers to the agent, barges in, or takes the caller over; or the agent asks
somebody before he passes the caller on (`consulting.py`).

His phone is rung from the caller's node; who is nailed up there hears the zip tone instead. Once he is parked he
eavesdrops on the agent's leg: from there he can be heard by the agent alone, or by both. He takes the caller by one
bridge, caller first, out of the talk that was; whoever is gone at that instant, the caller is parked
(`uuid_bridge_park_on_cancel`) and goes on as after a talk.
"""

from __future__ import annotations

from ccswitch.floor.alive import LiveAgent, LiveCall, LiveGuest
from ccswitch.floor.asides import NOT_HAD, NOTHING, aside
from ccswitch.floor.asking import ask, legs_on
from ccswitch.floor.decided import Decided, nothing, together
from ccswitch.floor.devices import RING_GRACE
from ccswitch.floor.offering import ASKED_WITHIN, FREEING, UNSYNCED_GRACE
from ccswitch.floor.on_nailed import is_tone_of, put_on, tone_over_at
from ccswitch.floor.recording import recording_path
from ccswitch.floor.staffing import accepted, refuse
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, LegId, Seconds, agent_leg_id
from ccswitch.model.nouns import AgentState, AgentStatus, CallPlace, CallResult, GuestMode, GuestResult, LegRole

RINGS: Seconds = 30.0
OUTSIDE_LOOK: Seconds = 60.0  # how often it is asked whether somebody still talks outside
FOR_SUPERVISORS = (GuestMode.MONITOR, GuestMode.WHISPER, GuestMode.BARGE, GuestMode.TAKE)
WORDS = {
    GuestMode.MONITOR: "listens to",
    GuestMode.WHISPER: "whispers in",
    GuestMode.BARGE: "joins",
    GuestMode.TAKE: "takes over",
    GuestMode.CONSULT: "is asked in",
    GuestMode.CONFERENCE: "talks in",
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
    if order.mode not in FOR_SUPERVISORS:
        return refuse(order, "whom an agent asks is rung by `consult`")
    taker = taker_of(state, call)
    if order.mode is GuestMode.TAKE and taker is not None and taker.agent != order.agent:
        return refuse(order, f"{taker.name} is just taking call {order.call} over")
    there = next((guest for guest in guests_of(state, call) if guest.agent == order.agent), None)
    if there is not None and there.asked:
        return refuse(order, f"{order.agent} is asked by {call.agent}")
    if there is not None:
        return _switch(state, call, there, order, now)
    if why := cannot_come(agent):
        return refuse(order, why)
    ring = ring_guest(state, call, agent, mode=order.mode, by=order.author, serial=call.serial + 1, now=now)
    what = f"{order.agent} {WORDS[order.mode]} call {order.call}: his phone is rung"
    return ring + Decided([accepted(order, what)], [])


def cannot_come(agent: LiveAgent) -> str:
    """Why his phone cannot be rung for a talk; empty when it can. One on a break may be."""
    name = agent.agent.agent
    if agent.state is not AgentState.IDLE:
        return f"agent {name} is {agent.state.value}"
    if agent.on_phone:
        return f"the phone of agent {name} is in another call"
    if agent.nailed and not agent.nailed_free:
        return f"the nailed-up leg of agent {name} does not stand yet"
    return "" if agent.agent.phone else f"agent {name} has no phone"


def ring_guest(
    state: State,
    call: LiveCall,
    agent: LiveAgent | None,
    *,
    mode: GuestMode,
    by: str,
    serial: int,
    now: Seconds,
    number: str = "",
    shown: str = "",
) -> Decided:
    """Ring an agent, or an outside `number` that is `shown` another, so that he joins the talk; who is nailed up is put
    on it without any ringing."""
    name = agent.agent.agent if agent else AgentId("")
    nailed = state.nailed_leg(name, call.node) if agent else None
    leg = nailed or agent_leg_id(call.call, serial)
    called = o.GuestCalled(
        call=call.call,
        leg=leg,
        serial=serial,
        agent=name,
        number=number,
        mode=mode,
        talks_with=call.agent,
        by=by,
        deadline=tone_over_at(state, now) if nailed else now + RINGS + RING_GRACE,
    )
    if nailed:
        return Decided([called], []) + put_on(state, call, nailed, serial, LegRole.GUEST)
    return Decided([called], []) + _dial(state, call, agent, leg, number, shown)


def _dial(state: State, call: LiveCall, agent: LiveAgent | None, leg: LegId, number: str, shown: str) -> Decided:
    """Have his phone rung, or the outside `number` that is `shown` another."""
    name, phone = (agent.agent.agent, agent.agent.phone) if agent else (AgentId(""), "")
    opened = o.LegOpened(call=call.call, leg=leg, role=LegRole.GUEST, number=phone or number, agent=name)
    ring = r.RingAgent(
        node=call.node,
        call=call.call,
        leg=leg,
        agent=name,
        phone=phone,
        number=number,
        queue=call.queue,
        caller_number=call.caller_number if agent else shown,
        caller_name=call.caller_name if agent else shown,
        timeout=RINGS,
        music=state.queue_rules(call.queue).music,
    )
    return Decided([opened], [ring])


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
    requests = [admit(call, guest.leg, order.mode)] if guest.joined else []
    return Decided([switched, accepted(order, f"{guest.agent} {WORDS[order.mode]} call {call.call}")], [*requests])


def admit(call: LiveCall, leg: LegId, mode: GuestMode) -> r.Request:
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
    if guest.asked:
        return refuse(order, f"{order.agent} is asked by {call.agent}, who says what becomes of it")
    why = f"{order.author} ended it"
    done = accepted(order, f"{order.agent} leaves call {order.call}")
    return dismiss(state, guest, GuestResult.DISMISSED, why, now) + Decided([done], [])


# ---- what becomes of them -----------------------------------------------------------------------------------


def guest_parked(state: State, call: LiveCall, fact: f.LegParked, now: Seconds) -> Decided:
    """A guest answered, or is in park again because what he listened to is over."""
    leg, guest = state.legs[fact.leg], state.guests.get(fact.leg)
    connected = Decided([] if leg.answered else [o.LegConnected(call=call.call, leg=fact.leg)], [])
    if fact.leg == call.agent_leg:  # he took the caller, and this is old news
        return nothing()
    if guest is None:
        return connected + Decided([], [r.HangUp(node=call.node, leg=fact.leg, cause="ORIGINATOR_CANCEL")])
    return nothing() if guest.joined else connected + _comes_in(state, call, guest, now)


def guest_heard_tone(state: State, call: LiveCall, fact: f.ExecuteEnded | f.ExecuteFailed, now: Seconds) -> Decided:
    """A nailed-up guest has heard his tone, or the switch could not play it: he is there."""
    guest = state.guests[fact.leg]
    return nothing() if guest.joined or not is_tone_of(call, fact.execute) else _comes_in(state, call, guest, now)


def _comes_in(state: State, call: LiveCall, guest: LiveGuest, now: Seconds) -> Decided:
    if call.place is not CallPlace.TALKING:  # his talk is over, and the news of it crossed his answer
        return dismiss(state, guest, GuestResult.TALK_OVER, "the talk is over", now)
    if guest.mode is GuestMode.TAKE and (taker := taker_of(state, call)) is not None:  # both were rung for it
        return dismiss(state, guest, GuestResult.TALK_OVER, f"{taker.name} was there first", now)
    deadline = now + state.settings.bridge_within if guest.mode is GuestMode.TAKE else 0.0
    joined = o.GuestJoined(call=call.call, leg=guest.leg, agent=guest.agent, mode=guest.mode, deadline=deadline)
    carried = aside(call, NOTHING) if guest.mode is GuestMode.CONSULT else nothing()
    return Decided([joined], [admit(call, guest.leg, guest.mode)]) + carried


def guest_gone(state: State, call: LiveCall, leg: LegId, cause: str, now: Seconds) -> Decided:
    """A guest's leg is over."""
    guest = state.guests.get(leg)
    if guest is None:
        return nothing()
    result = GuestResult.LEFT if guest.joined else GuestResult.NOT_REACHED
    return _left(state, guest, result, cause, now) + _agent_is_told(call, guest)


def _agent_is_told(call: LiveCall, guest: LiveGuest) -> Decided:
    """Whom he asked was not had, or has hung up: he hears the busy tone, and his caller stays on hold with him."""
    on_hold = guest.asked and guest.mode is not GuestMode.CONFERENCE and call.place is CallPlace.TALKING
    return aside(call, NOT_HAD) if on_hold else nothing()


def guest_due(state: State, subject: str, now: Seconds) -> Decided:
    """He did not answer in time, or could not be joined to the caller: his phone is freed. Of a bridge only the news
    may be late, so the node is asked first."""
    guest = state.guests.get(LegId(subject))
    if guest is None:
        return nothing()
    call = state.calls[guest.call]
    node = call.node
    if not guest.joined and guest.leg in state.nailed and state.reachable(node):
        return _comes_in(state, call, guest, now)  # nobody told that his tone is over, or he hears none
    overdue = now - guest.since - state.settings.bridge_within
    if _is_taking(guest) and not state.reachable(node) and overdue < UNSYNCED_GRACE:
        return Decided([o.DeadlinePassed(kind="guest", subject=subject, again_at=now + 1.0)], [])
    if _is_taking(guest) and state.reachable(node) and overdue < ASKED_WITHIN:
        again = o.DeadlinePassed(kind="guest", subject=subject, again_at=now + ASKED_WITHIN)
        return Decided([again], []) + ask(node, legs_on(state, node), now + ASKED_WITHIN)
    gone = dismiss(state, guest, GuestResult.NOT_REACHED, "not in time", now)
    return gone + _agent_is_told(call, guest)


def talk_over(state: State, call: LiveCall, why: str, now: Seconds, heir: LiveGuest | None = None) -> Decided:
    """With the talk its guests go, but for one who is just being joined to the caller, or will be (`heir`)."""
    if not state.guests:
        return nothing()
    leaving = (guest for guest in guests_of(state, call) if not _is_taking(guest) and guest is not heir)
    return together(dismiss(state, guest, GuestResult.TALK_OVER, why, now) for guest in leaving)


def no_taker(state: State, call: LiveCall, now: Seconds, why: str = "the caller left") -> Decided:
    """The caller is gone, or goes elsewhere: who was being joined to him, or was to be, is let go."""
    taker = taker_of(state, call)
    if taker is None and call.place is not CallPlace.TALKING:
        taker = heir_of(state, call)
    return nothing() if taker is None else dismiss(state, taker, GuestResult.TALK_OVER, why, now)


def taker_of(state: State, call: LiveCall) -> LiveGuest | None:
    """The guest who is being joined to the caller."""
    if not state.guests:
        return None
    return next((guest for guest in guests_of(state, call) if _is_taking(guest)), None)


def asked_by_agent(state: State, call: LiveCall) -> LiveGuest | None:
    """Whom the agent of the talk asks, or is about to."""
    return next((guest for guest in guests_of(state, call) if guest.asked), None)


def heir_of(state: State, call: LiveCall) -> LiveGuest | None:
    """Who has the caller when his agent hangs up: whom he asked, and who is there."""
    asked = asked_by_agent(state, call)
    return asked if asked is not None and asked.joined and asked.mode is not GuestMode.TAKE else None


def taken(state: State, call: LiveCall, guest: LiveGuest, now: Seconds, at_switch: Seconds) -> Decided:
    """The bridge of caller and guest stands: his talk begins, with a recording of its own. What an outside number says
    is not ours: the call is as one that was handed out and answered there."""
    took = o.GuestLeft(
        call=call.call, leg=guest.leg, agent=guest.agent, result=GuestResult.TOOK, why="the caller talks with him"
    )
    if not guest.agent:
        why = f"passed on to {guest.number}"
        left = o.CallLeaving(
            call=call.call, result=CallResult.TRANSFERRED, why=why, deadline=now + OUTSIDE_LOOK, outside=guest.leg
        )
        return Decided([took, left], _stop_recording(call))
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
    decided = Decided([took, started], _stop_recording(call))
    if recording:
        decided.requests.append(r.Record(node=call.node, leg=call.leg, path=recording))
    return decided


def _stop_recording(call: LiveCall) -> list[r.Request]:
    return [r.StopRecording(node=call.node, leg=call.leg, path=call.recording)] if call.recording else []


def _is_taking(guest: LiveGuest) -> bool:
    return guest.mode is GuestMode.TAKE and guest.joined


def dismiss(state: State, guest: LiveGuest, result: GuestResult, why: str, now: Seconds) -> Decided:
    """Let a guest go, and free his phone."""
    call = state.calls[guest.call]
    cause = "NORMAL_CLEARING" if guest.joined else "ORIGINATOR_CANCEL"
    hang_up = [r.HangUp(node=call.node, leg=guest.leg, cause=cause)] if guest.leg in state.legs else []
    return _left(state, guest, result, why, now) + Decided([], [*hang_up])


def _left(state: State, guest: LiveGuest, result: GuestResult, why: str, now: Seconds) -> Decided:
    left = o.GuestLeft(call=guest.call, leg=guest.leg, agent=guest.agent, result=result, why=why)
    if not guest.agent or state.agents[guest.agent].status is not AgentStatus.READY:
        return Decided([left], [])
    rested = o.AgentRested(agent=guest.agent, until=now + FREEING, why="his phone is being freed")
    return Decided([left, rested], [])
