"""The page is written between its markers, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.cell import Measured
from tests.soak.faults import FAULTS
from tests.soak.places import PLACES
from tests.soak.reliability import PAGE, REAL, SIMULATED, Matrix, write


def test_what_stands_between_the_markers_is_replaced(tmp_path: Path) -> None:
    # Given a page
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- matrix: written by make soak -->\nold\n<!-- end of matrix -->\nbehind\n")
    # When a table is written, twice
    for _ in range(2):
        write("matrix", ["| a |", r"| \1 |"], page)
    # Then it stands there once, and all else as it was
    assert page.read_text() == (
        "before\n<!-- matrix: written by make soak -->\n| a |\n| \\1 |\n<!-- end of matrix -->\nbehind\n"
    )


def test_the_page_of_the_project_has_its_markers(tmp_path: Path) -> None:
    copy = tmp_path / "page.md"
    copy.write_text(PAGE.read_text())
    for name in ("simulated matrix", "real matrix", "random"):
        write(name, ["here"], copy)
    assert copy.read_text().count("\nhere\n") == 3


def test_a_table_tells_every_cell() -> None:
    # Given one green cell, one red, one that was not judged
    matrix, fault = Matrix(), FAULTS[0]
    with matrix.noted(False, fault, PLACES[0], Measured(recovery=1.25)):
        pass
    with pytest.raises(AssertionError), matrix.noted(False, fault, PLACES[1], Measured()):
        raise AssertionError("a place was lost")
    with pytest.raises(pytest.skip.Exception), matrix.noted(False, fault, PLACES[2], Measured()):
        pytest.skip("too busy")
    # When it is told
    told = "\n".join(matrix.lines(SIMULATED))
    # Then each is there, with its reason, and the page is not whole
    assert f"| {fault.name} | ok | **fails** | not judged | not run |" in told
    assert f"- {fault.name}, {PLACES[1].name}: fails: a place was lost" in told
    assert "1.2 s, at most 1.2 s (n=1)" in told
    assert not matrix.is_whole(SIMULATED)
    assert matrix.lines(REAL) == []
