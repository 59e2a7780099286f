"""What comes next."""

from __future__ import annotations

from ccswitch.planning.agenda import Agenda


def test_things_happen_in_the_order_of_their_instants_and_of_being_set_down() -> None:
    # Given three things, two of them at the same instant
    agenda, seen = Agenda(100.0), []

    def note(what: str) -> None:
        seen.append((agenda.now, what))

    agenda.at(130.0, note, "late")
    agenda.at(110.0, note, "first")
    agenda.at(110.0, note, "second")
    # When all of them come
    while agenda.items:
        agenda.next()
    # Then the clock stood at each one's instant
    assert seen == [(110.0, "first"), (110.0, "second"), (130.0, "late")]
