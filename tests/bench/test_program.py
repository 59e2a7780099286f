"""A bench's child processes: told by lines, ended with us."""

from __future__ import annotations

import io
import json
import os

import pytest

from ccswitch.bench.figure import BenchFailed
from ccswitch.bench.stage.program import Program, serve


def test_lines_are_answered_one_by_one(capsys: pytest.CaptureFixture[str]):
    # Given a table with something to do and something that fails
    table = {"add": lambda a, b: a + b, "fail": lambda: 1 / 0}
    lines = ['{"do": "add", "a": 1, "b": 2}', '{"do": "fail"}', '{"do": "nothing"}', '{"do": "add", "a": 2, "b": 2}']
    # When the lines are served
    serve(table, io.StringIO("\n".join(lines)))
    # Then each has its answer, an error too, and nothing ended
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert said[0] == {"answer": 3} and said[3] == {"answer": 4}
    assert "ZeroDivisionError" in said[1]["error"] and "KeyError" in said[2]["error"]


def test_a_program_ends_with_its_input():
    # Given the simulated switch in a process of its own
    with Program("ccswitch.bench.stage.pbx") as pbx:
        assert pbx.ask("counts") == {}
        # When it is asked for what it cannot do
        with pytest.raises(BenchFailed, match="start comes first"):
            pbx.ask("phones", users=["1001"], answer_after=0.1, talk=None)
        pid = pbx.pid
    # Then that is told, and it is gone afterwards
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
