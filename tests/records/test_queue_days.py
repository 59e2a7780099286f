"""What sent callers on, and how evenly calls fell, against records made by hand."""

from __future__ import annotations

import pytest

from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, CallId, QueueName
from ccswitch.model.nouns import Agent, VisitResult
from ccswitch.records.ledger import Ledger
from ccswitch.records.queue_days import balances, sent_on
from ccswitch.records.store import Store
from tests.records.journals import Moment, answered_call, arrives, numbered, ready

SALES = QueueName("sales")
RULE, KEY = "after 5min: to queue:care", "key 1"


def leaves(call: str, at: float, why: str, result: VisitResult, to: str) -> list[Moment]:
    """He came at `at`, and was sent on 20 s later."""
    left = o.VisitEnded(call=CallId(call), queue=SALES, result=result, waited=20.0, to=to, why=why)
    return [*arrives(call, at), (at + 20, f.TimePassed(), [left])]


def test_each_reason_is_counted_by_itself(store: Store) -> None:
    # Given callers who left by a rule, by a key, were answered, and one who came on another day
    moments = [
        *leaves("c1", 1000.0, RULE, VisitResult.OVERFLOWED, "queue:care"),
        *leaves("c2", 1100.0, RULE, VisitResult.OVERFLOWED, "queue:care"),
        *leaves("c3", 1200.0, KEY, VisitResult.EXITED, "voicemail:sales"),
        *leaves("c4", 9000.0, RULE, VisitResult.OVERFLOWED, "queue:care"),
        *answered_call("c5", "li", 1300.0),
    ]
    Ledger(store).write(numbered(moments))
    # Then the day's are told, the most frequent first
    assert sent_on(store, since=900.0, until=8000.0) == [
        {"queue": "sales", "result": "overflowed", "to": "queue:care", "why": RULE, "calls": 2},
        {"queue": "sales", "result": "exited", "to": "voicemail:sales", "why": KEY, "calls": 1},
    ]
    assert sent_on(store, since=10_000.0, until=20_000.0) == []


def test_how_evenly_calls_fell(store: Store) -> None:
    # Given two agents at work for an hour, of whom one had both calls, and one who serves the queue and was not there
    calls = [*answered_call("c1", "li", 1000.0), *answered_call("c2", "li", 2000.0)]
    Ledger(store).write(numbered([ready("li", 900.0), ready("wu", 900.0), *calls]))
    people = [Agent(agent=AgentId(name), phone="1", queues=(SALES,)) for name in ("li", "wu", "away")]
    # Then the balance says so, and only of who was there
    [row] = balances(store, people, since=900.0, until=4500.0)
    assert (row["queue"], row["agents"], row["talks"]) == ("sales", 2, 2)
    assert row["balance"] == pytest.approx(0.5)
    # And one agent alone is neither even nor uneven
    [row] = balances(store, [], since=900.0, until=4500.0)
    assert (row["agents"], row["balance"]) == (1, None)
