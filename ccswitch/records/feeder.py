"""The journal, read by offset, becomes rows: for ever, whatever the database does meanwhile.

A database that is away or slow delays the records; it loses none and slows no call. The position lives in the
database, in the same transaction as the rows, so the feeder itself remembers nothing that matters.

A transaction costs as much as the rows of tens of decisions: each of its statements does, whatever the rows. So what
comes is gathered for `GATHER`, or until a batch is full: a call then costs few transactions, and its rows are still
there before a person who saw it end has asked for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import gevent
from gevent.event import Event

from ccswitch.errors import CcswitchError, JournalError
from ccswitch.model.decision import Decision
from ccswitch.model.ids import Seconds
from ccswitch.records.ledger import Ledger

BATCH = 100  # decisions in a transaction; more would hold the hub too long where the database needs no waiting
GATHER: Seconds = 1.0  # after the first new decision
LOOK_EVERY: Seconds = 1.0  # for a source that forgets to wake us
FIRST_BACKOFF: Seconds = 0.1
LAST_BACKOFF: Seconds = 5.0


class Source(Protocol):
    """Where decisions are read from. Neither call may block the hub. Both may raise JournalError."""

    def head(self) -> int:
        """The `n` of the newest decision; 0 when there is none."""
        ...

    def read(self, after_n: int, limit: int) -> Sequence[Decision]:
        """At most `limit` decisions with `n > after_n`, ascending. What was pruned is left out."""
        ...


class Feeder:
    """Reads decisions from a source and hands them to the ledger in batches.

    `position` is the last decision known to be in SQL, `lag` how many are not yet, `last_error` why the last try
    failed (empty when it did not), `missed` how many the source had pruned before they were read.
    """

    def __init__(self, source: Source, ledger: Ledger, *, batch: int = BATCH) -> None:
        self._source, self._ledger, self._batch = source, ledger, batch
        self.position = 0
        self.last_error = ""
        self.missed = 0
        self._known = False  # the position was read from the database
        self._wake, self._hurry, self._stop = Event(), Event(), Event()
        self._moved = Event()
        self._greenlet: gevent.Greenlet | None = None

    @property
    def lag(self) -> int:
        """Decisions that are in the journal and not known to be in SQL."""
        return max(0, self._source.head() - self.position)

    def start(self) -> None:
        """Begin to feed, in a greenlet of its own."""
        self._greenlet = gevent.spawn(self._feed)
        self._greenlet.link_exception(self._died)

    def wake(self) -> None:
        """There is something new. Costs nothing; call it after every decision."""
        self._wake.set()
        if self.lag >= self._batch:
            self._hurry.set()

    def wait_for(self, n: int, timeout: Seconds) -> bool:
        """Have what is there written at once, and wait until decision `n` is in SQL; False when `timeout` seconds were
        not enough."""
        with gevent.Timeout(timeout, False):
            while self.position < n:
                self._wake.set()
                self._hurry.set()
                self._moved.wait()
                self._moved.clear()
        return self.position >= n

    def stop(self, timeout: Seconds = 5.0) -> None:
        """End after the batch that is being written, or give it up after `timeout` seconds: it will be fed again."""
        self._stop.set()
        self._wake.set()
        self._hurry.set()
        if self._greenlet is not None:
            self._greenlet.join(timeout)
            self._greenlet.kill()

    def _died(self, greenlet: gevent.Greenlet) -> None:
        """A mistake of ours, not of the database: nothing is fed until the next start, and whoever looks is told."""
        self.last_error = f"the feeder died: {greenlet.exception!r}"

    def _feed(self) -> None:
        backoff = FIRST_BACKOFF
        while not self._stop.is_set():
            self._wake.clear()
            self._hurry.clear()
            try:
                self._feed_batch()
            except CcswitchError as error:
                self.last_error, self._known = str(error), False
                self._stop.wait(backoff)
                backoff = min(LAST_BACKOFF, backoff * 2)
                continue
            self.last_error, backoff = "", FIRST_BACKOFF
            if self.lag < self._batch:
                self._gather()

    def _gather(self) -> None:
        """Wait for something new, and then for its company."""
        if self.lag or self._wake.wait(LOOK_EVERY):
            self._hurry.wait(GATHER)

    def _feed_batch(self) -> None:
        """Feed one batch, if there is anything to feed."""
        if not self._known:
            self._moved_to(self._ledger.position())
            self._known = True
        self._check_direction()
        decisions = self._source.read(self.position, self._batch)
        if decisions:
            self.missed += decisions[0].n - self.position - 1
            self._moved_to(self._ledger.write(decisions))

    def _check_direction(self) -> None:
        head = self._source.head()
        if head < self.position:
            raise JournalError(
                f"the records hold decisions up to {self.position}, the journal ends at {head}: it is not the journal "
                "these records were made from; give it back, or let it begin after that number"
            )

    def _moved_to(self, position: int) -> None:
        self.position = position
        self._moved.set()
