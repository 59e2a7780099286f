"""A reader follows a journal that is being written, across segments, and past what cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccswitch.controller import journal_reader
from ccswitch.controller.journal import to_line
from ccswitch.controller.journal_reader import JournalReader
from ccswitch.errors import JournalError
from ccswitch.model.decision import Decision
from tests.controller.decisions import a_decision, decisions, filled
from tests.controller.journal.conftest import FEW, Make, numbers


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
