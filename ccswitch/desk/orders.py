"""A change is an order: it has an id and an author, is decided by the brain, and its answer goes back to the asker."""

from __future__ import annotations

import uuid
from contextvars import ContextVar

import falcon

from ccswitch.desk.answers import Changed, Following, Preview
from ccswitch.desk.errors import Declined
from ccswitch.desk.ports import Floor
from ccswitch.errors import CcswitchError
from ccswitch.model.ids import OrderId
from ccswitch.model.orders import Order
from ccswitch.model.outcomes import OrderRefused


def order_id() -> OrderId:
    """A new order's id."""
    return OrderId(uuid.uuid4().hex)


# Whether the request that is being answered asks what an order would do (`?dry_run=true`); each has a greenlet.
only_asked: ContextVar[bool] = ContextVar("only_asked", default=False)

# What does more than place an order, and first: it has no preview.
NOT_FORESEEN = ("/api/v1/agents", "/api/v1/customers/{customer:int(min=1, max=9007199254740991)}/tags")


class DryRun:
    """Falcon middleware: an order with `?dry_run=true` is not placed; the answer is what it would do."""

    def process_resource(self, req: falcon.Request, _resp: falcon.Response, resource: object, _params: object) -> None:
        """Before any responder."""
        asked = req.get_param_as_bool("dry_run", default=False)
        if asked and (req.method == "GET" or req.uri_template in NOT_FORESEEN):
            raise Declined(falcon.HTTP_422, "No preview", "this is no order that can be foreseen", "leave dry_run out")
        only_asked.set(asked)


# What an order is about and is not there, in the floor's words → the command that lists what there is.
LISTS = {
    "no live call": "`ccswitch call list`",
    "no agent": "`ccswitch agent list`",
    "no queue": "`ccswitch queue list`",
    "no promise": "`ccswitch callback list`",
    "no new message": "`ccswitch voicemail list`",
    "no calendar": "`ccswitch calendar list`",
}


def place(floor: Floor, order: Order) -> Changed:
    """What changed. Refuses with 409 (why), 404 (its subject is not there) or 503 (no answer in time).

    When the request only asks what the order would do, that is the answer, and whatever follows on `place` is not done.
    """
    if only_asked.get():
        raise falcon.HTTPStatus(falcon.HTTP_200, text=_preview(floor, order).model_dump_json())
    what = "The order was refused"
    try:
        answer = floor.ask(order)
    except TimeoutError as error:
        mend = "look whether it was carried out before you ask again"
        raise _busy("The controller is busy", str(error) or "no answer in time", mend) from error
    except CcswitchError as error:
        raise _busy("The controller takes no orders", str(error), "ask again in a moment") from error
    if isinstance(answer, OrderRefused):
        raise _declined(what, answer.why, missing=answer.missing)
    return Changed(order=answer.order, author=answer.author, what=answer.what)


def _preview(floor: Floor, order: Order) -> Preview:
    try:
        foreseen = floor.preview(order)
    except OSError as error:
        raise _busy("It cannot be foreseen now", str(error), "ask again in a moment") from error
    if not foreseen.accepted:
        raise _declined("The order would be refused", foreseen.what, missing=foreseen.missing)
    follows = [Following(call=call, what=what) for call, what in foreseen.follows]
    return Preview(order=order.order, author=order.author, what=foreseen.what, dry_run=True, follows=follows)


def _declined(what: str, why: str, *, missing: bool) -> Declined:
    mend = next((listing for words, listing in LISTS.items() if why.startswith(words)), "") if missing else ""
    return Declined(falcon.HTTP_404 if missing else falcon.HTTP_409, what, why, mend)


def _busy(what: str, why: str, mend: str) -> Declined:
    return Declined(falcon.HTTP_503, what, why, mend, headers={"Retry-After": "1"})
