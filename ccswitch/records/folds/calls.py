"""Rows of calls and their legs."""

from __future__ import annotations

from ccswitch.model import outcomes as o
from ccswitch.model.nouns import CallOrigin, CallResult, LegRole
from ccswitch.records.book import At, Book, Row
from ccswitch.records.folds import steps
from ccswitch.records.folds.table import Folds
from ccswitch.records.tables import CALLS, LEGS


def _call_started(book: Book, at: At, outcome: o.CallStarted) -> None:
    book.put(
        CALLS,
        call_id=outcome.call,
        started=at.t,
        **_who_called(outcome),
        origin=outcome.origin.value,
        campaign=outcome.campaign,
    )


def _call_came_over(book: Book, at: At, outcome: o.CallCameOver) -> None:
    book.change(CALLS, book.find(CALLS, outcome.call), came_from=f"{outcome.site}/{outcome.origin}")


def _call_at_way_out(book: Book, at: At, outcome: o.CallAtWayOut) -> None:
    book.change(CALLS, book.find(CALLS, outcome.call), wayout=at.t)


def _call_unattended(book: Book, at: At, outcome: o.CallUnattended) -> None:
    """A whole call in one row; read a second time it is the same row."""
    book.put(
        CALLS,
        call_id=outcome.call,
        started=outcome.arrived,
        **_who_called(outcome),
        origin=CallOrigin.INBOUND.value,
        wayout=outcome.wayout or None,
        ended=outcome.ended,
        result=(CallResult.WAYOUT if outcome.wayout else CallResult.LEFT).value,
        cause=outcome.cause,
        why=outcome.why,
    )
    book.put(
        LEGS,
        leg_id=outcome.leg,
        call_id=outcome.call,
        started=outcome.arrived,
        connected=outcome.wayout or None,  # the last resort answers
        role=LegRole.CALLER.value,
        number=outcome.caller_number,
        ended=outcome.ended,
        cause=outcome.cause,
    )


def _call_ended(book: Book, at: At, outcome: o.CallEnded) -> None:
    steps.call_ended(book, at, outcome)
    row = book.find(CALLS, outcome.call)
    book.change(CALLS, row, ended=at.t, result=outcome.result.value, cause=outcome.cause, why=outcome.why)


def _leg_opened(book: Book, at: At, outcome: o.LegOpened) -> None:
    book.put(
        LEGS,
        leg_id=outcome.stay or outcome.leg,
        nailed=outcome.leg if outcome.stay else "",
        call_id=outcome.call,
        started=at.t,
        role=outcome.role.value,
        number=outcome.number,
        agent=outcome.agent,
    )


def _leg_connected(book: Book, at: At, outcome: o.LegConnected) -> None:
    book.change(LEGS, _row_of(book, outcome), connected=at.t)


def _leg_closed(book: Book, at: At, outcome: o.LegClosed) -> None:
    book.change(LEGS, _row_of(book, outcome), ended=at.t, cause=outcome.cause)


def _row_of(book: Book, outcome: o.LegConnected | o.LegClosed) -> Row | None:
    """The leg's own row, or that of a nailed-up leg's stay in the call."""
    own = book.find(LEGS, outcome.call, leg_id=outcome.leg)
    return own if own is not None else book.find(LEGS, outcome.call, nailed=outcome.leg)


def _who_called(outcome: o.CallStarted | o.CallUnattended) -> dict[str, str]:
    """Who called whom, and where he came in."""
    return {
        "node": outcome.node,
        "entry": outcome.entry,
        "caller_number": outcome.caller_number,
        "caller_name": outcome.caller_name,
        "called_number": outcome.called_number,
    }


FOLDS: Folds = {
    o.CallStarted: _call_started,
    o.CallCameOver: _call_came_over,
    o.CallAtWayOut: _call_at_way_out,
    o.CallUnattended: _call_unattended,
    o.CallEnded: _call_ended,
    o.LegOpened: _leg_opened,
    o.LegConnected: _leg_connected,
    o.LegClosed: _leg_closed,
    o.CallLeaving: steps.handed_over,
}
