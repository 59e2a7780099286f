"""Calls over HTTP: live and recent, one in full, its trace, its explanation, its end by order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

import falcon

from ccswitch.desk.access import Right, demand
from ccswitch.desk.answers import Changed, rows
from ccswitch.desk.bodies import CallsQuery, Nothing, Prioritising
from ccswitch.desk.call_answers import (
    CallAnswer,
    CallList,
    CallRow,
    Explanation,
    GuestRow,
    HeldRow,
    LegRow,
    OfferRow,
    PauseRow,
    Reason,
    StepRow,
    TalkRow,
    Trace,
    TraceLine,
    TransferRow,
    VisitRow,
)
from ccswitch.desk.document import CHANGING, DOCUMENT, READING, answers
from ccswitch.desk.errors import Declined
from ccswitch.desk.orders import order_id, place
from ccswitch.desk.ports import After, CallsWanted, Ports
from ccswitch.errors import StoreError
from ccswitch.floor.boards.calls import CallBoard, call_board, call_boards
from ccswitch.floor.explaining import explain_call
from ccswitch.model.ids import CallId
from ccswitch.model.orders import HangUpCall, SetPriority

T = TypeVar("T")
Answering = Literal["ok", "away"]


class Calls:
    """/calls and /calls/{call}."""

    def __init__(self, ports: Ports) -> None:
        self._floor, self._records = ports.floor, ports.records

    @DOCUMENT.validate(query=CallsQuery, resp=answers(CallList, READING), tags=["calls"])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List live calls, then ended ones, the newest first. While the database is away only the live ones."""
        demand(req.context.holder, Right.LOOK)
        query: CallsQuery = req.context.query
        answer = CallList(now=self._floor.now(), live=self._live(query), recent=[])
        if query.limit and query.result != "live":
            self._add_recent(answer, query)
        resp.media = answer

    def _live(self, query: CallsQuery) -> list[CallBoard]:
        """Live calls that the query asks for; none on a further page, or when a result is asked for."""
        if query.after or query.result not in (None, "live"):
            return []
        return [call for call in call_boards(self._floor.state()) if _fits(call, query)]

    def _add_recent(self, answer: CallList, query: CallsQuery) -> None:
        """Ended calls. A call that the floor has is live, whatever the records, which come later, say."""
        wanted = CallsWanted(
            queue=query.queue or "",
            agent=query.agent or "",
            number=query.number or "",
            result=getattr(query.result, "value", "") or "",
            since=query.since,
            until=query.until,
        )
        limit, after = query.limit + len(answer.live), _after(query.after)
        page, answer.records = _unless_away(lambda: self._records.calls(wanted, limit=limit, after=after))
        if page is None:
            return
        live = self._floor.state().calls
        ended = [row for row in rows(CallRow, page.rows) if row.call_id not in live]
        answer.recent = ended[: query.limit]
        more = page.next is not None or len(ended) > query.limit
        if more and answer.recent:
            last = answer.recent[-1]
            answer.next = f"{last.started!r}:{last.call_id}"

    @DOCUMENT.validate(resp=answers(CallAnswer, READING), tags=["calls"])
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Show one call: where it is now, its legs, steps in scripts, stays in queues, offers and talks."""
        demand(req.context.holder, Right.LOOK)
        live = call_board(self._floor.state(), call)
        found, records = _unless_away(lambda: self._records.call(CallId(call)), must=live is None)
        if live is None and found is None:
            raise _no_call(call)
        answer = CallAnswer(now=self._floor.now(), live=live, call=None, records=records)
        if found is not None:
            answer.call = CallRow.model_validate(found.call)
            answer.legs, answer.steps = rows(LegRow, found.legs), rows(StepRow, found.steps)
            answer.visits = rows(VisitRow, found.visits)
            answer.offers, answer.talks = rows(OfferRow, found.offers), rows(TalkRow, found.talks)
            answer.transfers, answer.pauses = rows(TransferRow, found.transfers), rows(PauseRow, found.pauses)
            answer.guests = rows(GuestRow, found.guests)
            held = self._records.recordings_held(CallId(call))
            answer.held = HeldRow.model_validate(held) if held else None
        resp.media = answer

    @DOCUMENT.validate(resp=answers(Trace, READING), tags=["calls"])
    def on_get_trace(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Show the service trace: every input and outcome of a call, in order."""
        demand(req.context.holder, Right.LOOK)
        lines = rows(TraceLine, self._records.trace(CallId(call)))
        if not lines and call not in self._floor.state().calls:
            raise _no_call(call)
        resp.media = Trace(call_id=call, trace=lines)

    @DOCUMENT.validate(resp=answers(Explanation, READING), tags=["calls"])
    def on_get_explain(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Explain a call: why it is where it is, why each agent was chosen, how each offer ended."""
        demand(req.context.holder, Right.LOOK)
        because = list(explain_call(self._floor.state(), call, self._floor.now()))
        found, records = _unless_away(lambda: self._records.call(CallId(call)), must=not because)
        if not because and found is None:
            raise _no_call(call)
        so_far, _ = _unless_away(lambda: rows(Reason, self._records.explain(CallId(call))))
        resp.media = Explanation(
            call_id=call,
            now_because=because,
            so_far=so_far or [],
            ended_because=_end_of(CallRow.model_validate(found.call)) if found and not because else "",
            records=records,
        )

    @DOCUMENT.validate(json=Nothing, resp=answers(Changed, CHANGING), tags=["calls"])
    def on_post_hangup(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Hang a live call up, every leg of it."""
        demand(req.context.holder, Right.CALLS)
        order = HangUpCall(order=order_id(), author=req.context.holder.name, call=CallId(call))
        resp.media = place(self._floor, order)

    @DOCUMENT.validate(json=Prioritising, resp=answers(Changed, CHANGING), tags=["calls"])
    def on_post_priority(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Let a waiting caller go sooner, or later."""
        demand(req.context.holder, Right.QUEUES)
        wanted: Prioritising = req.context.json
        author = req.context.holder.name
        order = SetPriority(order=order_id(), author=author, call=CallId(call), priority=wanted.priority)
        resp.media = place(self._floor, order)


def _fits(call: CallBoard, query: CallsQuery) -> bool:
    """Whether a live call is asked for; what the query leaves out is not looked at."""
    return (
        query.queue in (None, call.queue)
        and query.agent in (None, call.agent)
        and query.number in (None, call.caller_number)
        and (query.since is None or call.started_at >= query.since)
        and (query.until is None or call.started_at < query.until)
    )


def _after(text: str | None) -> After | None:
    if text is None:
        return None
    started, _, call = text.partition(":")
    try:
        return float(started), CallId(call)
    except ValueError as error:
        raise Declined(falcon.HTTP_422, "The request is not valid", "after: no page begins there") from error


def _unless_away(ask: Callable[[], T], *, must: bool = False) -> tuple[T | None, Answering]:
    """What the records say, and `ok`; None and `away` while they are away, unless nothing can be said without them."""
    try:
        return ask(), "ok"
    except StoreError:
        if must:
            raise
        return None, "away"


def _end_of(row: CallRow) -> str:
    return f"{row.result}: {row.why or row.cause}" if row.result else "its end is still on its way to the records"


def _no_call(call: str) -> Declined:
    why = f"no call {call!r}, live or in the records"
    return Declined(falcon.HTTP_404, "No such call", why, "`ccswitch call list`")
