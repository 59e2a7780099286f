"""The journal becomes rows whatever the database does meanwhile, and nobody else waits for it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence

import gevent
import pytest

from ccswitch.errors import JournalError, StoreError
from ccswitch.model.decision import Decision
from ccswitch.records import feeder as feeder_module
from ccswitch.records.feeder import Feeder
from ccswitch.records.ledger import Ledger
from ccswitch.records.migrate import upgrade
from ccswitch.records.store import Store, open_store
from tests.records.journals import MemorySource, all_rows, busy_hour, emptied
from tests.servers import Postgres, running_postgres

JOURNAL = busy_hour(40)
DEADLINE = 60.0


@pytest.fixture(autouse=True)
def quick_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeder_module, "FIRST_BACKOFF", 0.01)
    monkeypatch.setattr(feeder_module, "LAST_BACKOFF", 0.05)


@pytest.fixture
def feeders() -> Iterator[Callable[..., Feeder]]:
    """Makes feeders that are stopped when the test is over."""
    made: list[Feeder] = []

    def make(source: MemorySource, ledger: Ledger, batch: int = 100) -> Feeder:
        made.append(Feeder(source, ledger, batch=batch))
        return made[-1]

    yield make
    for feeder in made:
        feeder.stop()


def until(condition: Callable[[], bool]) -> None:
    """Wait until `condition()`, for at most DEADLINE seconds."""
    with gevent.Timeout(DEADLINE):
        while not condition():
            gevent.sleep(0.005)


class Flaky(Ledger):
    """A ledger whose database is away for a while."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.away = False
        self.tries = 0

    def position(self) -> int:
        self._knock()
        return super().position()

    def write(self, decisions: Sequence[Decision]) -> int:
        self._knock()
        return super().write(decisions)

    def _knock(self) -> None:
        self.tries += 1
        if self.away:
            raise StoreError("the database is away")


def test_what_is_in_the_journal_comes_to_be_in_sql(store: Store, feeders: Callable[..., Feeder]) -> None:
    # Given a journal with something in it, and more to come
    source = MemorySource(JOURNAL[:50])
    feeder = feeders(source, Ledger(store), batch=7)
    feeder.start()
    assert feeder.wait_for(50, DEADLINE)
    # When more is decided and the feeder is woken
    source.decisions = JOURNAL
    assert feeder.lag == len(JOURNAL) - 50
    feeder.wake()
    # Then it is fed too
    assert feeder.wait_for(len(JOURNAL), DEADLINE)
    assert (feeder.lag, feeder.last_error, feeder.missed) == (0, "", 0)
    assert len(all_rows(store)["calls"]) == 40


def test_waiting_for_what_is_not_decided_ends(store: Store, feeders: Callable[..., Feeder]) -> None:
    feeder = feeders(MemorySource(), Ledger(store))
    feeder.start()
    assert not feeder.wait_for(1, timeout=0.05)


def test_a_database_that_is_away_delays_and_loses_nothing(store: Store, feeders: Callable[..., Feeder]) -> None:
    # Given a database that goes away after the first batches
    source, ledger = MemorySource(JOURNAL[:20]), Flaky(store)
    feeder = feeders(source, ledger, batch=10)
    feeder.start()
    assert feeder.wait_for(20, DEADLINE)
    ledger.away = True
    source.decisions = JOURNAL
    feeder.wake()
    # Then the feeder says so and goes on trying
    tries = ledger.tries
    until(lambda: ledger.tries > tries + 3)
    assert feeder.last_error == "the database is away"
    assert feeder.lag == len(JOURNAL) - 20
    # When it is back, then everything is there
    ledger.away = False
    assert feeder.wait_for(len(JOURNAL), DEADLINE)
    until(lambda: feeder.last_error == "")
    assert len(all_rows(store)["calls"]) == 40


def test_a_database_that_comes_back_from_a_backup_is_fed_again(store: Store, feeders: Callable[..., Feeder]) -> None:
    # Given a database that went away when it held everything
    ledger = Flaky(store)
    feeder = feeders(MemorySource(JOURNAL[:100]), ledger)
    feeder.start()
    assert feeder.wait_for(100, DEADLINE)
    ledger.away = True
    feeder._source.decisions = JOURNAL  # type: ignore[attr-defined]
    feeder.wake()
    until(lambda: feeder.last_error != "")
    # When it comes back as it was before
    store.write(emptied)
    ledger.away = False
    # Then it is fed from there
    assert feeder.wait_for(len(JOURNAL), DEADLINE)
    until(lambda: feeder.lag == 0 and feeder.last_error == "")
    assert len(all_rows(store)["calls"]) == 40


def test_a_successor_goes_on_where_the_first_was(store: Store, feeders: Callable[..., Feeder]) -> None:
    first = feeders(MemorySource(JOURNAL[:30]), Ledger(store), batch=9)
    first.start()
    assert first.wait_for(30, DEADLINE)
    # When the first is still there (it was given up, but is not dead) and both feed
    successor = feeders(MemorySource(JOURNAL), Ledger(store), batch=11)
    successor.start()
    first._source.decisions = JOURNAL  # type: ignore[attr-defined]
    first.wake()
    # Then every row is there once
    assert successor.wait_for(len(JOURNAL), DEADLINE) and first.wait_for(len(JOURNAL), DEADLINE)
    rows = all_rows(store)
    assert len(rows["calls"]) == 40
    assert len(rows["audit"]) == 10  # ten agents made ready


def test_pruned_decisions_are_counted(store: Store, feeders: Callable[..., Feeder]) -> None:
    feeder = feeders(MemorySource(JOURNAL[25:]), Ledger(store))
    feeder.start()
    assert feeder.wait_for(len(JOURNAL), DEADLINE)
    assert feeder.missed == 25


def test_another_journal_than_the_one_the_records_were_made_from_is_told(
    store: Store, feeders: Callable[..., Feeder]
) -> None:
    # Given records of a long journal, which somebody threw away: the new one begins at 1
    Ledger(store).write(JOURNAL)
    feeder = feeders(MemorySource(JOURNAL[:3]), Ledger(store))
    feeder.start()
    # Then that is said, and nothing is dropped in silence
    until(lambda: "not the journal these records were made from" in feeder.last_error)


def test_a_journal_that_cannot_be_read_is_tried_again(store: Store, feeders: Callable[..., Feeder]) -> None:
    class Torn(MemorySource):
        torn = True

        def read(self, after_n: int, limit: int) -> list[Decision]:
            if self.torn:
                raise JournalError("segment 3, offset 17: torn")
            return super().read(after_n, limit)

    source = Torn(JOURNAL)
    feeder = feeders(source, Ledger(store))
    feeder.start()
    until(lambda: "offset 17" in feeder.last_error)
    source.torn = False
    assert feeder.wait_for(len(JOURNAL), DEADLINE)


def test_a_mistake_of_ours_is_not_silent(store: Store, feeders: Callable[..., Feeder]) -> None:
    class Wrong(MemorySource):
        def read(self, after_n: int, limit: int) -> list[Decision]:
            raise ZeroDivisionError

    feeder = feeders(Wrong(JOURNAL), Ledger(store))
    feeder.start()
    until(lambda: "the feeder died: ZeroDivisionError" in feeder.last_error)


def test_stop_ends_a_feeder_that_backs_off(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeder_module, "FIRST_BACKOFF", 3600.0)
    ledger = Flaky(store)
    ledger.away = True
    feeder = Feeder(MemorySource(JOURNAL), ledger)
    feeder.start()
    until(lambda: feeder.last_error != "")
    began = time.monotonic()
    feeder.stop()
    assert time.monotonic() - began < DEADLINE  # and not the hour of its pause


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.mark.integration
def test_postgresql_killed_and_started_again_under_load(own_postgres: Postgres, feeders: Callable[..., Feeder]) -> None:
    # Given a feeder in the middle of a journal
    journal = busy_hour(300)
    url = own_postgres.new_database()
    upgrade(url)
    store = open_store(url)
    source = MemorySource(journal[:600])
    feeder = feeders(source, Ledger(store), batch=20)
    feeder.start()
    assert feeder.wait_for(100, DEADLINE)
    # When PostgreSQL dies as by a power cut, and the floor goes on deciding
    own_postgres.stop()
    source.decisions = journal
    feeder.wake()
    until(lambda: "the database is away" in feeder.last_error)
    # And comes back
    own_postgres.start()
    # Then nothing is lost and nothing is there twice
    assert feeder.wait_for(len(journal), DEADLINE)
    rows = all_rows(store)
    assert len(rows["calls"]) == 300
    assert len(rows["trace"]) == sum(bool(getattr(o, "call", "")) for d in journal for o in d.outcomes)
    assert all(row["result"] for name in ("calls", "queue_visits", "offers") for row in rows[name])
    store.close()


def test_the_hub_never_waits(url: str) -> None:
    # Given a process as in production, and a database that another writer holds for two seconds
    done = subprocess.run(
        [sys.executable, "-m", "tests.records.feed_under_gevent", url, "300"],
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    # Then nobody waited for it, and feeding 300 calls never worked for long without letting others
    assert told["done"]
    assert told["held_gap"] < 1.5  # the other writer held it for 2.0
    assert told["busy_gap"] < 0.1  # promised are 50 ms of processor time; one that others heat up is slower
