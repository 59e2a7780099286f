"""Promises to call customers back, over HTTP."""

from __future__ import annotations

import falcon

from ccswitch.desk.access import Right, demand
from ccswitch.desk.answers import CallbackAnswer, CallbackList, Changed
from ccswitch.desk.bodies import NewCallback, Nothing
from ccswitch.desk.document import CHANGING, DOCUMENT, READING, answers
from ccswitch.desk.errors import Declined
from ccswitch.desk.orders import order_id, place
from ccswitch.desk.ports import Ports
from ccswitch.floor.boards.promises import promise_board, promise_boards
from ccswitch.model.ids import CallId
from ccswitch.model.orders import AddCallback, CancelCallback


class Callbacks:
    """/callbacks, /callbacks/{promise} and /callbacks/{promise}/cancel."""

    def __init__(self, ports: Ports) -> None:
        self._floor = ports.floor

    @DOCUMENT.validate(resp=answers(CallbackList, READING), tags=["callbacks"])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List the promises that stand, as they will be served."""
        demand(req.context.holder, Right.LOOK)
        resp.media = CallbackList(now=self._floor.now(), callbacks=promise_boards(self._floor.state()))

    @DOCUMENT.validate(json=NewCallback, resp=answers(Changed, CHANGING), tags=["callbacks"])
    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Promise a customer a call, now in line or not before a time."""
        holder = req.context.holder
        demand(holder, Right.QUEUES)
        body: NewCallback = req.context.json
        order = AddCallback(
            order=order_id(),
            author=holder.name,
            queue=body.queue,
            number=body.number,
            name=body.name,
            at=body.at,
            priority=body.priority,
            reason=body.reason,
        )
        resp.media = place(self._floor, order)

    @DOCUMENT.validate(resp=answers(CallbackAnswer, READING), tags=["callbacks"])
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, promise: str) -> None:
        """Look at one promise that stands."""
        demand(req.context.holder, Right.LOOK)
        board = promise_board(self._floor.state(), promise)
        if board is None:
            mend = "`ccswitch callback list`; one that is over is in the records' table `callbacks`"
            raise Declined(falcon.HTTP_404, "No such promise", f"no promise {promise!r} stands", mend)
        resp.media = CallbackAnswer(now=self._floor.now(), callback=board)

    @DOCUMENT.validate(json=Nothing, resp=answers(Changed, CHANGING), tags=["callbacks"])
    def on_post_cancel(self, req: falcon.Request, resp: falcon.Response, promise: str) -> None:
        """End a promise; a customer who is being rung, or on the line, is not hung up on."""
        holder = req.context.holder
        demand(holder, Right.QUEUES)
        resp.media = place(self._floor, CancelCallback(order=order_id(), author=holder.name, promise=CallId(promise)))
