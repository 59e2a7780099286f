"""The database is away under load: calls go on, and every record is there afterwards."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ccswitch.simulator.phones import talks
from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import Rules, Stage
from tests.servers import Postgres


@contextmanager
def locked(path: str) -> Iterator[None]:
    """Somebody holds SQLite's one write lock."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")
    connection.close()


@contextmanager
def stopped(server: Postgres) -> Iterator[None]:
    """PostgreSQL is down."""
    server.stop()
    yield
    server.start()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)])
def test_calls_go_on_and_no_record_is_lost(make_stage: MakeStage, kind: str, request: pytest.FixtureRequest) -> None:
    # Given a centre under load
    server: Postgres | None = request.getfixturevalue("postgres") if kind == "postgresql" else None
    stage = make_stage(store_url=server.new_database() if server else "", rules=Rules(wrapup=0.1))
    stage.controller.start()
    stage.phones(5, talks(1.2, answer_after=0.05))
    stage.ready("1001", "1002", "1003", "1004", "1005")
    callers = [stage.caller() for _ in range(3)]
    stage.eventually(lambda: len(stage.rows("calls", result="answered")) == 3)
    # When the database is away, for 60 s on the real switch
    away = stopped(server) if server else locked(f"{stage.folder}/records.db")
    with away:
        until = time.monotonic() + (60 if stage.live and server else 4)
        while time.monotonic() < until:
            # Then calls are answered as ever
            some = [stage.caller() for _ in range(3)]
            stage.eventually(lambda some=some: all(caller.ended for caller in some))
            callers += some
    # And when it is back it has every call, once
    stage.eventually(lambda: len(stage.rows("calls", result="answered")) == len(callers))
    check_records(stage, len(callers))


def check_records(stage: Stage, calls: int) -> None:
    """One row of each kind for each call, none of them open."""
    for table in ("calls", "queue_visits", "offers", "talks"):
        rows = stage.rows(table)
        assert len(rows) == len({row["call_id"] for row in rows}) == calls, table
        assert all(row["ended"] is not None for row in rows), table
