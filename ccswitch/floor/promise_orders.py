"""What people of the house order about promises to call back: one more, or one less."""

from __future__ import annotations

import re

from ccswitch.floor.callback_hours import is_closed, opens_at
from ccswitch.floor.calling_back import is_with_customer, revoke
from ccswitch.floor.decided import Decided
from ccswitch.floor.promises import Wish, plain_number, promise_by_order, refusal
from ccswitch.floor.staffing import accepted, refuse
from ccswitch.floor.state import State
from ccswitch.model import orders as d
from ccswitch.model.ids import CallId, QueueName, Seconds
from ccswitch.model.nouns import CallbackResult

PRIORITIES = range(101)
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,48}")  # of an order, as it can be a call's


def add_callback(state: State, order: d.AddCallback, now: Seconds) -> Decided:
    """Promise a customer a call, now in line or from a later time on. The order's name is the promise's."""
    name = CallId(order.order)
    if _NAME.fullmatch(name) is None or name in state.promises or name in state.calls:
        return refuse(order, f"order {name!r} cannot name a promise")
    if order.priority not in PRIORITIES:
        return refuse(order, f"a priority is from {PRIORITIES[0]} to {PRIORITIES[-1]}")
    due = max(order.at, now)
    wish = Wish(
        queue=QueueName(order.queue),
        number=plain_number(order.number),
        priority=order.priority,
        requires="",
        since=due,
        due=due,
        why=order.reason or f"promised by {order.author}",
    )
    if why := refusal(state, wish, now):
        return refuse(order, why, missing=not state.has_queue(wish.queue))
    made = promise_by_order(state, wish, name, order.name, order.author, now)
    later = opens_at(state, wish.queue, now) if is_closed(state, wish.queue, due) else ""
    when = f", from {later.replace('T', ' ')} on" if later else ""
    what = f"{wish.number} is promised a call by queue {wish.queue}{when}: {name}"
    return made + Decided([accepted(order, what)], [])


def cancel_callback(state: State, order: d.CancelCallback, now: Seconds) -> Decided:
    """End a promise; a customer who is being rung, or on the line, is not hung up on."""
    promise = state.promises.get(order.promise)
    if promise is None:
        return refuse(order, f"no promise {order.promise!r}", missing=True)
    if is_with_customer(state, promise):
        return refuse(order, f"{promise.number} is being called now: hang up call {promise.dialled}")
    revoked = revoke(state, promise, CallbackResult.CANCELLED, f"{order.author} cancelled it", now)
    return revoked + Decided([accepted(order, f"the promise to {promise.number} is cancelled")], [])
