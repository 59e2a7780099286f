"""The database: one engine, safe to use from greenlets, with errors that say what to do.

SQLite (the default) has one writer. A greenlet switch inside its write transaction would freeze every other writer
for the busy timeout, so all its work runs in native threads: one that writes, a few that read (WAL lets them).
PostgreSQL is spoken to by psycopg 3, which waits cooperatively once gevent has patched `select`.

A SQLite file that is written to all day is kept open by its writer, as to open it, and to fold its log in when it is
closed, costs far more than a small transaction. Before each one the writer looks whether the file of that name is
still the one it has open, so that a file that was deleted or replaced is noticed.

`read` and `write` take a function of a connection and return what it returns. It runs in one short transaction and
may run in another thread: it must touch nothing but its arguments and the connection.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from gevent.threadpool import ThreadPool
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import NullPool

from ccswitch.errors import CcswitchError, StoreError

T = TypeVar("T")
Work = Callable[[Connection], T]

CONNECT_WITHIN = 5  # seconds
BUSY_FOR = 5.0  # seconds that SQLite waits for another process's write
READERS = 4

# A server that vanished without a word is noticed in about 20 s. `options`: an idle writer never holds a lock.
POSTGRESQL: dict[str, Any] = {
    "connect_timeout": CONNECT_WITHIN,
    "application_name": "ccswitch",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,
    "options": "-c idle_in_transaction_session_timeout=60000",
}


def parse_url(url: str) -> URL:
    """The database's URL, checked: `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST/NAME`. Raises StoreError."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError("the database URL cannot be read; write sqlite:///PATH or postgresql://HOST/NAME") from error
    backend = parsed.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise StoreError(f"no database of the kind {backend!r}; write sqlite:///PATH or postgresql://HOST/NAME")
    if parsed.database in (None, "", ":memory:"):
        raise StoreError("an in-memory SQLite database is gone with its connection; name a file: sqlite:///PATH")
    return parsed


class Store:
    """A database and how to work in it."""

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url)
        self._writer = ThreadPool(1) if self.is_sqlite else None
        self._readers = ThreadPool(READERS) if self.is_sqlite else None
        self._held: _Held | None = None  # the writer thread's alone

    def __str__(self) -> str:
        return self.url.render_as_string(hide_password=True)

    def read(self, work: Work[T]) -> T:
        """What `work(connection)` returns; nothing it changes is kept. Raises StoreError."""
        return self._run(self._readers, self._reading, work)

    def write(self, work: Work[T]) -> T:
        """What `work(connection)` returns, its changes committed together or not at all. Raises StoreError."""
        return self._run(self._writer, self._writing, work)

    def close(self) -> None:
        """Let go of every connection and thread."""
        if self._writer is not None:
            self._writer.apply(self._let_go)
        self.engine.dispose()
        for pool in (self._writer, self._readers):
            if pool is not None:
                pool.kill()

    def _run(self, pool: ThreadPool | None, run: Callable[[Work[T]], T], work: Work[T]) -> T:
        # Errors are carried out of the thread by hand: gevent prints what leaves it by itself.
        if self._writer is not None and self._held is not None and not self._held.is_there():
            self._writer.apply(self._let_go)
        results: list[T] = []
        error = self._try(run, work, results) if pool is None else pool.apply(self._try, (run, work, results))
        if error is not None:
            raise error
        return results[0]

    def _try(self, run: Callable[[Work[T]], T], work: Work[T], results: list[T]) -> CcswitchError | None:
        try:
            results.append(run(work))
        except SQLAlchemyError as error:
            told = StoreError(f"{self}: {_what_happened(error)}")
            told.__cause__ = error
            return told
        except CcswitchError as error:
            return error
        return None

    def _reading(self, work: Work[T]) -> T:
        with self.engine.connect() as connection:
            return work(connection)

    def _writing(self, work: Work[T]) -> T:
        if self.is_sqlite:
            return self._writing_sqlite(work)
        with self.engine.begin() as connection:
            return work(connection)

    def _writing_sqlite(self, work: Work[T]) -> T:
        if self._held is None:
            self._held = _Held(self.engine, Path(str(self.url.database)))
        try:
            return self._held.write(work)
        except SQLAlchemyError:
            self._let_go()  # it may be the connection's own trouble; the next write opens a new one
            raise

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.close()


class _Held:
    """The connection that writes to a SQLite file, and which file that is. Made and used in the writer's thread."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._connection = engine.connect().execution_options(ccs_writes=True)
        self._path, self._file = path, path.stat()
        self._log_path = Path(f"{path}-wal")
        self._log: os.stat_result | None = None

    def write(self, work: Work[T]) -> T:
        """What `work(connection)` returns, in a transaction of its own."""
        with self._connection.begin():
            result = work(self._connection)
        if self._log is None:
            self._log = _stat(self._log_path)
        return result

    def is_there(self) -> bool:
        """Whether the file of that name is the one that is open. Some microseconds; may be asked from any thread."""
        return _is_same(_stat(self._path), self._file)

    def close(self) -> None:
        """Let go. The log of a file that was replaced must not be taken for the new file's."""
        self._connection.close()
        if not self.is_there() and _is_same(_stat(self._log_path), self._log):
            self._log_path.unlink()


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _is_same(one: os.stat_result | None, other: os.stat_result | None) -> bool:
    return one is not None and other is not None and os.path.samestat(one, other)


def open_store(url: str) -> Store:
    """The store at `url`; nothing is connected yet. Raises StoreError when the URL makes no sense."""
    return Store(url)


# ---- engines --------------------------------------------------------------------------------------------------


def _sqlite_engine(url: URL) -> Engine:
    folder = Path(str(url.database)).parent
    if not folder.is_dir():
        raise StoreError(f"{folder} is not a directory; make it, then run `ccswitch db upgrade`")
    # No pool: each reader opens the file for itself, the writer keeps what it opened. No two threads use one at a time.
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_FOR, "check_same_thread": False})
    event.listen(engine, "do_connect", _sqlite_connects)
    event.listen(engine, "connect", _sqlite_connected)
    event.listen(engine, "begin", _sqlite_begins)
    return engine


def _sqlite_connects(_dialect: Any, _record: Any, arguments: Any, _parameters: Any) -> None:
    """A new file is not for everybody: callers' numbers and agents' password hashes are in it. -wal and -shm follow."""
    try:
        # only ever opened by us when it is new: to close a database's file would drop the locks that SQLite holds on it
        os.close(os.open(arguments[0], os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640))
    except OSError:
        return  # it is there; or it cannot be, and SQLite will say that better


def _sqlite_connected(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _sqlite_begins(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another wrote in between; IMMEDIATE waits.
    writes = connection.get_execution_options().get("ccs_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql_engine(url: URL) -> Engine:
    ours = {name: value for name, value in POSTGRESQL.items() if name not in url.query}
    engine = create_engine(url, connect_args=ours, pool_pre_ping=True, pool_size=5, max_overflow=10, pool_timeout=10)
    event.listen(engine, "do_connect", _resolve)
    return engine


def _resolve(_dialect: Any, _record: Any, _arguments: Any, parameters: dict[str, Any]) -> None:
    """Look the host's name up ourselves: libpq would block the hub, gevent's resolver does not."""
    host = parameters.get("host", "")
    if not host or host.startswith("/") or "," in host or "hostaddr" in parameters:
        return
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return  # libpq will say it better
    parameters["hostaddr"] = found[0][4][0]


# ---- errors ---------------------------------------------------------------------------------------------------


def _what_happened(error: SQLAlchemyError) -> str:
    """One line for people."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    line = " ".join(str(cause).split())
    if _schema_is_behind(error, line):
        return f"the schema is missing or behind, run `ccswitch db upgrade` ({line})"
    if isinstance(error, (OperationalError, InterfaceError, PoolTimeout)):
        return f"the database is away or refuses us ({line})"
    return f"the database refused ({line})"


def _schema_is_behind(error: SQLAlchemyError, line: str) -> bool:
    if isinstance(error, OperationalError):  # as SQLite says it
        return any(words in line for words in ("no such table", "no such column", "has no column"))
    return isinstance(error, ProgrammingError) and "does not exist" in line  # as PostgreSQL says it
