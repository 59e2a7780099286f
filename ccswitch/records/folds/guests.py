"""Rows of guests at talks: one for each mode, so that it is known who heard whom, and when."""

from __future__ import annotations

from ccswitch.model import outcomes as o
from ccswitch.model.nouns import AgentState, GuestResult
from ccswitch.records.book import At, Book
from ccswitch.records.folds.agents import turn
from ccswitch.records.folds.table import Folds
from ccswitch.records.tables import GUESTS


def _guest_called(book: Book, at: At, outcome: o.GuestCalled) -> None:
    """His stay begins with the first ring."""
    _guest(book, at, outcome, joined=None, number=outcome.number)
    if outcome.agent:
        turn(book, at, outcome.agent, state=AgentState.ASSISTING, call=outcome.call)


def _guest_switched(book: Book, at: At, outcome: o.GuestSwitched) -> None:
    """A row for each mode: who heard whom, and when."""
    before = book.find(GUESTS, outcome.call, leg_id=outcome.leg)
    there = before is not None and before["joined"] is not None
    book.change(GUESTS, before, ended=at.t, result="switched", why=f"to {outcome.mode.value}")
    number = before["number"] if before is not None else ""
    _guest(book, at, outcome, joined=at.t if there else None, number=number)


def _guest(book: Book, at: At, outcome: o.GuestCalled | o.GuestSwitched, joined: float | None, number: str) -> None:
    book.put(
        GUESTS,
        n=at.n,
        i=at.i,
        call_id=outcome.call,
        started=at.t,
        joined=joined,
        leg_id=outcome.leg,
        agent=outcome.agent,
        number=number,
        mode=outcome.mode.value,
        talks_with=outcome.talks_with,
        author=outcome.by,
    )


def _guest_joined(book: Book, at: At, outcome: o.GuestJoined) -> None:
    """From here on he hears."""
    book.change(GUESTS, book.find(GUESTS, outcome.call, leg_id=outcome.leg), joined=at.t)


def _guest_left(book: Book, at: At, outcome: o.GuestLeft) -> None:
    """The end of his stay."""
    row = book.find(GUESTS, outcome.call, leg_id=outcome.leg)
    book.change(GUESTS, row, ended=at.t, result=outcome.result.value, why=outcome.why)
    if outcome.agent and outcome.result is not GuestResult.TOOK:
        turn(book, at, outcome.agent, state=AgentState.IDLE)


FOLDS: Folds = {
    o.GuestCalled: _guest_called,
    o.GuestJoined: _guest_joined,
    o.GuestSwitched: _guest_switched,
    o.GuestLeft: _guest_left,
}
