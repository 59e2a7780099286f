"""Journals for tests: what a floor would have decided, without a floor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select, update

from ccswitch.ivr.cursor import Cursor
from ccswitch.model import facts as f
from ccswitch.model import orders as r
from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.ids import (
    AgentId,
    CallId,
    ExecuteId,
    LegId,
    NodeName,
    OfferId,
    OrderId,
    QueueName,
    ScriptHash,
)
from ccswitch.model.nouns import AgentStatus, CallResult, LegRole, OfferResult, VisitResult
from ccswitch.records.store import Store
from ccswitch.records.tables import LEDGER_POSITION, METADATA

SALES, NODE = QueueName("sales"), NodeName("n1")
Moment = tuple[float, Any, list[Any]]  # instant, input, outcomes


def numbered(moments: Iterable[Moment], first: int = 1) -> list[Decision]:
    """Moments in order of time as decisions."""
    ordered = sorted(moments, key=lambda moment: moment[0])
    return [Decision(n=n, t=t, given=given, outcomes=tuple(out)) for n, (t, given, out) in enumerate(ordered, first)]


def ready(agent: str, at: float) -> Moment:
    """The agent says that he is ready."""
    order = r.MakeReady(order=OrderId(f"order-{agent}"), author="boss", agent=AgentId(agent))
    said = o.AgentStatusChanged(agent=AgentId(agent), status=AgentStatus.READY, reason="", author="boss")
    return at, order, [said, o.OrderAccepted(order=order.order, author="boss", what=f"{agent} is ready")]


def arrives(call: str, at: float, queue: str = "sales", number: str = "13900000001") -> list[Moment]:
    """A caller arrives and waits."""
    name, leg = CallId(call), LegId(call)
    started = o.CallStarted(
        call=name, leg=leg, node=NODE, entry="main", caller_number=number, caller_name="Wang", called_number="4008"
    )
    opened = o.LegOpened(call=name, leg=leg, role=LegRole.CALLER, number=number)
    waits = o.CallEnqueued(call=name, queue=QueueName(queue), priority=0, since=at, why="pressed 1")
    parked = f.LegParked(leg=leg, node=NODE, call=name)
    return [
        (at, parked, [started, opened]),
        (at, f.LegAnswered(leg=leg), [o.LegConnected(call=name, leg=leg), waits]),
    ]


def keyed(
    call: str, at: float, *tries: str, script: str = "main", version: str = "v1", step: str = "choice", to: str = "out"
) -> list[Moment]:
    """A caller in a menu for a second a try: `1`, `` (silence) or `!9` (a wrong key); the last one leads on."""
    name = CallId(call)
    moments: list[Moment] = []
    for number, keys in enumerate(tries):
        cursor = Cursor(script=script, hash=ScriptHash(version), step=step, tries=number)
        execute = ExecuteId(f"{call}-x{number}")
        begun = o.StepStarted(
            call=name, serial=number, execute=execute, script=script, script_hash=version, step=step, kind="menu",
            cursor=cursor.to_json(), deadline=at + 900,
        )  # fmt: skip
        result = "wrong" if keys.startswith("!") else "keys" if keys else "silence"
        led_to = to if number == len(tries) - 1 else step
        over = o.StepEnded(call=name, step=step, kind="menu", result=result, keys=keys.lstrip("!"), to=led_to)
        moments += [(at + number, f.TimePassed(), [begun]), (at + number + 1, f.TimePassed(), [over])]
    return moments


def offered(call: str, agent: str, at: float, serial: int = 1, queue: str = "sales") -> list[Moment]:
    """The call is offered and the phone rings a second later."""
    name, who, leg, offer = CallId(call), AgentId(agent), LegId(f"{call}-a{serial}"), OfferId(f"{call}-o{serial}")
    made = o.OfferMade(
        offer=offer, serial=serial, call=name, agent=who, queue=QueueName(queue), leg=leg, deadline=at + 20,
        why="longest idle of 3",
    )  # fmt: skip
    opened = o.LegOpened(call=name, leg=leg, role=LegRole.AGENT, number="1001", agent=who)
    rings = o.OfferRinging(offer=offer, call=name, agent=who)
    return [(at, f.TimePassed(), [made, opened]), (at + 1, f.LegRinging(leg=leg), [rings])]


def rings_out(call: str, agent: str, at: float, serial: int = 1) -> list[Moment]:
    """Nobody picks up."""
    leg, offer = LegId(f"{call}-a{serial}"), OfferId(f"{call}-o{serial}")
    ended = o.OfferEnded(
        offer=offer, call=CallId(call), agent=AgentId(agent), result=OfferResult.RONA, cause="NO_ANSWER", why="20 s"
    )
    closed = o.LegClosed(call=CallId(call), leg=leg, cause="NO_ANSWER")
    return [(at, f.LegEnded(leg=leg, cause="NO_ANSWER"), [closed, ended])]


def talks(call: str, agent: str, at: float, *, waited: float, serial: int = 1, queue: str = "sales") -> list[Moment]:
    """The agent answers at `at` and the bridge stands at once."""
    name, who, leg, offer = CallId(call), AgentId(agent), LegId(f"{call}-a{serial}"), OfferId(f"{call}-o{serial}")
    q = QueueName(queue)
    talked = o.OfferEnded(offer=offer, call=name, agent=who, result=OfferResult.TALKED, cause="", why="answered")
    left = o.VisitEnded(call=name, queue=q, result=VisitResult.ANSWERED, waited=waited, agent=who)
    begun = o.TalkStarted(call=name, agent=who, leg=leg, queue=q, waited=waited, recording=f"/rec/{call}.wav")
    return [
        (at, f.LegAnswered(leg=leg), [o.LegConnected(call=name, leg=leg),
         o.OfferAnswered(offer=offer, call=name, agent=who, deadline=at + 2)]),
        (at, f.LegsJoined(leg=LegId(call), other=leg), [talked, left, begun]),
    ]  # fmt: skip


def hangs_up(call: str, agent: str, at: float, *, talked: float, wrapup: float, serial: int = 1) -> list[Moment]:
    """The caller ends the talk; the agent wraps up for `wrapup` seconds."""
    name, who, leg = CallId(call), AgentId(agent), LegId(f"{call}-a{serial}")
    ended = o.TalkEnded(call=name, agent=who, leg=leg, talked=talked, by="caller", deadline=at + 5)
    wraps = o.WrapupStarted(agent=who, call=name, deadline=at + wrapup)
    over = o.CallEnded(call=name, result=CallResult.ANSWERED, cause="NORMAL_CLEARING", why="the caller hung up")
    mine = o.LegClosed(call=name, leg=LegId(call), cause="NORMAL_CLEARING")
    his = o.LegClosed(call=name, leg=leg, cause="NORMAL_CLEARING")
    return [
        (at, f.LegEnded(leg=LegId(call), cause="NORMAL_CLEARING"), [mine, ended, wraps]),
        (at + 0.1, f.LegEnded(leg=leg, cause="NORMAL_CLEARING"), [his, over]),
        (at + wrapup, f.TimePassed(), [o.WrapupEnded(agent=who, why="its time is over")]),
    ]


def gives_up(call: str, at: float, *, waited: float, queue: str = "sales") -> list[Moment]:
    """The caller hangs up while he waits."""
    name, leg = CallId(call), LegId(call)
    closed = o.LegClosed(call=name, leg=leg, cause="ORIGINATOR_CANCEL")
    left = o.VisitEnded(call=name, queue=QueueName(queue), result=VisitResult.ABANDONED, waited=waited)
    over = o.CallEnded(call=name, result=CallResult.ABANDONED, cause="ORIGINATOR_CANCEL", why="the caller hung up")
    return [(at, f.LegEnded(leg=leg, cause="ORIGINATOR_CANCEL"), [closed, left, over])]


def answered_call(call: str, agent: str, at: float) -> list[Moment]:
    """Waits 10 s, of which the phone rings for 5; talks 60 s, 5 s wrap-up."""
    return [
        *arrives(call, at),
        *offered(call, agent, at + 5),
        *talks(call, agent, at + 10, waited=10.0),
        *hangs_up(call, agent, at + 70, talked=60.0, wrapup=5.0),
    ]


def busy_hour(calls: int, agents: int = 10) -> list[Decision]:
    """Calls that overlap, one answered after the other by agents in turn, every fifth abandoned."""
    moments = [ready(f"agent{i}", 1000.0) for i in range(agents)]
    for i in range(calls):
        at = 2000.0 + i * 10.0
        if i % 5 == 4:
            moments += [*arrives(f"call-{i}", at), *gives_up(f"call-{i}", at + 7, waited=7.0)]
        else:
            moments += answered_call(f"call-{i}", f"agent{i % agents}", at)
    return numbered(moments)


class MemorySource:
    """A journal in memory."""

    def __init__(self, decisions: Sequence[Decision] = ()) -> None:
        self.decisions = list(decisions)

    def head(self) -> int:
        """The number of the last decision; 0 when there is none."""
        return self.decisions[-1].n if self.decisions else 0

    def read(self, after_n: int, limit: int) -> list[Decision]:
        """At most `limit` decisions behind number `after_n`."""
        first = self.decisions[0].n if self.decisions else 1
        begin = max(0, after_n - first + 1)
        return self.decisions[begin : begin + limit]


def all_rows(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in the order of its key."""

    def work(connection: Any) -> dict[str, list[dict[str, Any]]]:
        """All in one transaction."""
        return {
            table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in METADATA.sorted_tables
        }

    return store.read(work)


def emptied(connection: Connection) -> None:
    """Take every row away, as on the day of the upgrade."""
    for table in METADATA.sorted_tables:
        if table is not LEDGER_POSITION:
            connection.execute(delete(table))
    connection.execute(update(LEDGER_POSITION).values(n=0, at=0.0))
