"""Rows of nailed-up legs: when each was rung, when it stood, and why it ended."""

from __future__ import annotations

from ccswitch.model import outcomes as o
from ccswitch.records.book import At, Book
from ccswitch.records.folds.table import Folds
from ccswitch.records.tables import NAILED_LEGS


def _nailed_rung(book: Book, at: At, outcome: o.NailedRung) -> None:
    book.put(
        NAILED_LEGS,
        leg_id=outcome.leg,
        agent=outcome.agent,
        started=at.t,
        node=outcome.node,
        number=outcome.phone,
    )


def _nailed_stands(book: Book, at: At, outcome: o.NailedStands) -> None:
    book.change(NAILED_LEGS, book.find(NAILED_LEGS, outcome.agent, leg_id=outcome.leg), connected=at.t)


def _nailed_ended(book: Book, at: At, outcome: o.NailedEnded) -> None:
    row = book.find(NAILED_LEGS, outcome.agent, leg_id=outcome.leg)
    book.change(NAILED_LEGS, row, ended=at.t, cause=outcome.cause, why=outcome.why)


FOLDS: Folds = {
    o.NailedRung: _nailed_rung,
    o.NailedStands: _nailed_stands,
    o.NailedEnded: _nailed_ended,
}
