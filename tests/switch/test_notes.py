"""Notes of callers whom the last resort had: what is asked of mod_db, and what is read out of it."""

from __future__ import annotations

import pytest

from ccswitch.model import facts as f
from ccswitch.model.ids import CallId, LegId, NodeName
from ccswitch.switch import notes

NODE, LEG = NodeName("a"), LegId("L1")
NOTE = "1000|1008|1015|NORMAL_CLEARING|L1|main%E9%94%80|4000|%2B86138|Li%20%7C%0A"


def test_the_commands_name_the_leg() -> None:
    wires = [command.wire for command in (notes.list_command(), notes.select_command(LEG), notes.delete_command(LEG))]
    assert wires == [
        b"api db list/ccs_wayout\n\n",
        b"api db select/ccs_wayout/L1\n\n",
        b"api db delete/ccs_wayout/L1\n\n",
    ]


def test_a_note_is_read_back_as_it_was_written() -> None:
    assert notes.read_note(NODE, LEG, NOTE) == f.WayOutNoted(
        node=NODE,
        leg=LEG,
        call=CallId("L1"),
        arrived=1000.0,
        since=1008.0,
        ended=1015.0,
        cause="NORMAL_CLEARING",
        entry="main销",
        caller_number="+86138",
        caller_name="Li |\n",
        called_number="4000",
    )


def test_a_call_of_no_sayable_name_bears_that_of_its_leg() -> None:
    note = notes.read_note(NODE, LEG, NOTE.replace("|L1|", "|%0Aapi hupall|"))
    assert note is not None and note.call == "L1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!err!",
        NOTE.replace("|4000", ""),
        NOTE + "|",
        NOTE.replace("1000", "soon"),
        NOTE.replace("1008", "-1"),
        NOTE.replace("1015", "1" * 12),
        NOTE.replace("NORMAL_CLEARING", "<b>"),
    ],
)
def test_what_is_no_note_is_none(text: str) -> None:
    assert notes.read_note(NODE, LEG, text) is None


def test_only_names_of_legs_are_listed() -> None:
    assert notes.noted_legs("L1,a b,,L2-x_.@y,L3/z\n") == ["L1", "L2-x_.@y"]
    assert notes.noted_legs("!err!") == []
