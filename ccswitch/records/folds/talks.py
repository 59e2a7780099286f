"""Rows of talks, of their transfers, and of the pauses of their recordings."""

from __future__ import annotations

from ccswitch.model import outcomes as o
from ccswitch.model.nouns import AgentState
from ccswitch.records.book import At, Book
from ccswitch.records.folds.agents import turn
from ccswitch.records.folds.table import Folds
from ccswitch.records.tables import CALLS, RECORDING_PAUSES, TALKS, TRANSFERS


def _talk_started(book: Book, at: At, outcome: o.TalkStarted) -> None:
    book.put(
        TALKS,
        n=at.n,
        i=at.i,
        call_id=outcome.call,
        started=at.t,
        agent=outcome.agent,
        leg_id=outcome.leg,
        queue=outcome.queue,
        waited=outcome.waited,
        recording=outcome.recording,
    )
    book.change(CALLS, book.find(CALLS, outcome.call), agent=outcome.agent)
    turn(book, at, outcome.agent, state=AgentState.TALKING, call=outcome.call)


def _recording_not_written(book: Book, at: At, outcome: o.RecordingNotWritten) -> None:
    book.change(CALLS, book.find(CALLS, outcome.call), unrecorded=outcome.why)


def _talk_held(book: Book, at: At, outcome: o.TalkHeld) -> None:
    talk = book.find(TALKS, outcome.call, agent=outcome.agent)
    if talk is None or (talk["held_since"] is not None) == outcome.on:
        return
    if outcome.on:
        book.change(TALKS, talk, held_since=at.t)
    else:
        book.change(TALKS, talk, held=talk["held"] + at.t - talk["held_since"], held_since=None)
    turn(book, at, outcome.agent, state=AgentState.HOLDING if outcome.on else AgentState.TALKING, call=outcome.call)


def _talk_ended(book: Book, at: At, outcome: o.TalkEnded) -> None:
    _recording_resumed(book, at, outcome)
    talk = book.find(TALKS, outcome.call, agent=outcome.agent)
    if talk is None:
        return
    held = talk["held"] + (0.0 if talk["held_since"] is None else at.t - talk["held_since"])
    book.change(TALKS, talk, ended=at.t, held=held, held_since=None, ended_by=outcome.by)
    turn(book, at, outcome.agent, state=AgentState.WRAPUP, call=outcome.call)


def _talk_transferred(book: Book, at: At, outcome: o.TalkTransferred) -> None:
    """One row, whatever becomes of it: a visit, a talk or a step of a script follows."""
    book.add(
        TRANSFERS,
        n=at.n,
        i=at.i,
        call_id=outcome.call,
        at=at.t,
        agent=outcome.agent,
        queue=outcome.queue,
        target=outcome.target,
        author=outcome.by,
        attended=outcome.attended,
    )


def _recording_paused(book: Book, at: At, outcome: o.RecordingPaused) -> None:
    """It lasts until the recording is resumed, or the talk is over."""
    book.put(
        RECORDING_PAUSES,
        n=at.n,
        i=at.i,
        call_id=outcome.call,
        started=at.t,
        agent=outcome.agent,
        author=outcome.by,
    )


def _recording_resumed(book: Book, at: At, outcome: o.RecordingResumed | o.TalkEnded) -> None:
    """The end of the pause, where there is one."""
    book.change(RECORDING_PAUSES, book.find(RECORDING_PAUSES, outcome.call), ended=at.t)


FOLDS: Folds = {
    o.TalkStarted: _talk_started,
    o.RecordingNotWritten: _recording_not_written,
    o.TalkHeld: _talk_held,
    o.TalkEnded: _talk_ended,
    o.TalkTransferred: _talk_transferred,
    o.RecordingPaused: _recording_paused,
    o.RecordingResumed: _recording_resumed,
}
