"""Why callers left queues, neither answered nor hung up, and how evenly calls fell on the agents of each queue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, func, select

from ccswitch.kpi.balance import LEAST_AT_WORK, balance
from ccswitch.kpi.summary import WENT_ELSEWHERE
from ccswitch.model.ids import Seconds
from ccswitch.model.nouns import Agent, AgentStatus
from ccswitch.records.agent_days import TIMES, agent_days
from ccswitch.records.book import Row
from ccswitch.records.store import Store
from ccswitch.records.tables import QUEUE_VISITS, TALKS

AT_WORK = tuple(time for time in TIMES if time != AgentStatus.OFFLINE.value)


def sent_on(store: Store, *, since: Seconds, until: Seconds) -> list[Row]:
    """How many of the stays that began in [since, until) ended elsewhere, by what sent them: `queue`, `result`
    (VisitResult), `to`, `why` (the rule, as it is written) and `calls`; each queue's most frequent first."""
    visits = QUEUE_VISITS.c
    calls = func.count().label("calls")
    key = (visits.queue, visits.result, visits.left_to, visits.end_why)
    query: Select[Any] = (
        select(visits.queue, visits.result, visits.left_to.label("to"), visits.end_why.label("why"), calls)
        .where(visits.started >= since, visits.started < until)
        .where(visits.result.in_([result.value for result in WENT_ELSEWHERE]))
        .group_by(*key)
        .order_by(visits.queue, calls.desc(), *key[1:])
    )
    return store.read(lambda connection: [dict(row) for row in connection.execute(query).mappings()])


def balances(store: Store, agents: Iterable[Agent], *, since: Seconds, until: Seconds) -> list[Row]:
    """For each queue that anybody was at work for: `queue`, `agents` (how many counted), `talks`, and `balance` (None
    for fewer than two). Who counts: the queue's agents, today's, and whoever talked for it."""
    talks: dict[str, dict[str, int]] = {}
    for queue, agent, count in store.read(lambda connection: connection.execute(_talks(since, until)).all()):
        talks.setdefault(queue, {})[agent] = count
    members: dict[str, set[str]] = {queue: set(who) for queue, who in talks.items()}
    for one in agents:
        for queue in one.queues:
            members.setdefault(queue, set()).add(one.agent)
    days = agent_days(store, since=since, until=until)
    at_work: dict[str, Seconds] = {day["agent"]: sum(day[time] for time in AT_WORK) for day in days}
    rows = []
    for queue in sorted(members):
        there = {agent: at_work[agent] for agent in sorted(members[queue]) if at_work.get(agent, 0.0) >= LEAST_AT_WORK}
        had = talks.get(queue, {})
        if there:
            calls = sum(had.values())
            rows.append({"queue": queue, "agents": len(there), "talks": calls, "balance": balance(had, there)})
    return rows


def _talks(since: Seconds, until: Seconds) -> Select[Any]:
    talks = TALKS.c
    return (
        select(talks.queue, talks.agent, func.count())
        .where(talks.started >= since, talks.started < until, talks.queue != "")
        .group_by(talks.queue, talks.agent)
    )
