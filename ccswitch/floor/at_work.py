"""What keeps an agent busy, in a sentence, and until when where that is known. A pure read of State."""

from __future__ import annotations

from ccswitch.floor.alive import LiveAgent, LiveCall, LiveOtherCall
from ccswitch.floor.guests import WORDS
from ccswitch.floor.state import State
from ccswitch.model.ids import Seconds
from ccswitch.model.nouns import AgentState, CallPlace


def at_work(state: State, live: LiveAgent, now: Seconds) -> list[str]:
    """Of his state, and of each call at his phones that is none of ours; nothing when he is idle."""
    said = [_OF_STATE[live.state](state, live, now)] if live.state in _OF_STATE else []
    if live.own and live.state is AgentState.IDLE:
        call = state.calls[live.own]
        said.append(f"On his own phone: call {call.call} to {call.called_number}{_since(call.started_at, now)}")
    said += [_other(one, now) for one in live.others]
    return [f"{sentence}." for sentence in said if sentence]


def _calls(state: State, live: LiveAgent, now: Seconds) -> str:
    """He dialled himself, or had it dialled."""
    call = state.calls.get(live.call)
    if call is None:
        return ""
    dialled = f"Calls {call.wanted_number or call.called_number}{_since(live.state_since, now)}"
    if call.place is CallPlace.TALKING:
        return f"{dialled}; they talk"
    return dialled + _until(state, "dial", call.call, now, "given up")


def _rings(state: State, live: LiveAgent, now: Seconds) -> str:
    """He is offered a caller of a queue, or called by his own number."""
    offer = state.offers.get(live.offer)
    if offer is not None:
        ends = _until(state, "bridge" if offer.answered else "offer", offer.offer, now, "ends")
        return f"Is offered call {offer.call} of {offer.queue}{_since(offer.made_at, now)}{ends}"
    call = state.calls.get(live.call)
    if call is None:
        return ""
    who = call.by or call.caller_number or "somebody"
    devices = f" at {len(call.dialled_legs)} devices" if len(call.dialled_legs) > 1 else ""
    rings = _until(state, "dial", call.call, now, "given up")
    return f"Is called by his own number{devices}, by {who}{_since(live.state_since, now)}{rings}"


def _talks(state: State, live: LiveAgent, now: Seconds) -> str:
    call = state.calls.get(live.call)
    return "" if call is None else f"Talks in call {call.call}{_of(call)}{_since(call.talking_since, now)}"


def _of(call: LiveCall) -> str:
    if call.queue:
        return f" of {call.queue}"
    return f" with {call.by}" if call.is_internal else " past the queues"


def _wraps_up(state: State, live: LiveAgent, now: Seconds) -> str:
    until = _until(state, "wrapup", live.agent.agent, now, "ends")
    return f"Works after a call{_since(live.state_since, now)}{until}"


def _assists(state: State, live: LiveAgent, now: Seconds) -> str:
    """He is at another's talk, or is rung for it."""
    guest = next((one for one in state.guests.values() if one.agent == live.agent.agent), None)
    if guest is None:
        return ""
    talk = state.calls[guest.call]
    of = f" of {talk.agent}" if talk.agent else ""
    there = "" if guest.joined else "; his phone rings"
    until = _until(state, "guest", guest.leg, now, "given up")
    return f"{WORDS[guest.mode].capitalize()} call {talk.call}{of}{_since(live.state_since, now)}{there}{until}"


def _other(one: LiveOtherCall, now: Seconds) -> str:
    does = "talks" if one.answered_at else "calls" if one.outgoing else "rings"
    number = f" with {one.number}" if one.number else ""
    return f"Phone {one.user} {does} past the queues{number}{_since(one.since, now)}; free once node {one.node} says so"


def _since(at: Seconds, now: Seconds) -> str:
    return f", for {now - at:.0f} s"


def _until(state: State, kind: str, subject: str, now: Seconds, what: str) -> str:
    at = state.deadlines.due.get((kind, subject))
    return f"; {what} in {max(0.0, at - now):.0f} s" if at else ""


_OF_STATE = {
    AgentState.CALLING: _calls,
    AgentState.OFFERED: _rings,
    AgentState.RINGING: _rings,
    AgentState.TALKING: _talks,
    AgentState.HOLDING: _talks,
    AgentState.WRAPUP: _wraps_up,
    AgentState.ASSISTING: _assists,
}
