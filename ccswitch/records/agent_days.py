"""How agents' time went, and what became of the calls that they were offered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, case, func, or_, select

from ccswitch.model.ids import Seconds
from ccswitch.model.nouns import AgentState, AgentStatus, OfferResult
from ccswitch.records.book import Row
from ccswitch.records.store import Store
from ccswitch.records.tables import AGENT_SPANS, OFFERS

# What an agent does goes before what he says: who takes a break in a talk talks.
DOES: dict[str, str] = {
    AgentState.OFFERED.value: "ringing",
    AgentState.RINGING.value: "ringing",
    AgentState.TALKING.value: "talking",
    AgentState.HOLDING.value: "holding",
    AgentState.WRAPUP.value: "wrapup",
}
TIMES = ("ready", "ringing", "talking", "holding", "wrapup", "offline")
BECAME: dict[str, str] = {
    OfferResult.TALKED.value: "answered",
    OfferResult.RONA.value: "rona",
    OfferResult.REJECTED.value: "rejected",
    OfferResult.BUSY.value: "busy",
    OfferResult.UNREACHABLE.value: "network",  # missed through the network: the phone could not be reached
}


def agent_days(store: Store, *, since: Seconds, until: Seconds) -> list[Row]:
    """A row for each agent of whom [since, until) knows anything, by name: seconds by what he did (`TIMES`), `breaks`
    (reason → seconds), `offers`, and what became of them (`BECAME`; of the rest nobody is to blame)."""

    def work(connection: Connection) -> list[Row]:
        """Times and offers of all agents, read in one transaction."""
        days: dict[str, Row] = {}
        for agent, status, reason, state, seconds in connection.execute(_times(since, until)):
            _add_time(_day(days, agent), status, reason, state, seconds)
        for agent, result, count in connection.execute(_offers(since, until)):
            day = _day(days, agent)
            day["offers"] += count
            if result in BECAME:
                day[BECAME[result]] += count
        return [days[agent] for agent in sorted(days)]

    return store.read(work)


def _day(days: dict[str, Row], agent: str) -> Row:
    nothing: Row = {"agent": agent, **dict.fromkeys(TIMES, 0.0), "breaks": {}, "offers": 0}
    return days.setdefault(agent, nothing | dict.fromkeys(BECAME.values(), 0))


def _add_time(day: Row, status: str, reason: str, state: str, seconds: Seconds) -> None:
    does = DOES.get(state)
    if does is None and status == AgentStatus.BREAK.value:
        day["breaks"][reason] = day["breaks"].get(reason, 0.0) + seconds
    else:
        day[does or status] += seconds


def _times(since: Seconds, until: Seconds) -> Select[Any]:
    """Spans are cut at both ends; one that is open lasts."""
    spans = AGENT_SPANS.c
    ends = func.coalesce(spans.ended, until)
    length = case((ends < until, ends), else_=until) - case((spans.started > since, spans.started), else_=since)
    return (
        select(spans.agent, spans.status, spans.reason, spans.state, func.sum(length))
        .where(spans.started < until, or_(spans.ended.is_(None), spans.ended > since))
        .group_by(spans.agent, spans.status, spans.reason, spans.state)
    )


def _offers(since: Seconds, until: Seconds) -> Select[Any]:
    offers = OFFERS.c
    return (
        select(offers.agent, offers.result, func.count())
        .where(offers.started >= since, offers.started < until)
        .group_by(offers.agent, offers.result)
    )
