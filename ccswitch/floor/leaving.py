"""How a call goes out of our hands: hung up by us, handed to an outside number, or ended by the caller."""

from __future__ import annotations

from collections.abc import Sequence

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.guests import no_taker
from ccswitch.floor.loose_ends import dial_over, own_call_over
from ccswitch.floor.messages import message_over
from ccswitch.floor.offering import cancel_offer, rest_while_freed
from ccswitch.floor.promises import customer_gone
from ccswitch.floor.state import State
from ccswitch.floor.talking import end_talk
from ccswitch.ivr.cursor import Cursor
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, LegId, QueueName, Seconds
from ccswitch.model.nouns import CallPlace, CallResult, VisitResult

END_WITHIN: Seconds = 5.0  # BYE and its answer; then the switch is asked, and told again

# What it means when the caller is gone, by where he was. A call that was talked on is answered, whatever follows.
RESULT_BY_PLACE: dict[CallPlace, CallResult] = {
    CallPlace.SCRIPT: CallResult.LEFT,
    CallPlace.WAITING: CallResult.ABANDONED,
    CallPlace.DIALLING: CallResult.UNREACHED,
    CallPlace.BRIDGING: CallResult.ABANDONED,
    CallPlace.TALKING: CallResult.ANSWERED,
    CallPlace.RETURNING: CallResult.ABANDONED,
    CallPlace.WAYOUT: CallResult.WAYOUT,
}


def hang_up(call: LiveCall, result: CallResult, cause: str, why: str, now: Seconds) -> Decided:
    """End a call from our side. A call that was talked on keeps the result `answered`."""
    result = CallResult.ANSWERED if call.talked and result is CallResult.SERVED else result
    leaving = o.CallLeaving(call=call.call, result=result, why=why, deadline=now + END_WITHIN)
    return Decided([leaving], [r.HangUp(node=call.node, leg=call.leg, cause=cause)])


def hand_out(
    call: LiveCall,
    number: str,
    why: str,
    cursor: Cursor | None,
    now: Seconds,
    *,
    back_to: QueueName = QueueName(""),
    passed: str = "",
) -> Decided:
    """Hand the caller to an outside number, or to another site with what is `passed` along; the call is over for us
    when its leg ends.

    A number that cannot be reached brings him back to park: then he waits on in the queue `back_to`, or his script goes
    on at `cursor`.
    """
    leaving = o.CallLeaving(
        call=call.call,
        result=CallResult.TRANSFERRED,
        why=why if passed else f"{why}: to {number}",
        deadline=now + END_WITHIN,
        cursor=cursor.to_json() if cursor else "",
        script_hash=cursor.hash if cursor else "",
        back_to=back_to,
    )
    return Decided([leaving], [r.Transfer(node=call.node, leg=call.leg, number=number, passed=passed)])


def caller_gone(
    state: State,
    call: LiveCall,
    cause: str,
    why: str,
    now: Seconds,
    at_switch: Seconds = 0.0,
    *,
    unspoken: bool = False,
) -> Decided:
    """The caller's leg is over: every promise made for him ends, and the call with its last leg. A message that he was
    leaving is whole, unless nobody spoke (`unspoken`)."""
    result = _result(call, cause)
    decided = Decided([o.LegClosed(call=call.call, leg=call.leg, cause=cause)], [])
    if call.message:
        decided.outcomes += message_over(state, call, now, unspoken=unspoken).outcomes
    if call.offers:
        decided += cancel_offer(state, call, "the caller left", now)
    if call.promise:
        decided += customer_gone(state, call, cause, now)
    if call.visiting:
        decided.outcomes.append(_visit_ended(call, cause, now))
    if call.place is CallPlace.TALKING:
        by = "switch" if cause == "LOST" else "caller"
        decided += end_talk(state, call, by=by, now=now, at_switch=at_switch)
    if state.guests:
        decided += no_taker(state, call, now)
    reason = call.why or why
    if call.dialled or call.by:  # from person to person
        decided.outcomes += [*dial_over(call, cause, reason), *own_call_over(state, call, reason)]
    if _is_last(call, call.leg):
        decided.outcomes.append(o.CallEnded(call=call.call, result=result, cause=cause, why=reason))
        return decided
    told = {request.leg for request in decided.requests if isinstance(request, r.HangUp)}  # with offer and talk
    for leg in call.legs:
        if leg != call.leg and leg not in told:
            decided.requests.append(r.HangUp(node=call.node, leg=leg, cause="NORMAL_CLEARING"))
            decided.outcomes += rest_while_freed(state, leg, now)
    decided.outcomes.append(o.CallLeaving(call=call.call, result=result, why=reason, deadline=now + END_WITHIN))
    return decided


def agent_leg_gone(call: LiveCall, leg: LegId, cause: str) -> Decided:
    """An agent's leg that nothing depends on any more is over; with the last leg the call ends."""
    return legs_gone(call, [leg], cause)


def legs_gone(call: LiveCall, legs: Sequence[LegId], cause: str) -> Decided:
    """The same of several at once."""
    closed: list[o.Outcome] = [o.LegClosed(call=call.call, leg=leg, cause=cause) for leg in legs]
    if call.place is CallPlace.LEAVING and set(call.legs) <= set(legs):
        result = call.result or CallResult.LOST
        closed.append(o.CallEnded(call=call.call, result=result, cause=cause, why=call.why))
    return Decided(closed, [])


def _is_last(call: LiveCall, leg: LegId) -> bool:
    """No other leg of the call is left."""
    return not call.legs or call.legs == [leg]


def leave_due(state: State, subject: str, now: Seconds) -> Decided:
    """A call that should have ended has not: say it again and ask the switch; gone legs close by the survey."""
    call = state.calls.get(CallId(subject))
    if call is None:
        return nothing()
    survey = r.Survey(node=call.node, expected=tuple(call.legs))
    if call.result is CallResult.TRANSFERRED:  # he talks outside for as long as he likes
        return Decided([_again("leave", subject, now + 60.0)], [survey])
    again = [r.HangUp(node=call.node, leg=leg, cause="NORMAL_CLEARING") for leg in call.legs]
    return Decided([_again("leave", subject, now + END_WITHIN)], [*again, survey])


def _again(kind: str, subject: str, at: Seconds) -> o.DeadlinePassed:
    return o.DeadlinePassed(kind=kind, subject=subject, again_at=at)


def _result(call: LiveCall, cause: str) -> CallResult:
    if call.result is not None:
        return call.result
    if call.talked:
        return CallResult.ANSWERED
    if cause == "LOST" and call.place is not CallPlace.WAYOUT:
        return CallResult.LOST
    return RESULT_BY_PLACE[call.place]


def _visit_ended(call: LiveCall, cause: str, now: Seconds) -> o.VisitEnded:
    """How this stay in the queue ended, whatever was before it; the way out is no part of the wait."""
    at_way_out = call.place is CallPlace.WAYOUT
    lost = VisitResult.LOST if cause == "LOST" else VisitResult.ABANDONED
    return o.VisitEnded(
        call=call.call,
        queue=call.queue,
        result=VisitResult.WAYOUT if at_way_out else lost,
        waited=(call.place_since if at_way_out else now) - call.waiting_since,
    )
