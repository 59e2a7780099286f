"""When the rules of queues are asked: deadlines for callers, and for queues to which something happened."""

from __future__ import annotations

from collections.abc import Iterable

from ccswitch.acd.rules import Ask, Stay
from ccswitch.floor.alive import LiveCall
from ccswitch.floor.standing import LivePromise
from ccswitch.floor.state import State
from ccswitch.model.ids import QueueName, Seconds
from ccswitch.model.nouns import CallPlace

EVERY: Seconds = 1.0  # a queue's figures are asked for no oftener


def ask_for(state: State, call: LiveCall | LivePromise, at: Seconds) -> None:
    """He, or a promise to him, is in line, just come or again: his rules are asked when the first of them is ripe."""
    rules = state.rules(call.queue)
    if not rules:
        state.deadlines.clear("rule", call.call)
        return
    stay = Stay(call.joined_at or call.waiting_since, call.waiting_since, state.queue_rules(call.queue).target)
    first = min((rule.ripe_at(stay) for rule in rules if rule.text not in call.behind), default=None)
    if first is None:
        state.deadlines.clear("rule", call.call)
    else:
        state.deadlines.set("rule", call.call, max(first, at))


def ask_on_joining(state: State, call: LiveCall, at: Seconds) -> None:
    """He has just joined: a queue that asks for figures asks at once."""
    if state.asks(call.queue):
        state.deadlines.set("rule_joining", call.call, at)
        ask_about(state, call.queue, at)
    ask_for(state, call, at)


def ask_about(state: State, queue: QueueName, at: Seconds) -> None:
    """Something happened to the queue: its rules that ask for figures are asked."""
    if not state.asks(queue):
        return
    soonest = max(at, state.asked.get(queue, 0.0) + EVERY)
    due = state.deadlines.due.get(("rule_figures", queue))
    if due is None or due > soonest:
        state.deadlines.set("rule_figures", queue, soonest)


def ask_about_each(state: State, queues: Iterable[QueueName], at: Seconds) -> None:
    """Something happened to each of these queues."""
    for queue in queues:
        ask_about(state, queue, at)


def ask_about_hours(state: State, at: Seconds) -> None:
    """A calendar is open or closed by a supervisor's word."""
    _ask_promises(state, at)
    ask_about_each(state, [queue for queue, asks in state.asking.items() if Ask.CLOSED in asks], at)


def ask_all(state: State, at: Seconds) -> None:
    """Other rules are in force: for whoever waits, too."""
    for call in state.calls.values():
        if call.visiting and call.place is CallPlace.WAITING:
            ask_for(state, call, at)
            queue = state.queue_rules(call.queue)
            if queue.announces and ("announce", call.call) not in state.deadlines.due:
                state.deadlines.set("announce", call.call, at + queue.announce_first)
    for promise in state.promises.values():
        if promise.visiting:
            ask_for(state, promise, at)
    _ask_promises(state, at)
    ask_about_each(state, list(state.asking), at)


def _ask_promises(state: State, at: Seconds) -> None:
    """Hours may be others: for promises in line, and for those that were put off."""
    for promise in state.promises.values():
        if promise.put_off and not promise.dialled:
            state.deadlines.set("callback", promise.call, at)
        elif promise.visiting and state.queue_rules(promise.queue).callback_hours:
            state.deadlines.set("hours", promise.call, at)
