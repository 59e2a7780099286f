"""A caller whose queue does not have him (it is gone from the files, closed, or drains): he would wait for ever.

He goes where the supervisor said, where his script says for a queue that cannot have him, or to his entry as the files
have it now, with his wait counted on. Who would be sent round in a circle leaves a message.
"""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.arriving import to_entry
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.moving import MOST_TURNS, begin_at, missing
from ccswitch.floor.queueing import Joining, enqueue
from ccswitch.floor.scripting import not_queued
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, Seconds
from ccswitch.model.nouns import CallPlace, VisitResult
from ccswitch.model.targets import Target, TargetKind, target


def elsewhere_due(state: State, subject: str, now: Seconds) -> Decided:
    """He waits in such a queue, and no phone rings for him: send him on."""
    call = state.calls.get(CallId(subject))
    if call is None or call.place is not CallPlace.WAITING or call.offers:
        return nothing()
    if state.turns_away(call):
        said = state.queue_orders[call.queue]
        why = f"queue {call.queue} is {said.mode.value} by {said.author}"
        return _left(call, VisitResult.OVERFLOWED, why, said.to, now) + _by_order(state, call, said.to, why, now)
    if state.is_served(call.queue):
        return nothing()
    entry = state.entry(call.entry)
    if not call.cursor and entry is not None and entry.queue == call.queue:  # no such files are ever let through
        return nothing()
    why = f"queue {call.queue} is no longer in the files"
    return _left(call, VisitResult.REMOVED, why, "", now) + _on(state, call, why, now)


def _left(call: LiveCall, result: VisitResult, why: str, to: str, now: Seconds) -> Decided:
    waited = now - call.waiting_since
    ended = o.VisitEnded(call=call.call, queue=call.queue, result=result, waited=waited, why=why, to=to)
    return Decided([ended], [r.Quiet(node=call.node, leg=call.leg)])


def _by_order(state: State, call: LiveCall, to: str, why: str, now: Seconds) -> Decided:
    where = target(to) if to else None
    if call.turned >= MOST_TURNS or (where is not None and missing(state, where)):
        where = Target(TargetKind.VOICEMAIL, call.queue)
    return begin_at(state, call, where, why=why, now=now) if where else _on(state, call, why, now)


def _on(state: State, call: LiveCall, why: str, now: Seconds) -> Decided:
    """As his script says, or his entry."""
    if call.cursor:
        return not_queued(state, call, why, now)
    entry = state.entry(call.entry)
    if entry is None or entry.script:
        return to_entry(state, call, entry, now)
    if entry.queue == call.queue:
        return begin_at(state, call, Target(TargetKind.VOICEMAIL, call.queue), why=why, now=now)
    joining = Joining(
        queue=entry.queue,
        priority=entry.priority,
        why=f"{why}; entry {entry.name} leads here now",
        since=call.waiting_since,
    )
    return enqueue(state, call, joining, now)
