"""CHANNEL_HANGUP_COMPLETE, and a dialling that failed before a channel was."""

from __future__ import annotations

from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.dialling import own_phone_gone
from ccswitch.floor.guests import guest_gone
from ccswitch.floor.leaving import agent_leg_gone, caller_gone
from ccswitch.floor.nailed_up import nailed_ended
from ccswitch.floor.offering import offer_to, offered_leg_ended
from ccswitch.floor.own_calls import dialled_ended
from ccswitch.floor.recording import not_recorded
from ccswitch.floor.state import State
from ccswitch.floor.talking import end_talk
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import Seconds
from ccswitch.model.nouns import CallPlace, LegRole

# Of a leg whose phone joined its two calls (mod_sofia): of whom the caller is joined to we may not have heard, as the
# news of it can be told of that one's leg alone.
JOINED_BY_PHONE = "ATTENDED_TRANSFER"


def leg_ended(state: State, fact: f.LegEnded, now: Seconds) -> Decided:
    """A leg is over, by the switch's own word."""
    ended = end_leg(state, fact, "hung up", now)
    if fact.unrecorded:
        call = state.call_of(fact.leg)
        if call is not None and fact.leg == call.leg:
            return not_recorded(call, fact.unrecorded) + ended
    return ended


def end_leg(state: State, fact: f.LegEnded, why: str, now: Seconds) -> Decided:
    """What follows when a leg is no more: of a caller, of an agent who was rung, of one who talked, of one who is
    nailed up."""
    ended = _end_of_call_leg(state, fact, why, now)
    nailed = state.nailed.get(fact.leg)
    return ended if nailed is None else ended + nailed_ended(state, nailed, fact, now)


def _end_of_call_leg(state: State, fact: f.LegEnded, why: str, now: Seconds) -> Decided:
    leg, cause = fact.leg, fact.cause
    call = state.call_of(leg)
    if call is None:
        return nothing()
    if state.legs[leg].role is LegRole.GUEST and leg != call.agent_leg:
        return guest_gone(state, call, leg, cause, now) + agent_leg_gone(call, leg, cause)
    if leg == call.leg:
        return caller_gone(state, call, cause, why, now, fact.at_switch, unspoken=fact.unspoken)
    if leg in call.dialled_legs:
        return dialled_ended(state, call, leg, cause, now)
    if leg == call.own_leg and call.reached:
        return own_phone_gone(state, call, leg, cause, now)
    offer = offer_to(state, call, leg)
    if offer is not None:
        return offered_leg_ended(state, offer, leg, cause, now, by_phone=fact.by_phone)
    if call.place is CallPlace.TALKING and leg == call.agent_leg:
        closed = Decided([o.LegClosed(call=call.call, leg=leg, cause=cause)], [])
        joins = cause == JOINED_BY_PHONE
        by = "agent" if fact.by_phone or joins else "caller"
        if joins:
            closed.requests.append(r.Survey(node=call.node, expected=tuple(call.legs)))
        return closed + end_talk(state, call, by=by, now=now, at_switch=fact.at_switch, agent_went=True)
    return agent_leg_gone(call, leg, cause)
