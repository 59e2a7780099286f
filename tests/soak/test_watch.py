"""A link that breaks by itself is seen, also when it stands again at the next look."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.soak.crowd import Outage, Run
from tests.soak.faults import CUT_SHORT, SLOW
from tests.soak.plan import Strike
from tests.soak.watch import Watch


class LookedAt(Run):
    """A run of which only the nodes are looked at: `node` is what the desk says of the one there is."""

    def __init__(self) -> None:
        self.people, self.phones, self.outages, self.broken = [], {}, [], []
        self._began = 0.0
        self.node = {"node": "a", "core": "core-1", "since": 5.0, "state": "up"}
        self.world = SimpleNamespace(stage=self)  # type: ignore[assignment]

    def api(self, method: str, path: str) -> Any:
        """The desk."""
        return {"/agents": {"agents": []}, "/nodes": {"nodes": [self.node]}, "/metrics": ""}[path]

    def live_calls(self) -> list[dict[str, Any]]:
        """Nobody calls."""
        return []


def look_twice(run: LookedAt, **changes: Any) -> None:
    """Two looks, between which something became of the node."""
    watch = Watch(run)
    watch.look()
    run.node = {**run.node, **changes}
    watch.look()


def test_a_link_that_stands_has_not_broken() -> None:
    run = LookedAt()
    look_twice(run)
    assert run.broken == []


def test_a_link_that_was_made_anew_between_two_looks_broke() -> None:
    run = LookedAt()
    look_twice(run, since=9.0)
    [broken] = run.broken
    assert broken.struck <= broken.up and not broken.strike.fault.serves
    assert run.away == [broken]


def test_a_link_that_is_not_back_yet_is_judged_when_it_is() -> None:
    run = LookedAt()
    look_twice(run, state="syncing", since=9.0)
    assert run.broken == []


def test_a_link_that_a_fault_cut_did_not_break_by_itself() -> None:
    # Given a cut that is under way, or a fault that leaves the link alone
    for fault, times in ((CUT_SHORT, 0), (SLOW, 1)):
        run = LookedAt()
        run.outages.append(Outage(Strike(0.0, fault), 0.0))
        look_twice(run, since=9.0)
        assert len(run.broken) == times
