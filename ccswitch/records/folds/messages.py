"""Rows of messages."""

from __future__ import annotations

from ccswitch.model import outcomes as o
from ccswitch.records.book import At, Book
from ccswitch.records.folds.table import Folds
from ccswitch.records.tables import MESSAGES, MESSAGES_DONE


def _message_begun(book: Book, at: At, outcome: o.MessageBegun) -> None:
    book.put(
        MESSAGES,
        message_id=outcome.message,
        call_id=outcome.call,
        started=at.t,
        box=outcome.box,
        caller_number=outcome.caller_number,
        caller_name=outcome.caller_name,
        node=outcome.node,
        path=outcome.path,
    )


def _message_ended(book: Book, at: At, outcome: o.MessageEnded) -> None:
    row = book.find(MESSAGES, outcome.call, message_id=outcome.message)
    book.change(MESSAGES, row, ended=at.t, result=outcome.result.value, why=outcome.why)


def _message_done(book: Book, at: At, outcome: o.MessageDone) -> None:
    book.put(MESSAGES_DONE, message_id=outcome.message, at=at.t, author=outcome.author)


FOLDS: Folds = {
    o.MessageBegun: _message_begun,
    o.MessageEnded: _message_ended,
    o.MessageDone: _message_done,
}
