"""The ways out of steps, and the name of a version."""

from __future__ import annotations

import hashlib

from ccswitch.ivr.script import script_hash
from tests.ivr.scripts import script

STEPS = script().steps


def test_silent_and_active_ways() -> None:
    silent = {name: way.to for name, step in STEPS.items() for way in step.silent_ways()}
    assert silent == {
        "hello": "choice",
        "choice": "bye",
        "pin": "bye",
        "sales": "out",
        "out": "bye",
        "bye": "done",
    }
    active = {name: [out.way.to for out in step.exits() if not out.silent] for name, step in STEPS.items()}
    assert {name: tos for name, tos in active.items() if tos} == {
        "choice": ["sales", "pin", "sales"],
        "pin": ["sales", "bye"],
        "sales": ["bye"],
    }
    assert [way.to for way in STEPS["sales"].ways()] == ["bye", "out"]


def test_the_hash_names_the_text() -> None:
    assert script_hash("多") == hashlib.sha256("多".encode()).hexdigest()[:16]
    assert script("steps: {a: {hangup: }}").hash != script("steps: {a: {hangup: }} ").hash
