"""Rows of calls at agents' phones in which we have no part: a call each, under the name of the phone's leg."""

from __future__ import annotations

from ccswitch.model import outcomes as o
from ccswitch.model.nouns import CallOrigin, CallResult, LegRole
from ccswitch.records.book import At, Book
from ccswitch.records.folds.table import Folds
from ccswitch.records.tables import CALLS, LEGS


def _other_call_began(book: Book, at: At, outcome: o.OtherCallBegan) -> None:
    caller, called = (outcome.user, outcome.number) if outcome.outgoing else (outcome.number, outcome.user)
    book.put(
        CALLS,
        call_id=outcome.call,
        started=at.t,
        node=outcome.node,
        caller_number=caller,
        called_number=called,
        origin=CallOrigin.OTHER.value,
        agent=outcome.agent,
    )
    book.put(
        LEGS,
        leg_id=outcome.call,
        call_id=outcome.call,
        started=at.t,
        connected=at.t if outcome.answered else None,
        role=LegRole.AGENT.value,
        number=outcome.user,
        agent=outcome.agent,
    )


def _other_call_answered(book: Book, at: At, outcome: o.OtherCallAnswered) -> None:
    book.change(LEGS, book.find(LEGS, outcome.call, leg_id=outcome.call), connected=at.t)


def _other_call_ended(book: Book, at: At, outcome: o.OtherCallEnded) -> None:
    talked = f", talked {outcome.talked:.0f} s" if outcome.talked else ""
    result = CallResult.ANSWERED if outcome.talked else CallResult.UNREACHED
    row = book.find(CALLS, outcome.call)
    book.change(CALLS, row, ended=at.t, result=result.value, cause=outcome.cause, why=f"{outcome.why}{talked}")
    book.change(LEGS, book.find(LEGS, outcome.call, leg_id=outcome.call), ended=at.t, cause=outcome.cause)


FOLDS: Folds = {
    o.OtherCallBegan: _other_call_began,
    o.OtherCallAnswered: _other_call_answered,
    o.OtherCallEnded: _other_call_ended,
}
