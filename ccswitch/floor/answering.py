"""The answer that every order has."""

from __future__ import annotations

from ccswitch.floor.decided import Decided
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o


def accepted(order: d.Order, what: str) -> o.OrderAccepted:
    """The order was carried out."""
    return o.OrderAccepted(order=order.order, author=order.author, what=what)


def refuse(order: d.Order, why: str, *, missing: bool = False) -> Decided:
    """The order was not carried out."""
    return Decided([o.OrderRefused(order=order.order, author=order.author, why=why, missing=missing)], [])
