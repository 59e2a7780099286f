"""Consult: an agent asks somebody before he passes his caller on (attended transfer), or lets all three talk.

The bridge of caller and agent is never broken: the caller is put on hold in it, and whom the agent asks is a guest of
his leg (`guests.py`) whom he alone hears, by what is played to himself (`asides.py`). From there

- `complete`: the caller is bridged to the guest, as to a supervisor who takes him over;
- `conference`: hold ends, and the guest is heard by both;
- `back`: the guest goes, and hold ends.

Whoever hangs up meanwhile costs nobody else his talk. When the agent does, the guest has the caller as soon as the
caller is in park; where nobody has answered yet, the caller waits on at his old place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from ccswitch.floor.alive import LiveAgent, LiveCall, LiveGuest
from ccswitch.floor.asides import IT_RINGS, NOTHING, aside, hush
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.guests import admit, asked_by_agent, cannot_come, dismiss, heir_of, ring_guest, taker_of
from ccswitch.floor.holding import is_held, play_on_hold
from ccswitch.floor.moving import missing
from ccswitch.floor.own_calls import shown_number
from ccswitch.floor.staffing import accepted, refuse
from ccswitch.floor.state import State
from ccswitch.floor.talking import end_talk
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, Seconds
from ccswitch.model.nouns import AgentStatus, CallPlace, GuestMode, GuestResult, Settling
from ccswitch.model.targets import Target, TargetKind, WrongTarget, target

TOO_SOON: Seconds = 1.0  # what carries the guest's voice and ends sooner cannot be played


class Asked(NamedTuple):
    """Who is to be rung: an agent, or an outside number; or why nobody is."""

    agent: LiveAgent | None = None
    number: str = ""
    why_not: str = ""

    @property
    def name(self) -> str:
        """Who he is: an agent, or an outside number."""
        return self.agent.agent.agent if self.agent else self.number


# ---- orders -------------------------------------------------------------------------------------------------


def consult_call(state: State, order: d.ConsultCall, now: Seconds) -> Decided:
    """Put the caller on hold, and ring whom his agent wants to ask."""
    call = state.calls.get(order.call)
    if call is None:
        return refuse(order, f"no live call {order.call!r}", missing=True)
    if why := _cannot_ask(state, call):
        return refuse(order, why)
    try:
        to = target(order.to)
    except WrongTarget as wrong:
        return refuse(order, str(wrong))
    whom = _whom(state, call, to)
    if whom.why_not:
        return refuse(order, whom.why_not)
    serial, held = call.serial, nothing()
    if not is_held(state, call):
        held = Decided([o.TalkHeld(call=call.call, agent=call.agent, on=True)], []) + play_on_hold(state, call)
        serial += 1
    shown = shown_number(state, state.agents[call.agent], call.queue) if whom.number else ""
    ring = ring_guest(
        state,
        call,
        whom.agent,
        mode=GuestMode.CONSULT,
        by=order.author,
        serial=serial + 1,
        now=now,
        number=whom.number,
        shown=shown,
    )
    done = accepted(order, f"call {order.call} is on hold, and {whom.name} is rung")
    return held + ring + aside(call, IT_RINGS, serial + 2) + Decided([done], [])


def _cannot_ask(state: State, call: LiveCall) -> str:
    """Empty when the agent of the talk may ask somebody."""
    if call.place is not CallPlace.TALKING:
        return f"call {call.call} is {call.place.value}: only who talks can ask somebody"
    if (asked := asked_by_agent(state, call)) is not None:
        return f"{call.agent} asks {asked.name} already"
    by_phone = is_held(state, call) and not call.music
    return f"the phone of {call.agent} holds the caller: take him back on it first" if by_phone else ""


def _whom(state: State, call: LiveCall, to: Target) -> Asked:
    if why := missing(state, to):
        return Asked(why_not=why)
    if to.kind is TargetKind.NUMBER:
        allowed = any(re.search(pattern, to.name) for pattern in state.settings.transfers_out)
        return Asked(number=to.name) if allowed else Asked(why_not=f"{to.name} is not among [floor] transfers_out")
    if to.kind is TargetKind.AGENT:
        agent = state.agents[AgentId(to.name)]
        away = f"{to.name} is not there" if agent.status is AgentStatus.OFFLINE else ""
        return Asked(agent, why_not=away or cannot_come(agent))
    if to.kind is TargetKind.QUEUE:
        return _one_of(state, to.name)
    return Asked(why_not=f"nobody answers at {to}: write agent:NAME, queue:NAME or number:+86…")


def _one_of(state: State, queue: str) -> Asked:
    """The longest idle agent of a queue, whichever calls wait there."""
    idle = [live for live in state.agents.values() if live.is_idle and queue in live.agent.queues]
    if not idle:
        return Asked(why_not=f"no agent of queue {queue} is idle")
    return Asked(min(idle, key=lambda live: (live.idle_since, live.agent.agent)))


def settle_consult(state: State, order: d.SettleConsult, now: Seconds) -> Decided:
    """What becomes of the three."""
    call = state.calls.get(order.call)
    if call is None:
        return refuse(order, f"no live call {order.call!r}", missing=True)
    guest = asked_by_agent(state, call)
    if guest is None or call.place is not CallPlace.TALKING:
        return refuse(order, f"nobody is asked about call {order.call}")
    if guest.mode is GuestMode.TAKE:
        return refuse(order, f"call {order.call} is being passed on to {guest.name}")
    if order.how is Settling.COMPLETE and (taker := taker_of(state, call)) is not None:
        return refuse(order, f"{taker.name} is just taking call {order.call} over")
    if order.how is not Settling.BACK and not guest.joined:
        return refuse(order, f"{guest.name} has not answered yet")
    if order.how is Settling.CONFERENCE and guest.mode is GuestMode.CONFERENCE:
        return refuse(order, f"{guest.name} talks with both already")
    what, settled = _SETTLED[order.how](state, call, guest, order.author, now)
    return settled + Decided([accepted(order, what)], [])


Settled = tuple[str, Decided]


def _complete(state: State, call: LiveCall, guest: LiveGuest, by: str, now: Seconds) -> Settled:
    return f"call {call.call} is being passed on to {guest.name}", _pass_on(state, call, guest, by, now)


def _pass_on(state: State, call: LiveCall, guest: LiveGuest, by: str, now: Seconds) -> Decided:
    deadline = now + state.settings.bridge_within
    bridge = r.Bridge(node=call.node, leg=call.leg, other=guest.leg)
    return Decided([_switched(call, guest, GuestMode.TAKE, by, deadline)], [bridge])


def _conference(state: State, call: LiveCall, guest: LiveGuest, by: str, now: Seconds) -> Settled:
    switched = Decided([_switched(call, guest, GuestMode.CONFERENCE, by)], [])
    heard = Decided([], [admit(call, guest.leg, GuestMode.CONFERENCE)])
    return f"{guest.name} talks with both of call {call.call}", switched + _off_hold(call) + heard


def _back(state: State, call: LiveCall, guest: LiveGuest, by: str, now: Seconds) -> Settled:
    gone = dismiss(state, guest, GuestResult.DISMISSED, f"{by} goes back to the caller", now)
    back = gone + (_off_hold(call) if is_held(state, call) else nothing())
    return f"{guest.name} is let go, call {call.call} is with {call.agent} again", back


_SETTLED: dict[Settling, Callable[[State, LiveCall, LiveGuest, str, Seconds], Settled]] = {
    Settling.COMPLETE: _complete,
    Settling.CONFERENCE: _conference,
    Settling.BACK: _back,
}


def _switched(call: LiveCall, guest: LiveGuest, mode: GuestMode, by: str, deadline: Seconds = 0.0) -> o.GuestSwitched:
    return o.GuestSwitched(
        call=call.call,
        leg=guest.leg,
        agent=guest.agent,
        mode=mode,
        talks_with=call.agent or call.last_agent,
        by=by,
        deadline=deadline,
    )


def _off_hold(call: LiveCall) -> Decided:
    unheld = Decided([o.TalkHeld(call=call.call, agent=call.agent, on=False)], [])
    return unheld + Decided([], [r.Quiet(node=call.node, leg=call.leg)]) + hush(call)


# ---- what happens meanwhile ---------------------------------------------------------------------------------


def aside_over(state: State, call: LiveCall, now: Seconds) -> Decided:
    """What the agent heard for himself ended by itself: while it carries somebody's voice it is begun again."""
    guest = heir_of(state, call)
    if guest is None or now - guest.since < TOO_SOON:
        return nothing()
    begun = voice_carried(state, call)
    begun.requests = [request for request in begun.requests if not isinstance(request, r.Quiet)]
    return begun


def voice_carried(state: State, call: LiveCall) -> Decided:
    """What carries the voice of whom the agent asks is begun anew: the switch may never have heard of it."""
    guest = heir_of(state, call)
    return aside(call, NOTHING) if guest is not None and guest.mode is GuestMode.CONSULT else nothing()


def passes_himself_on(state: State, call: LiveCall) -> bool:
    """The caller's agent went while whom he asked is there, and nothing else was settled for the caller."""
    return not call.bound_for and heir_of(state, call) is not None


def pass_on(state: State, call: LiveCall, fact: f.LegParked, now: Seconds) -> Decided:
    """The agent hung up, the caller is in park: whom the agent asked has him, as by a desk phone's own keys."""
    guest = heir_of(state, call)
    assert guest is not None
    by = call.agent or call.last_agent
    ended = nothing()
    if (taker := taker_of(state, call)) is not None:  # a supervisor, whose bridge did not come to stand
        ended = dismiss(state, taker, GuestResult.TALK_OVER, "the caller was parked before they were joined", now)
    if call.place is CallPlace.TALKING:  # the agent's hang-up is only slower in coming than the park
        ended += end_talk(state, call, by="agent", now=now, at_switch=fact.at_switch, agent_went=True)
        ended.requests.append(r.HangUp(node=call.node, leg=call.agent_leg, cause="NORMAL_CLEARING"))
    return ended + _pass_on(state, call, guest, by, now)
