"""What became of an order."""

from __future__ import annotations

from ccswitch.model.ids import OrderId
from ccswitch.model.value import value


@value
class OrderAccepted:
    """An order was carried out; `what` says what changed."""

    order: OrderId
    author: str
    what: str


@value
class OrderRefused:
    """An order was not carried out; `why` says why, `missing` that its subject does not exist."""

    order: OrderId
    author: str
    why: str
    missing: bool = False
