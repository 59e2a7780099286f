"""Rows of promises to call back."""

from __future__ import annotations

from ccswitch.model import outcomes as o
from ccswitch.model.nouns import AttemptResult
from ccswitch.records.book import At, Book
from ccswitch.records.folds.table import Folds
from ccswitch.records.tables import CALLBACKS


def _promised(book: Book, at: At, outcome: o.CallbackPromised) -> None:
    """It begins."""
    book.put(
        CALLBACKS,
        promise_id=outcome.promise,
        started=at.t,
        made_in=outcome.call,
        queue=outcome.queue,
        number=outcome.number,
        caller_name=outcome.caller_name,
        author=outcome.author,
        since=outcome.since,
        due=outcome.due,
        expires=outcome.expires,
        in_time=None if outcome.target is None else outcome.due + outcome.target,
        why=outcome.why,
    )


def _tried(book: Book, at: At, outcome: o.CallbackTried) -> None:
    """One attempt is over. One that was taken back before he answered is told of and not counted."""
    row = book.find(CALLBACKS, outcome.promise)
    if row is None:
        return
    counted = outcome.result is not AttemptResult.CANCELLED
    again = {"due": outcome.again_at} if outcome.again_at else {}
    attempts = row["attempts"] + counted
    book.change(CALLBACKS, row, attempts=attempts, last_call=outcome.call, last_attempt=outcome.result.value, **again)


def _put_off(book: Book, at: At, outcome: o.CallbackPutOff) -> None:
    """It waits until its hours are open."""
    _shift(book, outcome.promise, outcome.expires, due=outcome.until)


def _due(book: Book, at: At, outcome: o.CallbackDue) -> None:
    """It stands in line, maybe sooner than its hours had said."""
    if outcome.expires is not None:
        _shift(book, outcome.promise, outcome.expires, due=at.t)


def _shift(book: Book, promise: str, expires: float, *, due: float) -> None:
    """What is left of its time is the same as before, and so is what is left until it is late."""
    row = book.find(CALLBACKS, promise)
    if row is None:
        return
    later = {"in_time": row["in_time"] + expires - row["expires"]} if row["in_time"] is not None else {}
    book.change(CALLBACKS, row, due=due, expires=expires, **later)


def _moved(book: Book, at: At, outcome: o.CallbackMoved) -> None:
    """It stands in another queue's line, and counts among its promises."""
    row = book.find(CALLBACKS, outcome.promise)
    if row is not None:
        book.change(CALLBACKS, row, queue=outcome.to)


def _ended(book: Book, at: At, outcome: o.CallbackEnded) -> None:
    """It is over."""
    row = book.find(CALLBACKS, outcome.promise)
    call = {"last_call": outcome.call} if outcome.call else {}
    book.change(CALLBACKS, row, ended=at.t, result=outcome.result.value, end_why=outcome.why, **call)


FOLDS: Folds = {
    o.CallbackPromised: _promised,
    o.CallbackPutOff: _put_off,
    o.CallbackDue: _due,
    o.CallbackPutOff: _put_off,
    o.CallbackMoved: _moved,
    o.CallbackTried: _tried,
    o.CallbackEnded: _ended,
}
