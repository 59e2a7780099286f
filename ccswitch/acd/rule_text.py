"""How a queue's rule is written, and what is wrong with one that is not.

    rule       = condition { "and" condition } ":" effect
    condition  = "after" SPAN | "at" N "% of target" | [ "only" ] "on joining"
               | [ "when" ] ( figure COMPARE N | "nobody is staffed" | "nobody is logged in" | "closed(" CALENDAR ")" )
    figure     = "waiting" | "expected wait" | "calls per agent"
    effect     = "to" TARGET | "add queue" NAME | "priority" "+"N | "head start" SPAN | "anybody" | REQUIREMENT
               | "prefer" ( "nothing" | REQUIREMENT { "," REQUIREMENT } )

SPAN is 20s, 5min or 1h; TARGET as in `model/targets.py`, REQUIREMENT as in `model/skills.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from ccswitch.acd.rules import COMPARES, Ask, Condition, Relaxation, Rule
from ccswitch.model.ids import QueueName, Seconds
from ccswitch.model.skills import WrongSkill, preference, requirement
from ccswitch.model.targets import Target, WrongTarget
from ccswitch.model.targets import target as read_target

LENGTH_LIMIT = 400  # characters of a rule
LONGEST: Seconds = 86_400.0
MOST_PRIORITY = 1000

_SPACE = re.compile(r"\s*")
_SPAN = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*(s|sec|seconds?|m|min|minutes?|h|hours?)\b", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,3})?", re.ASCII)
_SIGNED = re.compile(r"([+-])\s*([0-9]{1,4})", re.ASCII)
_NAME = re.compile(r"\w[\w.-]{0,63}")
_COMPARE = re.compile(r"[<>]=?")
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}

CONDITIONS = "after 20s, at 80% of target, on joining, or when followed by waiting > 20, expected wait > 120s, \
calls per agent > 3, nobody is staffed, nobody is logged in or closed(CALENDAR)"
EFFECTS = "a requirement as billing >= 3, anybody, prefer nothing or what is liked, add queue NAME, priority +2, \
head start 60s, or to queue:NAME"


class WrongRule(ValueError):
    """This is no rule; the message says where (columns count from 1), what, and how to mend it."""


@lru_cache(maxsize=4096)
def rule(text: str) -> Rule:
    """Read a rule. Raises WrongRule. Whether queues, calendars and scripts exist is not its matter."""
    if len(text) > LENGTH_LIMIT:
        raise WrongRule(f"it is {len(text)} characters long, at most {LENGTH_LIMIT}")
    reader = _Reader(text)
    conditions = [reader.condition()]
    while reader.takes("and"):
        conditions.append(reader.condition())
    reader.needs(":", "`:` or `and`")
    return Rule(text, tuple(conditions), reader.effect())


@lru_cache(maxsize=1024)
def rules(texts: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules of a queue, which were checked."""
    return tuple(map(rule, texts))


class _Reader:
    """Goes through the text once, from the left."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._pass_space()

    def takes(self, *words: str) -> bool:
        """Go past these words, if they are next."""
        found = re.compile(r"\s+".join(map(re.escape, words)) + (r"(?!\w)" if words[-1].isalpha() else "")).match(
            self._text, self._at
        )
        return found is not None and self._go_to(found.end())

    def needs(self, word: str, told: str = "", mend: str = "") -> None:
        """Go past `word`, which must be next."""
        if not self.takes(*word.split()):
            raise self._wrong(told or f"`{word}`", mend)

    def condition(self) -> Condition:
        """One condition."""
        if self.takes("after"):
            return Condition(Ask.AFTER, self.span())
        if self.takes("at"):
            share = self.number("a share of the target", 1, 10_000) / 100
            self.needs("%", "`% of target`")
            self.needs("of target", "`of target`")
            return Condition(Ask.TARGET, share)
        if self.takes("only", "on", "joining") or self.takes("on", "joining"):
            return Condition(Ask.JOINING)
        self.takes("when")
        for words, read in _FIGURES:
            if self.takes(*words):
                return read(self)
        raise self._wrong("a condition", CONDITIONS)

    def effect(self) -> Relaxation | Target:
        """What it does; to the end of the text."""
        for words, read in _EFFECTS:
            if self.takes(*words):
                does = read(self)
                if self._at < len(self._text):
                    raise self._wrong("the end")
                return does
        return Relaxation(requires=self._requirement())

    def compared(self, ask: Ask, number: Callable[[_Reader], float]) -> Condition:
        """`> 20`, after a figure."""
        found = _COMPARE.match(self._text, self._at)
        if found is None:
            raise self._wrong("a comparison", "one of " + " ".join(COMPARES))
        self._go_to(found.end())
        return Condition(ask, number(self), found[0])

    def calendar(self) -> Condition:
        """`(office)`, after `closed`."""
        self.needs("(")
        name = self.name("the name of a calendar")
        self.needs(")")
        return Condition(Ask.CLOSED, name=name)

    def name(self, what: str) -> str:
        """A name that people gave."""
        found = _NAME.match(self._text, self._at)
        if found is None:
            raise self._wrong(what)
        self._go_to(found.end())
        return found[0]

    def signed(self) -> int:
        """`+2`."""
        found = _SIGNED.match(self._text, self._at)
        if found is None or not 0 < int(found[2]) <= MOST_PRIORITY:
            raise self._wrong(f"by how much, up to {MOST_PRIORITY}", "as +2")
        self._go_to(found.end())
        return int(found[1] + found[2])

    def span(self) -> Seconds:
        """`20s`."""
        found = _SPAN.match(self._text, self._at)
        seconds = float(found[1]) * _UNITS[found[2][0]] if found else 0.0
        if found is None or not 0 < seconds <= LONGEST:
            raise self._wrong("how long, up to 24h", "as 20s, 5min or 1h")
        self._go_to(found.end())
        return seconds

    def number(self, what: str, least: float, most: float) -> float:
        """A number in [least, most]."""
        found = _NUMBER.match(self._text, self._at)
        if found is None or not least <= float(found[0]) <= most:
            raise self._wrong(f"{what}, from {least:g} to {most:g}")
        self._go_to(found.end())
        return float(found[0])

    def _rest(self) -> str:
        rest = self._text[self._at :].strip()
        if not rest:
            raise self._wrong("what the rule does", EFFECTS)
        return rest

    def target(self) -> Target:
        """Where he goes; the rest of the text."""
        rest = self._rest()
        try:
            found = read_target(rest)
        except WrongTarget as wrong:
            raise WrongRule(f"column {self._at + 1}: {wrong}") from wrong
        self._go_to(len(self._text))
        return found

    def preference(self) -> str:
        """What is liked from now on, the rest of the text; nothing when it says so."""
        rest = self._rest()
        try:
            preference(rest)
        except WrongSkill as wrong:
            raise WrongRule(f"column {self._at + 1}: {wrong}; or `prefer nothing`") from wrong
        self._go_to(len(self._text))
        return "" if rest == "nothing" else rest

    def _requirement(self) -> str:
        rest = self._rest()
        try:
            return requirement(rest).text
        except WrongSkill as wrong:
            raise WrongRule(
                f"column {self._at + 1}: {rest[:80]!r} is no requirement ({wrong}) and nothing else; write {EFFECTS}"
            ) from wrong

    def _go_to(self, at: int) -> bool:
        self._at = at
        self._pass_space()
        return True

    def _pass_space(self) -> None:
        self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]  # it always fits

    def _wrong(self, needed: str, mend: str = "") -> WrongRule:
        rest = self._text[self._at :].split()
        there = f"not {rest[0][:40]!r}" if rest else "here it ends"
        return WrongRule(f"column {self._at + 1}: {needed} is needed, {there}" + (f"; {mend}" if mend else ""))


_Words = tuple[str, ...]

_FIGURES: tuple[tuple[_Words, Callable[[_Reader], Condition]], ...] = (
    (("waiting",), lambda r: r.compared(Ask.WAITING, lambda r: r.number("how many", 0, 100_000))),
    (("expected", "wait"), lambda r: r.compared(Ask.EXPECTED_WAIT, _Reader.span)),
    (
        ("calls", "per", "agent"),
        lambda r: r.compared(Ask.CALLS_PER_AGENT, lambda r: r.number("how many", 0, 10_000)),
    ),
    (("nobody", "is", "staffed"), lambda r: Condition(Ask.UNSTAFFED)),
    (("nobody", "is", "logged", "in"), lambda r: Condition(Ask.LOGGED_OUT)),
    (("closed",), _Reader.calendar),
)

_EFFECTS: tuple[tuple[_Words, Callable[[_Reader], Relaxation | Target]], ...] = (
    (("to",), _Reader.target),
    (("add", "queue"), lambda r: Relaxation(also=QueueName(r.name("the name of a queue")))),
    (("priority",), lambda r: Relaxation(priority=r.signed())),
    (("head", "start"), lambda r: Relaxation(head_start=r.span())),
    (("anybody",), lambda r: Relaxation(requires="")),
    (("prefer",), lambda r: Relaxation(prefers=r.preference())),
)
