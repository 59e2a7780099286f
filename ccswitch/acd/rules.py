"""Rules of a queue: what happens to a caller who waits.

    after 20s: billing >= 3                  relaxes in place: whoever answers needs that, and no more what he needed
    after 30s: prefer nothing                what was liked counts no more in who is rung
    after 40s: add queue care                he stands in that queue's lines too
    at 80% of target: priority +2
    when nobody is staffed: to voicemail:sales    overflows: he leaves the queue

A rule is asked of each caller by himself: `waiting` and `expected wait` are those at his place in the line, so that an
overflow takes from the end of the line and only as many as are too many. How a rule is written is `rule_text`'s matter.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, Protocol

from ccswitch.model.ids import QueueName, Seconds
from ccswitch.model.nouns import Word
from ccswitch.model.targets import Target


class Ask(Word):
    """What a condition asks."""

    AFTER = "after"  # so many seconds in this queue
    TARGET = "at"  # so much of the queue's target is waited, in all
    JOINING = "on joining"  # when he joins, and never later
    WAITING = "waiting"
    EXPECTED_WAIT = "expected wait"
    CALLS_PER_AGENT = "calls per agent"
    UNSTAFFED = "nobody is staffed"  # nobody who is logged in could answer him
    LOGGED_OUT = "nobody is logged in"  # of the queue's agents
    CLOSED = "closed"  # by a calendar


TIMED = frozenset({Ask.AFTER, Ask.TARGET})
COMPARED = frozenset({Ask.WAITING, Ask.EXPECTED_WAIT, Ask.CALLS_PER_AGENT})
COMPARES: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


class Condition(NamedTuple):
    """One condition. `number`: seconds, a share of 1, or what a figure is compared with; `name`: the calendar."""

    ask: Ask
    number: float = 0.0
    compare: str = ""
    name: str = ""


class Relaxation(NamedTuple):
    """What loosens, in place. `requires`, `prefers` None: as it was; empty: nothing is required, or liked, any more."""

    requires: str | None = None
    also: QueueName = QueueName("")
    priority: int = 0
    head_start: Seconds = 0.0
    prefers: str | None = None


class Rule(NamedTuple):
    """A rule as it was written: under all these `conditions`, this. A `Target`: he leaves the queue."""

    text: str
    conditions: tuple[Condition, ...]
    does: Relaxation | Target

    @property
    def overflows(self) -> bool:
        """He leaves the queue by it."""
        return isinstance(self.does, Target)

    @property
    def asks(self) -> frozenset[Ask]:
        """What its conditions ask."""
        return frozenset(condition.ask for condition in self.conditions)

    @property
    def by_time_alone(self) -> bool:
        """Nothing but time lies before it."""
        return self.asks <= TIMED

    def ripe_at(self, stay: Stay) -> Seconds:
        """When the time is come that its conditions ask for; for a rule that asks for none, when he joined."""
        return max((_instant(condition, stay) for condition in self.conditions), default=stay.joined)

    def holds(self, figures: Figures) -> bool:
        """What it asks besides time is so."""
        return all(_HOLDS[condition.ask](condition, figures) for condition in self.conditions)


class Stay(NamedTuple):
    """A caller's stay in a queue: since when he is in it, since when he waits in all, and the queue's target."""

    joined: Seconds
    since: Seconds
    target: Seconds


class Figures(Protocol):
    """How the queue stands for a caller.

    `waiting`: how many wait up to his place, he among them (for a relaxation: in the whole queue). `expected_wait`:
    seconds at his place, None when it is not known. `calls_per_agent`: `waiting` over those who are logged in, endless
    where nobody is. `staffed`: somebody who is logged in could answer him. `joining`: he has just come.
    """

    @property
    def waiting(self) -> int:
        """How many wait up to his place; for a relaxation, in the whole queue."""

    @property
    def expected_wait(self) -> Seconds | None:
        """Seconds at his place; None when it is not known."""

    @property
    def calls_per_agent(self) -> float:
        """`waiting` over those who are logged in; endless where nobody is."""

    @property
    def logged_in(self) -> int:
        """How many of the queue's agents are logged in."""

    @property
    def staffed(self) -> bool:
        """Somebody who is logged in could answer him."""

    @property
    def joining(self) -> bool:
        """He has just come."""

    def closed(self, calendar: str) -> bool:
        """The calendar is closed now."""


def _instant(condition: Condition, stay: Stay) -> Seconds:
    if condition.ask is Ask.AFTER:
        return stay.joined + condition.number
    if condition.ask is Ask.TARGET:
        return max(stay.joined, stay.since + condition.number * stay.target)
    return stay.joined


def _compared(condition: Condition, number: float | None) -> bool:
    return number is not None and COMPARES[condition.compare](number, condition.number)


_HOLDS: Mapping[Ask, Callable[[Condition, Figures], bool]] = {
    Ask.AFTER: lambda condition, figures: True,  # `ripe_at` knows
    Ask.TARGET: lambda condition, figures: True,
    Ask.JOINING: lambda condition, figures: figures.joining,
    Ask.WAITING: lambda condition, figures: _compared(condition, figures.waiting),
    Ask.EXPECTED_WAIT: lambda condition, figures: _compared(condition, figures.expected_wait),
    Ask.CALLS_PER_AGENT: lambda condition, figures: _compared(condition, figures.calls_per_agent),
    Ask.UNSTAFFED: lambda condition, figures: not figures.staffed,
    Ask.LOGGED_OUT: lambda condition, figures: figures.logged_in == 0,
    Ask.CLOSED: lambda condition, figures: figures.closed(condition.name),
}


def ripe(rules: Iterable[Rule], behind: Iterable[str], stay: Stay, now: Seconds) -> list[Rule]:
    """The rules whose time is come and that are not behind him, as they came: by their instants, then as written."""
    done = frozenset(behind)
    come = [
        (at, n, rule) for n, rule in enumerate(rules) if rule.text not in done and (at := rule.ripe_at(stay)) <= now
    ]
    return [rule for _, _, rule in sorted(come, key=lambda one: one[:2])]


def next_by_time(rules: Iterable[Rule], behind: Iterable[str], stay: Stay, now: Seconds) -> tuple[Seconds, Rule] | None:
    """The rule whose time comes next, and when; None when no more time is asked for by any that is not behind him."""
    done = frozenset(behind)
    to_come = [
        (at, n, rule) for n, rule in enumerate(rules) if rule.text not in done and (at := rule.ripe_at(stay)) > now
    ]
    first = min(to_come, key=lambda one: one[:2], default=None)
    return (first[0], first[2]) if first else None


def may_hold(rule: Rule, first: Figures, last: Figures) -> bool:
    """Whether it may hold for anybody in a line, by how the queue stands for the first and for the last in it: what is
    compared only grows or only falls from the one to the other. What is asked of each caller's own agents is left out.
    """
    return all(
        condition.ask is Ask.UNSTAFFED
        or _HOLDS[condition.ask](condition, first)
        or _HOLDS[condition.ask](condition, last)
        for condition in rule.conditions
    )
