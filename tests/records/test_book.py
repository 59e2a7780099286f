"""Rows in memory: open ones are found and changed, the others are as good as not there."""

from __future__ import annotations

from typing import Any

from ccswitch.records.book import Book
from ccswitch.records.tables import LEGS


def leg(book: Book, name: str, call: str, started: float = 1.0) -> None:
    book.put(LEGS, leg_id=name, call_id=call, started=started)


def written(book: Book) -> list[dict[str, Any]]:
    return dict(book.written()).get(LEGS, [])


def test_what_has_ended_is_not_found_again() -> None:
    # Given a leg that began and ended in one batch
    book = Book()
    leg(book, "l1", "c1")
    book.change(LEGS, book.find(LEGS, "c1", leg_id="l1"), ended=2.0, cause="FIRST")
    # When it ends again
    book.change(LEGS, book.find(LEGS, "c1", leg_id="l1"), ended=3.0, cause="SECOND")
    # Then the first end stands
    assert [(row["ended"], row["cause"]) for row in written(book)] == [(2.0, "FIRST")]


def test_the_last_of_several_is_found() -> None:
    book = Book()
    for name, started in (("l1", 1.0), ("l3", 3.0), ("l2", 2.0)):
        leg(book, name, "c1", started)
    found = book.find(LEGS, "c1")
    assert found is not None and found["leg_id"] == "l3"
    assert book.find(LEGS, "c2") is None


def test_a_row_belongs_to_one_owner() -> None:
    # Given a leg that another call has by now
    book = Book()
    leg(book, "l1", "c1")
    leg(book, "l1", "c2")
    # Then the first call has none, and there is one row
    assert book.find(LEGS, "c1") is None
    assert [row["call_id"] for row in written(book)] == ["c2"]


def test_rows_that_were_found_are_written_only_when_they_change() -> None:
    one = Book()
    leg(one, "l1", "c1")
    leg(one, "l2", "c1")
    # Given a book that was opened with these rows
    book = Book((LEGS, row) for row in written(one))
    assert written(book) == []
    # When one of them changes, then it alone is written, whole
    book.change(LEGS, book.find(LEGS, "c1", leg_id="l2"), connected=5.0)
    assert [(row["leg_id"], row["connected"], row["started"]) for row in written(book)] == [("l2", 5.0, 1.0)]


def test_a_change_to_what_was_never_seen_is_passed_over() -> None:
    book = Book()
    book.change(LEGS, book.find(LEGS, "c1"), ended=2.0)
    assert written(book) == []
