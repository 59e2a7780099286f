"""A promise is kept: an agent is rung, and only when he is on the line the customer is; then they are joined.

The call stands in `DIALLING` meanwhile. An agent who does not take it costs the promise nothing: it stands in line
again. A customer who is not had costs the agent nothing: he is free at once. Who answers and finds no agent any more
waits in the queue, at the place that was kept for him.
"""

from __future__ import annotations

from ccswitch.acd.matching import Match
from ccswitch.floor.alive import LiveCall
from ccswitch.floor.callback_hours import is_closed, next_look, put_off
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.offering import cancel_offer, make_offer
from ccswitch.floor.promises import end_promise
from ccswitch.floor.ringing_customer import END_WITHIN
from ccswitch.floor.standing import LivePromise
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, LegId, NodeName, Seconds, callback_id, customer_leg_id
from ccswitch.model.nouns import CallbackResult, CallOrigin, CallResult

LET_IT: Seconds = 30.0  # a promise that expires while the customer is rung is looked at again


def node_for(state: State, promise: LivePromise) -> NodeName | None:
    """From which node its customer can be dialled now: that of the call under way, else that where he called, else any
    that has a gateway."""
    call = state.calls.get(promise.dialled)
    if call is not None:
        return call.node if call.calls_back and state.reachable(call.node) else None
    trunks = state.settings.trunks
    first = (promise.node,) if promise.node in trunks else ()
    return next((node for node in (*first, *trunks) if state.reachable(node)), None)


def call_back(state: State, promise: LivePromise, match: Match, now: Seconds, *, besides: int = 0) -> Decided:
    """It is its turn: the agent is rung for it, `besides` others by the same decision."""
    call = state.calls.get(promise.dialled)
    if call is not None:  # an agent before him did not take it
        begun = o.CallbackBegun(promise=promise.call, call=call.call, queue=promise.queue)
        offer = make_offer(state, call, match, now, besides=besides)
        return offer if besides else Decided([begun], []) + offer
    node = node_for(state, promise)
    assert node is not None, "only who can be dialled stands in a line that is matched"
    name = callback_id(promise.call, promise.calls + 1)
    started = o.CallStarted(
        call=name,
        leg=customer_leg_id(name, 0),
        node=node,
        entry=promise.entry,
        caller_number=promise.number,
        caller_name=promise.caller_name,
        called_number=promise.called_number,
        origin=CallOrigin.CALLBACK,
    )
    begun = o.CallbackBegun(promise=promise.call, call=name, queue=promise.queue)
    offer = make_offer(state, _as_it_will_be(started, promise, now), match, now, besides=besides)
    return offer if besides else Decided([started, begun], []) + offer


def _as_it_will_be(started: o.CallStarted, promise: LivePromise, now: Seconds) -> LiveCall:
    call = LiveCall.begun(started, now)
    call.queue, call.priority, call.head_start = promise.queue, promise.priority, promise.head_start
    call.waiting_since, call.arrival = promise.waiting_since, promise.arrival
    return call


def give_up(state: State, call: LiveCall, result: CallResult, why: str, now: Seconds) -> Decided:
    """End a call in which the customer has not answered; the agent is not blamed."""
    decided = cancel_offer(state, call, why, now) if call.offer else nothing()
    if not call.legs:
        return decided + Decided([o.CallEnded(call=call.call, result=result, cause="", why=why)], [])
    told = {request.leg for request in decided.requests if isinstance(request, r.HangUp)}
    rest: list[r.Request] = [_let_go(call, leg) for leg in call.legs if leg not in told]
    leaving = o.CallLeaving(call=call.call, result=result, why=why, deadline=now + END_WITHIN)
    return decided + Decided([leaving], rest)


def _let_go(call: LiveCall, leg: LegId) -> r.HangUp:
    return r.HangUp(node=call.node, leg=leg, cause="ORIGINATOR_CANCEL")


def revoke(state: State, promise: LivePromise, result: CallbackResult, why: str, now: Seconds) -> Decided:
    """A promise is over, and with it a call in which the customer has not answered yet."""
    call = state.calls.get(promise.dialled)
    decided = end_promise(promise, result, why)
    if call is not None and call.calls_back:
        decided += give_up(state, call, CallResult.UNREACHED, why, now)
    return decided


def is_with_customer(state: State, promise: LivePromise) -> bool:
    """The customer is rung, or on the line."""
    call = state.calls.get(promise.dialled)
    return call is not None and (not call.calls_back or call.leg in state.legs)


def expiry_due(state: State, subject: str, now: Seconds) -> Decided:
    """Nobody came to it in time. A customer who is just being rung is not hung up on."""
    promise = state.promises.get(CallId(subject))
    if promise is None:
        return nothing()
    if is_with_customer(state, promise):
        return Decided([o.DeadlinePassed(kind="expiry", subject=subject, again_at=now + LET_IT)], [])
    return revoke(state, promise, CallbackResult.EXPIRED, "no agent came to it in time", now)


def hours_due(state: State, subject: str, now: Seconds) -> Decided:
    """A promise has come into line, or its hours change: it stands there until they close."""
    promise = state.promises.get(CallId(subject))
    if promise is None or not promise.visiting:
        return nothing()
    if not is_closed(state, promise.queue, now):
        closes = next_look(state, promise.queue, now)
        return Decided([o.DeadlinePassed(kind="hours", subject=subject, again_at=closes)], []) if closes else nothing()
    call, decided = state.calls.get(promise.dialled), put_off(state, promise, now)
    if call is not None:  # an agent was rung for him
        decided += give_up(state, call, CallResult.UNREACHED, "its hours are over", now)
    return decided
