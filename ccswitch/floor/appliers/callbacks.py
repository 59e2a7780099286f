"""Promises to call back stand in line, are dialled and end."""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.appliers.asking_rules import ask_about, ask_for
from ccswitch.floor.appliers.lines import join_line, leave_line, match_now
from ccswitch.floor.appliers.moves import clear_deadlines
from ccswitch.floor.appliers.table import Appliers
from ccswitch.floor.standing import LivePromise
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import CallId, Seconds
from ccswitch.model.nouns import AttemptResult


def _promised(state: State, outcome: o.CallbackPromised, at: Seconds) -> None:
    promise = state.promises[outcome.promise] = LivePromise(
        call=outcome.promise,
        queue=outcome.queue,
        priority=outcome.priority,
        requires=outcome.requires,
        prefers=outcome.prefers,
        head_start=outcome.head_start,
        waiting_since=outcome.since,
        arrival=state.arrival(outcome.since, outcome.priority, outcome.head_start),
        number=outcome.number,
        caller_number=outcome.caller_number,
        caller_name=outcome.caller_name,
        called_number=outcome.called_number,
        entry=outcome.entry,
        node=outcome.node,
        also=outcome.also,
        behind=outcome.behind,
        joined_at=outcome.joined,
        asks=outcome.asks,
        likes=outcome.likes,
        made_at=at,
        made_in=outcome.call,
        due=outcome.due,
        expires=outcome.expires,
        author=outcome.author,
        visiting=False,
    )
    state.deadlines.set("expiry", promise.call, outcome.expires)
    _stand_from(state, promise, outcome.due, at)


def _stand_from(state: State, promise: LivePromise, due: Seconds, at: Seconds) -> None:
    """Into line when it is time: at once, or by a deadline."""
    promise.due = due
    if due > at:
        state.deadlines.set("callback", promise.call, due)
    else:
        _stand(state, promise, at)


def _stand(state: State, promise: LivePromise, at: Seconds) -> None:
    """Into line, and the rules of the queue are asked for it as for a caller."""
    promise.visiting = True
    join_line(state, promise, at)
    ask_for(state, promise, at)
    ask_about(state, promise.queue, at)
    if state.queue_rules(promise.queue).callback_hours:
        state.deadlines.set("hours", promise.call, at)  # which comes before any match


def _out_of_line(state: State, promise: LivePromise) -> None:
    leave_line(state, promise)
    promise.visiting = False
    clear_deadlines(state, promise.call, "rule", "hours")


def _due(state: State, outcome: o.CallbackDue, at: Seconds) -> None:
    promise = state.promises[outcome.promise]
    state.deadlines.clear("callback", promise.call)
    promise.put_off = 0.0
    if outcome.expires is not None:
        promise.expires = outcome.expires
        state.deadlines.set("expiry", promise.call, promise.expires)
    _stand(state, promise, at)


def _put_off(state: State, outcome: o.CallbackPutOff, at: Seconds) -> None:
    promise = state.promises[outcome.promise]
    if promise.visiting:
        _out_of_line(state, promise)
        ask_about(state, promise.queue, at)
    promise.due = promise.put_off = outcome.until
    promise.expires = outcome.expires
    if not promise.dialled:  # else when that call is over
        state.deadlines.set("callback", promise.call, outcome.until)
    state.deadlines.set("expiry", promise.call, outcome.expires)


def _relaxed(state: State, outcome: o.CallbackRelaxed, at: Seconds) -> None:
    promise = state.promises[outcome.promise]
    leave_line(state, promise)
    promise.requires, promise.also = outcome.requires, outcome.also
    promise.prefers = promise.prefers if outcome.prefers is None else outcome.prefers
    promise.priority, promise.head_start = outcome.priority, outcome.head_start
    promise.arrival = state.arrival(promise.waiting_since, promise.priority, promise.head_start)
    promise.behind = (*promise.behind, outcome.text)
    join_line(state, promise, at)


def _moved(state: State, outcome: o.CallbackMoved, at: Seconds) -> None:
    promise = state.promises[outcome.promise]
    _out_of_line(state, promise)
    promise.queue, promise.also, promise.behind, promise.joined_at = outcome.to, (), (), at
    promise.turned += 1
    promise.requires, promise.prefers, promise.head_start = outcome.requires, outcome.prefers, outcome.head_start
    promise.arrival = state.arrival(promise.waiting_since, promise.priority, promise.head_start)
    ask_about(state, outcome.queue, at)
    _stand(state, promise, at)


def _begun(state: State, outcome: o.CallbackBegun, at: Seconds) -> None:
    promise, call = state.promises[outcome.promise], state.calls[outcome.call]
    _out_of_line(state, promise)
    promise.calls += promise.dialled != outcome.call
    promise.dialled, promise.turned = outcome.call, 0
    call.promise, call.queue, call.priority = promise.call, promise.queue, promise.priority
    call.also, call.requires, call.prefers, call.only = promise.also, promise.requires, promise.prefers, promise.only
    call.head_start, call.waiting_since, call.arrival = promise.head_start, promise.waiting_since, promise.arrival
    call.behind, call.joined_at, call.asks, call.likes = promise.behind, at, promise.asks, promise.likes


def _customer_rung(state: State, outcome: o.CustomerRung, at: Seconds) -> None:
    state.offers[outcome.offer].answer_at(outcome.agent_leg)
    call = state.calls[outcome.call]
    call.place_since, call.serial = at, max(call.serial, outcome.serial)
    state.deadlines.clear("offer", outcome.offer)
    state.deadlines.set("customer", outcome.call, outcome.deadline)


def _tried(state: State, outcome: o.CallbackTried, at: Seconds) -> None:
    state.deadlines.clear("customer", outcome.call)
    promise = state.promises[outcome.promise]
    promise.due = outcome.again_at or at
    if outcome.result is not AttemptResult.CANCELLED:
        promise.tries += 1


def _ended(state: State, outcome: o.CallbackEnded, at: Seconds) -> None:
    promise = state.promises.pop(outcome.promise)
    if promise.visiting:
        _out_of_line(state, promise)
    clear_deadlines(state, promise.call, "expiry", "callback")
    call = state.calls.get(promise.dialled)
    if call is not None:
        call.promise = CallId("")
        state.deadlines.clear("customer", call.call)


def offer_was_refused(state: State, call: LiveCall, at: Seconds) -> None:
    """The customer was not rung yet: the promise stands in line for the next agent, at its old place."""
    promise = state.promises.get(call.promise)
    if promise is not None:
        _stand(state, promise, at)


def call_ended(state: State, call: LiveCall, at: Seconds) -> None:
    """A promise that is not over by the end of its call waits for its next turn."""
    promise = state.promises.get(call.promise)
    state.deadlines.clear("customer", call.call)
    if promise is not None:
        promise.dialled = CallId("")
        if promise.visiting:
            match_now(state, at)
        else:
            _stand_from(state, promise, promise.due, at)


APPLIERS: Appliers = {
    o.CallbackPromised: _promised,
    o.CallbackDue: _due,
    o.CallbackPutOff: _put_off,
    o.CallbackRelaxed: _relaxed,
    o.CallbackMoved: _moved,
    o.CallbackBegun: _begun,
    o.CustomerRung: _customer_rung,
    o.CallbackTried: _tried,
    o.CallbackEnded: _ended,
}
