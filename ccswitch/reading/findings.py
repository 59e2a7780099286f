"""Collects everything that is wrong in one file (and those that it builds on), so that its author sees all of it."""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from ccswitch.errors import ConfigError, Problem

T = TypeVar("T")

LIMIT = 100  # after so many the file is not one with mistakes but something else


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, lines and columns counted from 1. `file` is empty in the file that is being read."""

    line: int = 1
    column: int = 1
    file: str = ""


class TooMany(Exception):
    """The limit is reached; what was found so far is kept. Never leaves whoever reads a file."""


class Findings:
    """The problems of `file`, kept in file order; those of files that it builds on come after."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._problems: list[Problem] = []

    def add(self, at: Place, what: str, mend: str = "") -> None:
        """One more problem; raises `TooMany` at the limit."""
        self._problems.append(Problem(at.file or self.file, at.line, at.column, what, mend))
        if len(self._problems) >= LIMIT:
            raise TooMany

    def __bool__(self) -> bool:
        return bool(self._problems)

    def sorted(self) -> list[Problem]:
        """All of them, from the top of the file to its end."""
        return sorted(self._problems, key=self._order)

    def _order(self, problem: Problem) -> tuple[bool, str, int, int, str]:
        return problem.file != self.file, problem.file, problem.line, problem.column, problem.what


def all_or_nothing(file: str, read: Callable[[Findings], T | None]) -> T:
    """What `read` makes of `file`, as messages call it, when it finds nothing wrong; None: it could make nothing of it.

    Raises ConfigError with every problem found, each with line, column and a hint; never anything else.
    """
    findings = Findings(file)
    with suppress(TooMany):
        found = read(findings)
        if not findings and found is not None:
            return found
    raise ConfigError(findings.sorted())


def shown(word: str) -> str:
    """`word` as an error message may quote it: printable, in quotes, not too long."""
    return repr(word if len(word) <= 40 else word[:37] + "...")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, else what there is to choose from."""
    choice = list(known)
    # a slip of the pen leaves the ends of a word alone; comparing in full is too slow for a thousand names
    likely = heapq.nlargest(12, choice, key=lambda name: _alike(word, name) + _alike(word[::-1], name[::-1]))
    close = difflib.get_close_matches(word[:64], likely, n=1, cutoff=0.6)
    if close:
        return f"did you mean {shown(close[0])}?"
    if not choice:
        return ""
    return "there is " + ", ".join(choice[:12]) + (" …" if len(choice) > 12 else "")


def _alike(one: str, other: str) -> int:
    """How many characters at the beginning are the same."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
