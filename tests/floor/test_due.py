"""Deadlines: the earliest first, moved and cleared ones never."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ccswitch.floor.due import Deadlines
from ccswitch.model.wire import from_wire_as, to_plain


def test_the_earliest_comes_first() -> None:
    due = Deadlines()
    due.set("offer", "o1", 20.0)
    due.set("step", "c1", 10.0)
    assert due.first() == (10.0, ("step", "c1"))


def test_a_deadline_that_was_moved_comes_at_its_new_time_only() -> None:
    # Given a deadline at 10 that is moved to 30, and another at 20
    due = Deadlines()
    due.set("offer", "o1", 10.0)
    due.set("offer", "o2", 20.0)
    due.set("offer", "o1", 30.0)
    # Then they come at 20 and 30
    assert due.first() == (20.0, ("offer", "o2"))
    due.clear("offer", "o2")
    assert due.first() == (30.0, ("offer", "o1"))


def test_what_was_cleared_does_not_come() -> None:
    due = Deadlines()
    due.set("offer", "o1", 10.0)
    due.clear("offer", "o1")
    due.clear("offer", "o1")
    assert due.first() is None
    assert due.peek() is None


def test_who_asks_until_a_time_hears_of_nothing_later() -> None:
    # Given a deadline at 10 that was moved to 20
    due = Deadlines()
    due.set("offer", "o1", 10.0)
    due.set("offer", "o1", 20.0)
    # Then at 20 it is due, and not before; its old time is none
    assert due.first(until=15.0) is None
    assert due.first(until=20.0) == (20.0, ("offer", "o1"))


def test_looking_changes_nothing() -> None:
    # Given a heap with waste on top
    due = Deadlines()
    due.set("offer", "o1", 10.0)
    due.set("offer", "o1", 20.0)
    waste = list(due._heap)
    # When one only looks
    assert due.peek() == (20.0, ("offer", "o1"))
    # Then the waste is still there
    assert due._heap == waste


def test_deadlines_that_move_all_the_time_do_not_pile_up() -> None:
    due = Deadlines()
    for at in range(10_000):
        due.set("offer", "o1", float(at))
    assert len(due._heap) < 100
    assert due.first() == (9_999.0, ("offer", "o1"))


def test_a_snapshot_brings_them_back_running() -> None:
    # Given deadlines that go through a snapshot
    due = Deadlines()
    due.set("offer", "o1", 20.0)
    due.set("step", "c1", 10.0)
    back = from_wire_as(Deadlines, to_plain(due))
    # Then they are equal and run, whatever waste the old heap had
    due.set("step", "c1", 10.0)
    assert back == due
    assert back.first() == (10.0, ("step", "c1"))


KEYS = st.tuples(st.sampled_from(["offer", "step"]), st.sampled_from(["a", "b", "c"]))


@given(st.lists(st.tuples(KEYS, st.none() | st.floats(0, 100)), max_size=200))
def test_first_and_peek_are_the_least_of_what_is_set(moves: list[tuple[tuple[str, str], float | None]]) -> None:
    # Given any settings and clearings
    due, known = Deadlines(), {}
    for (kind, subject), at in moves:
        if at is None:
            due.clear(kind, subject)
            known.pop((kind, subject), None)
        else:
            due.set(kind, subject, at)
            known[kind, subject] = at
        # Then what comes first is the least of them
        least = min(((when, key) for key, when in known.items()), default=None)
        assert due.peek() == least
        assert due.first() == least
