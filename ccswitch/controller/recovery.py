"""From snapshot and journal back to State, after a stop or a kill. Nothing is decided again."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ccswitch.controller import snapshots
from ccswitch.controller.engine import apply_kept
from ccswitch.controller.journal import Journal
from ccswitch.floor.state import State

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recovered:
    """State after decision `n`, of which `replayed` came from the journal behind the snapshot."""

    n: int
    state: State
    replayed: int


def recover(journal: Journal, *, ours: bool = True) -> Recovered:
    """State as it was after the last decision that the kernel had. `journal` is open, or not `ours` and only read.

    It takes a second for a large floor: call it beside the hub.
    """
    with _uncollected():
        return _recover(journal, ours)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without garbage collection: what is read is kept, and to look through all of it again and again would hold the
    interpreter, and with it the hub, for tens of milliseconds each time."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def _recover(journal: Journal, ours: bool) -> Recovered:
    snapshot = snapshots.load(journal.folder, ours=ours)
    state, n = (snapshot.state, snapshot.n) if snapshot else (State(), 0)
    replayed = 0
    for decision in journal.since(n):
        if decision.n != n + 1:
            log.error("recovery: decisions %d to %d are missing; the survey heals what it can", n + 1, decision.n - 1)
        for outcome in decision.outcomes:
            apply_kept(state, outcome, decision.t)
        n, replayed = decision.n, replayed + 1
    log.info("recovery: decision %d, %d of them replayed, %d calls live", n, replayed, len(state.calls))
    return Recovered(n=n, state=state, replayed=replayed)
