"""Boards of promises to call customers back."""

from __future__ import annotations

from dataclasses import dataclass

from ccswitch.floor.standing import LivePromise
from ccswitch.floor.state import State
from ccswitch.model.ids import CallId, QueueName, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseBoard:
    """One promise that stands. `state`: `waiting` in line, `later` (its time, or the next try, is to come),
    `closed` (the hours of its queue are to open), `agent`
    (one is rung for it), `customer` (he is rung, or on the line)."""

    promise: CallId
    queue: QueueName
    number: str
    name: str
    state: str
    priority: int
    since: Seconds  # the place in line that it keeps
    due: Seconds
    expires: Seconds
    tries: int
    call: CallId  # under way for it, empty when none is
    made_in: CallId
    author: str


def promise_boards(state: State, queue: str = "") -> list[PromiseBoard]:
    """Those of a queue, or all, as they will be served; whose time is to come last."""
    found = [one for one in state.promises.values() if queue in ("", one.queue)]
    found.sort(key=lambda one: (not (one.visiting or one.dialled), one.arrival if one.visiting else one.due, one.call))
    return [_board(state, one) for one in found]


def promise_board(state: State, promise: str) -> PromiseBoard | None:
    """One of them, or None."""
    one = state.promises.get(CallId(promise))
    return _board(state, one) if one else None


def _board(state: State, one: LivePromise) -> PromiseBoard:
    return PromiseBoard(
        promise=one.call,
        queue=one.queue,
        number=one.number,
        name=one.caller_name,
        state=_word(state, one),
        priority=one.priority,
        since=one.waiting_since,
        due=one.due,
        expires=one.expires,
        tries=one.tries,
        call=one.dialled,
        made_in=one.made_in,
        author=one.author,
    )


def _word(state: State, one: LivePromise) -> str:
    if one.visiting:
        return "waiting"
    call = state.calls.get(one.dialled)
    if call is None:
        return "closed" if one.put_off else "later"
    return "agent" if call.calls_back and call.leg not in state.legs else "customer"
