"""What a node noted of a caller whom the last resort had, maybe while no controller ran."""

from __future__ import annotations

from dataclasses import replace

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.leaving import caller_gone
from ccswitch.floor.offering import cancel_offer
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import LegId, Seconds
from ccswitch.model.nouns import CallPlace

NOBODY_THERE = "no controller was there"
LEFT_BEFORE = "no controller was there; he hung up before the last resort took him"
AT_ONCE: Seconds = 2.0  # the last resort comes later (`claim_within`); what is noted sooner is the arrival itself

# Where he was when we last knew; in a talk, or already on his way out, his end is told as any other.
_TO_THE_WAY_OUT = frozenset({CallPlace.SCRIPT, CallPlace.WAITING, CallPlace.BRIDGING, CallPlace.RETURNING})


def way_out_noted(state: State, fact: f.WayOutNoted, now: Seconds) -> Decided:
    """The caller is recorded, unless his end was heard; then the node may forget him. The request goes out behind the
    journal, so whatever dies in between, the note is read again and changes nothing."""
    forget = Decided([], [r.ForgetNote(node=fact.node, leg=fact.leg)])
    call = state.call_of(fact.leg)
    if call is not None:
        return (_gone(state, call, fact, now) if call.leg == fact.leg else nothing()) + forget
    known = fact.leg in state.gone or LegId(fact.call) in state.gone or fact.call in state.calls
    return (nothing() if known else _came_and_went(fact)) + forget


def _came_and_went(fact: f.WayOutNoted) -> Decided:
    unattended = o.CallUnattended(
        call=fact.call,
        leg=fact.leg,
        node=fact.node,
        entry=fact.entry,
        caller_number=fact.caller_number,
        caller_name=fact.caller_name,
        called_number=fact.called_number,
        arrived=fact.arrived,
        wayout=0.0 if _left_before(fact) else fact.since,
        ended=fact.ended,
        cause=fact.cause,
        why=LEFT_BEFORE if _left_before(fact) else NOBODY_THERE,
    )
    return Decided([unattended], [])


def _left_before(fact: f.WayOutNoted) -> bool:
    """He hung up while he waited for a controller to claim him: the last resort never had him."""
    return fact.since - fact.arrived < AT_ONCE


def _gone(state: State, call: LiveCall, fact: f.WayOutNoted, now: Seconds) -> Decided:
    """He waited when the controller went: he waited until the last resort took him, and that is how his call ended."""
    here = call.place in _TO_THE_WAY_OUT or call.calls_back
    if not here or _left_before(fact):
        return caller_gone(state, call, fact.cause, "hung up", now)
    decided = cancel_offer(state, call, "the caller took the way out", now)
    leg = state.legs.get(call.leg)
    if leg is not None and not leg.answered:  # the last resort answers whom nobody had
        decided.outcomes.append(o.LegConnected(call=call.call, leg=call.leg))
    decided += Decided([o.CallAtWayOut(call=call.call, why=f"{NOBODY_THERE} in time")], [])
    since = min(max(fact.since, call.place_since), now)  # the node's clock is another one
    at_way_out = replace(call, place=CallPlace.WAYOUT, place_since=since, offers=[])
    return decided + caller_gone(state, at_way_out, fact.cause, "hung up", now)
