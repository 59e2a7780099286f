"""What was just decided need not be read back from the disk."""

from __future__ import annotations

from collections.abc import Sequence

from ccswitch.controller.recent import Recent
from ccswitch.model.decision import Decision
from ccswitch.model.facts import TimePassed


def decision(n: int) -> Decision:
    return Decision(n=n, t=float(n), given=TimePassed(), outcomes=())


class Disk:
    """A journal that notes what is read from it."""

    def __init__(self, written: int) -> None:
        self.written = written
        self.reads: list[int] = []

    def head(self) -> int:
        return self.written

    def read(self, after_n: int, limit: int) -> Sequence[Decision]:
        self.reads.append(after_n)
        return [decision(n) for n in range(after_n + 1, self.written + 1)][:limit]


def numbers(decisions: Sequence[Decision]) -> list[int]:
    return [one.n for one in decisions]


def test_who_follows_closely_is_served_from_memory() -> None:
    # Given a journal of which the last five decisions are remembered
    disk = Disk(written=20)
    recent = Recent(disk, kept=5)
    for n in range(1, 21):
        recent(decision(n))
    # When the newest are read
    assert numbers(recent.read(15, 100)) == [16, 17, 18, 19, 20]
    assert numbers(recent.read(17, 2)) == [18, 19]
    assert numbers(recent.read(20, 100)) == []
    # Then the disk was left alone; and it is read for what is older
    assert disk.reads == []
    assert numbers(recent.read(14, 3)) == [15, 16, 17]
    assert disk.reads == [14]


def test_what_the_journal_does_not_have_is_not_handed_out() -> None:
    # Given a disk that took only the first two of four decisions
    recent = Recent(Disk(written=2))
    for n in (1, 2, 3, 4):
        recent(decision(n))
    # Then the others are not there yet
    assert (recent.head(), numbers(recent.read(0, 100)), numbers(recent.read(2, 100))) == (2, [1, 2], [])


def test_after_a_start_nothing_is_remembered_yet() -> None:
    assert numbers(Recent(Disk(written=3)).read(1, 100)) == [2, 3]
