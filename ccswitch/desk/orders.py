"""A change is an order: it has an id and an author, is decided by the brain, and its answer goes back to the asker."""

from __future__ import annotations

import uuid

import falcon

from ccswitch.desk.answers import Changed
from ccswitch.desk.errors import Declined
from ccswitch.desk.ports import Floor
from ccswitch.errors import CcswitchError
from ccswitch.model.ids import OrderId
from ccswitch.model.orders import Order
from ccswitch.model.outcomes import OrderRefused


def order_id() -> OrderId:
    """A new order's id."""
    return OrderId(uuid.uuid4().hex)


def place(floor: Floor, order: Order) -> Changed:
    """What changed. Refuses with 409 (why), 404 (its subject is not there) or 503 (no answer in time)."""
    what = "The order was refused"
    try:
        answer = floor.ask(order)
    except TimeoutError as error:
        mend = "look whether it was carried out before you ask again"
        raise _busy("The controller is busy", str(error) or "no answer in time", mend) from error
    except CcswitchError as error:
        raise _busy("The controller takes no orders", str(error), "ask again in a moment") from error
    if isinstance(answer, OrderRefused):
        status = falcon.HTTP_404 if answer.missing else falcon.HTTP_409
        raise Declined(status, what, answer.why)
    return Changed(order=answer.order, author=answer.author, what=answer.what)


def _busy(what: str, why: str, mend: str) -> Declined:
    return Declined(falcon.HTTP_503, what, why, mend, headers={"Retry-After": "1"})
