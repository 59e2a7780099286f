"""Walks a script. Pure: a script, a cursor and what was heard give the next move, and nothing else does.

One move is one act that takes time or ends the call. A script that `parse` accepted has no loop that runs without
the caller's keys or a talk (`lint` refuses it), so whatever fails or stays silent comes to an end after a number of
moves that the script's size bounds. Nothing in here raises: a cursor that points nowhere begins again, and a script
without a beginning hangs up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ccswitch.ivr.acts import NO_TERMINATOR, Act, Answer, Collect, HangUp, Play, Queue, Transfer
from ccswitch.ivr.around import Around, nothing_around
from ccswitch.ivr.cursor import Cursor
from ccswitch.ivr.passing import pass_step
from ccswitch.ivr.script import (
    END,
    KINDS,
    AnswerStep,
    CollectStep,
    HangUpStep,
    MenuStep,
    Missed,
    PlayStep,
    QueueStep,
    Script,
    Step,
    TimelessStep,
    TransferStep,
    Way,
)

CLEARING = "NORMAL_CLEARING"
FAILURE = "NORMAL_TEMPORARY_FAILURE"
DTMF = frozenset("0123456789*#ABCDabcd")
HIDDEN = "****"  # stands for masked digits that came without a reference


@dataclass(frozen=True, slots=True)
class Done:
    """The act ran to its end."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys that match; for a masked collection a reference to them."""

    digits: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Keys that do not match."""

    digits: str


@dataclass(frozen=True, slots=True)
class Silence:
    """No key in time."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """The prompt of a menu or a collection could not be played, so no key was awaited. Goes on as after a silence."""

    why: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The act could not be done."""

    why: str


@dataclass(frozen=True, slots=True)
class TalkOver:
    """The talk after a queue step ended and the caller stayed."""


Heard = Done | Keys | Wrong | Silence | Unheard | Failed | TalkOver

_WORDS: dict[type[Heard], str] = {
    Done: "done",
    Keys: "keys",
    Wrong: "wrong",
    Silence: "silence",
    Unheard: "no prompt",
    Failed: "failed",
    TalkOver: "talk over",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A step that took no time: what came of it, and the step that followed."""

    step: str
    kind: str
    result: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What is to be done now (`act`), for which step of which kind, and where the script stands meanwhile.

    `passed` are the steps without time that led there.
    """

    cursor: Cursor
    step: str
    kind: str
    act: Act
    passed: tuple[Passed, ...] = ()


def begin(script: Script, around: Around = nothing_around) -> Move:
    """The first move of a call. `around` tells what conditions and templates ask for."""
    cursor = Cursor(script=script.name, hash=script.hash, step=script.start)
    return _go(Walk(script, around), cursor, script.start)


def resume(script: Script, cursor: Cursor, heard: Heard, around: Around = nothing_around) -> Move:
    """The move after `heard` answered the act of `cursor`'s step."""
    step = script.steps.get(cursor.step)
    if step is None or cursor.over or isinstance(step, TimelessStep):
        return replay(script, cursor, around)
    return _AFTER[type(step)](Walk(script, around), cursor, step, heard)


def replay(script: Script, cursor: Cursor, around: Around = nothing_around) -> Move:
    """The same step from its start, after a controller restart or a failed link. Missed tries stay counted.

    A step that this version of the script does not have sends the caller to the start: better heard twice than lost.
    """
    if cursor.over:
        return _over(cursor, cursor.over)
    to = cursor.step if cursor.step in script.steps else script.start
    return _go(Walk(script, around), cursor, to, tries=cursor.tries if to == cursor.step else 0)


def result_word(heard: Heard) -> str:
    """What was heard, in one word for records."""
    return _WORDS[type(heard)]


def reason(heard: Heard) -> str:
    """What was wrong, empty when nothing was."""
    return heard.why if isinstance(heard, Unheard | Failed) else ""


def prompts(script: Script, cursor: Cursor) -> tuple[str, ...]:
    """The files that `cursor`'s step plays."""
    return tuple(getattr(script.steps.get(cursor.step), "files", ()))


def kept_keys(script: Script, cursor: Cursor, heard: Heard) -> str:
    """The keys that records may keep of what was heard at `cursor`'s step: none of a masked collection."""
    step = script.steps.get(cursor.step)
    if not isinstance(heard, Keys | Wrong) or (isinstance(step, CollectStep) and step.masked):
        return ""
    return heard.digits


# -- moving ------------------------------------------------------------------------------------------------------


class Walk(NamedTuple):
    """The script that is walked, and what it may ask for."""

    script: Script
    around: Around


def _go(walk: Walk, cursor: Cursor, to: str, *, tries: int = 0) -> Move:
    """Enter the step `to`, over steps that take no time. One that does not exist (`parse` lets none through) ends the
    call as a failure, and so does a circle of steps without time (`lint` lets none through)."""
    steps = walk.script.steps
    passed: list[Passed] = []
    while isinstance(step := steps.get(to), TimelessStep) and len(passed) <= len(steps):
        cursor, onward, result = pass_step(cursor, step, walk.around)
        passed.append(Passed(step=to, kind=KINDS[type(step)], result=result, to=onward))
        to = onward
    cursor = replace(cursor, hash=walk.script.hash)
    if step is None or isinstance(step, TimelessStep):
        move = _over(cursor, CLEARING if to == END else FAILURE)
    else:
        move = _move(walk, replace(cursor, step=to, tries=tries), ())
    return replace(move, passed=tuple(passed)) if passed else move


def _move(walk: Walk, cursor: Cursor, before: tuple[str, ...]) -> Move:
    """The present step's act, with the files `before` played ahead of its own."""
    step = walk.script.steps[cursor.step]
    act = _ACTS[type(step)](step, before)
    over = act.cause if isinstance(act, HangUp) else ""
    return Move(cursor=replace(cursor, over=over), step=cursor.step, kind=KINDS[type(step)], act=act)


def _over(cursor: Cursor, cause: str) -> Move:
    """The end of the script, at the step where the cursor is."""
    return Move(cursor=replace(cursor, over=cause), step=cursor.step, kind="hangup", act=HangUp(cause=cause))


# -- the act of each kind of step ---------------------------------------------------------------------------------


def _menu_act(step: MenuStep, before: tuple[str, ...]) -> Act:
    lengths = {len(key) for key in step.keys}
    takes_hash = any("#" in key for key in step.keys)
    return Collect(
        files=before + step.files,
        least=1,
        most=max(lengths, default=1),
        timeout=step.timeout,
        between=step.between,
        terminators="#" if len(lengths) > 1 and not takes_hash else NO_TERMINATOR,
        pattern=_menu_pattern(step.keys),
        masked=False,
    )


def whole(pattern: str) -> str:
    """`pattern` anchored: the switch itself is content with a match anywhere in the input."""
    return f"^(?:{pattern})$"


def _menu_pattern(keys: dict[str, Way]) -> str:
    """All keys as a regular expression without a backslash or a blank, which no layer of quoting can spoil."""
    single = "".join(key for key in keys if len(key) == 1)
    several = [key.replace("*", "[*]") for key in keys if len(key) > 1]
    return whole("|".join(([f"[{single}]"] if single else []) + several))


def _collect_act(step: CollectStep, before: tuple[str, ...]) -> Act:
    return Collect(
        files=before + step.files,
        least=1,  # the pattern counts: the switch reports an input below `least` as silence, not as a wrong one
        most=step.most,
        timeout=step.timeout,
        between=step.between,
        terminators=step.terminators or NO_TERMINATOR,
        pattern=whole(step.pattern),
        masked=step.masked,
    )


_ACTS: dict[type[Step], Callable[[Any, tuple[str, ...]], Act]] = {
    AnswerStep: lambda step, before: Answer(),
    PlayStep: lambda step, before: Play(files=step.files),
    MenuStep: _menu_act,
    CollectStep: _collect_act,
    QueueStep: lambda step, before: Queue(queue=step.queue, priority=step.priority),
    TransferStep: lambda step, before: Transfer(number=step.number),
    HangUpStep: lambda step, before: HangUp(cause=step.cause),
}


# -- what follows each kind of step -------------------------------------------------------------------------------


def _after_plain(walk: Walk, cursor: Cursor, step: AnswerStep | PlayStep, heard: Heard) -> Move:
    """A prompt that could not be played is no reason to lose the caller: go on."""
    return _go(walk, cursor, step.then.to)


def _after_menu(walk: Walk, cursor: Cursor, step: MenuStep, heard: Heard) -> Move:
    if isinstance(heard, Keys) and heard.digits in step.keys:
        return _go(walk, cursor, step.keys[heard.digits].to)
    return _missed(walk, cursor, step, heard)


def _after_collect(walk: Walk, cursor: Cursor, step: CollectStep, heard: Heard) -> Move:
    if not isinstance(heard, Keys):
        return _missed(walk, cursor, step, heard)
    value = HIDDEN if step.masked and DTMF.issuperset(heard.digits) else heard.digits
    return _go(walk, cursor.having(step.into, value) if step.into else cursor, step.then.to)


def _missed(walk: Walk, cursor: Cursor, step: MenuStep | CollectStep, heard: Heard) -> Move:
    """Another try after its prompt, or the way after the last; a collection that failed is not tried again."""
    missed: Missed = step.wrong_input if isinstance(heard, Keys | Wrong) else step.no_input
    tries = cursor.tries + 1
    if isinstance(heard, Failed) or tries >= step.tries:
        return _go(walk, cursor, missed.then.to)
    return _move(walk, replace(cursor, tries=tries), missed.files)


def _after_queue(walk: Walk, cursor: Cursor, step: QueueStep, heard: Heard) -> Move:
    """Only a talk leads on; a queue that would not have the caller is a failure."""
    if isinstance(heard, TalkOver):
        return _go(walk, cursor, step.then.to)
    return _otherwise(walk, cursor, step.otherwise)


def _after_transfer(walk: Walk, cursor: Cursor, step: TransferStep, heard: Heard) -> Move:
    if isinstance(heard, Failed):
        return _otherwise(walk, cursor, step.otherwise)
    return _over(cursor, CLEARING)


def _otherwise(walk: Walk, cursor: Cursor, way: Way | None) -> Move:
    return _over(cursor, FAILURE) if way is None else _go(walk, cursor, way.to)


def _after_hang_up(walk: Walk, cursor: Cursor, step: HangUpStep, heard: Heard) -> Move:
    return _over(cursor, step.cause)


_AFTER: dict[type[Step], Callable[[Walk, Cursor, Any, Heard], Move]] = {
    AnswerStep: _after_plain,
    PlayStep: _after_plain,
    MenuStep: _after_menu,
    CollectStep: _after_collect,
    QueueStep: _after_queue,
    TransferStep: _after_transfer,
    HangUpStep: _after_hang_up,
}
