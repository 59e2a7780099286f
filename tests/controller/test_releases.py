"""A controller with a new journal asks the records what was published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ccswitch.controller import releases
from ccswitch.controller.releases import ReleaseFinder
from ccswitch.errors import StoreError
from ccswitch.model.decision import Decision
from ccswitch.model.facts import ReleasesFound, TimePassed
from ccswitch.records.ledger import Ledger
from ccswitch.records.migrate import upgrade
from ccswitch.records.store import Store, open_store
from tests.controller.waiting import soon
from tests.floor.floors import a_floor
from tests.floor.test_publishing import FILES, A, publish


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Records in which a version was published."""
    url = f"sqlite:///{tmp_path / 'records.db'}"
    upgrade(url)
    opened = open_store(url)
    floor = a_floor()
    publish(floor, A)
    decisions = [Decision(n=n, t=t, given=TimePassed(), outcomes=(x,)) for n, (t, x) in enumerate(floor.journal, 1)]
    Ledger(opened).write(decisions)
    yield opened
    opened.close()


def test_it_is_told_once(store: Store) -> None:
    told: list[ReleasesFound] = []
    finder = ReleaseFinder(store, told.append, asks=True)
    finder.start()
    [fact] = told
    assert finder.found == {"menu"}
    assert {source.hash for source in fact.sources} == {A.hash, FILES.hash}
    finder.stop()


def test_a_journal_that_knows_is_not_contradicted(store: Store) -> None:
    told: list[ReleasesFound] = []
    ReleaseFinder(store, told.append, asks=False).start()
    assert told == []


class LateStore:
    """Records that are away until somebody says that they are back."""

    def __init__(self, store: Store) -> None:
        self.store, self.away = store, True

    def read(self, work: Any) -> Any:
        if self.away:
            raise StoreError("the database is away or refuses us (no route to host)")
        return self.store.read(work)


def test_records_that_come_late_are_asked_again(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Given records that are away at the start
    monkeypatch.setattr(releases, "AGAIN", 0.01)
    late: Any = LateStore(store)
    told: list[ReleasesFound] = []
    finder = ReleaseFinder(late, told.append, asks=True)
    finder.start()
    assert told == []
    assert "callers hear the files" in caplog.text
    # When they come
    late.away = False
    soon(lambda: told)
    # Then what was published is told
    assert finder.found == {"menu"}
    finder.stop()
