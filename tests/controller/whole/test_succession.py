"""What a controller leaves to the next: journal, snapshot, lock, and segments that nobody needs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import gevent
import gevent.subprocess
import pytest
from gevent.event import Event as Flag

from ccswitch.controller import bootstrap, snapshots
from ccswitch.controller.journal import Journal
from ccswitch.controller.lock import JournalLock
from ccswitch.errors import JournalError
from ccswitch.model.nouns import AgentStatus
from tests.controller.decisions import decisions
from tests.controller.waiting import PATIENCE, soon
from tests.controller.whole.conftest import LI, SiteFolder, ready


def test_a_stop_leaves_a_snapshot_of_the_very_end(site: SiteFolder) -> None:
    # Given a controller that decided something
    first = site.started()
    ready(first)
    site.stop(first)
    # Then the next one has it from the snapshot alone
    snapshot = snapshots.load(first.journal.folder)
    assert snapshot is not None and snapshot.n == first.engine.n
    assert snapshot.state == first.engine.state
    second = site.controller()
    assert second.engine.n == first.engine.n
    assert second.engine.state.agents[LI].status is AgentStatus.READY


def test_a_killed_controller_is_followed_by_one_that_knows_all_it_knew(site: SiteFolder, tmp_path: Path) -> None:
    # Given a controller, and its folder as it is when the process is killed
    first = site.started()
    ready(first)
    n, state = first.engine.n, first.engine.state
    folder = tmp_path / "killed"
    shutil.copytree(first.journal.folder, folder)
    # Then recovery comes to the same
    journal = Journal(folder)
    journal.open()
    recovered = bootstrap.recover(journal)
    journal.close()
    assert (recovered.n, recovered.replayed) == (n, n)
    assert recovered.state == state


def test_a_snapshot_is_never_ahead_of_what_the_disk_has(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    controller = site.started()
    order: list[str] = []
    sync, store = controller.journal.sync, snapshots.store
    monkeypatch.setattr(controller.journal, "sync", lambda: [order.append("journal"), sync()])
    monkeypatch.setattr(snapshots, "store", lambda *given: [order.append("snapshot"), store(*given)])
    controller.keeper.take()
    assert order == ["journal", "snapshot"]


def test_a_disk_that_takes_no_snapshot_stops_nothing(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a disk that refuses both to take and to give
    controller = site.started()

    def full(*given: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshots, "store", full)
    monkeypatch.setattr(controller.journal, "forget", full)
    # When it is time for a snapshot
    controller.keeper.take()
    controller.keeper.forget()
    # Then it is told, and the controller goes on
    assert "the journal is kept instead" in caplog.text and "cannot be deleted" in caplog.text
    ready(controller)


def test_a_journal_that_is_deleted_under_a_running_controller_costs_neither_lock_nor_state(site: SiteFolder) -> None:
    # Given a running controller that knows that Li is ready
    ready(site.started())
    # When its journal is deleted
    shutil.rmtree(site.folder / "journal")
    # Then there soon is a snapshot of all it knows, and the lock is held again
    made = soon(lambda: snapshots.load(site.folder / "journal"))
    assert made.state.agents[LI].status is AgentStatus.READY
    with pytest.raises(JournalError, match="another controller"):
        JournalLock(site.folder / "journal").take(0.1)


def test_old_segments_go_when_snapshot_and_records_have_passed_them(site: SiteFolder) -> None:
    # Given a journal of an earlier life in many segments, all of them long ago
    journal = Journal(site.config.folder("journal"), segment_bytes=1)
    journal.open()
    for decision in decisions(1, 20):
        journal.append(decision)
    journal.close()
    for segment in journal.segments():
        os.utime(segment, (1000, 1000))
    controller = site.started()
    # When records have caught up
    assert controller.feeder.wait_for(controller.engine.n, PATIENCE)
    controller.keeper.forget()
    # Then only what is still needed is there
    assert len(controller.journal.segments()) == 1


def test_a_second_controller_waits_for_the_journal_and_is_refused_in_the_end(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a running controller
    first = site.started()
    # When another one wants its journal, and waits in vain
    monkeypatch.setattr(bootstrap, "LOCK_WITHIN", 0.1)
    with pytest.raises(JournalError, match=f"another controller .pid {os.getpid()}. writes this journal"):
        site.controller()
    # When it is more patient, and the first one stops
    monkeypatch.setattr(bootstrap, "LOCK_WITHIN", PATIENCE)
    tries: list[JournalLock] = []
    take = JournalLock.try_take
    monkeypatch.setattr(JournalLock, "try_take", lambda lock: (tries.append(lock), take(lock))[1])
    waiting = gevent.spawn(site.controller)
    soon(lambda: len(tries) > 1)
    assert not waiting.ready()
    site.stop(first)
    # Then it takes over where the first one was
    second = waiting.get(timeout=PATIENCE)
    assert second.engine.n == first.engine.n


def test_a_successor_need_not_wait_for_a_slow_database(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a controller that waits for its database at its stop
    first = site.started()
    let_go = Flag()
    monkeypatch.setattr(first.feeder, "wait_for", lambda n, timeout: let_go.wait(PATIENCE))
    stopping = gevent.spawn(site.stop, first)
    # When a successor wants the journal, then he has it meanwhile
    second = site.controller()
    assert not stopping.ready()
    assert second.engine.n == first.engine.n
    let_go.set()
    stopping.get(timeout=PATIENCE)
