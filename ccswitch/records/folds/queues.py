"""Rows of stays in queues."""

from __future__ import annotations

from ccswitch.model import outcomes as o
from ccswitch.records.book import At, Book
from ccswitch.records.folds import steps
from ccswitch.records.folds.table import Folds
from ccswitch.records.tables import CALLS, QUEUE_VISITS


def _call_enqueued(book: Book, at: At, outcome: o.CallEnqueued) -> None:
    steps.handed_over(book, at, outcome)
    book.change(CALLS, book.find(CALLS, outcome.call), queue=outcome.queue)
    visit = book.find(QUEUE_VISITS, outcome.call, queue=outcome.queue)
    if visit is not None:  # he is in it already: the same visit goes on
        book.change(QUEUE_VISITS, visit, priority=outcome.priority)
        return
    book.put(
        QUEUE_VISITS,
        n=at.n,
        i=at.i,
        call_id=outcome.call,
        started=at.t,
        queue=outcome.queue,
        priority=outcome.priority,
        since=outcome.since,
        why=outcome.why,
        target=outcome.target,
        short_abandon=outcome.short_abandon,
        estimated=outcome.estimate,
    )


def _visit_ended(book: Book, at: At, outcome: o.VisitEnded) -> None:
    steps.visit_ended(book, outcome)
    visit = book.find(QUEUE_VISITS, outcome.call, queue=outcome.queue)
    book.change(
        QUEUE_VISITS,
        visit,
        ended=at.t,
        waited=outcome.waited,
        result=outcome.result.value,
        agent=outcome.agent,
        left_to=outcome.to,
        end_why=outcome.why,
    )


FOLDS: Folds = {
    o.CallEnqueued: _call_enqueued,
    o.VisitEnded: _visit_ended,
}
