"""What was decided is on disk before anything else happens, and comes back whatever happened to disk and process."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import orjson
import pytest
from gevent.monkey import get_original
from hypothesis import given, settings
from hypothesis import strategies as st

from ccswitch.controller import journal as module
from ccswitch.controller import journal_reader
from ccswitch.controller.journal import SCHEMA, Journal, from_line, to_line
from ccswitch.controller.journal_reader import JournalReader
from ccswitch.errors import JournalError
from ccswitch.model.decision import Decision
from ccswitch.model.facts import Fact
from ccswitch.model.orders import Order
from ccswitch.model.outcomes import Outcome
from tests.controller.decisions import a_decision, decisions, filled
from tests.controller.waiting import soon
from tests.model.test_wire import encodable
from tests.searching import examples

Make = Callable[..., Journal]
FEW = 3 * len(to_line(a_decision(1)))  # bytes of a segment that takes about three decisions
NO_SPACE = os.strerror(errno.ENOSPC)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Opens journals in the test's folder and closes them afterwards."""
    opened: list[Journal] = []

    def one(**options: Any) -> Journal:
        journal = Journal(tmp_path / "journal", **options)
        journal.open()
        opened.append(journal)
        return journal

    yield one
    for journal in opened:
        journal.close()


def numbers(found: Any) -> list[int]:
    return [decision.n for decision in found]


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
from tests.searching import examples
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


# ---- durability ---------------------------------------------------------------------------------------------


class Disk:
    """Stands between the journal and the kernel: takes `room` bytes, counts syncs, does none while `gate` is held."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room: int | None = None
        self.synced = 0
        self.gate = get_original("_thread", "allocate_lock")()  # the journal's syncer is no greenlet
        self.sync_fails = False
        self.shrink_fails = False
        self._write, self._sync, self._shrink = os.write, os.fdatasync, os.ftruncate
        monkeypatch.setattr(module.os, "write", self.write)
        monkeypatch.setattr(module.os, "fdatasync", self.sync)
        monkeypatch.setattr(module.os, "ftruncate", self.shrink)

    def write(self, file: int, data: bytes) -> int:
        if self.room is None:
            return self._write(file, data)
        if self.room == 0:
            raise OSError(errno.ENOSPC, NO_SPACE)
        done = self._write(file, data[: self.room])
        self.room -= done
        return done

    def sync(self, file: int) -> None:
        if self.sync_fails:
            raise OSError(errno.EIO, "Input/output error")
        with self.gate:
            self._sync(file)
            self.synced += 1

    def shrink(self, file: int, size: int) -> None:
        if self.shrink_fails:
            raise OSError(errno.EIO, "Input/output error")
        self._shrink(file, size)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def test_the_disk_is_synced_soon_after_an_append(make: Make, disk: Disk) -> None:
    # Given a journal of the durability "process", and a disk that takes its time
    journal = make()
    with disk.gate:
        journal.append(a_decision(1))
        # Then the append did not wait for the disk
        assert disk.synced == 0
    # And it follows by itself
    soon(lambda: disk.synced == 1)


def test_with_durability_power_an_append_waits_for_the_disk(make: Make, disk: Disk) -> None:
    journal = make(durable=True)
    journal.append(a_decision(1))
    assert disk.synced == 1


def test_a_full_segment_is_synced_too(make: Make, disk: Disk) -> None:
    # Given a journal that rolls over
    journal = make(segment_bytes=1)
    journal.append(a_decision(1))
    journal.append(a_decision(2))
    # When it is synced
    journal.sync()
    # Then both files were
    assert disk.synced >= 2  # the journal syncs by itself too, on a slow machine in between
    assert journal.trouble == ""


def test_the_name_of_a_new_segment_is_synced_once(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a journal that waits for the disk (a file whose name is lost in a power cut is lost itself)
    named: list[Path] = []
    monkeypatch.setattr(module, "sync_folder", named.append)
    journal = make(durable=True, segment_bytes=FEW)
    for decision in decisions(1, 3):
        journal.append(decision)
    assert named == [journal.folder]
    # When it rolls over, then the folder is synced again
    journal.append(a_decision(4))
    assert named == [journal.folder] * 2


def test_a_disk_that_cannot_sync_is_told_of_and_stops_nothing(make: Make, disk: Disk) -> None:
    # Given a disk with a hardware error
    journal = make(durable=True)
    disk.sync_fails = True
    journal.append(a_decision(1))
    journal.append(a_decision(2))
    # Then the lines are with the kernel and the trouble is told, for as long as it lasts
    assert journal.written == 2
    assert "Input/output error" in journal.trouble
    disk.sync_fails = False
    journal.append(a_decision(3))
    assert journal.trouble == ""


# ---- a full disk --------------------------------------------------------------------------------------------


def test_on_a_full_disk_lines_wait_in_memory_and_are_written_in_order_when_there_is_room(
    make: Make, disk: Disk
) -> None:
    # Given a journal on a disk that is full after its first line
    journal = make()
    journal.append(a_decision(1))
    disk.room = 0
    for decision in decisions(2, 4):
        journal.append(decision)
    # Then nothing raised, the others wait, and the trouble is told
    assert (journal.written, journal.waiting, journal.trouble) == (1, 3, f"[Errno 28] {NO_SPACE}")
    assert numbers(journal.since(0)) == [1]
    # When there is room again, without a further append
    disk.room = None
    soon(lambda: journal.waiting == 0)
    # Then all are there in order, and the trouble is over
    assert journal.trouble == "" and journal.written == 4 and journal.lost == 0
    assert list(journal.since(0)) == decisions(1, 4)


def test_half_a_line_is_taken_back_before_the_next_try(make: Make, disk: Disk) -> None:
    # Given a disk that takes half a line
    journal = make()
    journal.append(a_decision(1))
    disk.room = 30
    journal.append(a_decision(2))
    assert journal.waiting == 1
    # Then readers do not see it
    assert numbers(journal.since(0)) == [1]
    assert numbers(JournalReader(journal).read(0, 10)) == [1]
    # When there is room again
    disk.room = None
    journal.append(a_decision(3))
    # Then every line is whole
    assert list(journal.since(0)) == decisions(1, 3)


def test_half_a_line_that_cannot_be_taken_back_yet_is_never_written_behind(make: Make, disk: Disk) -> None:
    # Given a disk that took half a line and refuses to shorten the file
    journal = make()
    journal.append(a_decision(1))
    disk.room, disk.shrink_fails = 30, True
    journal.append(a_decision(2))
    disk.room = None
    journal.append(a_decision(3))
    # Then nothing is written behind the half line
    assert (journal.waiting, journal.written) == (2, 1)
    # When it can be shortened
    disk.shrink_fails = False
    journal.append(a_decision(4))
    # Then every line is whole
    assert list(journal.since(0)) == decisions(1, 4)


def test_a_segment_that_cannot_be_begun_is_begun_later(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a folder that takes no new file
    journal = make(segment_bytes=FEW)
    for decision in decisions(1, 3):
        journal.append(decision)
    opens = os.open

    def full(path: Any, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_CREAT:
            raise OSError(errno.ENOSPC, NO_SPACE)
        return opens(path, flags, mode)

    monkeypatch.setattr(module.os, "open", full)
    journal.append(a_decision(4))
    assert NO_SPACE in journal.trouble
    # When it takes files again
    monkeypatch.setattr(module.os, "open", opens)
    journal.append(a_decision(5))
    # Then the segment is named by the decision that waited
    assert [path.name for path in journal.segments()] == ["000000000001.jsonl", "000000000004.jsonl"]
    assert list(journal.since(0)) == decisions(1, 5)


@pytest.mark.parametrize("goes", [shutil.rmtree, lambda folder: folder.rename(folder.with_name("aside"))])
def test_a_folder_that_goes_under_a_running_controller_is_made_anew(
    make: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture, goes: Callable[[Path], object]
) -> None:
    # Given a journal whose folder is deleted, or moved away
    journal = make()
    for decision in decisions(1, 3):
        journal.append(decision)
    goes(tmp_path / "journal")
    # When the next decision comes, before anybody had time to look
    journal.append(a_decision(4))
    # Then it is told, a snapshot is asked for, and nothing from now on is lost
    assert journal.renewed.is_set()
    assert "000000000001.jsonl was deleted or moved away" in caplog.text
    assert list(journal.since(0)) == [a_decision(4)]
    assert numbers(JournalReader(journal).read(2, 10)) == [4]
    assert journal.trouble == ""


def test_a_folder_that_is_gone_is_noticed_without_a_decision(make: Make, tmp_path: Path) -> None:
    journal = make()
    journal.append(a_decision(1))
    shutil.rmtree(tmp_path / "journal")
    soon(journal.renewed.is_set)


def test_memory_is_bounded_and_what_is_lost_is_counted(make: Make, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a journal that keeps no more than five lines in memory
    monkeypatch.setattr(module, "MOST_UNWRITTEN", 5)
    journal = make()
    disk.room = 0
    for decision in decisions(1, 8):
        journal.append(decision)
    # Then the oldest are given up
    assert (journal.waiting, journal.lost) == (5, 3)
    disk.room = None
    journal.append(a_decision(9))
    assert numbers(journal.since(0)) == [4, 5, 6, 7, 8, 9]


def test_closing_on_a_full_disk_says_what_is_lost(make: Make, disk: Disk, caplog: pytest.LogCaptureFixture) -> None:
    journal = make()
    disk.room = 0
    journal.append(a_decision(1))
    journal.close()
    assert "1 decisions could not be written" in caplog.text


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


# ---- the reader ---------------------------------------------------------------------------------------------


def test_a_reader_follows_the_journal_across_segments(make: Make) -> None:
    # Given a reader of a journal that grows
    journal = make(segment_bytes=FEW)
    reader = JournalReader(journal)
    read: list[Decision] = []
    # When it reads after each append, from its very beginning
    assert reader.read(0, 10) == []
    for decision in decisions(1, 10):
        journal.append(decision)
        read += reader.read(read[-1].n if read else 0, 10)
    # Then it missed nothing
    assert read == decisions(1, 10)
    assert reader.head() == 10


def test_a_reader_reads_no_more_than_it_was_asked_for(make: Make, tmp_path: Path) -> None:
    filled(tmp_path / "journal", 10, segment_bytes=FEW)
    reader = JournalReader(make(segment_bytes=FEW))
    assert numbers(reader.read(0, 4)) == [1, 2, 3, 4]
    assert numbers(reader.read(4, 4)) == [5, 6, 7, 8]
    assert numbers(reader.read(8, 4)) == [9, 10]
    assert reader.read(10, 4) == []


def test_a_reader_reads_again_what_could_not_be_used(make: Make, tmp_path: Path) -> None:
    # Given a reader whose last batch was refused by the database
    filled(tmp_path / "journal", 10, segment_bytes=FEW)
    reader = JournalReader(make(segment_bytes=FEW))
    reader.read(0, 3)
    assert numbers(reader.read(3, 4)) == [4, 5, 6, 7]
    # Then it gets the same again, as often as it likes, and any other place too
    assert numbers(reader.read(3, 4)) == [4, 5, 6, 7]
    assert numbers(reader.read(3, 2)) == [4, 5]
    assert numbers(reader.read(5, 9)) == [6, 7, 8, 9, 10]
    assert numbers(reader.read(1, 2)) == [2, 3]
    assert numbers(reader.read(8, 2)) == [9, 10]


def test_a_place_far_into_a_segment_is_found_without_reading_all_of_it(make: Make, tmp_path: Path) -> None:
    # Given a segment of some hundred kilobytes
    filled(tmp_path / "journal", 4000)
    journal = make()
    for after in (0, 1, 1999, 2000, 3998, 3999):
        assert numbers(JournalReader(journal).read(after, 2)) == [n for n in (after + 1, after + 2) if n <= 4000]
    # Then a search ends near its goal
    offset = journal_reader._offset_before(journal.segments()[0], 3000)
    size = len(to_line(a_decision(3000)))
    assert 3000 * size - 2 * journal_reader.SEEK_WITHIN < offset <= 3000 * size


def test_what_was_forgotten_is_left_out(make: Make, tmp_path: Path) -> None:
    folder = filled(tmp_path / "journal", 10, segment_bytes=FEW)
    (folder / "000000000001.jsonl").unlink()
    assert numbers(JournalReader(make()).read(0, 100)) == [4, 5, 6, 7, 8, 9, 10]


def test_the_good_lines_before_a_bad_one_are_read_first(make: Make, tmp_path: Path) -> None:
    # Given a reader, and a bad third line in the first of several segments
    folder = filled(tmp_path / "journal", 9, segment_bytes=FEW)
    segment = folder / "000000000001.jsonl"
    segment.write_bytes(segment.read_bytes().replace(b"1003.0", b"1004.0"))
    reader = JournalReader(make(segment_bytes=FEW))
    # Then it gives what it can, and then an error with file and offset, again and again
    assert numbers(reader.read(0, 100)) == [1, 2]
    for _ in range(2):
        with pytest.raises(JournalError, match=r"000000000001\.jsonl at byte [0-9]+: "):
            reader.read(2, 100)


def test_a_segment_that_somebody_deleted_is_a_journal_error_and_not_the_end(make: Make, tmp_path: Path) -> None:
    # Given a reader in the first of several segments
    folder = filled(tmp_path / "journal", 9, segment_bytes=FEW)
    reader = JournalReader(make(segment_bytes=FEW))
    reader.read(0, 2)
    # When somebody deletes that segment
    (folder / "000000000001.jsonl").unlink()
    with pytest.raises(JournalError, match="cannot be read"):
        reader.read(2, 10)
    # Then the next try goes on behind it
    assert numbers(reader.read(2, 10)) == [4, 5, 6, 7, 8, 9]
