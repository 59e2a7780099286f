"""What was decided is on disk before anything else happens, and comes back whatever happened to disk and process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import gevent
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccswitch.controller.journal import SCHEMA, from_line, to_line
from ccswitch.controller.journal_reader import JournalReader
from ccswitch.errors import JournalError
from ccswitch.model.decision import Decision
from ccswitch.model.facts import Fact
from ccswitch.model.orders import Order
from ccswitch.model.outcomes import Outcome
from tests.controller.decisions import a_decision, decisions, filled
from tests.controller.journal.conftest import FEW, Make, numbers
from tests.controller.waiting import soon
from tests.model.test_wire import encodable
from tests.searching import examples


def with_body(**fields: Any) -> bytes:
    """A line with a right checksum and whatever fields."""
    body = orjson.dumps(fields)
    return b"%08x %s\n" % (zlib.crc32(body), body)


# ---- lines --------------------------------------------------------------------------------------------------

ANY = {cls: st.from_type(cls).filter(encodable) for cls in get_args(Fact) + get_args(Order) + get_args(Outcome)}


@settings(max_examples=examples(20), deadline=None)
@given(data=st.data())
def test_any_decision_comes_back_from_its_line(data: st.DataObject) -> None:
    # Given a decision about anything at all
    asked = data.draw(st.sampled_from(get_args(Fact) + get_args(Order)))
    kept = data.draw(st.lists(st.sampled_from(get_args(Outcome)), min_size=1, max_size=4))
    decision = Decision(
        n=data.draw(st.integers(1, 10**12 - 1)),
        t=data.draw(st.floats(0, 4e9)),
        given=data.draw(ANY[asked]),
        outcomes=tuple(data.draw(ANY[cls]) for cls in kept),
    )
    # When it is written
    line = to_line(decision)
    # Then it stays on one line and is read back the same
    assert line.count(b"\n") == 1
    assert from_line(line) == decision


@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: line[:-1],
        lambda line: line[:40],
        lambda line: b"",
        lambda line: b"\n",
        lambda line: line.replace(b"cut", b"cat"),
        lambda line: b"0" + line[1:] if line[:1] != b"0" else b"1" + line[1:],
        lambda line: line[9:],
        lambda line: b"\x00" * 500,
    ],
)
def test_a_line_that_was_torn_or_changed_is_not_read(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(JournalError, match="torn or was changed"):
        from_line(spoil(to_line(a_decision(7))))


def test_of_a_decision_everything_is_kept_or_nothing() -> None:
    # Given a decision of three outcomes
    three = tuple(outcome for n in (1, 2, 3) for outcome in a_decision(n).outcomes)[:3]
    line = to_line(replace(a_decision(1), outcomes=three))
    # When the controller died at any byte of it, so between any two of its outcomes
    for cut in range(len(line) - 1):
        # Then nothing of it is read, whatever is written behind it
        for behind in (b"", b"\n"):
            with pytest.raises(JournalError, match="torn or was changed"):
                from_line(line[:cut] + behind)
    # And only the whole of it is
    assert from_line(line).outcomes == three and len(three) == 3


def test_a_line_of_a_newer_release_is_refused_and_says_so() -> None:
    line = with_body(n=1, t=1.0, v=SCHEMA + 1, **{"in": {"is": "TimePassed"}, "out": []})
    with pytest.raises(JournalError, match=rf"newer release \(schema {SCHEMA + 1}, this one reads up to {SCHEMA}\)"):
        from_line(line)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"n": 1, "t": 1.0, "v": SCHEMA},
        {"n": 1, "t": 1.0, "v": "one", "in": {"is": "TimePassed"}, "out": []},
        {"n": 1, "t": 1.0, "v": SCHEMA, "in": {"is": "TimePassed"}, "out": 5},
        {"n": 1, "t": 1.0, "v": SCHEMA, "in": {"is": "Teleported"}, "out": []},
    ],
)
def test_a_whole_line_that_holds_no_decision_is_a_journal_error(fields: dict[str, Any]) -> None:
    with pytest.raises(JournalError):
        from_line(with_body(**fields))


# ---- writing and reading again ------------------------------------------------------------------------------


def test_a_fresh_journal_is_empty_and_makes_its_folder(make: Make) -> None:
    journal = make()
    assert (journal.written, list(journal.since(0)), journal.segments()) == (0, [], [])


def test_what_was_appended_is_there_after_reopening(make: Make) -> None:
    # Given three decisions in a journal that was closed
    first = make()
    for decision in decisions(1, 3):
        first.append(decision)
    first.close()
    # When it is opened again, and one more is appended
    second = make()
    assert second.written == 3
    second.append(a_decision(4))
    # Then all are there, in one segment
    assert list(second.since(0)) == decisions(1, 4)
    assert numbers(second.since(2)) == [3, 4]
    assert [path.name for path in second.segments()] == ["000000000001.jsonl"]


def test_an_appended_decision_is_with_the_kernel_at_once(make: Make) -> None:
    # Given a journal whose greenlets had no turn yet
    journal = make()
    journal.append(a_decision(1))
    # Then whoever reads the file sees the line
    assert journal.segments()[0].read_bytes() == to_line(a_decision(1))
    assert journal.written == 1 and journal.grew.is_set()


@pytest.mark.parametrize("left", [1, 20, len(to_line(a_decision(3))) - 1])
def test_a_torn_last_line_is_cut_off(make: Make, tmp_path: Path, left: int) -> None:
    # Given a journal whose last line was torn by a power cut
    segment = filled(tmp_path / "journal", 3) / "000000000001.jsonl"
    whole = segment.read_bytes()
    last = to_line(a_decision(3))
    segment.write_bytes(whole[: -len(last) + left])
    # When it is opened
    journal = make()
    # Then it ends at the line before, and goes on from there
    assert journal.written == 2
    journal.append(a_decision(3))
    assert segment.read_bytes() == whole


def test_zeros_behind_the_last_line_are_cut_off(make: Make, tmp_path: Path) -> None:
    segment = filled(tmp_path / "journal", 2) / "000000000001.jsonl"
    with segment.open("ab") as file:
        file.write(b"\x00" * 4096)
    assert make().written == 2


def test_a_segment_of_nothing_but_a_torn_line_is_used_again(make: Make, tmp_path: Path) -> None:
    # Given a second segment that holds half a line
    folder = filled(tmp_path / "journal", 3)
    (folder / "000000000004.jsonl").write_bytes(to_line(a_decision(4))[:30])
    # When it is opened and written to
    journal = make()
    assert journal.written == 3
    journal.append(a_decision(4))
    # Then nothing is missing
    assert numbers(journal.since(0)) == [1, 2, 3, 4]
    assert len(journal.segments()) == 2


def test_a_bad_line_with_others_behind_it_is_an_error_that_names_the_place_and_the_remedy(
    make: Make, tmp_path: Path
) -> None:
    segment = filled(tmp_path / "journal", 3) / "000000000001.jsonl"
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(lines[0] + lines[1].replace(b"cut", b"cat") + lines[2])
    with pytest.raises(JournalError, match=rf"000000000001\.jsonl:2: .*truncate -s {len(lines[0])} "):
        make()


def test_a_bad_line_in_an_older_segment_is_an_error_where_it_is_read(make: Make, tmp_path: Path) -> None:
    # Given a bad second line in the first of several segments
    folder = filled(tmp_path / "journal", 9, segment_bytes=FEW)
    segment = folder / "000000000001.jsonl"
    segment.write_bytes(segment.read_bytes().replace(b"1002.0", b"1003.0"))
    # When the journal is opened, which looks at the last one only
    journal = make()
    # Then whoever reads past it is told file and line
    with pytest.raises(JournalError, match=r"000000000001\.jsonl:2: "):
        list(journal.since(0))
    assert numbers(journal.since(6)) == [7, 8, 9]


def test_the_last_line_of_a_newer_release_is_refused_and_not_cut_off(make: Make, tmp_path: Path) -> None:
    # Given a journal that a newer release wrote to
    segment = filled(tmp_path / "journal", 1) / "000000000001.jsonl"
    newer = with_body(n=2, t=2.0, v=SCHEMA + 1, **{"in": {"is": "TimePassed"}, "out": []})
    with segment.open("ab") as file:
        file.write(newer)
    # When this release opens it
    with pytest.raises(JournalError, match=r"000000000001\.jsonl: the last line: written by a newer release"):
        make()
    # Then the line is still there
    assert segment.read_bytes().endswith(newer)


def test_segments_roll_over_at_their_size(make: Make) -> None:
    # Given a journal of small segments
    journal = make(segment_bytes=FEW)
    for decision in decisions(1, 10):
        journal.append(decision)
    # Then each is named by its first decision, and all are read as one
    assert [path.name for path in journal.segments()] == [f"{n:012d}.jsonl" for n in (1, 4, 7, 10)]
    assert list(journal.since(0)) == decisions(1, 10)
    assert numbers(journal.since(5)) == [6, 7, 8, 9, 10]
    # And a full segment's file is let go once it is synced
    soon(lambda: not journal._retired)


def test_files_of_others_in_the_folder_are_left_alone(make: Make, tmp_path: Path) -> None:
    folder = filled(tmp_path / "journal", 1)
    for name in ("notes.jsonl", "snapshot.json", "1.jsonl", "lock"):
        (folder / name).write_text("not ours")
    assert numbers(make().since(0)) == [1]


def test_a_gap_in_the_numbers_is_read_as_it_stands(make: Make) -> None:
    journal = make(segment_bytes=FEW)
    for n in (1, 2, 7, 8, 9, 10, 20):
        journal.append(a_decision(n))
    assert numbers(journal.since(0)) == [1, 2, 7, 8, 9, 10, 20]
    assert numbers(journal.since(4)) == [7, 8, 9, 10, 20]
    assert numbers(JournalReader(journal).read(4, 100)) == [7, 8, 9, 10, 20]


# ---- a killed process ---------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from ccswitch.controller.journal import Journal
from tests.controller.decisions import a_decision
journal = Journal(Path(sys.argv[1]))
journal.open()
for n in range(1, 501):
    journal.append(a_decision(n))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_kill_9_right_after_an_append_loses_nothing(make: Make, tmp_path: Path) -> None:
    # Given a process that appends and is killed within the same breath
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "journal")], timeout=120, cwd=os.getcwd())
    assert done.returncode == -signal.SIGKILL
    # Then its last decision is there
    journal = make()
    assert journal.written == 500
    assert list(journal.since(0)) == decisions(1, 500)


# ---- forgetting ---------------------------------------------------------------------------------------------


def test_segments_are_forgotten_when_they_are_passed_and_old(make: Make, tmp_path: Path) -> None:
    # Given segments that begin with 1, 4, 7 and 10, the first two of them old
    folder = filled(tmp_path / "journal", 10, segment_bytes=FEW)
    for n in (1, 4):
        os.utime(folder / f"{n:012d}.jsonl", (1000, 1000))
    journal = make(segment_bytes=FEW)
    # When decision 6 is not passed yet, then the segment that holds it stays
    assert [path.name for path in journal.forget(6, older_than=2000)] == ["000000000001.jsonl"]
    # When all are passed, then the young ones stay
    assert [path.name for path in journal.forget(10, older_than=2000)] == ["000000000004.jsonl"]
    assert numbers(journal.since(0)) == [7, 8, 9, 10]
    # And the newest stays, however old it is
    assert len(journal.forget(10**6, older_than=4e9)) == 1
    assert numbers(journal.since(0)) == [10]


def test_others_run_while_an_old_journal_is_looked_through(tmp_path: Path, make: Make) -> None:
    # Given a journal of another run, every line of which is looked at before it is gone on with
    filled(tmp_path / "journal", 3)
    # When it is opened, and somebody else is ready to run
    ran: list[str] = []
    gevent.spawn(ran.append, "another")
    opened = make()
    # Then he did not wait for it
    assert ran == ["another"]
    assert opened.written == 3
