"""What a caller types where the script says `masked` is in no row of any table, right or wrong, whatever follows."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ccswitch.model import facts as f
from ccswitch.model.decision import Decision
from ccswitch.model.ids import LegId
from ccswitch.model.nouns import CallPlace
from ccswitch.records.book import Book
from ccswitch.records.folds import fold
from ccswitch.records.tables import STEPS
from tests.floor.floors import Floor, a_floor, script
from tests.searching import examples

MASKED = """\
steps:
  account: {collect: account.wav, digits: 4-12, into: account, then: pin, otherwise: bye}
  pin: {collect: pin.wav, digits: 4-12, into: pin, masked: yes, tries: 5, then: look, otherwise: other}
  other: {collect: card.wav, digits: 4-12, into: card, masked: yes, then: look, otherwise: bye}
  look: {lookup: balance, with: {pin: "{{ pin }}", card: "{{ card }}"}, into: {name: name}, then: wait, otherwise: wait}
  wait: {queue: support, then: bye, otherwise: bye}
  bye: {hangup: }
"""
# Nine digits or more, so that none is found in an id, an instant or a hash by chance.
NUMBERS = st.from_regex(r"[2-9][0-9]{8,11}", fullmatch=True)
HEARD = st.tuples(NUMBERS, st.sampled_from(["right", "wrong", "hidden", "silence"]))


def hears(floor: Floor, number: str, how: str) -> None:
    """The step ends: digits that match, that do not, hidden on the way as they should be, or none."""
    if how == "right":  # as if somebody had forgotten to hide them on the way
        floor.pressed("L1", number)
    else:
        floor.pressed("L1", "ref-1" if how == "hidden" else "", invalid=number if how == "wrong" else "")


@settings(max_examples=examples(10), deadline=None)
@given(account=NUMBERS, heard=st.lists(HEARD, min_size=1, max_size=8))
def test_no_row_has_a_masked_number(account: str, heard: list[tuple[str, str]]) -> None:
    # Given a caller who types his account, and then his PIN and his card as callers do
    floor = a_floor(scripts=(script(text=MASKED),))
    floor.parked("L1", entry="menu")
    floor.pressed("L1", account)
    masked = []
    for number, how in heard:
        if floor.call("L1").place is not CallPlace.SCRIPT:
            break
        if number not in account:
            masked.append(number)
            hears(floor, number, how)
    floor.give(f.LegEnded(leg=LegId("L1"), cause="NORMAL_CLEARING"))
    # When all that was decided becomes rows
    book = Book()
    for n, (at, outcome) in enumerate(floor.journal, 1):
        fold(book, Decision(n=n, t=at, given=f.TimePassed(), outcomes=(outcome,)))
    tables = dict(book.written())
    # Then what was not masked is in the steps, and what was is nowhere
    assert [row["keys"] for row in tables[STEPS] if row["step"] == "account"] == [account]
    told = str([row for rows in tables.values() for row in rows])
    assert [number for number in masked if number in told] == []
