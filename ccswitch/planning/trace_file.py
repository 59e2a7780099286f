"""A trace: every decision of a run, one JSON document a line (NDJSON), as the journal would have it.

`at`: seconds since the epoch, `input`: what came, `outcomes`: what was decided, `requests`: what was asked of the
(simulated) world. Decisions in which nothing happened are left out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from ccswitch.floor.decide import Input
from ccswitch.model.ids import Seconds
from ccswitch.model.outcomes import Outcome
from ccswitch.model.requests import Request
from ccswitch.model.wire import to_wire


class TraceFile:
    """A file that `play` writes its decisions into."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")

    def decision(self, at: Seconds, given: Input, outcomes: Sequence[Outcome], requests: Sequence[Request]) -> None:
        """One line."""
        if not outcomes and not requests:
            return
        line = {
            "at": at,
            "input": to_wire(given),
            "outcomes": [to_wire(outcome) for outcome in outcomes],
            "requests": [to_wire(request) for request in requests],
        }
        self._file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")

    def __enter__(self) -> TraceFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
