"""Promises to call customers back, over HTTP."""

from __future__ import annotations

import falcon

from ccswitch.desk.access import Right, demand
from ccswitch.desk.answers import CallbackAnswer, CallbackList, CallbackRow, Changed, rows
from ccswitch.desk.bodies import CallbacksQuery, NewCallback, Nothing
from ccswitch.desk.call_answers import CallRow
from ccswitch.desk.document import CHANGING, DOCUMENT, READING, answers
from ccswitch.desk.errors import Declined
from ccswitch.desk.orders import order_id, place
from ccswitch.desk.ports import Ports
from ccswitch.errors import StoreError
from ccswitch.floor.boards.promises import promise_board, promise_boards
from ccswitch.floor.explaining_promises import explain_promise
from ccswitch.model.ids import CallId
from ccswitch.model.orders import AddCallback, CancelCallback


class Callbacks:
    """/callbacks, /callbacks/{promise} and /callbacks/{promise}/cancel."""

    def __init__(self, ports: Ports) -> None:
        self._floor, self._records = ports.floor, ports.records

    @DOCUMENT.validate(query=CallbacksQuery, resp=answers(CallbackList, READING), tags=["callbacks"])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List the promises that stand, as they will be served; and those that are over, if asked for."""
        demand(req.context.holder, Right.LOOK)
        query: CallbacksQuery = req.context.query
        past = rows(CallbackRow, self._records.past_promises(query.past)) if query.past else []
        resp.media = CallbackList(now=self._floor.now(), callbacks=promise_boards(self._floor.state()), past=past)

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
        """Look at one promise, whether it stands or is over: where it is, why, and what was tried."""
        demand(req.context.holder, Right.LOOK)
        state, now = self._floor.state(), self._floor.now()
        board, because = promise_board(state, promise), list(explain_promise(state, promise, now))
        try:
            found, away = self._records.promise(CallId(promise)), False
        except StoreError:
            if board is None:
                raise
            found, away = None, True
        if board is None and found is None:
            mend = "`ccswitch callback list --past 50`"
            raise Declined(falcon.HTTP_404, "No such promise", f"no promise {promise!r}", mend)
        resp.media = CallbackAnswer(
            now=now,
            callback=board,
            because=because,
            record=CallbackRow(**found.promise) if found else None,
            calls=rows(CallRow, found.calls) if found else [],
            records="away" if away else "there",
        )

    @DOCUMENT.validate(json=Nothing, resp=answers(Changed, CHANGING), tags=["callbacks"])
    def on_post_cancel(self, req: falcon.Request, resp: falcon.Response, promise: str) -> None:
        """End a promise; a customer who is being rung, or on the line, is not hung up on."""
        holder = req.context.holder
        demand(holder, Right.QUEUES)
        resp.media = place(self._floor, CancelCallback(order=order_id(), author=holder.name, promise=CallId(promise)))
