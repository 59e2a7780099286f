"""Rows of agents' own calls."""

from __future__ import annotations

from ccswitch.model import outcomes as o
from ccswitch.model.nouns import AgentState, CallOrigin
from ccswitch.records.book import At, Book
from ccswitch.records.folds.agents import turn
from ccswitch.records.folds.table import Folds
from ccswitch.records.tables import CALLS


def _own_call_began(book: Book, at: At, outcome: o.OwnCallBegan) -> None:
    book.change(CALLS, book.find(CALLS, outcome.call), agent=outcome.agent)
    turn(book, at, outcome.agent, state=AgentState.CALLING, call=outcome.call)


def _own_call_ended(book: Book, at: At, outcome: o.OwnCallEnded) -> None:
    turn(book, at, outcome.agent, state=AgentState.IDLE)


def _dialled(book: Book, at: At, outcome: o.Dialled) -> None:
    row = book.find(CALLS, outcome.call)
    if outcome.agent:
        turn(book, at, outcome.agent, state=AgentState.OFFERED, call=outcome.call)
    else:
        book.change(CALLS, row, origin=CallOrigin.OUTBOUND.value, called_number=outcome.number)


def _dial_ringing(book: Book, at: At, outcome: o.DialRinging) -> None:
    turn(book, at, outcome.agent, state=AgentState.RINGING, call=outcome.call)


def _dial_ended(book: Book, at: At, outcome: o.DialEnded) -> None:
    if outcome.agent:
        turn(book, at, outcome.agent, state=AgentState.IDLE)


FOLDS: Folds = {
    o.OwnCallBegan: _own_call_began,
    o.OwnCallEnded: _own_call_ended,
    o.Dialled: _dialled,
    o.DialRinging: _dial_ringing,
    o.DialEnded: _dial_ended,
}
