"""A standby: State as the journal has it, and the moment at which it is its turn."""

from __future__ import annotations

import errno
import shutil
from dataclasses import replace
from pathlib import Path

import gevent
import pytest
from gevent.event import Event as Flag

from ccswitch.clock import ManualClock
from ccswitch.controller import snapshots, standby
from ccswitch.controller.authority import Authority
from ccswitch.controller.config import Config, JournalSettings, LiveSettings
from ccswitch.controller.journal import Journal
from ccswitch.controller.standby import Follower, Standby, Takeover
from ccswitch.errors import LiveStoreError
from ccswitch.live.memory import memory_store
from ccswitch.live.ports import LiveStore
from tests.controller.decisions import a_busy_floor, a_decision, decisions, journalled
from tests.controller.waiting import PATIENCE, soon

LEASE = 4.0  # seconds of a clock that stands still unless a test moves it


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(
        journal=JournalSettings(dir=str(tmp_path / "journal")),
        live=LiveSettings(name="b", lease=LEASE),
        file=tmp_path / "ccswitch.toml",
    )


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch, clock: ManualClock) -> LiveStore:
    """A store that both controllers of a test see."""
    store = replace(memory_store(clock), shared=True)
    monkeypatch.setattr(standby, "live_store", lambda config: store)
    monkeypatch.setattr(standby, "LEASE_EVERY", 0.01)
    return store


class Active:
    """The controller that has the journal."""

    def __init__(self, config: Config, live: LiveStore, clock: ManualClock) -> None:
        folder = config.folder(config.journal.dir)
        self.authority = Authority(folder, live, name="a", desk="http://a", lease=LEASE, clock=clock)
        self.authority.take(0.1)
        self.journal = Journal(folder, fence=self.authority.check)
        self.journal.open()

    def writes(self, first: int, last: int) -> None:
        for decision in decisions(first, last):
            self.journal.append(decision)

    def stop(self) -> None:
        self.journal.close()
        self.authority.stop()


def in_turn(one: Standby, stopping: Flag | None = None) -> gevent.Greenlet:
    return gevent.spawn(one.wait, stopping or Flag())


def got(waiting: gevent.Greenlet) -> Takeover:
    takeover = waiting.get(timeout=PATIENCE)
    assert isinstance(takeover, Takeover)
    return takeover


def ended(takeover: Takeover) -> None:
    takeover.journal.close()
    takeover.authority.stop()


def test_a_follower_has_the_state_that_recovery_would_have(tmp_path: Path) -> None:
    # Given a journal that grows
    floor = a_busy_floor()
    history = journalled(floor)
    journal = Journal(tmp_path)
    journal.open()
    follower = Follower(Journal(tmp_path))
    follower.begin()
    for decision in history[: len(history) // 2]:
        journal.append(decision)
    # When it is followed to a snapshot in the middle, and on from there by another follower
    follower.catch_up()
    half = len(history) // 2
    assert follower.n == half
    snapshots.store(tmp_path, snapshots.encode(half, follower.state, "1"))
    for decision in history[half:]:
        journal.append(decision)
    follower.catch_up()
    late = Follower(Journal(tmp_path))
    late.begin()
    late.catch_up()
    # Then both have what the floor has
    assert follower.n == late.n == len(history)
    assert follower.state == late.state == floor.state
    assert follower.at == late.at == history[-1].t
    journal.close()


def test_a_disk_that_gives_no_lock_does_not_end_the_standby(
    config: Config, live: LiveStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a standby whose journal's disk is full
    one = Standby(config, clock)
    full, take = [True], one.authority.try_take

    def full_for_a_while() -> bool:
        if full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return take()

    monkeypatch.setattr(one.authority, "try_take", full_for_a_while)
    # When it waits
    waiting = in_turn(one)
    # Then it says what is wrong, and takes over as soon as there is room
    soon(lambda: one.reasons == ["the journal's disk gives no lock: [Errno 28] No space left on device"])
    full.clear()
    ended(got(waiting))
    assert one.reasons == []


def test_a_follower_begins_anew_where_it_cannot_read_on(tmp_path: Path) -> None:
    # Given a follower of a journal that is deleted, and begun again behind a gap
    journal = Journal(tmp_path / "journal")
    journal.open()
    journal.append(a_decision(1))
    follower = Follower(Journal(tmp_path / "journal"))
    follower.begin()
    shutil.rmtree(tmp_path / "journal")
    journal.append(a_decision(7))
    # Then it is where the journal is
    soon(lambda: (follower.catch_up(), follower.n == 7)[1])
    journal.close()


def test_a_snapshot_that_a_standby_cannot_read_stays_where_it_is(tmp_path: Path) -> None:
    # Given an active controller of a newer release
    journal = Journal(tmp_path)
    journal.open()
    journal.append(a_decision(1))
    (tmp_path / snapshots.FILE).write_bytes(b'{"schema": 99}')
    # When a standby reads it, then it reads the journal instead and takes nothing away
    follower = Follower(Journal(tmp_path))
    follower.begin()
    assert follower.n == 1
    assert (tmp_path / snapshots.FILE).exists()
    journal.close()


def test_it_is_its_turn_when_the_active_one_has_gone(config: Config, live: LiveStore, clock: ManualClock) -> None:
    # Given a standby
    active = Active(config, live, clock)
    active.writes(1, 3)
    waiting = in_turn(one := Standby(config, clock))
    soon(lambda: one.follower.n == 3)
    active.writes(4, 5)
    soon(lambda: one.follower.n == 5)
    assert one.active == active.authority.owner and one.reasons == []
    assert not waiting.ready()
    # When the active one stops
    active.writes(6, 6)
    active.stop()
    # Then it has the right, the journal and all that was decided
    takeover = got(waiting)
    assert takeover.recovered.n == takeover.journal.written == 6
    assert takeover.authority.owner.token > active.authority.owner.token
    assert live.lease.holder() == takeover.authority.owner
    assert takeover.journal.opened_at == 1006.0
    ended(takeover)


def test_it_is_its_turn_when_the_lease_ran_out_though_the_lock_is_held(
    config: Config, live: LiveStore, clock: ManualClock
) -> None:
    # Given an active one that does not come round any more
    active = Active(config, live, clock)
    active.writes(1, 3)
    waiting = in_turn(Standby(config, clock))
    # When its lease has run out and stays free, then the standby begins a segment of its own
    soon(lambda: (clock.advance(LEASE / 100), waiting.ready())[1])
    takeover = got(waiting)
    assert [path.name for path in takeover.journal.segments()] == ["000000000001.jsonl", "000000000004.jsonl"]
    takeover.journal.append(a_decision(4))
    # And the other one writes no line more
    active.journal.abandon()
    assert not active.authority.allows()
    assert [decision.n for decision in takeover.journal.since(0)] == [1, 2, 3, 4]
    ended(takeover)
    active.authority.stop()


class Looks:
    """How often somebody asked who has the lease."""

    def __init__(self, live: LiveStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count, holder = 0, type(live.lease).holder

        def counted(lease: object) -> object:
            self.count += 1
            return holder(lease)

        monkeypatch.setattr(type(live.lease), "holder", counted)

    def again(self) -> None:
        """Until somebody asked twice more: the first may have been on his way."""
        before = self.count
        soon(lambda: self.count >= before + 2)


def test_a_lease_that_is_free_for_a_moment_is_not_taken(
    config: Config, live: LiveStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a store that forgets the lease again and again, as one that is restarted, and a holder who renews it
    active = Active(config, live, clock)
    one = Standby(config, clock)
    waiting, looks = in_turn(one), Looks(live, monkeypatch)
    for _ in range(10):
        live.lease.release(active.authority.owner)
        looks.again()
        clock.advance(LEASE / 5)
        looks.again()
        active.authority.renew()
        looks.again()
        clock.advance(LEASE / 5)
    # Then the standby waits on
    assert not waiting.ready() and active.authority.allows()
    active.stop()
    ended(got(waiting))


def test_a_store_that_is_away_is_told_and_gives_nobody_a_turn(
    config: Config, live: LiveStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given an active one, and a store that does not answer
    active = Active(config, live, clock)

    def away(*_: object) -> None:
        raise LiveStoreError("Redis at nowhere: away")

    monkeypatch.setattr(type(live.lease), "holder", away)
    looks = Looks(live, monkeypatch)
    one = Standby(config, clock)
    waiting = in_turn(one)
    soon(lambda: list(one.reasons) == ["Redis at nowhere: away"])
    clock.advance(2 * LEASE)
    looks.again()
    assert not waiting.ready() and active.authority.allows()
    # But when the active one is dead, its lock is free
    monkeypatch.undo()
    active.stop()
    ended(got(waiting))


def test_it_is_told_to_stop(config: Config, live: LiveStore, clock: ManualClock) -> None:
    active, stopping = Active(config, live, clock), Flag()
    waiting = in_turn(Standby(config, clock), stopping)
    soon(lambda: waiting.started and not waiting.ready())
    stopping.set()
    assert waiting.get(timeout=PATIENCE) is None
    active.stop()


def test_a_journal_that_cannot_be_read_is_told(config: Config, live: LiveStore, clock: ManualClock) -> None:
    # Given a line that was changed, with others behind it
    active = Active(config, live, clock)
    active.writes(1, 3)
    [segment] = active.journal.segments()
    segment.write_bytes(segment.read_bytes().replace(b"cut", b"CUT", 1))
    one = Standby(config, clock)
    waiting = in_turn(one)
    soon(lambda: any("000000000001.jsonl:1" in reason for reason in one.reasons))
    assert not waiting.ready()
    waiting.kill()
    active.stop()
