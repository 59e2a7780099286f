"""Rows of the audit: who ordered what, and what came of it."""

from __future__ import annotations

from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model.wire import to_plain
from ccswitch.records.book import At, Book
from ccswitch.records.clean import json_text
from ccswitch.records.folds.table import Folds
from ccswitch.records.tables import AUDIT


def _order_accepted(book: Book, at: At, outcome: o.OrderAccepted) -> None:
    _audit(book, at, outcome.author, accepted=True, said=outcome.what)


def _order_refused(book: Book, at: At, outcome: o.OrderRefused) -> None:
    _audit(book, at, outcome.author, accepted=False, said=outcome.why)


def _audit(book: Book, at: At, author: str, *, accepted: bool, said: str) -> None:
    if isinstance(at.given, f.LegParked):  # an agent said it by a code on his own phone
        plain, kind = {"phone": at.given.user, "code": at.given.called_number}, "FeatureCode"
        book.add(AUDIT, at=at.t, author=author, kind=kind, what=json_text(plain), accepted=accepted, said=said, n=at.n)
        return
    plain = to_plain(at.given)
    for part in plain.values():  # a script's text has a table of its own
        if isinstance(part, dict):
            part.pop("text", None)
    kind, what = type(at.given).__name__, json_text(plain)
    book.add(AUDIT, at=at.t, author=author, kind=kind, what=what, accepted=accepted, said=said, n=at.n)


FOLDS: Folds = {
    o.OrderAccepted: _order_accepted,
    o.OrderRefused: _order_refused,
}
