"""The right to decide: taken by lock or lease, kept while Redis is away, lost for good."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import pytest

from ccswitch.clock import ManualClock
from ccswitch.controller import authority as module
from ccswitch.controller.authority import Authority, active
from ccswitch.errors import JournalError, LiveStoreError, Superseded
from ccswitch.live.memory import memory_store
from ccswitch.live.ports import LiveStore, Owner, TakenOver

LEASE = 5.0


@pytest.fixture(autouse=True)
def looks_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_AGAIN", 0.0)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1000.0)


@pytest.fixture
def live(clock: ManualClock) -> LiveStore:
    return memory_store(clock)


class Away:
    """A lease in a store that is away while `gone`."""

    def __init__(self, real: LiveStore) -> None:
        self.real, self.gone = real.lease, True

    def __getattr__(self, name: str):
        if self.gone:
            raise LiveStoreError("Redis at nowhere: away")
        return getattr(self.real, name)


def authority(folder: Path, live: LiveStore, clock: ManualClock, name: str = "a") -> Authority:
    return Authority(folder, live, name=name, desk=f"http://{name}", lease=LEASE, clock=clock)


def test_who_takes_it_stands_in_lock_and_lease_and_tells(tmp_path: Path, live: LiveStore, clock: ManualClock) -> None:
    listener = live.notices.subscribe()
    one = authority(tmp_path, live, clock)
    assert active(tmp_path) is None
    # When it is taken
    one.take(0.1)
    # Then everybody can see by whom, since when, with which token
    assert one.owner == Owner(name="a", token=1000, since=1000.0, desk="http://a", live="")
    assert active(tmp_path) == live.lease.holder() == one.owner
    assert one.mark() == "1000:a"
    assert listener.get(1.0) == TakenOver(one.owner)
    # And another one is refused, and may have it afterwards with a greater token, in the same second too
    other = authority(tmp_path, live, clock, "b")
    assert not other.try_take()
    with pytest.raises(JournalError):
        other.take(0.01)
    assert active(tmp_path) == one.owner
    one.stop()
    assert live.lease.holder() is None
    assert other.try_take()
    assert other.owner.token == 1001
    other.stop()


def test_a_clock_that_was_set_back_gives_no_smaller_token(tmp_path: Path, live: LiveStore, clock: ManualClock) -> None:
    one = authority(tmp_path, live, clock)
    one.take(0.1)
    one.stop()
    # Given a clock that is behind, and a Redis that forgot everything
    two = authority(tmp_path, memory_store(clock), ManualClock(10.0), "b")
    assert two.try_take()
    assert two.owner.token == 1001
    two.stop()


def test_who_finds_the_lease_free_breaks_the_lock_and_the_other_stops(
    tmp_path: Path, live: LiveStore, clock: ManualClock
) -> None:
    # Given a holder who does not come round to renew
    one, other = authority(tmp_path, live, clock), authority(tmp_path, live, clock, "b")
    one.take(0.1)
    assert not other.try_take() and not other.seize()
    clock.advance(LEASE + 0.1)
    # When another seizes it
    assert other.seize()
    # Then the first one has nothing to say any more, and knows why
    assert not one.allows()
    assert one.lost.is_set() and one.why == "b has the journal, with token 1005"
    with pytest.raises(Superseded, match="b has the journal"):
        one.check()
    assert other.allows() and active(tmp_path) == other.owner
    # And whoever waits for the lock waits for the new one's
    third = authority(tmp_path, live, clock, "c")
    one.stop()
    assert not third.try_take()
    other.stop()
    assert third.try_take()
    third.stop()


def test_a_disk_that_gives_no_lock_costs_nobody_his_right(
    tmp_path: Path, live: LiveStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a holder who did not come round to renew, and a disk that is full
    one, other = authority(tmp_path, live, clock), authority(tmp_path, live, clock, "b")
    one.take(0.1)
    clock.advance(LEASE + 0.1)

    def full(_words: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(other.lock, "seize", full)
    # When another wants to seize it
    with pytest.raises(OSError, match="No space left"):
        other.seize()
    # Then the lease is free again, and the first one has it as soon as he comes round
    assert live.lease.holder() is None
    one.renew()
    assert one.allows() and live.lease.holder() is not None
    one.stop()
    other.stop()


def test_a_lease_that_is_another_s_is_noticed_at_the_next_renewal(
    tmp_path: Path, live: LiveStore, clock: ManualClock
) -> None:
    # Given a journal on a disk whose news come late
    one = authority(tmp_path, live, clock)
    one.take(0.1)
    newer = live.lease.take(Owner(name="b", token=1), lasts=LEASE, seize=True)
    assert newer is not None
    # When the lease is renewed
    one.renew()
    # Then it is over
    assert one.why == f"b has the lease, with token {newer.token}"
    # And it stays so, and releases nothing that is not its own
    live.lease.release(newer)
    one.renew()
    assert not one.allows()
    one.stop()
    assert live.lease.holder() is None


def test_a_newer_owner_at_a_node_ends_it_and_an_older_one_does_not(
    tmp_path: Path, live: LiveStore, clock: ManualClock
) -> None:
    one = authority(tmp_path, live, clock)
    one.take(0.1)
    for mark in ("", "nonsense", "999:b", one.mark()):
        one.seen("pbx1", mark)
        assert one.allows(), mark
    one.seen("pbx1", "1001:b")
    assert not one.allows() and one.why == "b drives pbx1, with token 1001"
    one.stop()


def test_a_store_that_is_away_takes_nothing_from_who_is_active(
    tmp_path: Path, live: LiveStore, clock: ManualClock
) -> None:
    # Given a live store that is away when we begin
    away = Away(live)
    one = authority(tmp_path, replace(live, lease=away), clock)  # type: ignore[arg-type]
    one.take(0.1)
    # Then we are active, and say what is wrong
    assert one.allows() and one.trouble == "Redis at nowhere: away"
    one.renew()
    assert one.allows() and one.trouble
    # And nobody can seize anything through it
    assert not authority(tmp_path, replace(live, lease=away), clock, "b").seize()  # type: ignore[arg-type]
    # When it is back, with the lease of one who died before us
    old = away.real.take(Owner(name="old", token=7), lasts=LEASE)
    assert old is not None
    away.gone = False
    one.renew()
    # Then the lease is ours, since the lock is
    assert not one.trouble and live.lease.holder() == one.owner
    # When it goes and comes back empty, then we have it again
    away.real = memory_store(clock).lease
    one.renew()
    assert away.real.holder() == one.owner
    one.stop()


def test_a_store_that_came_back_with_a_newer_owner_s_lease_ends_it(
    tmp_path: Path, live: LiveStore, clock: ManualClock
) -> None:
    away = Away(live)
    one = authority(tmp_path, replace(live, lease=away), clock)  # type: ignore[arg-type]
    one.take(0.1)
    live.lease.take(Owner(name="b", token=5000), lasts=LEASE)
    away.gone = False
    one.renew()
    assert one.why == "b has the lease, with token 5000"
    one.stop()


def test_asking_again_at_once_costs_no_look_at_the_disk(
    tmp_path: Path, live: LiveStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_AGAIN", 60.0)
    one, looks = authority(tmp_path, live, clock), []
    one.take(0.1)
    monkeypatch.setattr(type(one.lock), "is_ours", lambda lock: looks.append(lock) or True)
    for _ in range(100):
        one.check()
    assert len(looks) == 1
    one.stop()
