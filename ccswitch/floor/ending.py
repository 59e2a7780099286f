"""CHANNEL_HANGUP_COMPLETE, and a dialling that failed before a channel was."""

from __future__ import annotations

from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.leaving import agent_leg_gone, caller_gone
from ccswitch.floor.offering import offered_leg_ended
from ccswitch.floor.state import State
from ccswitch.floor.talking import end_talk, not_recorded
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model.ids import LegId, Seconds
from ccswitch.model.nouns import CallPlace


def leg_ended(state: State, fact: f.LegEnded, now: Seconds) -> Decided:
    """A leg is over, by the switch's own word."""
    ended = end_leg(state, fact.leg, fact.cause, "hung up", now, by_phone=fact.by_phone)
    if fact.unrecorded:
        call = state.call_of(fact.leg)
        if call is not None and fact.leg == call.leg:
            return not_recorded(call, fact.unrecorded) + ended
    return ended


def end_leg(state: State, leg: LegId, cause: str, why: str, now: Seconds, *, by_phone: bool = False) -> Decided:
    """What follows when `leg` is no more: of a caller, of an agent who was rung, of one who talked."""
    call = state.call_of(leg)
    if call is None:
        return nothing()
    if leg == call.leg:
        return caller_gone(state, call, cause, why, now)
    offer = state.offers.get(call.offer)
    if offer is not None and offer.leg == leg:
        return offered_leg_ended(state, offer, cause, now, by_phone=by_phone)
    if call.place is CallPlace.TALKING and leg == call.agent_leg:
        decided = Decided([o.LegClosed(call=call.call, leg=leg, cause=cause)], [])
        decided += end_talk(state, call, by="agent" if by_phone else "caller", now=now)
        return decided
    return agent_leg_gone(call, leg, cause)
