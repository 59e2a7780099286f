"""What a script says about its call becomes outcomes: tags, the choice to record, answers to a survey."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ccswitch.floor.alive import LiveCall
from ccswitch.ivr.notes import Note, RecordTalks, Scored, Tagged
from ccswitch.model import outcomes as o


def noted(call: LiveCall, notes: Iterable[Note]) -> list[o.Outcome]:
    """One outcome for each note that says something new."""
    outcomes = (_NOTED[type(note)](call, note) for note in notes)
    return [outcome for outcome in outcomes if outcome is not None]


def _tagged(call: LiveCall, note: Tagged) -> o.Outcome | None:
    new = tuple(tag for tag in note.tags if tag not in call.tags)
    return o.CallTagged(call=call.call, tags=new) if new else None


def _recorded(call: LiveCall, note: RecordTalks) -> o.Outcome | None:
    return o.RecordingChosen(call=call.call, on=note.on) if note.on is not call.record else None


def _scored(call: LiveCall, note: Scored) -> o.Outcome:
    return o.SurveyAnswered(
        call=call.call, question=note.question, score=note.score, agent=call.last_agent, queue=call.queue
    )


_NOTED: dict[type[Note], Callable[[LiveCall, Any], o.Outcome | None]] = {
    Tagged: _tagged,
    RecordTalks: _recorded,
    Scored: _scored,
}
