"""The journal's own thread goes on whatever the wall clock does: without it nothing would reach the disk."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.soak.ground import stepped_clock

PROGRAM = """
from ccswitch.controller.syncing import Syncer
told = []
syncer = Syncer(lambda files, folder: told.append(files), 0.01)
for number in range(3):
    syncer.take([number], None)
syncer.settle()
print(told)
"""


def test_the_disk_is_asked_under_a_clock_that_was_stepped(tmp_path: Path) -> None:
    # Given a process whose wall clock is an hour behind
    clock = stepped_clock(tmp_path)
    if clock is None:
        line = "libfaketime is not here: apt-get install faketime"
        pytest.fail(line) if os.environ.get("CI") == "true" else pytest.skip(line)
    clock.step(-3600)
    # When three files are handed in
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, **clock.environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    # Then each came to the disk, and nothing went wrong
    assert told.stdout.strip() == "[[0], [1], [2]]"
    assert told.stderr == ""
