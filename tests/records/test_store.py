"""The database from greenlets: errors that say what to do, transactions that are whole or nothing."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import gevent
import pytest
from sqlalchemy import Connection, event, select, text

from ccswitch.errors import StoreError
from ccswitch.records.store import Store, open_store, parse_url
from ccswitch.records.tables import LEDGER_POSITION
from tests.servers import free_port

POSITION = select(LEDGER_POSITION.c.n)


def set_position(n: int) -> Any:
    return lambda connection: connection.execute(LEDGER_POSITION.update().values(n=n)) and None


def test_what_is_written_is_read(store: Store) -> None:
    store.write(set_position(7))
    assert store.read(lambda connection: connection.scalar(POSITION)) == 7


def test_a_failed_write_changes_nothing(store: Store) -> None:
    def half(connection: Connection) -> None:
        set_position(7)(connection)
        raise KeyError("half way")

    with pytest.raises(KeyError):
        store.write(half)
    assert store.read(lambda connection: connection.scalar(POSITION)) == 0


def test_an_error_of_ours_comes_through_as_it_is_and_is_not_printed(
    store: Store, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: Connection) -> None:
        raise StoreError("not this")

    with pytest.raises(StoreError, match="not this"):
        store.write(refuse)
    assert capfd.readouterr().err == ""


def test_reading_keeps_no_change(store: Store) -> None:
    store.read(set_position(7))
    assert store.read(lambda connection: connection.scalar(POSITION)) == 0


def test_readers_go_on_while_somebody_writes(store: Store) -> None:
    # Given a writer in the middle of his transaction
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        set_position(7)(connection)
        begun.set()
        assert go_on.wait(120)

    other = threading.Thread(target=lambda: Store(store.url.render_as_string(hide_password=False)).write(slow))
    other.start()
    assert begun.wait(60)
    # Then a reader is answered at once, with what was there before
    with gevent.Timeout(60):
        assert store.read(lambda connection: connection.scalar(POSITION)) == 0
    go_on.set()
    other.join(60)
    assert store.read(lambda connection: connection.scalar(POSITION)) == 7


def test_sqlite_keeps_the_hub_free(tmp_path: Path) -> None:
    # Given work that takes its time in the database
    store = open_store(f"sqlite:///{tmp_path}/a.db")
    here = threading.get_ident()
    threads = []
    # Then it runs in another thread than the hub's
    store.write(lambda connection: threads.append(threading.get_ident()))
    store.read(lambda connection: threads.append(threading.get_ident()))
    assert here not in threads and len(set(threads)) == 2
    assert store.read(lambda connection: connection.scalar(text("PRAGMA journal_mode"))) == "wal"
    store.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "cannot be read"),
        ("mysql://h/d", "no database of the kind 'mysql'"),
        ("sqlite://", "name a file"),
        ("sqlite:///:memory:", "name a file"),
        ("sqlite:////nowhere/at/all/x.db", "/nowhere/at/all is not a directory"),
    ],
)
def test_a_url_that_makes_no_sense_is_refused(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says):
        open_store(url)


@pytest.mark.parametrize("url", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+psycopg2://u:p@h/d"])
def test_postgresql_is_always_spoken_to_by_psycopg_3(url: str) -> None:
    # psycopg2 would block the hub
    assert parse_url(url).drivername == "postgresql+psycopg"


def test_a_database_that_is_away_is_told_without_its_password() -> None:
    store = open_store(f"postgresql://me:secret@127.0.0.1:{free_port()}/d")
    with pytest.raises(StoreError, match="the database is away or refuses us") as told:
        store.read(lambda connection: connection.scalar(POSITION))
    assert "secret" not in str(told.value)


def test_a_host_that_does_not_exist_is_told() -> None:
    store = open_store("postgresql://me@nowhere.invalid/d")
    with pytest.raises(StoreError, match="the database is away"):
        store.read(lambda connection: connection.scalar(POSITION))


def test_a_table_that_is_missing_says_what_to_do(store: Store) -> None:
    with pytest.raises(StoreError, match="run `ccswitch db upgrade`"):
        store.read(lambda connection: connection.execute(text("SELECT * FROM not_there")) and None)


def test_anything_else_is_the_databases_own_words(store: Store) -> None:
    with pytest.raises(StoreError, match=r"SELEKT"):
        store.write(lambda connection: connection.execute(text("SELEKT")) and None)


def test_a_new_file_is_not_for_everybody(tmp_path: Path) -> None:
    # Given a database that is not there, When somebody writes to it
    made = open_store(f"sqlite:///{tmp_path}/calls.db")
    try:
        made.write(lambda connection: connection.execute(text("CREATE TABLE t (n INTEGER)")) and None)
        # Then neither the file nor what SQLite keeps beside it can be read by others
        kept = {path.name: path.stat().st_mode & 0o007 for path in tmp_path.iterdir()}
    finally:
        made.close()
    assert kept["calls.db"] == 0 and not any(kept.values())


def upgraded(tmp_path: Path, upgraded_file: Path, n: int) -> Path:
    """A database file of that name that stands at decision `n`."""
    path = Path(shutil.copy(upgraded_file, tmp_path / f"at-{n}.db"))
    made = open_store(f"sqlite:///{path}")
    made.write(set_position(n))
    made.close()
    return path


def test_a_writer_keeps_its_connection(tmp_path: Path, upgraded_file: Path) -> None:
    # Given a store that has written, When it writes again
    path = upgraded(tmp_path, upgraded_file, 1)
    store = open_store(f"sqlite:///{path}")
    opened: list[Any] = []
    event.listen(store.engine, "connect", lambda connection, _: opened.append(connection))
    try:
        for n in (2, 3, 4):
            store.write(set_position(n))
        # Then it did so on one connection, and what it wrote is there for others
        assert len(opened) == 1
        assert store.read(lambda connection: connection.scalar(POSITION)) == 4
    finally:
        store.close()


@pytest.mark.parametrize("how", ["replaced", "deleted"])
def test_a_file_that_is_no_longer_the_same_is_noticed(tmp_path: Path, upgraded_file: Path, how: str) -> None:
    # Given a store that keeps its file open for writing
    path, other = upgraded(tmp_path, upgraded_file, 1), upgraded(tmp_path, upgraded_file, 7)
    store = open_store(f"sqlite:///{path}")
    try:
        store.write(set_position(2))
        # When another file takes that one's place, or it is deleted
        if how == "replaced":
            other.replace(path)
            # Then the new file is read and written, and nothing of the old one comes into it
            assert store.read(lambda connection: connection.scalar(POSITION)) == 7
            store.write(set_position(8))
            assert store.read(lambda connection: connection.scalar(POSITION)) == 8
        else:
            path.unlink()
            with pytest.raises(StoreError, match="run `ccswitch db upgrade`"):
                store.write(set_position(3))
    finally:
        store.close()


def test_a_write_that_failed_does_not_spoil_the_next(tmp_path: Path, upgraded_file: Path) -> None:
    # Given a store whose write the database refused in the middle of the transaction
    store = open_store(f"sqlite:///{upgraded(tmp_path, upgraded_file, 1)}")
    try:
        with pytest.raises(StoreError):
            store.write(lambda connection: (set_position(2)(connection), connection.execute(text("SELEKT"))))
        # Then nothing of it is kept, and the next one is
        assert store.read(lambda connection: connection.scalar(POSITION)) == 1
        store.write(set_position(3))
        assert store.read(lambda connection: connection.scalar(POSITION)) == 3
    finally:
        store.close()
