"""What supervisors order about calls."""

from __future__ import annotations

from ccswitch.floor.calling_back import revoke
from ccswitch.floor.decided import Decided
from ccswitch.floor.guests import no_taker
from ccswitch.floor.leaving import hang_up
from ccswitch.floor.looking_up import forget, secrets_of
from ccswitch.floor.loose_ends import dial_over
from ccswitch.floor.offering import cancel_offer
from ccswitch.floor.promises import end_promise
from ccswitch.floor.staffing import accepted, refuse
from ccswitch.floor.state import State
from ccswitch.floor.talking import end_talk
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import Seconds
from ccswitch.model.nouns import CallbackResult, CallPlace, CallResult, VisitResult


def hang_up_call(state: State, order: d.HangUpCall, now: Seconds) -> Decided:
    """End a call and every leg of it."""
    call = state.calls.get(order.call)
    if call is None:
        return refuse(order, f"no live call {order.call!r}", missing=True)
    ours = state.promises.get(call.promise)
    if ours is not None and call.calls_back:
        revoked = revoke(state, ours, CallbackResult.CANCELLED, f"{order.author} ended the call", now)
        return revoked + Decided([accepted(order, f"call {order.call} is being hung up")], [])
    decided = cancel_offer(state, call, f"{order.author} ended the call", now)
    if call.visiting:
        waited = now - call.waiting_since
        ended = o.VisitEnded(
            call=call.call,
            queue=call.queue,
            result=VisitResult.HUNG_UP,
            waited=waited,
            why=f"{order.author} ended the call",
        )
        decided += Decided([ended], [])
    if call.place is CallPlace.TALKING:
        decided += end_talk(state, call, by=order.author, now=now)
    decided += no_taker(state, call, now)
    decided.outcomes += dial_over(call, "ORIGINATOR_CANCEL", f"{order.author} ended the call")
    if ours is not None:
        decided += end_promise(ours, CallbackResult.CANCELLED, f"{order.author} ended the call")
    result = call.result or (CallResult.ANSWERED if call.talked else CallResult.HUNG_UP)
    decided += forget(call, secrets_of(call))
    decided += hang_up(call, result, "NORMAL_CLEARING", call.why or f"ended by {order.author}", now)
    told = {request.leg for request in decided.requests if isinstance(request, r.HangUp)}
    others = [r.HangUp(node=call.node, leg=leg, cause="NORMAL_CLEARING") for leg in call.legs if leg not in told]
    return decided + Decided([accepted(order, f"call {order.call} is being hung up")], [*others])
