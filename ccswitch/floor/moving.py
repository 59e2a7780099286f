"""A caller who waits goes elsewhere: by a rule, a key, an order. He takes his wait, his priority and his tags along.

What a target means is in one table. Where a caller talks, the talk is ended first (`floor/talking.py`), and `begin_at`
says what follows once he is back in park.
"""

from __future__ import annotations

from collections.abc import Callable

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided
from ccswitch.floor.language import language_of
from ccswitch.floor.leaving import hand_out
from ccswitch.floor.offering import cancel_offer
from ccswitch.floor.promises import number_trouble, plain_number, promises_nothing
from ccswitch.floor.queueing import Joining, enqueue
from ccswitch.floor.scripting import enter
from ccswitch.floor.sites import along, extension_of, site_named
from ccswitch.floor.state import State
from ccswitch.ivr.cursor import Cursor
from ccswitch.ivr.house import CALLER_NUMBER, callback, voicemail
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, QueueName, Seconds
from ccswitch.model.nouns import VisitResult
from ccswitch.model.targets import Target, TargetKind

FOR_ONE_AGENT: Seconds = 120.0  # who was sent to him waits so long for him alone, then for anybody of the queue
MOST_TURNS = 8  # queues one after the other that did not have him, before he is sent round no more


def missing(state: State, target: Target) -> str:
    """Why nobody can be sent there now, empty when he can: it does not exist."""
    match target.kind:
        case TargetKind.QUEUE | TargetKind.VOICEMAIL | TargetKind.CALLBACK:
            there = state.has_queue(QueueName(target.name))
        case TargetKind.SCRIPT:
            there = target.name in state.editions[state.edition]
        case TargetKind.AGENT:
            there = AgentId(target.name) in state.agents
        case TargetKind.SITE:
            there = site_named(state, target.name) is not None
        case TargetKind.NUMBER:
            there = True
    word = "queue" if target.kind in _OF_A_QUEUE else target.kind.value
    if not there:
        return f"there is no {word} {target.name!r}"
    return promises_nothing(state, QueueName(target.name)) if target.kind is TargetKind.CALLBACK else ""


_OF_A_QUEUE = frozenset({TargetKind.VOICEMAIL, TargetKind.CALLBACK})


def move_to(state: State, call: LiveCall, target: Target, *, result: VisitResult, why: str, now: Seconds) -> Decided:
    """End the stay in the queue of a caller who waits, with this `result`, and send him to `target`. Whom several
    queues have sent on, one after the other, may leave a message instead: he would go round for ever."""
    if call.turned >= MOST_TURNS:
        target = Target(TargetKind.VOICEMAIL, call.queue)
    result = VisitResult.CALLBACK if target.kind is TargetKind.CALLBACK else result
    decided = cancel_offer(state, call, why, now)
    waited = now - call.waiting_since
    ended = o.VisitEnded(call=call.call, queue=call.queue, result=result, waited=waited, to=str(target), why=why)
    decided += Decided([ended], [r.Quiet(node=call.node, leg=call.leg)])
    return decided + begin_at(state, call, target, why=why, now=now)


def begin_at(state: State, call: LiveCall, target: Target, *, why: str, now: Seconds) -> Decided:
    """Let a caller in park, who is nowhere any more, begin at `target`."""
    return _BEGINS[target.kind](state, call, target, why, now)


def _queue(state: State, call: LiveCall, target: Target, why: str, now: Seconds) -> Decided:
    joining = Joining(
        queue=QueueName(target.name),
        priority=call.priority,
        why=why,
        since=call.waiting_since or now,
        cursor=call.cursor,
        script_hash=call.script_hash,
        requires=call.asks,
        prefers=call.likes,
    )
    return enqueue(state, call, joining, now)


def _agent(state: State, call: LiveCall, target: Target, why: str, now: Seconds) -> Decided:
    """He waits for one agent, in his own queue or, when he has none, in one of that agent's; not for ever."""
    agent = state.agents[AgentId(target.name)].agent
    queue = call.queue or next(iter(agent.queues), QueueName(""))
    joining = Joining(
        queue=queue,
        priority=call.priority,
        why=why,
        since=call.waiting_since or now,
        cursor=call.cursor,
        script_hash=call.script_hash,
        only=agent.agent,
        only_until=now + FOR_ONE_AGENT,
    )
    return enqueue(state, call, joining, now)


def _script(state: State, call: LiveCall, target: Target, why: str, now: Seconds) -> Decided:
    return enter(state, call, target.name, now)


def _voicemail(state: State, call: LiveCall, target: Target, why: str, now: Seconds) -> Decided:
    return enter(state, call, voicemail(target.name, language_of(state, call)), now)


def _callback(state: State, call: LiveCall, target: Target, why: str, now: Seconds) -> Decided:
    """A script of the house offers it to him; what he had is kept beneath, for him who would rather wait on."""
    usable = number_trouble(state, plain_number(call.caller_number)) == ""
    given = {CALLER_NUMBER: plain_number(call.caller_number) if usable else ""}
    return enter(state, call, callback(target.name, language_of(state, call)), now, given=given, beneath=True)


def _number(state: State, call: LiveCall, target: Target, why: str, now: Seconds) -> Decided:
    cursor = Cursor.from_json(call.cursor) if call.cursor else None
    return hand_out(call, target.name, why, cursor, now, back_to=call.queue if call.visiting else QueueName(""))


def _site(state: State, call: LiveCall, target: Target, why: str, now: Seconds) -> Decided:
    """He waits on here when the site is not reached."""
    site = site_named(state, target.name)
    assert site is not None  # `missing` was asked
    cursor = Cursor.from_json(call.cursor) if call.cursor else None
    back = call.queue if call.visiting else QueueName("")
    return hand_out(call, extension_of(site), f"{why}: to {target}", cursor, now, back_to=back, passed=along(call, now))


_BEGINS: dict[TargetKind, Callable[[State, LiveCall, Target, str, Seconds], Decided]] = {
    TargetKind.QUEUE: _queue,
    TargetKind.AGENT: _agent,
    TargetKind.SCRIPT: _script,
    TargetKind.VOICEMAIL: _voicemail,
    TargetKind.CALLBACK: _callback,
    TargetKind.NUMBER: _number,
    TargetKind.SITE: _site,
}
