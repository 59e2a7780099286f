"""What a superseded controller may still do to the journal: nothing that anybody reads."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ccswitch.clock import SystemClock
from ccswitch.controller import journal as module
from ccswitch.controller.engine import Engine
from ccswitch.controller.journal import Journal
from ccswitch.controller.journal_reader import JournalFollower, JournalReader
from ccswitch.errors import JournalError, Superseded
from ccswitch.floor.state import State
from ccswitch.model.facts import NodeUp
from ccswitch.model.ids import NodeName
from tests.controller.decisions import a_decision, decisions
from tests.controller.waiting import soon


class Fence:
    """Raised once another has taken over; `asked` how often."""

    def __init__(self) -> None:
        self.down = True
        self.asked = 0

    def __call__(self) -> None:
        self.asked += 1
        if not self.down:
            raise Superseded("b has the journal")


def opened(folder: Path, fence: Fence | None = None) -> Journal:
    journal = Journal(folder, fence=fence or Fence())
    journal.open()
    return journal


def numbers(journal: Journal, after: int = 0) -> list[int]:
    return [decision.n for decision in journal.since(after)]


def test_behind_the_fence_nothing_is_written_not_even_what_waits(tmp_path: Path) -> None:
    # Given a journal with a line, and another controller that has taken over
    fence = Fence()
    journal = opened(tmp_path, fence)
    journal.append(a_decision(1))
    fence.down = False
    # When a line is appended, then it is refused and not in the file
    with pytest.raises(Superseded):
        journal.append(a_decision(2))
    assert numbers(journal) == [1] and journal.written == 1
    # And it does not come later either
    journal.abandon()
    assert numbers(journal) == [1]


def test_a_line_that_was_written_across_a_takeover_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a process that is stopped between the look at the fence and the write, for so long that another took over
    fence = Fence()
    journal = opened(tmp_path, fence)
    journal.append(a_decision(1))
    successor = Journal(tmp_path)
    monkeypatch.setattr(module, "FENCED_WITHIN", 0.0)
    write = os.write

    def stopped(file: int, data: bytes) -> int:
        successor.open_behind(1, at=1001.0)
        fence.down = False
        return write(file, data)

    monkeypatch.setattr(module.os, "write", stopped)
    # When it goes on, then it knows, and counts the line as unwritten
    with pytest.raises(Superseded):
        journal.append(a_decision(2, why="old"))
    monkeypatch.setattr(module.os, "write", write)
    assert journal.written == 1
    journal.abandon()
    # And nobody reads what it wrote: the successor's decision 2 is the journal's
    successor.append(a_decision(2, why="new"))
    successor.append(a_decision(3))
    successor.close()
    assert b"old" in (tmp_path / "000000000001.jsonl").read_bytes()
    for found in (
        list(successor.since(0)),
        JournalReader(successor).read(0, 10),
        JournalFollower(successor).read(0, 10),
    ):
        assert [decision.n for decision in found] == [1, 2, 3]
        assert found[1].given.why == "new"  # type: ignore[union-attr]
    assert numbers(successor, after=1) == [2, 3]
    again = opened(tmp_path)
    assert again.written == 3 and again.opened_at == 1003.0
    again.close()


def test_who_takes_over_takes_the_segment_that_a_stopped_one_had_begun(tmp_path: Path) -> None:
    # Given two successors in a row, the first of which is stopped before its first line
    opened(tmp_path).close()
    first, second = Journal(tmp_path, fence=(fence := Fence())), Journal(tmp_path)
    first.open_behind(0, at=0.0)
    second.open_behind(0, at=0.0)
    fence.down = False
    # When the first one goes on, then its file is gone and it may not begin another
    with pytest.raises(Superseded):
        first.append(a_decision(1, why="old"))
    second.append(a_decision(1, why="new"))
    assert [path.name for path in second.segments()] == ["000000000001.jsonl"]
    assert [decision.given.why for decision in second.since(0)] == ["new"]  # type: ignore[union-attr]
    first.abandon()
    second.close()


def test_a_follower_reads_what_another_process_writes_into_new_segments_too(tmp_path: Path) -> None:
    journal = Journal(tmp_path, segment_bytes=400)
    follower = JournalFollower(Journal(tmp_path))
    assert follower.read(0, 10) == []
    journal.open()
    for decision in decisions(1, 5):
        journal.append(decision)
    assert [decision.n for decision in follower.read(0, 3)] == [1, 2, 3]
    assert [decision.n for decision in follower.read(3, 10)] == [4, 5]
    assert follower.read(5, 10) == []
    journal.append(a_decision(6))
    assert [decision.n for decision in follower.read(5, 10)] == [6]
    journal.close()


def test_a_follower_that_read_what_does_not_count_says_so(tmp_path: Path) -> None:
    # Given a follower who has read a line before its writer was superseded behind the line before it
    journal, successor = opened(tmp_path), Journal(tmp_path)
    for decision in decisions(1, 2):
        journal.append(decision)
    follower = JournalFollower(Journal(tmp_path))
    assert len(follower.read(0, 10)) == 2
    successor.open_behind(1, at=1001.0)
    # When it reads on, then it is told that what it has is not the journal
    with pytest.raises(JournalError, match="is not the journal's"):
        follower.read(2, 10)
    journal.abandon()
    successor.close()


@pytest.mark.parametrize("where", ["journal", "carry"])
def test_an_engine_that_is_superseded_stops_where_it_stands(where: str) -> None:
    # Given an engine whose journal, or whose way to the switch, says that another has taken over
    def superseded(_given: object) -> None:
        raise Superseded("b has the journal")

    class Keeper:
        append = staticmethod(superseded if where == "journal" else lambda decision: None)

    told: list[object] = []
    engine = Engine(
        State(),
        n=0,
        journal=Keeper(),
        carry=superseded,
        clock=SystemClock(),
        listeners=(lambda given: told.append(given),),
    )
    engine.start()
    # When facts come
    for _ in range(3):
        engine.submit(NodeUp(node=NodeName("a"), core="c"))
    # Then it stops at the first, without a word to anybody
    soon(lambda: not engine.alive())
    assert told == [] and engine.backlog == 0
    assert engine.n == (0 if where == "journal" else 1)
    assert engine.stats.failed_inputs == engine.stats.failed_requests == 0
    engine.stop()
