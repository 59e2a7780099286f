"""Scenarios about one script of their own: it takes the place of `main`, which callers of MENU come to."""

from __future__ import annotations

from typing import Any

from tests.scenarios.stage import Stage
from tests.scenarios.world import Caller


def play_by(stage: Stage, script: str) -> Stage:
    """The controller begins with `script` as its menu."""
    (stage.folder / "scripts" / "main.yaml").write_text(script, encoding="utf-8")
    stage.controller.start()
    return stage


def passed(stage: Stage, caller: Caller) -> list[tuple[Any, ...]]:
    """The caller's way by the records: step, what came of it, keys."""
    call = stage.row(caller).get("call_id")
    rows = stage.rows_by("steps", "n, i", call_id=call) if call else []
    return [(row["step"], row["result"], row["keys"]) for row in rows]
