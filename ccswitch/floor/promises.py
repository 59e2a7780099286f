"""Promises to call a customer back: made in a script, by a supervisor; they stand in line, and end by one word.

A promise keeps the place of whoever was promised: it stands in the one order of callers with his `waiting_since`,
priority and requirement. There is at most one for a number in a queue. When its turn comes: `floor/calling_back.py`.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ccswitch.acd.refusal import WORDS, result_of
from ccswitch.floor.alive import LiveCall
from ccswitch.floor.callback_hours import closed_trouble, is_closed, put_off
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.standing import LivePromise
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import CallId, NodeName, QueueName, Seconds, promise_id
from ccswitch.model.nouns import AttemptResult, CallbackResult, CallPlace, OfferResult, Queue, QueueMode
from ccswitch.model.skills import both, together

ATTEMPTS: dict[OfferResult, AttemptResult] = {
    OfferResult.RONA: AttemptResult.NO_ANSWER,
    OfferResult.BUSY: AttemptResult.BUSY,
    OfferResult.REJECTED: AttemptResult.REJECTED,
    OfferResult.UNREACHABLE: AttemptResult.UNREACHABLE,
}
LATEST: Seconds = 30 * 86_400.0  # ahead; a promise for later is a mistake
_TAKES_NOBODY = frozenset({QueueMode.DRAINING, QueueMode.CLOSED})
_SPACES = re.compile(r"[\s().-]")


class Wish(NamedTuple):
    """What is asked for: a call to `number` by an agent of `queue`. `since`: the place in line that it keeps; `due`:
    not before then. `requires` and `prefers` are the customer's own, besides the queue's. `waited`: the caller who
    waited there himself, so that what was relaxed for him holds on."""

    queue: QueueName
    number: str
    priority: int
    requires: str
    since: Seconds
    due: Seconds
    why: str
    prefers: str = ""
    head_start: Seconds = 0.0
    waited: LiveCall | None = None


def plain_number(text: str) -> str:
    """A number without what people write between its digits."""
    return _SPACES.sub("", text)


def refusal(state: State, wish: Wish, now: Seconds) -> str:
    """Why this cannot be promised; empty when it can. Numbers come from callers: whatever is not plainly the number of
    somebody outside is refused."""
    if why := promises_nothing(state, wish.queue) or number_trouble(state, wish.number):
        return why
    if not now - 1.0 <= max(wish.due, now) <= now + LATEST:
        return "the time is too far ahead"
    if wish.due > now and (closed := closed_trouble(state, wish.queue, wish.due)):
        return closed
    if promise_to(state, wish.queue, wish.number) is not None:
        return "this number is promised a call already"
    return ""


def promises_nothing(state: State, queue: QueueName) -> str:
    """Why nobody can be promised a call by this queue; empty when somebody can."""
    if not state.settings.trunks:
        return "no node has a gateway to dial by"
    if not state.has_queue(queue):
        return f"there is no queue {queue!r}"
    return f"queue {queue} is {state.mode(queue).value}" if state.mode(queue) in _TAKES_NOBODY else ""


def number_trouble(state: State, number: str) -> str:
    """Why nobody is called back at this number, empty when somebody may be."""
    if re.fullmatch(state.settings.callback_numbers, number) is None:
        return "the number was withheld" if not any(map(str.isdigit, number)) else "the number is not allowed"
    return "the number is the house's own" if _is_ours(state, number) else ""


def _is_ours(state: State, number: str) -> bool:
    """One of the house's called numbers, or an agent's phone."""
    dids = (did for entry in state.settings.entries for did in entry.dids)
    if any(re.search(did, number) if did.startswith("^") else did == number for did in dids):
        return True
    return any(number in re.split(r"[:/@]", live.agent.phone) for live in state.agents.values())


def promise_to(state: State, queue: str, *numbers: str) -> LivePromise | None:
    """The promise to one of these numbers in a queue."""
    of_queue = (promise for promise in state.promises.values() if promise.queue == queue)
    return next((one for one in of_queue if {one.number, one.caller_number} & set(numbers) - {""}), None)


def promise(state: State, call: LiveCall, wish: Wish, serial: int, now: Seconds) -> o.CallbackPromised:
    """The caller will be called back. Nothing may speak against it (`refusal`)."""
    return _promised(
        state,
        wish,
        promise_id(call.call, serial),
        call=call.call,
        caller_number=plain_number(call.caller_number),
        caller_name=call.caller_name,
        called_number=call.called_number,
        entry=call.entry,
        node=call.node,
        now=now,
    )


def promise_by_order(state: State, wish: Wish, name: CallId, customer: str, author: str, now: Seconds) -> Decided:
    """A person of the house promises it."""
    made = _promised(state, wish, name, caller_name=customer, author=author, now=now)
    return Decided([made], [])


def _promised(
    state: State,
    wish: Wish,
    name: CallId,
    *,
    now: Seconds,
    call: CallId = CallId(""),
    caller_number: str = "",
    caller_name: str = "",
    called_number: str = "",
    entry: str = "",
    node: NodeName = NodeName(""),
    author: str = "",
) -> o.CallbackPromised:
    rules = state.queue_rules(wish.queue)
    wants = _as_he_waited(wish.waited) if wish.waited else _wants(rules, wish.requires, wish.prefers, wish.head_start)
    return o.CallbackPromised(
        promise=name,
        call=call,
        queue=wish.queue,
        number=wish.number,
        caller_number=caller_number,
        caller_name=caller_name,
        called_number=called_number,
        entry=entry,
        node=node,
        priority=wish.priority,
        **wants,
        since=wish.since,
        due=max(wish.due, now),
        expires=max(wish.due, now) + rules.callback_within,
        target=rules.callback_target,
        why=wish.why,
        author=author,
    )


def _wants(rules: Queue, requires: str, prefers: str, head_start: Seconds) -> dict[str, Any]:
    """What a promise that comes into a queue wants, besides what the queue says."""
    return {
        "requires": both(rules.skills, requires),
        "prefers": together(rules.prefers, prefers),
        "head_start": rules.head_start + head_start,
        "asks": requires,
        "likes": prefers,
    }


def _as_he_waited(call: LiveCall) -> dict[str, Any]:
    return {
        "requires": call.requires,
        "prefers": call.prefers,
        "head_start": call.head_start,
        "asks": call.asks,
        "likes": call.likes,
        "also": call.also,
        "behind": call.behind,
        "joined": call.joined_at,
    }


def may_go(state: State, promise: LivePromise, to: QueueName) -> bool:
    """A promise can stand in that queue: it takes somebody, and promises this number no call of its own."""
    return not promises_nothing(state, to) and promise_to(state, to, promise.number) is None


def to_queue(state: State, promise: LivePromise, to: QueueName, why: str) -> Decided:
    """A promise in line stands in another queue's from now on, at the place in time that it had."""
    before, rules = state.queue_rules(promise.queue), state.queue_rules(to)
    wants = _wants(rules, promise.asks, promise.likes, promise.head_start - before.head_start)
    moved = o.CallbackMoved(
        promise=promise.call,
        queue=promise.queue,
        to=to,
        requires=wants["requires"],
        prefers=wants["prefers"],
        head_start=wants["head_start"],
        why=why,
    )
    return Decided([moved], [])


def end_promise(promise: LivePromise, result: CallbackResult, why: str) -> Decided:
    """It is over; of a call that is under way for it nothing is said here."""
    ended = o.CallbackEnded(promise=promise.call, call=promise.dialled, queue=promise.queue, result=result, why=why)
    return Decided([ended], [])


def callback_due(state: State, subject: str, now: Seconds) -> Decided:
    """Its time has come, or that of the next try."""
    promise = state.promises.get(CallId(subject))
    if promise is None or promise.dialled or promise.visiting:
        return nothing()
    if is_closed(state, promise.queue, now):
        return put_off(state, promise, now)
    why = f"try {promise.tries + 1}" if promise.tries else "the time that was agreed"
    sooner = promise.put_off - now
    expires = promise.expires - sooner if promise.put_off and sooner > 0 else None
    return Decided([o.CallbackDue(promise=promise.call, why=why, expires=expires)], [])


# ---- what became of a call that was to keep it --------------------------------------------------------------


def kept(state: State, call: LiveCall) -> Decided:
    """Customer and agent talk."""
    promise = state.promises.get(call.promise)
    if promise is None:
        return nothing()
    tried = o.CallbackTried(
        promise=promise.call, call=call.call, result=AttemptResult.TALKED, cause="", why="they talk"
    )
    return Decided([tried], []) + end_promise(promise, CallbackResult.KEPT, f"at try {promise.tries + 1}")


def customer_gone(state: State, call: LiveCall, cause: str, now: Seconds) -> Decided:
    """The customer's leg is over without a talk: he was not had, he left, or the switch lost him."""
    promise = state.promises.get(call.promise)
    if promise is None or call.place is CallPlace.LEAVING:  # it was settled as he was let go
        return nothing()
    if call.calls_back:
        result = result_of(cause)
        return tried(state, promise, ATTEMPTS.get(result, AttemptResult.FAILED), cause, WORDS[result], now)
    if cause in _BY_THE_SWITCH or call.place is CallPlace.WAYOUT:
        return tried(state, promise, AttemptResult.FAILED, cause, "he answered and was lost", now)
    return end_promise(promise, CallbackResult.LEFT, "he answered, and was gone before an agent talked with him")


_BY_THE_SWITCH = frozenset({"LOST", "GONE"})


def tried(state: State, promise: LivePromise, result: AttemptResult, cause: str, why: str, now: Seconds) -> Decided:
    """One try was in vain; it is tried again, at once where the customer had no part in it, unless it was the last."""
    rules = state.queue_rules(promise.queue)
    cancelled = result is AttemptResult.CANCELLED
    last = not cancelled and promise.tries + 1 >= rules.callback_tries
    again = 0.0 if last else now if cancelled else now + rules.callback_retry_after
    decided = Decided(
        [
            o.CallbackTried(
                promise=promise.call, call=promise.dialled, result=result, cause=cause, why=why, again_at=again
            )
        ],
        [],
    )
    if last:
        decided += end_promise(promise, CallbackResult.UNREACHED, f"{promise.tries + 1} tries, the last: {why}")
    return decided
