"""Conversations with a real FreeSWITCH, where they are at hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from ccswitch.switch.codec import Event, Frame, decode_event

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT.parent / "shared" / "esl-captures", ROOT / "tests" / "captures")


def captures() -> list[Path]:
    """Every captured conversation; without any the test is skipped, and fails in CI."""
    found = sorted(path for folder in FOLDERS for path in folder.glob("*.jsonl"))
    if not found:
        line = f"no captured conversations in {' or '.join(map(str, FOLDERS))}"
        if os.environ.get("CI") == "true":
            pytest.fail(line)
        pytest.skip(line)
    return found


def events_of(path: Path) -> Iterator[Event]:
    """The events of one conversation, in order."""
    for line in path.read_bytes().splitlines():
        fields = orjson.loads(line)
        kind = next((kind for kind in ("json", "plain") if f"text/event-{kind}" in fields.get("head", "")), "")
        event = decode_event(Frame(f"text/event-{kind}", {}, fields["body"].encode())) if kind else None
        if event is not None:
            yield event
