"""A topic's table: which function lets which outcome be true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ccswitch.floor.state import State
from ccswitch.model.ids import Seconds

Applier = Callable[[State, Any, Seconds], None]
Appliers = dict[type, Applier]


def changes_nothing(state: State, outcome: object, at: Seconds) -> None:
    """Kept for people and records; the floor itself is unmoved."""
