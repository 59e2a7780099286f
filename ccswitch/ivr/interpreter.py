"""Walks a script. Pure: a script, a cursor and what was heard give the next move, and nothing else does.

One move is one act that takes time or ends the call. A script that `parse` accepted has no loop that runs without
the caller's keys or a talk (`lint` refuses it), so whatever fails or stays silent comes to an end after a number of
moves that the script's size bounds. Nothing in here raises: a cursor that points nowhere begins again, and a script
without a beginning hangs up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ccswitch.ivr.acts import Act, HangUp
from ccswitch.ivr.around import Around, nothing_around
from ccswitch.ivr.cursor import Cursor
from ccswitch.ivr.heard import Heard, Keys, Wrong
from ccswitch.ivr.notes import Note
from ccswitch.ivr.prompts import Prompt
from ccswitch.ivr.running import Spot, Walk, back, enter, stuck
from ccswitch.ivr.script import Script, Scripts, no_scripts
from ccswitch.ivr.step import (
    CLEARING,
    END,
    FAILURE,
    Again,
    GoOn,
    Over,
    Passing,
    Returning,
    Running,
    Step,
    Stuck,
    TimedStep,
    TimelessStep,
    Turn,
    Values,
)
from ccswitch.ivr.steps.run import RunStep
from ccswitch.model.ids import ScriptHash

RESULT_LIMIT = 200  # characters of what came of a step without time
PASSED_LIMIT = 1000  # steps without time in one move


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A step that took no time, in version `hash` of `script`: what came of it, and the step that followed. `to` is
    SCRIPT/STEP where another script goes on."""

    script: str
    hash: ScriptHash
    step: str
    kind: str
    result: str
    to: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What is to be done now (`act`), for which step of which kind, and where the script stands meanwhile.

    `passed` are the steps without time that led there, `to` is the step that the one before led to, the first of them
    (in another script as SCRIPT/STEP). `notes` is what the one before said about the call. `returned` are the values of
    a `return` with which the script that the call began in has ended.
    """

    cursor: Cursor
    step: str
    kind: str
    act: Act
    passed: tuple[Passed, ...] = ()
    to: str = ""
    notes: tuple[Note, ...] = ()
    returned: Values | None = None


def begin(
    script: Script,
    around: Around = nothing_around,
    scripts: Scripts = no_scripts,
    given: Mapping[str, str] | None = None,
) -> Move:
    """The first move of a call. `around` tells what conditions and templates ask for; `given` are parameters, of which
    missing ones without a default are empty."""
    known = {one.name: one.default or "" for one in script.parameters} | dict(given or {})
    cursor = Cursor(script=script.name, hash=script.hash, step=script.start, variables=script.begins_with(known) or ())
    return _go(Spot(Walk(script, around, scripts), cursor, script.start))


def resume(
    script: Script, cursor: Cursor, heard: Heard, around: Around = nothing_around, scripts: Scripts = no_scripts
) -> Move:
    """The move after `heard` answered the act of `cursor`'s step."""
    step = script.steps.get(cursor.step)
    if not isinstance(step, TimedStep) or cursor.over:
        return replay(script, cursor, around, scripts)
    walk = Walk(script, around, scripts)
    return _turn(walk, cursor, step.after(walk.here(cursor), heard))


def replay(script: Script, cursor: Cursor, around: Around = nothing_around, scripts: Scripts = no_scripts) -> Move:
    """The same step from its start, after a controller restart or a failed link. Missed tries stay counted.

    A step that this version of the script does not have sends the caller to the start: better heard twice than lost.
    """
    if cursor.over:
        return _over(cursor, cursor.over)
    to = cursor.step if cursor.step in script.steps else script.start
    tries = cursor.tries if to == cursor.step else 0
    return _go(Spot(Walk(script, around, scripts), cursor, to), tries=tries)


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
    """What follows a step that takes time."""
    match turn:
        case GoOn():
            return replace(_go(Spot(walk, turn.cursor, turn.to)), to=turn.to, notes=turn.notes)
        case Again():
            return replace(_move(walk, turn.cursor, turn.before), to=turn.cursor.step)
        case Over():
            return replace(_over(cursor, turn.cause), to=END)
        case Stuck():
            outside = stuck(walk, cursor)
            return replace(_go(outside), to=outside.seen_from(cursor))


def _go(spot: Spot, *, tries: int = 0) -> Move:
    """Enter the next step, over steps that take no time. One that does not exist (`parse` lets none through) ends the
    call as a failure, and so does a circle of steps without time (`lint` and `together` let none through)."""
    passed: list[Passed] = []
    returned: Values | None = None
    while isinstance(step := _next(spot), TimelessStep) and len(passed) < PASSED_LIMIT:
        spot, one, returned = _pass(spot, step)
        passed.append(one)
    cursor = replace(spot.cursor, hash=spot.walk.script.hash)
    if isinstance(step, TimedStep):
        move = _move(spot.walk, replace(cursor, step=spot.to, tries=tries), ())
    else:
        move = _over(cursor, CLEARING if spot.to == END else FAILURE)
    return replace(move, passed=tuple(passed), returned=returned) if passed else move


def _next(spot: Spot) -> Step | None:
    return spot.walk.script.steps.get(spot.to)


def _pass(spot: Spot, step: TimelessStep) -> tuple[Spot, Passed, Values | None]:
    """Where a step without time leads, what came of it, and what the call's own script returned by it."""
    walk, cursor = spot.walk, spot.cursor
    leads = step.passing(walk.here(cursor))
    result, returned = leads.result, None
    notes: tuple[Note, ...] = ()
    match leads:
        case Running():
            assert isinstance(step, RunStep)
            onward, trouble = enter(spot, step, leads)
            result += f": {trouble}" if trouble else ""
        case Returning():
            onward, returned = back(walk, cursor, dict(leads.values)), None if cursor.frames else leads.values
        case Passing():
            onward, notes = Spot(walk, leads.cursor, leads.to), leads.notes
    passed = Passed(
        script=walk.script.name,
        hash=walk.script.hash,
        step=spot.to,
        kind=step.WORD,
        result=result[:RESULT_LIMIT],
        to=onward.seen_from(cursor),
        notes=notes,
    )
    return onward, passed, returned


def _move(walk: Walk, cursor: Cursor, before: tuple[Prompt, ...]) -> Move:
    """The present step's act, with the prompts `before` played ahead of its own."""
    step = walk.script.steps[cursor.step]
    assert isinstance(step, TimedStep)
    act = step.act(walk.here(cursor), before)
    over = act.cause if isinstance(act, HangUp) else ""
    return Move(cursor=replace(cursor, over=over), step=cursor.step, kind=step.WORD, act=act)


def _over(cursor: Cursor, cause: str) -> Move:
    """The end of the script, at the step where the cursor is."""
    return Move(cursor=replace(cursor, over=cause), step=cursor.step, kind="hangup", act=HangUp(cause=cause))
