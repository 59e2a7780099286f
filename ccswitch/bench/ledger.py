"""Rows a second that the ledger makes of decisions, in SQLite and in PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import func, select

from ccswitch.bench.calls import Calls
from ccswitch.bench.figure import Figure, LeftOut, Promise, Setting
from ccswitch.bench.stage.postgres import need_postgres
from ccswitch.model.decision import Decision
from ccswitch.records.feeder import BATCH
from ccswitch.records.ledger import Ledger
from ccswitch.records.migrate import upgrade
from ccswitch.records.store import Store, open_store
from ccswitch.records.tables import METADATA

CALLS, QUICK_CALLS = 300, 30
ROUNDS = 3


def run(setting: Setting) -> Iterable[Figure]:
    """SQLite, then PostgreSQL beside it: left out, with the way to get one, where there is none."""
    decisions: list[Decision] = []
    Calls(50, 20, kept=decisions.append).live(QUICK_CALLS if setting.quick else CALLS)
    rounds = 1 if setting.quick else ROUNDS
    method = (
        f"wall clock, best of {rounds}; {len(decisions):,} decisions of real calls, {BATCH} in a transaction; rows "
        "there at the end, their later changes not counted"
    )
    setting.tell(f"{len(decisions):,} decisions into SQLite")
    rows, sqlite = max(_fed(f"sqlite:///{setting.folder}/ledger{n}.db", decisions) for n in range(rounds))
    yield Figure(name="ledger rows, SQLite", value=sqlite, unit="rows/s", n=rows, method=method)
    setting.tell(f"{len(decisions):,} decisions into PostgreSQL")
    rows, postgres, whose = _into_postgres(setting, decisions, rounds)
    yield Figure(
        name="ledger rows, PostgreSQL",
        value=postgres,
        unit="rows/s",
        n=rows,
        method=f"{method}; {whose}",
        peer="SQLite",
        peer_value=sqlite,
        promise=Promise(limit=3000, least=True),
    )


def _into_postgres(setting: Setting, decisions: Sequence[Decision], rounds: int) -> tuple[int, float, str]:
    """Rows, rows a second, and whose server it was."""
    if setting.postgres:
        return *_fed(setting.postgres, decisions), "a given server, one round"
    with need_postgres(durable=True) as server:
        fed = max(_fed(server.new_database(), decisions) for _ in range(rounds))
        return *fed, "a server of its own over loopback, which waits for the disk at every commit"


def _fed(url: str, decisions: Sequence[Decision]) -> tuple[int, float]:
    """How many rows there are of them, and how many that is a second."""
    upgrade(url)
    store = open_store(url)
    try:
        ledger, before = Ledger(store), _rows(store)
        if ledger.position():
            raise LeftOut(f"{store} holds records already: give an empty database")
        took = _seconds(lambda: _feed(ledger, decisions))
        rows = _rows(store) - before
        return rows, rows / took
    finally:
        store.close()


def _feed(ledger: Ledger, decisions: Sequence[Decision]) -> None:
    for first in range(0, len(decisions), BATCH):
        ledger.write(decisions[first : first + BATCH])


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _rows(store: Store) -> int:
    tables = METADATA.sorted_tables
    return store.read(
        lambda connection: sum(connection.scalar(select(func.count()).select_from(t)) or 0 for t in tables)
    )
