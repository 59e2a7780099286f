"""Steps that take no time: variables are set, branches taken. What came of them is told in a line, for the trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ccswitch.ivr.around import Around
from ccswitch.ivr.cursor import Cursor
from ccswitch.ivr.script import BranchStep, SetStep, TimelessStep

RESULT_LIMIT = 200  # characters of what came of a step

Onward = tuple[Cursor, str, str]  # with the new variables, the step that follows, what came of it


def pass_step(cursor: Cursor, step: TimelessStep, around: Around) -> Onward:
    """Carry out a step that takes no time. Never raises: what cannot be worked out is empty or does not hold."""
    cursor, to, result = _PASSING[type(step)](cursor, step, around)
    return cursor, to, result[:RESULT_LIMIT]


def _set(cursor: Cursor, step: SetStep, around: Around) -> Onward:
    told = []
    for name, value in step.values:
        worked = value.filled({**around(), **dict(cursor.variables)})
        cursor = cursor.having(name, worked.value)
        told.append(f"{name} failed: {worked.trouble}" if worked.trouble else f"{name} = {worked.value}")
    return cursor, step.then.to, "; ".join(told)


def _branch(cursor: Cursor, step: BranchStep, around: Around) -> Onward:
    scope = {**around(), **dict(cursor.variables)}
    told: list[str] = []
    for case in step.cases:
        worked = case.holds.holds(scope)
        if worked.value:
            return cursor, case.then.to, "; ".join([case.holds.text, *told])
        if worked.trouble:
            told.append(f"{case.holds.text} failed: {worked.trouble}")
    return cursor, step.otherwise.to, "; ".join(["otherwise", *told])


_PASSING: dict[type[TimelessStep], Callable[[Cursor, Any, Around], Onward]] = {SetStep: _set, BranchStep: _branch}
