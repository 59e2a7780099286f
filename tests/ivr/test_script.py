"""The ways out of steps, and the name of a version."""

from __future__ import annotations

import hashlib

from ccswitch.ivr.script import active_ways, script_hash, silent_ways, ways
from tests.ivr.scripts import script

STEPS = script().steps


def test_silent_and_active_ways() -> None:
    silent = {name: way.to for name, step in STEPS.items() for way in silent_ways(step)}
    assert silent == {
        "hello": "choice",
        "choice": "bye",
        "pin": "bye",
        "sales": "out",
        "out": "bye",
        "bye": "done",
    }
    assert {name: [way.to for way in active_ways(step)] for name, step in STEPS.items() if list(active_ways(step))} == {
        "choice": ["sales", "pin", "sales"],
        "pin": ["sales", "bye"],
        "sales": ["bye"],
    }
    assert [way.to for way in ways(STEPS["sales"])] == ["out", "bye"]


def test_the_hash_names_the_text() -> None:
    assert script_hash("多") == hashlib.sha256("多".encode()).hexdigest()[:16]
    assert script("steps: {a: {hangup: }}").hash != script("steps: {a: {hangup: }} ").hash
