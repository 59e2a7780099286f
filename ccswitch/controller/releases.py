"""A controller with a new journal asks the records which versions of scripts were in force.

Callers who come before the records answer hear the files' versions: they are not kept waiting for a database.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import gevent

from ccswitch.clock import Seconds
from ccswitch.errors import StoreError
from ccswitch.model.facts import ReleasesFound
from ccswitch.records import scripts
from ccswitch.records.store import Store

log = logging.getLogger(__name__)

ASK_WITHIN: Seconds = 0.5  # at a start; calls wait for it
AGAIN: Seconds = 2.0


class ReleaseFinder:
    """Asks until it is answered, once; `found` are the scripts of which something is known."""

    def __init__(self, store: Store, tell: Callable[[ReleasesFound], None], *, asks: bool) -> None:
        """`asks`: the journal is new; one that is not knows better."""
        self._store, self._tell, self._asks = store, tell, asks
        self._asking: gevent.Greenlet | None = None
        self.found: frozenset[str] = frozenset()

    def start(self) -> None:
        """Ask; when there is no answer at once, go on in the background."""
        if not self._asks:
            return
        try:
            gevent.with_timeout(ASK_WITHIN, self._ask)
        except (StoreError, gevent.Timeout) as away:
            log.warning("the records cannot say what was published (%s): until they can, callers hear the files", away)
            self._asking = gevent.spawn(self._go_on)

    def stop(self) -> None:
        """No longer ask."""
        if self._asking is not None:
            self._asking.kill()

    def _go_on(self) -> None:
        while True:
            gevent.sleep(AGAIN)
            try:
                self._ask()
            except StoreError:
                continue
            return

    def _ask(self) -> None:
        known = scripts.standing(self._store)
        if known.releases:
            self.found = frozenset(release.script for release in known.releases)
            self._tell(ReleasesFound(releases=known.releases, sources=known.sources))
            log.info("the journal is new; the records know what was published of %s", ", ".join(sorted(self.found)))
