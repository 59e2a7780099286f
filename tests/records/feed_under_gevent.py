"""Feed a busy journal in a process that gevent has patched, as production is, and measure how long the hub waited.

`python -m tests.records.feed_under_gevent URL CALLS` prints JSON. Another writer holds the database at first. A
greenlet ticks every millisecond meanwhile: `held_gap` is the longest time between two ticks while the database is
held, `busy_gap` the most work (CPU seconds) the hub did between two ticks while the journal was fed.
"""

from __future__ import annotations

import gevent.monkey

gevent.monkey.patch_all()

import gc  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

import gevent  # noqa: E402
from gevent.event import Event as Flag  # noqa: E402
from sqlalchemy import Connection, update  # noqa: E402

from ccswitch.records.feeder import Feeder  # noqa: E402
from ccswitch.records.ledger import Ledger  # noqa: E402
from ccswitch.records.queries import CallFilter, recent_calls, summary  # noqa: E402
from ccswitch.records.store import Store, open_store  # noqa: E402
from ccswitch.records.tables import LEDGER_POSITION  # noqa: E402
from tests.records.journals import MemorySource, all_rows, busy_hour  # noqa: E402

HELD_FOR = 2.0  # seconds


class Ticker:
    """Ticks every millisecond; remembers the longest time and the most CPU time between two ticks."""

    def __init__(self) -> None:
        self.gap = self.work = 0.0
        self._greenlet = gevent.spawn(self._tick)

    def _tick(self) -> None:
        last, worked = time.perf_counter(), time.thread_time()
        while True:
            gevent.sleep(0.001)
            now, work = time.perf_counter(), time.thread_time()
            self.gap, self.work = max(self.gap, now - last), max(self.work, work - worked)
            last, worked = now, work

    def stop(self) -> Ticker:
        """Measure no more; its figures stay."""
        self._greenlet.kill()
        return self


def hold(store: Store, begun: Flag) -> None:
    """Be the other writer for a while."""

    def work(connection: Connection) -> None:
        """A write transaction that is held open."""
        connection.execute(update(LEDGER_POSITION).values(at=0.0))
        begun.set()
        gevent.sleep(HELD_FOR)

    store.write(work)


def main(url: str, calls: int) -> dict[str, float]:
    """The hub's longest gaps, in seconds, while so many calls are fed to the database at `url`."""
    journal = busy_hour(calls)
    gc.collect()
    gc.freeze()  # the journal in memory is the test's, not production's
    store, other = open_store(url), open_store(url)
    feeder = Feeder(MemorySource(journal), Ledger(store))
    begun = Flag()
    holder = gevent.spawn(hold, other, begun)
    begun.wait()
    held = Ticker()
    feeder.start()
    holder.get()
    held.stop()
    busy, began = Ticker(), time.perf_counter()
    done = feeder.wait_for(journal[-1].n, timeout=120.0)
    seconds = time.perf_counter() - began
    busy.stop()
    summary(store, [], since=0.0, until=1e9)
    recent_calls(store, CallFilter())
    feeder.stop()
    rows = sum(len(some) for some in all_rows(store).values())
    return {
        "done": done,
        "decisions": len(journal),
        "rows": rows,
        "rows_per_second": rows / seconds,
        "held_gap": held.gap,
        "busy_gap": busy.work,
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
