"""Callers come into a queue, hear its music and leave it."""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.appliers.asking_rules import ask_about, ask_on_joining
from ccswitch.floor.appliers.lines import join_line, leave_line
from ccswitch.floor.appliers.moves import clear_deadlines, move_call
from ccswitch.floor.appliers.table import Appliers
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import ExecuteId, ScriptHash, Seconds
from ccswitch.model.nouns import CallPlace, VisitResult


def _call_enqueued(state: State, outcome: o.CallEnqueued, at: Seconds) -> None:
    call = state.calls[outcome.call]
    leave_line(state, call)
    move_call(call, CallPlace.WAITING, at)
    if not (outcome.again or (outcome.queue == call.queue and outcome.since == call.waiting_since)):
        call.joined_at, call.behind, call.estimate, call.told_position = at, (), outcome.estimate, 0
        call.announced = 0
    call.queue, call.waiting_since = outcome.queue, outcome.since
    call.visiting, call.cursor = True, outcome.cursor
    _want(state, call, outcome)
    if outcome.only_until:
        state.deadlines.set("only", call.call, outcome.only_until)
    call.asks, call.likes = outcome.asks, outcome.likes
    call.script_hash = ScriptHash(outcome.script_hash or call.script_hash)
    call.talked = call.talked and not outcome.again
    clear_deadlines(state, call.call, "return", "step", "customer")
    if call.offer:  # a customer who is called back has his agent already
        return
    join_line(state, call, at)
    ask_on_joining(state, call, at)
    rules = state.queue_rules(call.queue)
    if rules.announces:
        state.deadlines.set("announce", call.call, at + rules.announce_first)


def _call_relaxed(state: State, outcome: o.CallRelaxed, at: Seconds) -> None:
    """He changes line in place; who is offered does so when the offer ends."""
    call = state.calls[outcome.call]
    leave_line(state, call)
    _want(state, call, outcome)
    if outcome.text:
        call.behind = (*call.behind, outcome.text)
    if call.is_in_line:
        join_line(state, call, at)


def _want(state: State, call: LiveCall, outcome: o.CallEnqueued | o.CallRelaxed) -> None:
    """What he wants from now on, and when he counts to have come."""
    call.also, call.requires, call.prefers, call.only = outcome.also, outcome.requires, outcome.prefers, outcome.only
    call.priority, call.head_start, call.rule = outcome.priority, outcome.head_start, outcome.rule
    call.arrival = state.arrival(call.waiting_since, call.priority, call.head_start)
    if not call.only:
        state.deadlines.clear("only", call.call)


def _queue_announced(state: State, outcome: o.QueueAnnounced, at: Seconds) -> None:
    call = state.calls[outcome.call]
    call.serial, call.announcement, call.announced = outcome.serial, outcome.execute, call.announced + 1
    call.told_position = outcome.position or call.told_position
    state.deadlines.set("announce", outcome.call, outcome.next_at)


def _music_started(state: State, outcome: o.MusicStarted, at: Seconds) -> None:
    call = state.calls[outcome.call]
    call.serial, call.music = outcome.serial, outcome.execute
    state.deadlines.clear("music", outcome.call)


def _music_stopped(state: State, outcome: o.MusicStopped, at: Seconds) -> None:
    state.calls[outcome.call].music = ExecuteId("")
    state.deadlines.set("music", outcome.call, outcome.again_at)


def _visit_ended(state: State, outcome: o.VisitEnded, at: Seconds) -> None:
    call = state.calls[outcome.call]
    leave_line(state, call)
    call.visiting = False
    if outcome.result in _TURNED_AWAY:
        call.turned += 1
    if outcome.result in _SENT_ON:
        call.behind = (*call.behind, outcome.why)  # so that it is not done again if he comes back to his place
    call.music = call.announcement = ExecuteId("")
    clear_deadlines(state, outcome.call, "music", "only", "announce", "rule", "rule_joining")
    _judge(state, call, outcome, at)
    ask_about(state, call.queue, at)


def _judge(state: State, call: LiveCall, outcome: o.VisitEnded, at: Seconds) -> None:
    """What he was foretold against what he waited; who left sooner says nothing of it."""
    pace, waited = state.paces.get(call.queue), at - call.joined_at
    answered = outcome.result is VisitResult.ANSWERED
    if pace is not None and call.estimate is not None and (answered or waited > call.estimate):
        pace.judge(call.estimate, waited)
    call.estimate = None


_SENT_ON = frozenset({VisitResult.OVERFLOWED, VisitResult.CALLBACK})
_TURNED_AWAY = _SENT_ON | {VisitResult.REMOVED}


APPLIERS: Appliers = {
    o.CallEnqueued: _call_enqueued,
    o.CallRelaxed: _call_relaxed,
    o.QueueAnnounced: _queue_announced,
    o.MusicStarted: _music_started,
    o.MusicStopped: _music_stopped,
    o.VisitEnded: _visit_ended,
}
