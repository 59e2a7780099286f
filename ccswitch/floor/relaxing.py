"""The rules of a queue at work: what a caller wants becomes less while he waits, or he goes elsewhere.

Rules that ask for time alone are a deadline of the caller (`rule`), set to the next instant of any; after a restart
all that fell due in between are taken in order. Rules that ask for figures are asked when he joins (`rule_joining`) and
when something happens to the queue (`rule_figures`), at most once a second a queue, for all its callers at once. A rule
is behind a caller by its text: after a reload those that were changed are new ones for him.

A promise to call back that stands in line is relaxed as a caller is, and goes to another queue as he would; any other
overflow is not for it, since nobody is on the line.

While a phone rings for him what he wants is relaxed as ever, but he is not sent elsewhere: somebody may be about to
answer. What was missed is made up for as soon as the offer has ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from ccswitch.acd.rules import Ask, Relaxation, Rule, Stay, may_hold, next_by_time, ripe
from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.hours import calendar_of, next_change
from ccswitch.floor.moving import missing, move_to
from ccswitch.floor.promises import may_go, to_queue
from ccswitch.floor.queue_figures import CallerFigures, QueueFigures, is_asked
from ccswitch.floor.queueing import play_music
from ccswitch.floor.queueing import relaxed as relaxed_to
from ccswitch.floor.standing import LivePromise
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import CallId, QueueName, Seconds
from ccswitch.model.nouns import VisitResult
from ccswitch.model.targets import Target, TargetKind

AT_ONCE = 25  # callers whom one decision may be about; the others are the next one's
AGAIN: Seconds = 1.0  # an overflow from a node that cannot be reached is tried again after so long
MOST_TURNS = 8  # overflows one after the other: scripts that are published later could lead round in a circle


def stay_of(state: State, call: LiveCall | LivePromise) -> Stay:
    """A caller's stay in the queue, as its rules see it."""
    return Stay(call.joined_at or call.waiting_since, call.waiting_since, state.queue_rules(call.queue).target)


class NextRule(NamedTuple):
    """A rule that is not behind a caller, and its instant; None when it waits for figures alone."""

    text: str
    at: Seconds | None


def next_rule(state: State, call: LiveCall | LivePromise, now: Seconds) -> NextRule | None:
    """The rule whose time comes next for a waiting caller or a promise, else the first that waits for figures; None: no
    more."""
    if not is_asked(call):
        return None
    rules = state.rules(call.queue)
    coming = next_by_time(rules, call.behind, stay_of(state, call), now)
    if coming is not None:
        return NextRule(coming[1].text, coming[0])
    open_ones = (rule.text for rule in rules if rule.text not in call.behind and Ask.JOINING not in rule.asks)
    text = next(open_ones, None)
    return NextRule(text, None) if text is not None else None


# ---- deadlines ----------------------------------------------------------------------------------------------


def rule_due(state: State, subject: str, now: Seconds) -> Decided:
    """The time of a rule is come, or the caller is back in line: whatever is ripe for him."""
    return _asked(state, CallId(subject), now, joining=False)


def joining_due(state: State, subject: str, now: Seconds) -> Decided:
    """He has just joined a queue that asks its figures then; who stays hears its music from here on."""
    decided = _asked(state, CallId(subject), now, joining=True)
    call = state.calls.get(CallId(subject))
    stays = not any(type(outcome) is o.VisitEnded for outcome in decided.outcomes)
    if call is not None and is_asked(call) and stays and not call.music:
        decided += play_music(call, state.queue_rules(call.queue))
    return Decided([o.DeadlinePassed(kind="rule_joining", subject=subject), *decided.outcomes], decided.requests)


def _asked(state: State, name: CallId, now: Seconds, *, joining: bool) -> Decided:
    call = _stands_as(state, name)
    if call is None or not is_asked(call):
        return nothing()
    figures = QueueFigures(state, call.queue, now)
    rules = state.rules(call.queue)
    decided, again = _at_work(_Caller(state, call, figures, figures.ahead_of(call), joining), rules, now)
    return Decided([_next(state, call, again, now)], []) + decided  # first: it is about the queue that he may leave


def _stands_as(state: State, name: CallId) -> LiveCall | LivePromise | None:
    return state.promises.get(name) or state.calls.get(name)


def _next(state: State, call: LiveCall | LivePromise, again: Seconds, now: Seconds) -> o.DeadlinePassed:
    coming = next_by_time(state.rules(call.queue), call.behind, stay_of(state, call), now)
    if coming is not None and (not again or coming[0] < again):
        again = coming[0]
    return o.DeadlinePassed(kind="rule", subject=call.call, again_at=again)


def figures_due(state: State, subject: str, now: Seconds) -> Decided:
    """Something happened to a queue: its rules that ask for figures, for each of its callers, the last one first."""
    queue = QueueName(subject)
    rules = [rule for rule in state.rules(queue) if not rule.by_time_alone and Ask.JOINING not in rule.asks]
    figures = QueueFigures(state, queue, now)
    line = {ahead: who for ahead, name in enumerate(figures.in_order()) if (who := _stands_as(state, name)) is not None}
    rules = [rule for rule in rules if line and _may_hold(state, rule, figures, line)]
    decided, count, again = nothing(), 0, _when_calendars_change(state, queue, now) if line else 0.0
    for ahead in reversed(line if rules else ()):
        call = line[ahead]
        one, later = _at_work(_Caller(state, call, figures, ahead, joining=False), rules, now)
        if later:
            again = min(again or later, later)
        if one.outcomes:
            decided += one
            count += 1
        if count == AT_ONCE:
            again = now
            break
    return Decided([o.DeadlinePassed(kind="rule_figures", subject=subject, again_at=again)], []) + decided


def _may_hold(state: State, rule: Rule, figures: QueueFigures, line: dict[int, LiveCall | LivePromise]) -> bool:
    if Ask.UNSTAFFED in rule.asks and figures.all_staffed():
        return False
    ends = [
        CallerFigures(figures, line[ahead], ahead, whole=not rule.overflows)
        for ahead in (next(iter(line)), next(reversed(line)))
    ]
    return may_hold(rule, ends[0], ends[1])


def _when_calendars_change(state: State, queue: QueueName, now: Seconds) -> Seconds:
    """When a calendar opens or closes next that the queue's rules ask for; 0: none does."""
    asked = {one.name for rule in state.rules(queue) for one in rule.conditions if one.ask is Ask.CLOSED}
    known = [calendar for name in sorted(asked) if (calendar := calendar_of(state, name)) is not None]
    changes = [at for calendar in known if (at := next_change(state, calendar, now)) is not None]
    return min(changes, default=0.0)


# ---- what a rule does ---------------------------------------------------------------------------------------


class _Caller(NamedTuple):
    """For whom rules are asked, and how his queue stands for him."""

    state: State
    call: LiveCall | LivePromise
    figures: QueueFigures
    ahead: int
    joining: bool

    def meets(self, rule: Rule) -> bool:
        """What the rule asks besides time is so."""
        seen = CallerFigures(self.figures, self.call, self.ahead, whole=not rule.overflows, joining=self.joining)
        return rule.holds(seen)


@dataclass(frozen=True, slots=True)
class _Wants:
    """What a caller wants after the rules so far."""

    requires: str
    prefers: str
    also: tuple[QueueName, ...]
    priority: int
    head_start: Seconds

    def after(self, does: Relaxation, own: QueueName) -> _Wants:
        """The same, loosened."""
        more = (does.also,) if does.also and does.also not in (own, *self.also) else ()
        return _Wants(
            requires=self.requires if does.requires is None else does.requires,
            prefers=self.prefers if does.prefers is None else does.prefers,
            also=self.also + more,
            priority=self.priority + does.priority,
            head_start=self.head_start + does.head_start,
        )


def _at_work(caller: _Caller, rules: Iterable[Rule], now: Seconds) -> tuple[Decided, Seconds]:
    """What those rules do that are ripe and hold, and when to ask again for what had to wait (0: need not).

    An overflow behind a relaxation is the next decision's, which sees what was relaxed.
    """
    state, call = caller.state, caller.call
    wants = _Wants(call.requires, call.prefers, call.also, call.priority, call.head_start)
    relaxed: list[o.Outcome] = []
    again = 0.0
    for rule in ripe(rules, call.behind, stay_of(state, call), now):
        if isinstance(rule.does, Target):
            if _stays(state, call, rule.does) or not caller.meets(rule):
                continue
            if relaxed:
                return Decided(relaxed, []), now
            if isinstance(call, LivePromise):
                return to_queue(state, call, QueueName(rule.does.name), rule.text), 0.0
            if not state.reachable(call.node):
                again = now + AGAIN
                continue
            return _overflow(state, call, rule, now), 0.0
        if caller.meets(rule):
            wants = wants.after(rule.does, call.queue)
            relaxed.append(_relaxed(call, wants, rule, len(call.behind) + len(relaxed) + 1))
    return Decided(relaxed, []), again


def _stays(state: State, call: LiveCall | LivePromise, to: Target) -> bool:
    """He cannot be sent there, or not now."""
    if isinstance(call, LivePromise):
        if call.turned >= MOST_TURNS:
            return True
        return to.kind is not TargetKind.QUEUE or not may_go(state, call, QueueName(to.name))
    came = to.kind is TargetKind.SITE and call.came_from  # sites that send on to each other would do so for ever
    return bool(call.offer or call.turned >= MOST_TURNS or came or missing(state, to))


def _relaxed(call: LiveCall | LivePromise, wants: _Wants, rule: Rule, count: int) -> o.CallRelaxed | o.CallbackRelaxed:
    if isinstance(call, LivePromise):
        return o.CallbackRelaxed(
            promise=call.call,
            requires=wants.requires,
            prefers=wants.prefers,
            also=wants.also,
            priority=wants.priority,
            head_start=wants.head_start,
            text=rule.text,
            why=f"rule {rule.text}",
        )
    return relaxed_to(
        call,
        rule=count,
        text=rule.text,
        requires=wants.requires,
        prefers=wants.prefers,
        also=wants.also,
        priority=wants.priority,
        head_start=wants.head_start,
        why=f"rule {rule.text}",
    )


def _overflow(state: State, call: LiveCall, rule: Rule, now: Seconds) -> Decided:
    assert isinstance(rule.does, Target)
    return move_to(state, call, rule.does, result=VisitResult.OVERFLOWED, why=rule.text, now=now)
