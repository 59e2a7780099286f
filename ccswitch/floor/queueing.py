"""Waiting: into the queue, hold music, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ccswitch.acd.exit_keys import pattern
from ccswitch.acd.matching import matches
from ccswitch.acd.order import Waiting
from ccswitch.acd.pools import Pool, queue_of
from ccswitch.floor.alive import LiveCall
from ccswitch.floor.calling_back import call_back, node_for, revoke
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.offering import make_offer
from ccswitch.floor.promises import plain_number, promise_to
from ccswitch.floor.standing import LivePromise
from ccswitch.floor.state import State
from ccswitch.floor.wishes import marked, waits_for
from ccswitch.ivr.acts import NO_TERMINATOR
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, CallId, ExecuteId, QueueName, Seconds, execute_id
from ccswitch.model.nouns import CallbackResult, CallPlace, Queue, QueueMode
from ccswitch.model.said import Said
from ccswitch.model.skills import both, together
from ccswitch.model.value import value


@value
class Joining:
    """How a caller comes into a queue: what he is to have there, besides what the queue and his marks say."""

    queue: QueueName
    priority: int
    why: str
    since: Seconds | None = None  # when his wait began, if that was earlier
    cursor: str = ""  # where his script goes on after the talk, empty when it does not
    script_hash: str = ""  # of the version that `cursor` is in
    requires: str = ""  # of the agent's skills (model/skills.py)
    prefers: str = ""  # of them, and does not require
    only: AgentId = AgentId("")  # waits for him alone
    only_until: Seconds = 0.0  # and then for anybody who fits
    agent: AgentId = AgentId("")  # his own, who is waited for a while if he is there


def enqueue(state: State, call: LiveCall, joining: Joining, now: Seconds) -> Decided:
    """Let the caller wait. He is answered first: early media is no place to keep somebody."""
    rules = state.queue_rules(joining.queue)
    began, priority, decided = now if joining.since is None else joining.since, joining.priority, nothing()
    if state.promises:
        began, priority, decided = _kept_place(state, call, joining.queue, began, priority, now)
    marks = marked(state, call)
    needs = both(both(rules.skills, joining.requires), marks.requires)
    only, only_until = joining.only, joining.only_until
    if not only and (joining.agent or rules.sticky_for):
        only = waits_for(state, call, joining.queue, needs, joining.agent, now)
        only_until = now + rules.sticky_wait if only else only_until
    waits = o.CallEnqueued(
        call=call.call,
        queue=joining.queue,
        priority=priority,
        since=began,
        why=joining.why,
        cursor=joining.cursor,
        script_hash=joining.script_hash,
        target=rules.target,
        short_abandon=rules.short_abandon,
        requires=needs,
        prefers=together(rules.prefers, joining.prefers, marks.prefers),
        head_start=rules.head_start + marks.head_start,
        only=only,
        only_until=only_until,
        asks=joining.requires,
        likes=joining.prefers,
        estimate=_estimate(state, joining.queue, now),
    )
    decided.outcomes.append(waits)
    if not state.asks(joining.queue):  # else he may not stay (relaxing.py)
        decided += play_music(call, rules)
    return decided


def _kept_place(
    state: State, call: LiveCall, queue: QueueName, began: Seconds, priority: int, now: Seconds
) -> tuple[Seconds, int, Decided]:
    """When he counts to have begun to wait, and his priority: those of a promise to call him back, where one stands,
    for his own call takes its place. With what becomes of the promise."""
    his = _promise_of(state, call, queue)
    if his is None:
        return began, priority, nothing()
    revoked = revoke(state, his, CallbackResult.CALLED_IN, f"he called in himself: {call.call}", now)
    return min(began, his.waiting_since), max(priority, his.priority), revoked


def _estimate(state: State, queue: QueueName, now: Seconds) -> Seconds | None:
    """What he will wait, as far as the queue's pace tells; kept to see how right it was, told to nobody here."""
    pace = state.paces.get(queue)
    if pace is None:
        return None
    return pace.estimate(sum([len(line) for pool, line in state.waiting.items() if queue_of(pool) == queue]), now)


def heard_while_waiting(
    call: LiveCall, rules: Queue, files: tuple[Said, ...], execute: ExecuteId
) -> r.Play | r.Collect:
    """What a waiting caller hears; where the queue has exit keys, they are listened for all the while."""
    if not rules.exit_keys:
        return r.Play(node=call.node, leg=call.leg, execute=execute, files=files)
    return r.Collect(
        node=call.node,
        leg=call.leg,
        execute=execute,
        files=files,
        least=1,
        most=1,
        timeout=0.1,
        between=0.1,
        terminators=NO_TERMINATOR,
        pattern=pattern(rules.exit_keys),
    )


def _promise_of(state: State, call: LiveCall, queue: QueueName) -> LivePromise | None:
    """A promise to call this caller back for the same queue, whose place his own call takes: not one for a later time,
    and not once he has answered it."""
    his = promise_to(state, queue, plain_number(call.caller_number))
    if his is None or his.dialled == call.call or _is_for_later(his):
        return None
    under_way = state.calls.get(his.dialled)
    return his if under_way is None or under_way.calls_back else None


def _is_for_later(promise: LivePromise) -> bool:
    """Its time is to come, and was when it was made."""
    return promise.due > promise.made_at and not (promise.tries or promise.visiting or promise.put_off)


def wait_on(state: State, call: LiveCall, why: str, *, again: bool) -> Decided:
    """Whom his agent left without help waits on where he waited. `again`: there was no talk to speak of."""
    rules = state.queue_rules(call.queue)
    waits = o.CallEnqueued(
        call=call.call,
        queue=call.queue,
        priority=call.priority,
        since=call.waiting_since,
        why=why,
        cursor=call.cursor,
        script_hash=call.script_hash,
        again=again,
        requires=call.requires,
        prefers=call.prefers,
        also=call.also,
        rule=call.rule,
        head_start=call.head_start,
        asks=call.asks,
        likes=call.likes,
        target=rules.target,
        short_abandon=rules.short_abandon,
    )
    return Decided([waits], []) + play_music(call, rules)


def play_music(call: LiveCall, rules: Queue) -> Decided:
    """Start the queue's hold music on the caller's leg; who is not known to be answered is answered first."""
    serial = call.serial + 1
    requests: list[r.Request] = []
    if not call.answered:
        requests.append(r.Answer(node=call.node, leg=call.leg, execute=execute_id(call.call, serial)))
        serial += 1
    execute = execute_id(call.call, serial)
    requests.append(heard_while_waiting(call, rules, (rules.music,), execute))
    return Decided([o.MusicStarted(call=call.call, serial=serial, execute=execute)], requests)


def back_in_line(state: State, call: LiveCall, why: str) -> Decided:
    """A caller who is in park again waits on at his old place, with music."""
    resumed = o.CallResumed(call=call.call, why=why)
    return Decided([resumed], []) + play_music(call, state.queue_rules(call.queue))


def music_over(call: LiveCall, why: str, now: Seconds) -> Decided:
    """Hold music ended by itself. A stream that does not exist ends at once, so it is not begun again at once."""
    if call.place is not CallPlace.WAITING:
        return nothing()
    return Decided([o.MusicStopped(call=call.call, again_at=now + 2.0, why=why)], [])


def music_due(state: State, subject: str, now: Seconds) -> Decided:
    """Time to start the hold music again."""
    call = state.calls.get(CallId(subject))
    if call is None or call.place is not CallPlace.WAITING:
        return nothing()
    return play_music(call, state.queue_rules(call.queue))


def only_due(state: State, subject: str, now: Seconds) -> Decided:
    """He waited for one agent alone, and that was long enough: from now on for anybody who fits."""
    call = state.calls.get(CallId(subject))
    if call is None or not call.only:
        return nothing()
    return Decided([relaxed(call, only=AgentId(""), why=f"{call.only} did not come free in time")], [])


def relaxed(call: LiveCall, **changes: Any) -> o.CallRelaxed:
    """What a waiting caller wants, with these `changes`, of which `why` is one."""
    wants: dict[str, Any] = {
        "rule": call.rule,
        "requires": call.requires,
        "prefers": call.prefers,
        "also": call.also,
        "only": call.only,
        "priority": call.priority,
        "head_start": call.head_start,
    }
    return o.CallRelaxed(call=call.call, **(wants | changes))


def match_due(state: State, subject: str, now: Seconds) -> Decided:
    """Somebody began to wait or became free: pair callers and agents until one side runs out."""
    decided, before, besides = nothing(), CallId(""), 0
    for match in matches(_to_be_served(state), state.idle, now, state.at_once):
        besides = besides if match.call == before else 0
        before, promise = match.call, state.promises.get(match.call)
        if promise is None:
            made = make_offer(state, state.calls[match.call], match, now, besides=besides)
        else:
            made = call_back(state, promise, match, now, besides=besides)
        if state.at_once:  # else nobody is offered twice
            besides += sum(1 for opened in made.outcomes if isinstance(opened, o.LegOpened))
        decided += made
    return decided


_NOT_SERVED = frozenset({QueueMode.PAUSED, QueueMode.CLOSED})


def _to_be_served(state: State) -> Mapping[Pool, Iterable[Waiting]]:
    """The lines without those of queues that a supervisor has paused, or closed: only promises are left in these."""
    lines = _on_reachable_nodes(state)
    if not state.queue_orders:
        return lines
    paused = {name for name, said in state.queue_orders.items() if said.mode in _NOT_SERVED}
    return {name: line for name, line in lines.items() if queue_of(name) not in paused} if paused else lines


def _on_reachable_nodes(state: State) -> Mapping[Pool, Iterable[Waiting]]:
    """The lines without those whose node cannot be asked; looked through only as far as there are agents for them."""
    for node in state.nodes.values():
        if not node.is_reachable or (state.promises and node.node not in state.settings.trunks):
            return {queue: _reachable(state, line) for queue, line in state.waiting.items()}
    return state.waiting


def _reachable(state: State, line: Iterable[Waiting]) -> Iterator[Waiting]:
    return (place for place in line if can_be_asked(state, place.call))


def can_be_asked(state: State, name: CallId) -> bool:
    """Who stands in line under this name can be offered now: his node is there, or one by which he can be dialled."""
    promise = state.promises.get(name)
    return state.reachable(state.calls[name].node) if promise is None else node_for(state, promise) is not None
