"""What the soak shares with the scenarios: the stages, and the memory of a failure. And the matrix, told at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scenarios.conftest import freeswitch, make_stage, pytest_runtest_makereport
from tests.soak.reliability import Matrix, surroundings, write

__all__ = ["freeswitch", "make_stage", "pytest_runtest_makereport"]


@pytest.fixture(scope="session")
def matrix() -> Iterator[Matrix]:
    """Every cell is noted here; printed at the end, and written to the page when none is missing."""
    found = Matrix()
    yield found
    lines = found.lines()
    print("\n".join(lines))
    if found.is_whole():
        write("matrix", [*surroundings("make soak"), *lines])
