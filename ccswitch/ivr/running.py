"""From script to script: into one that a step runs, and back behind that step.

A sub-script begins with its parameters and nothing else; its variables are its own. Only the language goes
with the call. The scripts that wait are `frames` of the cursor, never more than `DEPTH_LIMIT`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ccswitch.ivr.around import Around
from ccswitch.ivr.cursor import Cursor, Frame
from ccswitch.ivr.script import Script, Scripts
from ccswitch.ivr.step import END, LANGUAGE, GoOn, Here, Running, Turn
from ccswitch.ivr.steps.run import RunStep
from ccswitch.model.ids import ScriptHash

DEPTH_LIMIT = 8  # scripts that wait for others
NOWHERE = ""  # no step has this name: the call ends as a failure


class Walk(NamedTuple):
    """The script that is walked, what it may ask for, and the scripts that it may run."""

    script: Script
    around: Around
    scripts: Scripts

    def here(self, cursor: Cursor) -> Here:
        """What a step of the script is told."""
        return Here(cursor, self.around, self.script.languages)


class Spot(NamedTuple):
    """A place in a script: the cursor there, and the step that comes next."""

    walk: Walk
    cursor: Cursor
    to: str

    def seen_from(self, cursor: Cursor) -> str:
        """The next step as records name it, for a call that was at `cursor`: in another script as SCRIPT/STEP."""
        to = self.to or END
        return to if len(self.cursor.frames) == len(cursor.frames) else f"{self.cursor.script}/{to}"


def enter(spot: Spot, step: RunStep, running: Running) -> tuple[Spot, str]:
    """Into the script that `step` at `spot` runs; with what speaks against it, empty when nothing does."""
    walk, cursor = spot.walk, spot.cursor
    script = walk.scripts(running.script, ScriptHash(""))
    if script is None:
        return _turned(walk, cursor, step.failed(cursor)), "there is no such script"
    variables = script.begins_with(dict(running.given))
    if variables is None or len(cursor.frames) >= DEPTH_LIMIT:
        why = "a parameter is missing" if variables is None else f"more than {DEPTH_LIMIT} scripts deep"
        return _turned(walk, cursor, step.failed(cursor)), why
    waits = Frame(
        script=cursor.script, hash=walk.script.hash, step=spot.to, variables=cursor.variables, masked=cursor.masked
    )
    inside = Cursor(
        script=script.name,
        hash=script.hash,
        step=script.start,
        variables=variables,
        frames=(*cursor.frames, waits),
    )
    return Spot(walk._replace(script=script), _speaking(inside, walk.here(cursor)), script.start), ""


def back(walk: Walk, cursor: Cursor, values: Mapping[str, str]) -> Spot:
    """Behind the step that runs this script, with what it returned. Without one the call is at its end."""
    if not cursor.frames:
        return Spot(walk, cursor, END)
    outside, there, step = _outside(walk, cursor)
    return _turned(outside, there, step.returned(there, values)) if step else Spot(walk, cursor, NOWHERE)


def stuck(walk: Walk, cursor: Cursor) -> Spot:
    """Where the call goes on when this script cannot: `otherwise` of the step that runs it, or of one further out."""
    if not cursor.frames:
        return Spot(walk, cursor, NOWHERE)
    outside, there, step = _outside(walk, cursor)
    return _turned(outside, there, step.failed(there)) if step else Spot(walk, cursor, NOWHERE)


def _turned(walk: Walk, cursor: Cursor, turn: Turn) -> Spot:
    return Spot(walk, turn.cursor, turn.to) if isinstance(turn, GoOn) else stuck(walk, cursor)


def _outside(walk: Walk, cursor: Cursor) -> tuple[Walk, Cursor, RunStep | None]:
    """The script that waits for this one, and the step that runs it; None when that version is gone."""
    frame = cursor.frames[-1]
    script = walk.scripts(frame.script, frame.hash)
    step = script.steps.get(frame.step) if script else None
    if script is None or not isinstance(step, RunStep):
        return walk, cursor, None
    there = Cursor(
        script=frame.script,
        hash=script.hash,
        step=frame.step,
        variables=frame.variables,
        masked=frame.masked,
        frames=cursor.frames[:-1],
    )
    return walk._replace(script=script), _speaking(there, walk.here(cursor)), step


def _speaking(cursor: Cursor, before: Here) -> Cursor:
    """`cursor` with the language in which the call was spoken to: that is the call's, in whatever script it is."""
    chosen = dict(before.cursor.variables).get(LANGUAGE) or before.language
    return cursor.having(LANGUAGE, chosen) if chosen else cursor
