"""The trace: lines that tell the life of a call, in the journal's own words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from ccswitch.model.wire import from_wire
from ccswitch.planning.play import play
from ccswitch.planning.scenario import Horizon
from ccswitch.planning.trace_file import TraceFile
from tests.planning.files import SMALL, read


def test_every_decision_is_a_line(tmp_path: Path) -> None:
    # Given a run of twenty minutes
    scenario = replace(read(tmp_path, SMALL).scenario, horizon=Horizon(length=1200.0))
    with TraceFile(tmp_path / "t.ndjson") as trace:
        run = play(scenario, 1, trace=trace.decision)
    # Then its trace is in the order of time
    lines = [json.loads(line) for line in (tmp_path / "t.ndjson").read_text().splitlines()]
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    # And each call that came is there from its arrival to its end, as outcomes that the journal could read
    told = [from_wire(outcome) for line in lines for outcome in line["outcomes"]]
    names = [type(outcome).__name__ for outcome in told]
    assert names.count("CallStarted") == run.calls > 0
    assert names.count("CallEnded") > 0
    assert any(request["is"] == "RingAgent" for line in lines for request in line["requests"])
    assert all(line["outcomes"] or line["requests"] for line in lines)
