"""What people ask of the records. Rows come back as plain dicts, ready for JSON and for a terminal's table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from orjson import loads
from sqlalchemy import ColumnElement, Connection, Select, Table, and_, case, exists, func, or_, select

from ccswitch.kpi.summary import Tally, total, visits_tally
from ccswitch.model.ids import CallId, QueueName, Seconds
from ccswitch.model.nouns import AgentState, CallbackResult, CallOrigin, Queue, VisitResult
from ccswitch.model.outcomes import TransferRefused
from ccswitch.model.wire import from_wire
from ccswitch.records.book import Row
from ccswitch.records.clean import equals
from ccswitch.records.store import Store
from ccswitch.records.tables import (
    AGENT_SPANS,
    CALLBACKS,
    CALLS,
    GUESTS,
    LEGS,
    OFFERS,
    QUEUE_VISITS,
    RECORDING_PAUSES,
    STEPS,
    TALKS,
    TRACE,
    TRANSFERS,
)

MOST = 1000  # rows in a page


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilter:
    """Which calls: whatever is empty or None is not asked for. `since` ≤ started < `until`."""

    queue: str = ""  # waited in it, at any time
    agent: str = ""  # talked with him, at any time
    result: str = ""  # a CallResult; `live` for those that last
    number: str = ""  # the caller's, as it came
    node: str = ""
    since: Seconds | None = None
    until: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows, and where the next page begins (None when this was the last)."""

    rows: list[Row]
    next: tuple[Seconds, CallId] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """All there is about one call, each list in order of time."""

    call: Row
    legs: list[Row]
    steps: list[Row]
    visits: list[Row]
    offers: list[Row]
    talks: list[Row]
    transfers: list[Row]
    pauses: list[Row]
    guests: list[Row]


# ---- calls ----------------------------------------------------------------------------------------------------


def recent_calls(
    store: Store, wanted: CallFilter, *, limit: int = 50, after: tuple[Seconds, CallId] | None = None
) -> Page:
    """The newest calls first. `after` is the `next` of the page before."""
    limit = max(1, min(limit, MOST))
    query = select(CALLS).where(*_call_conditions(wanted))
    if after is not None:
        started, call = after
        earlier = and_(CALLS.c.started == started, CALLS.c.call_id < call)
        query = query.where(CALLS.c.started <= started, or_(CALLS.c.started < started, earlier))
    query = query.order_by(CALLS.c.started.desc(), CALLS.c.call_id.desc()).limit(limit + 1)
    rows = store.read(lambda connection: _rows(connection, query))
    page, more = rows[:limit], rows[limit:]
    return Page(rows=page, next=(page[-1]["started"], page[-1]["call_id"]) if more else None)


def _call_conditions(wanted: CallFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.queue:
        yield exists().where(QUEUE_VISITS.c.call_id == CALLS.c.call_id, equals(QUEUE_VISITS.c.queue, wanted.queue))
    if wanted.agent:
        talked = exists().where(TALKS.c.call_id == CALLS.c.call_id, equals(TALKS.c.agent, wanted.agent))
        past_us = and_(CALLS.c.origin == CallOrigin.OTHER.value, equals(CALLS.c.agent, wanted.agent))
        yield or_(talked, past_us)
    if wanted.result:
        yield CALLS.c.result.is_(None) if wanted.result == "live" else equals(CALLS.c.result, wanted.result)
    if wanted.number:
        yield equals(CALLS.c.caller_number, wanted.number)
    if wanted.node:
        yield equals(CALLS.c.node, wanted.node)
    if wanted.since is not None:
        yield CALLS.c.started >= wanted.since
    if wanted.until is not None:
        yield CALLS.c.started < wanted.until


def call_record(store: Store, call: CallId) -> CallRecord | None:
    """Everything about one call; None when the records do not know it."""

    def work(connection: Connection) -> CallRecord | None:
        """All tables' rows of the call, read in one transaction."""
        found = _rows(connection, select(CALLS).where(equals(CALLS.c.call_id, call)))
        if not found:
            return None
        parts = {name: _of_call(connection, table, call) for name, table in CALL_TABLES.items()}
        return CallRecord(call=found[0], **parts)

    return store.read(work)


CALL_TABLES = {
    "legs": LEGS,
    "steps": STEPS,
    "visits": QUEUE_VISITS,
    "offers": OFFERS,
    "talks": TALKS,
    "transfers": TRANSFERS,
    "pauses": RECORDING_PAUSES,
    "guests": GUESTS,
}


def _of_call(connection: Connection, table: Table, call: CallId) -> list[Row]:
    since = table.c.at if table is TRANSFERS else table.c.started
    return _rows(connection, select(table).where(equals(table.c.call_id, call)).order_by(since, *table.primary_key))


def call_trace(store: Store, call: CallId) -> list[Row]:
    """The service trace: every outcome about the call in order, with the input that led to it. Empty when unknown."""
    query = select(TRACE).where(equals(TRACE.c.call_id, call)).order_by(TRACE.c.n, TRACE.c.i)
    return store.read(lambda connection: _rows(connection, query))


def explain_call(store: Store, call: CallId) -> list[Row]:
    """Why it went as it did: each stay in a queue and each offer with its reason and its end, and each transfer by a
    phone that was refused (as long as the trace is kept), in order.

    Rows have `at`, `kind` (`visit`, `offer` or `transfer`), `queue`, `agent`, `why`, `result` and `end_why`.
    """
    refused = select(TRACE).where(equals(TRACE.c.call_id, call), TRACE.c.kind == TransferRefused.__name__)

    def work(connection: Connection) -> list[Row]:
        """Visits, offers and refused transfers, read in one transaction, the earliest first."""
        visits = [_explained("visit", row) for row in _of_call(connection, QUEUE_VISITS, call)]
        offers = [_explained("offer", row) for row in _of_call(connection, OFFERS, call)]
        transfers = [_refused(row) for row in _rows(connection, refused)]
        return sorted(visits + offers + transfers, key=lambda row: row["at"])

    return store.read(work)


def _explained(kind: str, row: Row) -> Row:
    same = {name: row[name] for name in ("queue", "agent", "why", "result", "duration")}
    return {"at": row["started"], "kind": kind, **same, "end_why": row.get("end_why", "")}


def _refused(row: Row) -> Row:
    """A line of the trace as an explanation."""
    outcome = from_wire(loads(row["data"]))
    return {
        "at": row["at"],
        "kind": "transfer",
        "queue": "",
        "agent": outcome.agent,
        "why": f"to {outcome.target}",
        "result": "refused",
        "duration": None,
        "end_why": outcome.why,
    }


def agent_spans(store: Store, agent: str, *, since: Seconds, until: Seconds) -> list[Row]:
    """How an agent's time went: spans that overlap [since, until), in order."""
    spans = AGENT_SPANS.c
    query = (
        select(AGENT_SPANS)
        .where(equals(spans.agent, agent), spans.started < until, or_(spans.ended.is_(None), spans.ended > since))
        .order_by(spans.started, spans.n, spans.i)
    )
    return store.read(lambda connection: _rows(connection, query))


# ---- figures --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How a span went: a tally for each queue that had anything, and for all of them together."""

    queues: dict[str, Tally]
    overall: Tally


def summary(store: Store, rules: Iterable[Queue], *, since: Seconds, until: Seconds) -> Summary:
    """How [since, until) went. What began in the span counts in it; wrap-up counts where it began.

    A visit is counted by the `target` and `short_abandon` that its queue had when it began. Visits that do not know
    them (of an earlier release) are counted by `rules`, today's, and by the defaults where those lack the queue.
    """

    def work(connection: Connection) -> list[tuple[str, Tally]]:
        """Each queue's sums of visits, talks and wrap-ups, read in one transaction."""
        visits = _rows(connection, _visits_query(list(rules), since, until))
        talks = _rows(connection, _talks_query(since, until))
        wrapups = _rows(connection, _wrapups_query(since, until))
        promises = _rows(connection, _promises_query(since, until))
        moved = [*_rows(connection, _sent_on_query(since, until)), *_rows(connection, _sent_here_query(since, until))]
        return [
            *((row.pop("queue"), visits_tally(_visit_result(row.pop("result")), **row)) for row in visits),
            *((row.pop("queue"), Tally(**row)) for row in talks + wrapups + promises + moved),
        ]

    queues: dict[str, Tally] = {}
    for queue, tally in store.read(work):
        queues[queue] = queues.get(queue, Tally()) + tally
    return Summary(queues=dict(sorted(queues.items())), overall=total(queues.values()))


def _visits_query(rules: list[Queue], since: Seconds, until: Seconds) -> Select[Any]:
    visits, usual = QUEUE_VISITS.c, Queue(name=QueueName(""))
    targets = {rule.name: rule.target for rule in rules}
    shorts = {rule.name: rule.short_abandon for rule in rules}
    todays_target = case(targets, value=visits.queue, else_=usual.target) if targets else usual.target
    todays_short = case(shorts, value=visits.queue, else_=usual.short_abandon) if shorts else usual.short_abandon
    target = func.coalesce(visits.target, todays_target)
    short = func.coalesce(visits.short_abandon, todays_short)
    return (
        select(
            visits.queue,
            visits.result,
            func.count().label("visits"),
            func.sum(case((visits.waited <= target, 1), else_=0)).label("in_target"),
            func.sum(case((visits.waited < short, 1), else_=0)).label("short"),
            func.coalesce(func.sum(visits.waited), 0.0).label("wait"),
            func.coalesce(func.max(visits.waited), 0.0).label("longest"),
            func.count(visits.estimated).label("estimates"),
            func.coalesce(func.sum(func.abs(visits.estimated - visits.duration)), 0.0).label("apart"),
        )
        .where(visits.started >= since, visits.started < until, ~_is_ours)
        .group_by(visits.queue, visits.result)
    )


# What the house itself dialled was not offered to it.
_is_ours = exists().where(CALLS.c.call_id == QUEUE_VISITS.c.call_id, CALLS.c.origin != CallOrigin.INBOUND.value)


def _visit_result(word: str | None) -> VisitResult | None:
    return None if word is None else VisitResult(word)


def _talks_query(since: Seconds, until: Seconds) -> Select[Any]:
    talks = TALKS.c
    return (
        select(
            talks.queue,
            func.count().label("talks"),
            func.sum(talks.duration - talks.held).label("talk"),
            func.sum(talks.held).label("hold"),
        )
        .where(talks.started >= since, talks.started < until, talks.ended.is_not(None))
        .group_by(talks.queue)
    )


LOST_PROMISES = (CallbackResult.UNREACHED.value, CallbackResult.EXPIRED.value, CallbackResult.LEFT.value)


def _promises_query(since: Seconds, until: Seconds) -> Select[Any]:
    """Promises to call back, by when they were made."""
    made = CALLBACKS.c
    kept = made.result == CallbackResult.KEPT.value
    return (
        select(
            made.queue,
            func.count().label("callbacks"),
            func.sum(case((kept, 1), else_=0)).label("callbacks_kept"),
            func.sum(case((made.ended.is_(None), 1), else_=0)).label("callbacks_open"),
            func.sum(case((and_(kept, made.ended > made.in_time), 1), else_=0)).label("callbacks_late"),
            func.sum(case((made.result.in_(LOST_PROMISES), 1), else_=0)).label("callbacks_lost"),
        )
        .where(made.started >= since, made.started < until)
        .group_by(made.queue)
    )


def _wrapups_query(since: Seconds, until: Seconds) -> Select[Any]:
    spans, talks = AGENT_SPANS.c, TALKS.c
    # The queue of the talk that is wrapped up; the last one when the agent talked twice with the same caller.
    queue = (
        select(talks.queue)
        .where(talks.call_id == spans.call_id, talks.agent == spans.agent, talks.started <= spans.started)
        .order_by(talks.started.desc())
        .limit(1)
        .scalar_subquery()
        .label("queue")
    )
    each = (
        select(queue, spans.duration)
        .where(spans.state == AgentState.WRAPUP.value, spans.ended.is_not(None))
        .where(spans.started >= since, spans.started < until)
        .subquery()
    )
    wrapup = func.sum(each.c.duration).label("wrapup")
    # Where the talk is not known there is no queue to count for; what is not over is not counted.
    return select(each.c.queue, wrapup).where(each.c.queue.is_not(None)).group_by(each.c.queue)


def _sent_on_query(since: Seconds, until: Seconds) -> Select[Any]:
    """How many talks of each queue were transferred."""
    at = TRANSFERS.c.at
    count = func.count().label("transferred_out")
    return select(TRANSFERS.c.queue, count).where(at >= since, at < until).group_by(TRANSFERS.c.queue)


def _sent_here_query(since: Seconds, until: Seconds) -> Select[Any]:
    """How many callers were transferred to each queue."""
    at, target = TRANSFERS.c.at, TRANSFERS.c.target
    queue = func.substr(target, len("queue:") + 1).label("queue")
    count = func.count().label("transferred_in")
    return select(queue, count).where(at >= since, at < until, target.startswith("queue:")).group_by(target)


def _rows(connection: Connection, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]
