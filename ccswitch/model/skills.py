"""Skills: what an agent can do, from 1 to 10, and what a call requires of whoever answers it.

    lang.zh >= 5 and (billing or vip_care >= 3) and not trainee

What is liked in whoever answers, and not required, is a list of such terms with commas between them:

    lang.zh >= 8, vip_care

A name alone asks for any level; a skill that an agent does not have counts as level 0. Requirements come from files
and orders, so what is wrong with one is told with its place.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

LEVELS = (1, 10)
LENGTH_LIMIT = 300  # characters of a requirement
DEPTH_LIMIT = 20  # brackets within brackets

Skills = Mapping[str, int]  # name → level
Met = Callable[[Skills], bool]

_NAME = r"[^\W\d][\w.-]{0,63}"
_SKILL = re.compile(rf"({_NAME})(?:=([0-9]{{1,2}}))?")
_TOKEN = re.compile(rf"\s*(?:(?P<name>{_NAME})|(?P<number>[0-9]{{1,3}})|(?P<sign>>=|<=|==|!=|>|<|[()]))")
_COMPARES: dict[str, Callable[[int, int], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}
_WORDS = frozenset({"and", "or", "not"})


class WrongSkill(ValueError):
    """This is no skill, or no requirement; the message says what is wrong and where."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A checked requirement. `skills` are the names that it speaks of."""

    text: str
    skills: frozenset[str]
    met: Met

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Requirement) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


def skill(text: str) -> tuple[str, int]:
    """`billing=7`, or `billing` for the highest level. Raises WrongSkill."""
    found = _SKILL.fullmatch(text)
    if found is None or found[1] in _WORDS:
        raise WrongSkill(f"{text[:80]!r} is no skill; write it as billing=7")
    level = int(found[2]) if found[2] else LEVELS[1]
    if not LEVELS[0] <= level <= LEVELS[1]:
        raise WrongSkill(f"{text!r}: a level is from {LEVELS[0]} to {LEVELS[1]}")
    return found[1], level


@lru_cache(maxsize=10_000)
def skills_of(written: tuple[str, ...]) -> Skills:
    """What somebody can do, by name. Raises WrongSkill."""
    return dict(skill(text) for text in written)


def requirement(text: str) -> Requirement:
    """Check what somebody wrote. Raises WrongSkill with the column of what is wrong."""
    if len(text) > LENGTH_LIMIT:
        raise WrongSkill(f"it is {len(text)} characters long, at most {LENGTH_LIMIT}")
    return _read(text, DEPTH_LIMIT)


def joint(text: str) -> Requirement:
    """What `both` made of two that were checked: as long as both, and one pair of brackets deeper."""
    return _read(text, DEPTH_LIMIT + 1)


@lru_cache(maxsize=4096)
def _read(text: str, depth: int) -> Requirement:
    reader = _Reader(text, depth)
    met = reader.either(0)
    if reader.token.kind:
        raise reader.wrong("`and`, `or` or the end")
    return Requirement(text, frozenset(reader.names), met)


def both(one: str, other: str) -> str:
    """A requirement, for `joint`, that is met when both are; an empty one asks for nothing."""
    return f"({one}) and ({other})" if one and other and one != other else one or other


def preference(text: str) -> tuple[Requirement, ...]:
    """Check a list of terms that are liked. Raises WrongSkill with the column within the wrong term."""
    if len(text) > LENGTH_LIMIT:
        raise WrongSkill(f"it is {len(text)} characters long, at most {LENGTH_LIMIT}")
    return terms(text)


@lru_cache(maxsize=4096)
def terms(text: str) -> tuple[Requirement, ...]:
    """The terms of a preference, or of several that `together` joined; none of an empty one. Raises WrongSkill."""
    return tuple(_read(term.strip(), DEPTH_LIMIT) for term in text.split(",")) if text else ()


def together(*preferences: str) -> str:
    """A preference, for `terms`, of all terms of these, each once."""
    if not any(preferences):
        return ""
    every = (term.strip() for one in preferences if one for term in one.split(","))
    return ", ".join(dict.fromkeys(every))


class _Token(NamedTuple):
    kind: str  # name, number, sign; empty at the end
    text: str
    at: int  # column, from 1


class _Reader:
    """Recursive descent over a requirement, one token ahead: either → each → one."""

    def __init__(self, text: str, deepest: int) -> None:
        self._text, self._next, self._deepest = text, 0, deepest
        self.names: list[str] = []
        self.token = self._read()

    def either(self, depth: int) -> Met:
        """`a or b`."""
        met = [self._each(depth)]
        while self._takes("or"):
            met.append(self._each(depth))
        return met[0] if len(met) == 1 else lambda skills: any(one(skills) for one in met)

    def _each(self, depth: int) -> Met:
        """`a and b`."""
        met = [self._one(depth)]
        while self._takes("and"):
            met.append(self._one(depth))
        return met[0] if len(met) == 1 else lambda skills: all(one(skills) for one in met)

    def _one(self, depth: int) -> Met:
        """`not a`, `(a)`, `a`, `a >= 5`."""
        if depth > self._deepest:
            raise self.wrong(f"no more than {self._deepest} brackets within brackets")
        if self._takes("not"):
            met = self._one(depth + 1)
            return lambda skills: not met(skills)
        if self._takes("("):
            met = self.either(depth + 1)
            if not self._takes(")"):
                raise self.wrong("`)`")
            return met
        if self.token.kind != "name" or self.token.text in _WORDS:
            raise self.wrong("the name of a skill")
        return self._compared(self._pass().text)

    def _compared(self, name: str) -> Met:
        self.names.append(name)
        compare = _COMPARES.get(self.token.text)
        if compare is None:
            return lambda skills: name in skills
        self._pass()
        if self.token.kind != "number" or not int(self.token.text) <= LEVELS[1]:
            raise self.wrong(f"a level from 0 to {LEVELS[1]}")
        level = int(self._pass().text)
        return lambda skills: compare(skills.get(name, 0), level)

    def _takes(self, word: str) -> bool:
        if self.token.text != word or self.token.kind == "number":
            return False
        self._pass()
        return True

    def _pass(self) -> _Token:
        passed, self.token = self.token, self._read()
        return passed

    def _read(self) -> _Token:
        rest = self._text[self._next :]
        if not rest.strip():
            return _Token("", "", len(self._text) + 1)
        found = _TOKEN.match(self._text, self._next)
        if found is None:
            at = self._next + len(rest) - len(rest.lstrip()) + 1
            raise WrongSkill(f"column {at}: {self._text[at - 1]!r} means nothing here")
        self._next = found.end()
        kind = str(found.lastgroup)
        return _Token(kind, found[kind], found.start(kind) + 1)

    def wrong(self, needed: str) -> WrongSkill:
        """What should stand where the reader is."""
        there = f"not {self.token.text!r}" if self.token.kind else "here it ends"
        return WrongSkill(f"column {self.token.at}: {needed} is needed, {there}")
