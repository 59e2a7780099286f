"""Snapshots: the newest is kept, whole."""

from __future__ import annotations

from collections.abc import Callable

from ccswitch.live.ports import KeptSnapshot, LiveStore


def test_there_is_none_at_first(store: LiveStore) -> None:
    assert store.snapshots.get() is None


def test_what_is_kept_is_seen_by_the_others_byte_by_byte(ends: Callable[[], LiveStore]) -> None:
    snapshot = KeptSnapshot(1, 7, bytes(range(256)) * 4096)
    assert ends().snapshots.put(snapshot)
    assert ends().snapshots.get() == snapshot


def test_an_older_one_never_goes_over_a_newer(store: LiveStore) -> None:
    # Given the snapshot of decision 10
    newest = KeptSnapshot(2, 10, b"ten")
    assert store.snapshots.put(newest)
    # When an older one comes late, then it is refused
    assert not store.snapshots.put(KeptSnapshot(2, 9, b"nine"))
    # And so is one of a controller that was superseded, whatever it counted
    assert not store.snapshots.put(KeptSnapshot(1, 11, b"eleven"))
    assert store.snapshots.get() == newest
    # When the same or a newer one comes, or one of a successor whose journal is younger, then it is kept
    for newer in (KeptSnapshot(2, 10, b"again"), KeptSnapshot(2, 11, b"eleven"), KeptSnapshot(3, 1, b"one")):
        assert store.snapshots.put(newer)
        assert store.snapshots.get() == newer
