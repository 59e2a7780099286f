"""Old traces and script steps go in small batches, and nothing else does."""

from __future__ import annotations

import gevent
import pytest

from ccswitch.clock import ManualClock
from ccswitch.model.ids import CallId
from ccswitch.records import pruner
from ccswitch.records.ledger import Ledger
from ccswitch.records.pruner import Pruner
from ccswitch.records.queries import call_record, call_trace
from ccswitch.records.store import Store
from tests.records.journals import all_rows, answered_call, busy_hour, keyed, numbered


def test_the_trace_of_old_calls_goes_and_the_calls_stay(store: Store) -> None:
    # Given a call of long ago and one of now
    Ledger(store).write(numbered([*answered_call("old", "li", 1000.0), *answered_call("new", "li", 9000.0)]))
    before = {name: rows for name, rows in all_rows(store).items() if name != "trace"}
    kept = call_trace(store, CallId("new"))
    # When traces older than an hour go
    Pruner(store, ManualClock(10_000.0), retention=3600.0).prune_batch()
    # Then only the old call's trace is gone
    assert call_trace(store, CallId("old")) == []
    assert call_trace(store, CallId("new")) == kept
    assert {name: rows for name, rows in all_rows(store).items() if name != "trace"} == before
    assert call_record(store, CallId("old")) is not None


def test_the_steps_of_old_calls_go_with_their_trace(store: Store) -> None:
    # Given a caller in a menu long ago, and one now
    Ledger(store).write(numbered([*keyed("old", 1000.0, "", "1"), *keyed("new", 9000.0, "!9", "1")]))
    # When what is older than an hour goes
    pruner = Pruner(store, ManualClock(10_000.0), retention=3600.0)
    pruner.prune_batch()
    # Then only the steps of now are there, as is their trace
    assert [(row["call_id"], row["result"]) for row in all_rows(store)["steps"]] == [("new", "wrong"), ("new", "keys")]
    assert {row["call_id"] for row in all_rows(store)["trace"]} == {"new"}
    assert pruner.pruned == 2 + 4


def test_it_goes_batch_by_batch_until_nothing_is_too_old(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given far more traces than a batch has
    monkeypatch.setattr(pruner, "BATCH", 50)
    monkeypatch.setattr(pruner, "BETWEEN", 0.0)
    Ledger(store).write(busy_hour(20))
    rows = len(all_rows(store)["trace"])
    assert rows > 150
    # When the pruner runs
    one = Pruner(store, ManualClock(1e6), retention=1.0)
    one.start()
    with gevent.Timeout(60):
        while one.pruned < rows:
            gevent.sleep(0.01)
    one.stop()
    # Then none is left
    assert all_rows(store)["trace"] == []


def test_without_a_retention_everything_is_kept(store: Store) -> None:
    Ledger(store).write(numbered(answered_call("old", "li", 1000.0)))
    keeps = Pruner(store, ManualClock(1e9), retention=0.0)
    keeps.start()
    gevent.sleep(0)
    keeps.stop()
    assert call_trace(store, CallId("old"))
