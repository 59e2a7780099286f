"""After a stop or a kill State is what it was, whatever part of it came from the snapshot."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ccswitch.controller import recovery, snapshots
from ccswitch.controller.journal import Journal
from ccswitch.controller.recovery import recover
from ccswitch.floor.apply import apply
from ccswitch.floor.state import State
from ccswitch.model.decision import Decision
from ccswitch.model.outcomes import Outcome
from tests.controller.decisions import a_busy_floor, journalled

Written = Callable[..., Journal]


@pytest.fixture(scope="module")
def lived() -> list[Decision]:
    return journalled(a_busy_floor())


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Written]:
    """Makes an open journal that holds some decisions."""
    opened: list[Journal] = []

    def make(decisions: list[Decision]) -> Journal:
        journal = Journal(tmp_path, segment_bytes=4096)
        journal.open()
        opened.append(journal)
        for decision in decisions:
            journal.append(decision)
        return journal

    yield make
    for journal in opened:
        journal.close()


def lived_through(decisions: list[Decision]) -> State:
    state = State()
    for decision in decisions:
        for outcome in decision.outcomes:
            apply(state, outcome, decision.t)
    return state


def test_nothing_gives_an_empty_floor(written: Written) -> None:
    recovered = recover(written([]))
    assert (recovered.n, recovered.replayed, recovered.state) == (0, 0, State())


def test_the_journal_alone_gives_the_state_that_was(written: Written, lived: list[Decision]) -> None:
    recovered = recover(written(lived))
    assert recovered.state == a_busy_floor().state
    assert recovered.n == recovered.replayed == len(lived)


@pytest.mark.parametrize("part", [0.0, 0.01, 0.3, 0.5, 0.9, 1.0])
def test_snapshot_and_journal_together_give_the_state_that_was(
    written: Written, lived: list[Decision], part: float
) -> None:
    # Given a snapshot taken on the way
    n = round(part * len(lived))
    journal = written(lived)
    snapshots.store(journal.folder, snapshots.encode(n, lived_through(lived[:n]), "0.1.0"))
    # When State is recovered, then only what is behind the snapshot is read, and State is what it was
    recovered = recover(journal)
    assert recovered.replayed == len(lived) - n
    assert recovered.n == len(lived)
    assert recovered.state == lived_through(lived)


def test_an_unreadable_snapshot_costs_time_only(written: Written, lived: list[Decision]) -> None:
    journal = written(lived)
    (journal.folder / snapshots.FILE).write_bytes(b"{")
    assert recover(journal).state == lived_through(lived)


def test_a_snapshot_without_a_journal_is_enough(written: Written, lived: list[Decision]) -> None:
    # Given a snapshot beside an empty journal
    journal = written([])
    snapshots.store(journal.folder, snapshots.encode(77, lived_through(lived), "0.1.0"))
    # Then the numbers go on behind the snapshot
    recovered = recover(journal)
    assert (recovered.n, recovered.replayed) == (77, 0)
    assert recovered.state == lived_through(lived)


def test_missing_decisions_are_told_of_and_what_can_be_applied_is(
    written: Written, lived: list[Decision], caplog: pytest.LogCaptureFixture
) -> None:
    # Given a journal without the decisions 21 to 30
    journal = written([decision for decision in lived if not 21 <= decision.n <= 30])
    # When State is recovered
    recovered = recover(journal)
    # Then it is told what is missing, and the rest is not given up
    assert "decisions 21 to 30 are missing" in caplog.text
    assert recovered.n == len(lived)
    assert "L8" in recovered.state.calls


def test_a_journal_that_begins_late_is_told_of(
    written: Written, lived: list[Decision], caplog: pytest.LogCaptureFixture
) -> None:
    recover(written(lived[5:]))
    assert "decisions 1 to 5 are missing" in caplog.text


def test_nothing_is_collected_while_state_is_read(
    written: Written, lived: list[Decision], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a recovery that tells for each outcome whether garbage is being looked for
    looked_for: list[bool] = []
    apply_one = recovery.apply_kept

    def told(state: State, outcome: Outcome, at: float) -> bool:
        looked_for.append(gc.isenabled())
        return apply_one(state, outcome, at)

    monkeypatch.setattr(recovery, "apply_kept", told)
    # When State is read
    recover(written(lived))
    # Then it was not, and is again
    assert looked_for and not any(looked_for)
    assert gc.isenabled()
