"""What each outcome writes: a table from outcome to one small function over the book. No SQL, no clock.

The functions are by topic, in the file named as the outcome's own in `model/outcomes/`; what becomes of a step is in
`steps.py`. Results are given once: a fold finds only open rows, so a second result changes nothing.
"""

from __future__ import annotations

from typing import Any

from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.wire import to_wire
from ccswitch.records.book import At, Book
from ccswitch.records.clean import json_text
from ccswitch.records.folds import (
    agents,
    callbacks,
    calls,
    guests,
    in_force,
    messages,
    nailed_up,
    offers,
    orders,
    other_calls,
    own_calls,
    queues,
    scripts,
    talks,
)
from ccswitch.records.folds.table import Folds
from ccswitch.records.narrative import INPUTS, sentence
from ccswitch.records.tables import TRACE

TOPICS = (
    calls,
    scripts,
    in_force,
    messages,
    queues,
    callbacks,
    own_calls,
    other_calls,
    offers,
    talks,
    guests,
    agents,
    nailed_up,
    orders,
)
FOLDS: Folds = {outcome: write for topic in TOPICS for outcome, write in topic.FOLDS.items()}

# Kept in the trace alone, or in the journal alone when they are about no call.
NO_ROWS: tuple[type, ...] = (
    o.SettingsTaken,
    o.NodeConnected,
    o.NodeLost,
    o.NodeSynced,
    o.SurveyAsked,
    o.SpeechSkipped,
    o.DialAnswered,
    o.DialRefused,
    o.DialRung,
    o.CallbackBegun,
    o.CustomerRung,
    o.RecordingChosen,
    o.CallRelaxed,
    o.CallbackRelaxed,
    o.QueueAnnounced,
    o.MusicStarted,
    o.AsideStarted,
    o.MusicStopped,
    o.TransferRefused,
    o.AgentAdded,
    o.AgentChanged,
    o.AgentFollowsFiles,
    o.AgentRemoved,
    o.AgentRested,
    o.DeviceRefused,
    o.DeviceRung,
    o.WrapupExtended,
    o.CalendarOverridden,
    o.CalendarFollowed,
    o.QueueModeChanged,
    o.CallResumed,
    o.Healed,
    o.DeadlinePassed,
)


def fold(book: Book, decision: Decision) -> None:
    """Write one decision into the book."""
    given = sentence(decision.given, INPUTS)
    for i, outcome in enumerate(decision.outcomes):
        at = At(decision.n, i, decision.t, decision.given)
        write = FOLDS.get(type(outcome))
        if write is not None:
            write(book, at, outcome)
        if getattr(outcome, "call", ""):
            _trace(book, at, outcome, given)


def _trace(book: Book, at: At, outcome: Any, given: str) -> None:
    book.add(
        TRACE,
        n=at.n,
        i=at.i,
        call_id=outcome.call,
        at=at.t,
        kind=type(outcome).__name__,
        text=sentence(outcome),
        given=given,
        data=json_text(to_wire(outcome)),
    )
