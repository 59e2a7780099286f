"""A snapshot brings State back exactly, or is set aside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from ccswitch.controller import snapshots
from ccswitch.floor.state import State
from ccswitch.model.wire import to_plain
from tests.controller.decisions import a_busy_floor

VERSION = "0.1.0"


@pytest.fixture(scope="module")
def busy() -> State:
    return a_busy_floor().state


def changed(folder: Path, busy: State, /, **fields: Any) -> None:
    """A stored snapshot of decision 9 in which some fields are other ones."""
    snapshots.store(folder, orjson.dumps({**orjson.loads(snapshots.encode(9, busy, VERSION)), **fields}))


def test_a_rich_state_comes_back_the_same(tmp_path: Path, busy: State) -> None:
    # Given a floor with talks, offers, lines, scripts, wrap-up and a lost node
    assert len(busy.calls) > 5 and busy.offers and busy.gone and any(busy.waiting.values())
    # When it is stored and loaded
    snapshots.store(tmp_path, snapshots.encode(42, busy, VERSION))
    snapshot = snapshots.load(tmp_path)
    # Then it is the same, deadlines and their order too
    assert snapshot is not None and snapshot.n == 42
    assert snapshot.state == busy
    assert list(snapshot.state.gone) == list(busy.gone)
    assert snapshot.state.deadlines.first() == busy.deadlines.first() is not None


def test_where_there_is_no_snapshot_there_is_none(tmp_path: Path) -> None:
    assert snapshots.load(tmp_path) is None


def test_a_snapshot_replaces_the_one_before_as_a_whole(tmp_path: Path, busy: State) -> None:
    # Given a snapshot, and another that was not finished when the process died
    snapshots.store(tmp_path, snapshots.encode(1, State(), VERSION))
    whole = snapshots.encode(2, busy, VERSION)
    (tmp_path / "snapshot.json.new").write_bytes(whole[: len(whole) // 2])
    # Then the first is what is loaded
    snapshot = snapshots.load(tmp_path)
    assert snapshot is not None and snapshot.n == 1
    # And the next one takes its place
    snapshots.store(tmp_path, whole)
    snapshot = snapshots.load(tmp_path)
    assert snapshot is not None and snapshot.n == 2
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot.json"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"{}", b'{"schema": 1}', b'{"schema": "x", "n": 1, "state": {}}', b"\xff\xfe"],
)
def test_a_snapshot_that_cannot_be_read_is_set_aside(tmp_path: Path, content: bytes) -> None:
    # Given something that is no snapshot
    (tmp_path / snapshots.FILE).write_bytes(content)
    # When it is loaded, then there is none, and what was there is kept for whoever wants to look
    assert snapshots.load(tmp_path) is None
    assert (tmp_path / "snapshot.unreadable").read_bytes() == content
    assert not (tmp_path / snapshots.FILE).exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"schema": snapshots.SCHEMA + 1},
        {"n": None},
        {"state": []},
        {"state": {"calls": {"L1": {"call": "L1"}}}},
        {"state": {"agents": {"li": {"agent": {"agent": "li"}, "state": "levitating"}}}},
    ],
)
def test_a_newer_or_impossible_snapshot_is_set_aside(
    tmp_path: Path, busy: State, fields: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    changed(tmp_path, busy, **fields)
    assert snapshots.load(tmp_path) is None
    assert (tmp_path / "snapshot.unreadable").exists()
    assert "the journal is read instead" in caplog.text


def test_a_snapshot_of_an_older_release_takes_the_defaults_of_what_it_lacks(tmp_path: Path, busy: State) -> None:
    # Given a snapshot of a release that did not know some of today's fields, and had one that is gone
    plain = to_plain(busy)
    del plain["gone"]
    for call in plain["calls"].values():
        del call["talked"]
        call["mood"] = "fair"
    for agent in plain["agents"].values():
        del agent["by_order"]
    changed(tmp_path, busy, state=plain)
    # When it is loaded
    snapshot = snapshots.load(tmp_path)
    # Then those fields have their defaults, and all else is as it was
    assert snapshot is not None
    assert snapshot.state.gone == {}
    assert not any(call.talked for call in snapshot.state.calls.values())
    assert snapshot.state.calls.keys() == busy.calls.keys()
    assert snapshot.state.deadlines == busy.deadlines


def test_a_snapshot_that_the_disk_does_not_give_is_set_aside(tmp_path: Path) -> None:
    # Given something in its place that no read can open
    (tmp_path / "snapshot.json").mkdir()
    assert snapshots.load(tmp_path) is None
    assert (tmp_path / "snapshot.unreadable").is_dir()


def test_a_snapshot_is_not_for_everybody(tmp_path: Path, busy: State) -> None:
    snapshots.store(tmp_path, snapshots.encode(1, busy, VERSION))
    assert (tmp_path / "snapshot.json").stat().st_mode & 0o007 == 0
