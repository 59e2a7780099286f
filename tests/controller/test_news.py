"""What followers are told, and what becomes of it while the live store is away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ccswitch.controller import news as module
from ccswitch.controller.news import News
from ccswitch.errors import LiveStoreError
from ccswitch.live.memory import memory_store
from ccswitch.live.ports import Decided, KeptSnapshot, Notice, QueuesChanged
from tests.controller.decisions import a_decision
from tests.controller.waiting import soon
from tests.floor.floors import a_floor


class Notices:
    """What was published; away while `gone`."""

    def __init__(self) -> None:
        self.told: list[Notice] = []
        self.gone = False

    def publish(self, notice: Notice) -> None:
        if self.gone:
            raise LiveStoreError("Redis at nowhere: away")
        self.told.append(notice)


@pytest.fixture
def notices() -> Notices:
    return Notices()


@pytest.fixture
def news(notices: Notices, monkeypatch: pytest.MonkeyPatch) -> Iterator[News]:
    monkeypatch.setattr(module, "AT_MOST_EVERY", 0.01)
    floor = a_floor("li")
    floor.parked("L1", entry="sales")
    one = News(replace(memory_store(), notices=notices), floor.state)  # type: ignore[arg-type]
    one.start()
    yield one
    one.stop()


def test_decisions_are_told_by_the_newest_and_queues_by_what_changed(news: News, notices: Notices) -> None:
    # When decisions come faster than they are told
    for n in (1, 2, 3):
        news(a_decision(n))
    soon(lambda: len(notices.told) == 2)
    # Then the newest is, and how many wait
    assert notices.told == [Decided(3), QueuesChanged({"sales": 1})]
    # And what did not change is not told again
    news(a_decision(4))
    soon(lambda: notices.told[2:] == [Decided(4)])


def test_what_came_while_the_store_was_away_is_told_afterwards(news: News, notices: Notices) -> None:
    notices.gone = True
    news(a_decision(5))
    soon(lambda: news.trouble == "Redis at nowhere: away")
    assert notices.told == []
    notices.gone = False
    soon(lambda: not news.trouble)
    assert notices.told == [Decided(5), QueuesChanged({"sales": 1})]


def test_a_snapshot_that_cannot_be_kept_is_told_and_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    live = memory_store()
    one = News(live, a_floor().state)
    one.keep(KeptSnapshot(1, 1, b"state"))
    assert live.snapshots.get() == KeptSnapshot(1, 1, b"state")

    def away(_: object, __: KeptSnapshot) -> bool:
        raise LiveStoreError("Redis at nowhere: away")

    monkeypatch.setattr(type(live.snapshots), "put", away)
    one.keep(KeptSnapshot(1, 2, b"more"))
    assert one.trouble == "Redis at nowhere: away"
