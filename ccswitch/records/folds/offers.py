"""Rows of offers."""

from __future__ import annotations

from ccswitch.model import outcomes as o
from ccswitch.model.nouns import AgentState, OfferResult
from ccswitch.records.book import At, Book
from ccswitch.records.folds.agents import turn
from ccswitch.records.folds.table import Folds
from ccswitch.records.narrative import choice
from ccswitch.records.tables import OFFERS


def _offer_made(book: Book, at: At, outcome: o.OfferMade) -> None:
    book.put(
        OFFERS,
        offer_id=outcome.offer,
        call_id=outcome.call,
        started=at.t,
        agent=outcome.agent,
        queue=outcome.queue,
        leg_id=outcome.leg,
        deadline=outcome.deadline,
        why=choice(outcome),
    )
    turn(book, at, outcome.agent, state=AgentState.OFFERED, call=outcome.call)


def _offer_ringing(book: Book, at: At, outcome: o.OfferRinging) -> None:
    offer = book.find(OFFERS, outcome.call, offer_id=outcome.offer)
    if offer is not None and offer["rang"] is None:  # a 183 may follow the 180
        book.change(OFFERS, offer, rang=at.t)
        turn(book, at, outcome.agent, state=AgentState.RINGING, call=outcome.call)


def _offer_answered(book: Book, at: At, outcome: o.OfferAnswered) -> None:
    offer = book.find(OFFERS, outcome.call, offer_id=outcome.offer)
    book.change(OFFERS, offer, answered=at.t, **({"leg_id": outcome.leg} if outcome.leg else {}))


def _offer_ended(book: Book, at: At, outcome: o.OfferEnded) -> None:
    offer = book.find(OFFERS, outcome.call, offer_id=outcome.offer)
    result = outcome.result.value
    book.change(OFFERS, offer, ended=at.t, result=result, cause=outcome.cause, end_why=outcome.why)
    if offer is not None and outcome.result is not OfferResult.TALKED:
        turn(book, at, outcome.agent, state=AgentState.IDLE)


FOLDS: Folds = {
    o.OfferMade: _offer_made,
    o.OfferRinging: _offer_ringing,
    o.OfferAnswered: _offer_answered,
    o.OfferEnded: _offer_ended,
}
