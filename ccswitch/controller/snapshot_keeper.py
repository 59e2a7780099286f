"""Now and then a snapshot of State, so that the journal may forget what snapshot and records have passed."""

from __future__ import annotations

import logging
from importlib.metadata import version

import gevent

from ccswitch.clock import Clock, Seconds
from ccswitch.controller import snapshots
from ccswitch.controller.authority import Authority
from ccswitch.controller.copied import from_a_copy
from ccswitch.controller.engine import Engine
from ccswitch.controller.hub import beside
from ccswitch.controller.journal import Journal
from ccswitch.controller.news import News
from ccswitch.live.ports import KeptSnapshot
from ccswitch.records.feeder import Feeder

log = logging.getLogger(__name__)

EVERY: Seconds = 30.0


class SnapshotKeeper:
    """Keeps the journal's folder: a snapshot every half minute, and at once when the folder was deleted under us.
    A disk that refuses is told in the log, and costs no more than a longer journal."""

    def __init__(
        self,
        journal: Journal,
        engine: Engine,
        feeder: Feeder,
        *,
        authority: Authority,
        news: News,
        clock: Clock,
        retention: Seconds,
    ) -> None:
        """`retention`: how long segments are kept that nobody needs. A superseded `authority` ends our snapshots."""
        self._journal, self._engine, self._feeder = journal, engine, feeder
        self._authority, self._news = authority, news
        self._clock, self._retention = clock, retention
        self._greenlet: gevent.Greenlet | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        self._greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        """No further one is made by itself."""
        if self._greenlet is not None:
            self._greenlet.kill()

    def take(self) -> None:
        """Make a snapshot now, for ourselves and for who follows; none when another controller has taken over."""
        if not self._authority.allows():
            return  # the successor's is newer
        n, state, code = self._engine.n, self._engine.state, version("ccswitch")
        try:
            data = from_a_copy(lambda: snapshots.encode(n, state, code))
        except OSError as error:
            log.error("snapshot: %s; the journal is kept instead", error)
            return
        self._journal.sync()  # a snapshot is never ahead of the journal, not even after a power cut
        try:
            beside(snapshots.store, self._journal.folder, data)
        except OSError as error:
            log.error("snapshot: %s; the journal is kept instead", error)
        self._news.keep(KeptSnapshot(self._authority.owner.token, n, data))

    def forget(self) -> None:
        """Delete the segments that snapshot and records have passed and whose retention is over."""
        passed = min(self._engine.n, self._feeder.position)
        try:
            gone = self._journal.forget(passed, self._clock.now() - self._retention)
        except OSError as error:
            log.error("journal: old segments cannot be deleted: %s", error)
            return
        for segment in gone:
            log.info("journal: %s is no longer needed and was deleted", segment)

    def _run(self) -> None:
        while True:
            if self._journal.renewed.wait(EVERY):
                self._lock_again()
            self.take()
            self.forget()

    def _lock_again(self) -> None:
        """The journal's folder was deleted under us, and the lock in it with it."""
        self._journal.renewed.clear()
        try:
            if not self._authority.renew_lock():
                log.error("%s is another controller's now: stop one of the two", self._journal.folder)
        except OSError as error:
            log.error("the journal's lock cannot be made anew: %s", error)
