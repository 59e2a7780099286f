"""Walks a script. Pure: a script, a cursor and what was heard give the next move, and nothing else does.

One move is one act that takes time or ends the call. A script that `parse` accepted has no loop that runs without
the caller's keys or a talk (`lint` refuses it), so whatever fails or stays silent comes to an end after a number of
moves that the script's size bounds. Nothing in here raises: a cursor that points nowhere begins again, and a script
without a beginning hangs up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from ccswitch.ivr.acts import Act, HangUp
from ccswitch.ivr.around import Around, nothing_around
from ccswitch.ivr.cursor import Cursor
from ccswitch.ivr.heard import Heard, Keys, Wrong
from ccswitch.ivr.notes import Note
from ccswitch.ivr.prompts import Prompt
from ccswitch.ivr.script import Script
from ccswitch.ivr.step import CLEARING, END, FAILURE, Again, GoOn, Here, Over, TimedStep, TimelessStep, Turn

RESULT_LIMIT = 200  # characters of what came of a step without time


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A step that took no time: what came of it, and the step that followed."""

    step: str
    kind: str
    result: str
    to: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What is to be done now (`act`), for which step of which kind, and where the script stands meanwhile.

    `passed` are the steps without time that led there, `to` is the step that the one before led to, the first of them.
    `notes` is what the one before said about the call.
    """

    cursor: Cursor
    step: str
    kind: str
    act: Act
    passed: tuple[Passed, ...] = ()
    to: str = ""
    notes: tuple[Note, ...] = ()


class Walk(NamedTuple):
    """The script that is walked, and what it may ask for."""

    script: Script
    around: Around


def begin(script: Script, around: Around = nothing_around) -> Move:
    """The first move of a call. `around` tells what conditions and templates ask for."""
    cursor = Cursor(script=script.name, hash=script.hash, step=script.start)
    return _go(Walk(script, around), cursor, script.start)


def resume(script: Script, cursor: Cursor, heard: Heard, around: Around = nothing_around) -> Move:
    """The move after `heard` answered the act of `cursor`'s step."""
    step = script.steps.get(cursor.step)
    if not isinstance(step, TimedStep) or cursor.over:
        return replay(script, cursor, around)
    return _turn(Walk(script, around), cursor, step.after(Here(cursor, around, script.languages), heard))


def replay(script: Script, cursor: Cursor, around: Around = nothing_around) -> Move:
    """The same step from its start, after a controller restart or a failed link. Missed tries stay counted.

    A step that this version of the script does not have sends the caller to the start: better heard twice than lost.
    """
    if cursor.over:
        return _over(cursor, cursor.over)
    to = cursor.step if cursor.step in script.steps else script.start
    return _go(Walk(script, around), cursor, to, tries=cursor.tries if to == cursor.step else 0)


def prompts(script: Script, cursor: Cursor) -> tuple[Prompt, ...]:
    """The prompts that `cursor`'s step plays."""
    step = script.steps.get(cursor.step)
    return step.says() if step else ()


def kept_keys(script: Script, cursor: Cursor, heard: Heard) -> str:
    """The keys that records may keep of what was heard at `cursor`'s step: none of a masked collection."""
    step = script.steps.get(cursor.step)
    if not isinstance(heard, Keys | Wrong):
        return ""
    return step.keeps(heard.digits) if isinstance(step, TimedStep) else heard.digits


# -- moving ------------------------------------------------------------------------------------------------------


def _turn(walk: Walk, cursor: Cursor, turn: Turn) -> Move:
    """What follows a step."""
    match turn:
        case GoOn():
            return replace(_go(walk, turn.cursor, turn.to), to=turn.to, notes=turn.notes)
        case Again():
            return replace(_move(walk, turn.cursor, turn.before), to=turn.cursor.step)
        case Over():
            return replace(_over(cursor, turn.cause), to=END)


def _go(walk: Walk, cursor: Cursor, to: str, *, tries: int = 0) -> Move:
    """Enter the step `to`, over steps that take no time. One that does not exist (`parse` lets none through) ends the
    call as a failure, and so does a circle of steps without time (`lint` lets none through)."""
    steps = walk.script.steps
    passed: list[Passed] = []
    while isinstance(step := steps.get(to), TimelessStep) and len(passed) <= len(steps):
        cursor, onward, result, notes = step.passing(Here(cursor, walk.around, walk.script.languages))
        passed.append(Passed(step=to, kind=step.WORD, result=result[:RESULT_LIMIT], to=onward, notes=notes))
        to = onward
    cursor = replace(cursor, hash=walk.script.hash)
    if isinstance(step, TimedStep):
        move = _move(walk, replace(cursor, step=to, tries=tries), ())
    else:
        move = _over(cursor, CLEARING if to == END else FAILURE)
    return replace(move, passed=tuple(passed)) if passed else move


def _move(walk: Walk, cursor: Cursor, before: tuple[Prompt, ...]) -> Move:
    """The present step's act, with the prompts `before` played ahead of its own."""
    step = walk.script.steps[cursor.step]
    assert isinstance(step, TimedStep)
    act = step.act(Here(cursor, walk.around, walk.script.languages), before)
    over = act.cause if isinstance(act, HangUp) else ""
    return Move(cursor=replace(cursor, over=over), step=cursor.step, kind=step.WORD, act=act)


def _over(cursor: Cursor, cause: str) -> Move:
    """The end of the script, at the step where the cursor is."""
    return Move(cursor=replace(cursor, over=cause), step=cursor.step, kind="hangup", act=HangUp(cause=cause))
