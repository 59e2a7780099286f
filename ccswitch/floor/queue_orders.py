"""What supervisors order about queues: pause, drain, close, open; move those who wait; let one of them go first."""

from __future__ import annotations

from collections.abc import Iterable

from ccswitch.acd.pools import queue_of
from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided, nothing, together
from ccswitch.floor.moving import missing, move_to
from ccswitch.floor.staffing import accepted, refuse
from ccswitch.floor.state import State
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.ids import QueueName, Seconds
from ccswitch.model.nouns import CallPlace, QueueMode, VisitResult
from ccswitch.model.targets import WrongTarget, target

PRIORITIES = range(101)
_TAKES_NOBODY = frozenset({QueueMode.DRAINING, QueueMode.CLOSED})


def change_queue(state: State, order: d.ChangeQueue, now: Seconds) -> Decided:
    """Say what holds for a queue from now on."""
    if not state.has_queue(order.queue):
        return refuse(order, f"no queue named {order.queue!r}", missing=True)
    if why := _trouble(state, order, now):
        return refuse(order, why)
    changed = o.QueueModeChanged(
        queue=order.queue, mode=order.mode, author=order.author, to=order.to, until=order.until, reason=order.reason
    )
    waiting = sum(1 for _ in _waiting(state, order.queue))
    whom = f"{waiting} who wait there go elsewhere" if order.mode is QueueMode.CLOSED else f"{waiting} wait there"
    return Decided([changed, accepted(order, f"queue {order.queue} is {order.mode.value}; {whom}")], [])


def _trouble(state: State, order: d.ChangeQueue, now: Seconds) -> str:
    """Why it cannot be so, empty when it can."""
    if order.mode is QueueMode.OPEN and state.mode(order.queue) is QueueMode.OPEN:
        return f"queue {order.queue} is open"
    if order.until and order.until <= now:
        return "its end is in the past"
    if order.mode not in _TAKES_NOBODY:
        return f"queue {order.queue} takes callers: nobody is sent to {order.to}" if order.to else ""
    if order.to:
        return _target_trouble(state, order.to, order.queue)
    direct = [entry.name for entry in state.settings.entries if entry.queue == order.queue]
    where = f"say where they go, as --to voicemail:{order.queue}"
    return f"callers of entry {direct[0]} come to it without a script: {where}" if direct else ""


def _target_trouble(state: State, to: str, queue: QueueName) -> str:
    try:
        where = target(to)
    except WrongTarget as wrong:
        return str(wrong)
    if str(where) == f"queue:{queue}":
        return f"queue {queue} is where they are"
    return missing(state, where)


def mode_due(state: State, subject: str, now: Seconds) -> Decided:
    """The time of a supervisor's word is over: the queue is open."""
    if subject not in state.queue_orders:
        return nothing()
    opened = o.QueueModeChanged(
        queue=QueueName(subject), mode=QueueMode.OPEN, author="ccswitch", reason="the time is over"
    )
    return Decided([opened], [])


def move_callers(state: State, order: d.MoveCallers, now: Seconds) -> Decided:
    """Send everybody who waits in the queue, or one, to another target. Who is being joined to an agent stays."""
    if not state.has_queue(order.queue) and not state.has_waiting(order.queue):
        return refuse(order, f"no queue named {order.queue!r}", missing=True)
    if why := _target_trouble(state, order.to, order.queue):
        return refuse(order, why)
    whom = [call for call in _waiting(state, order.queue) if order.call in ("", call.call)]
    if order.call and not whom:
        return refuse(order, f"call {order.call!r} does not wait in queue {order.queue}", missing=True)
    where, why = target(order.to), f"{order.author} moved him"
    moved = together(move_to(state, call, where, result=VisitResult.MOVED, why=why, now=now) for call in whom)
    who = "1 caller" if len(whom) == 1 else f"{len(whom)} callers"
    return moved + Decided([accepted(order, f"{who} moved from queue {order.queue} to {where}")], [])


def _waiting(state: State, queue: QueueName) -> Iterable[LiveCall]:
    """Those who wait in the queue, with or without a phone that rings for them, as they are served."""
    offered = [state.calls[offer.call] for offer in state.offers.values() if offer.queue == queue]
    places = sorted(place for name, line in state.waiting.items() if queue_of(name) == queue for place in line)
    return [
        *(call for call in offered if call.place is CallPlace.WAITING),
        *(state.calls[one.call] for one in places if one.call in state.calls),
    ]


def set_priority(state: State, order: d.SetPriority, now: Seconds) -> Decided:
    """Let a waiting caller go sooner, or later."""
    call = state.calls.get(order.call)
    if call is None:
        return refuse(order, f"no live call {order.call!r}", missing=True)
    if not call.waits:
        return refuse(order, f"call {order.call} is {call.place.value}, not waiting")
    if order.priority not in PRIORITIES:
        return refuse(order, f"a priority is from {PRIORITIES[0]} to {PRIORITIES[-1]}")
    relaxed = o.CallRelaxed(
        call=call.call,
        rule=call.rule,
        requires=call.requires,
        prefers=call.prefers,
        also=call.also,
        only=call.only,
        priority=order.priority,
        head_start=call.head_start,
        why=f"{order.author} gave him priority {order.priority}",
    )
    what = f"call {order.call}: priority {order.priority}, was {call.priority}"
    return Decided([relaxed, accepted(order, what)], [])
