"""What the soak shares with the scenarios: the stages, and the memory of a failure. And the matrix, told at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.scenarios.conftest import freeswitch, make_stage, pytest_runtest_makereport
from tests.soak.reliability import REAL, SIMULATED, Matrix, surroundings, write

__all__ = ["freeswitch", "make_stage", "pytest_runtest_makereport"]


@pytest.fixture(scope="session")
def matrix() -> Iterator[Matrix]:
    """Every cell is noted here. Printed at the end; written to the page when none is missing, or SOAK_KEEP is set."""
    found = Matrix()
    yield found
    for switch in (SIMULATED, REAL):
        lines = found.lines(switch)
        print("\n".join(lines))
        if lines and (found.is_whole(switch) or "SOAK_KEEP" in os.environ):
            write(f"{switch} matrix", [*surroundings("make soak"), *lines])
