"""Decisions for tests of journal, snapshot and recovery: small ones, and those of a busy floor."""

from __future__ import annotations

from pathlib import Path

from ccswitch.controller.journal import Journal
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.ids import LegId, NodeName
from tests.floor.floors import Floor, a_floor


def a_decision(n: int, why: str = "cut") -> Decision:
    """A small decision of that number."""
    given = f.NodeDown(node=NodeName("a"), why=why)
    return Decision(n=n, t=1000.0 + n, given=given, outcomes=(o.NodeLost(node=NodeName("a"), why=why),))


def decisions(first: int, last: int) -> list[Decision]:
    """Those numbers, both ends included."""
    return [a_decision(n) for n in range(first, last + 1)]


def filled(folder: Path, last: int, *, segment_bytes: int = 10**9) -> Path:
    """A closed journal with the decisions 1 to `last`; gives its folder."""
    journal = Journal(folder, segment_bytes=segment_bytes)
    journal.open()
    for decision in decisions(1, last):
        journal.append(decision)
    journal.close()
    return folder


def a_busy_floor() -> Floor:
    """A floor with a bit of everything: a talk, a ring, wrap-up, callers in line, in a script, on a lost node."""
    floor = a_floor("li", "wang", "zhao", "chen")
    floor.talking("L1", caller_name="李 雷")
    floor.talking("L2")
    floor.ended("L2")  # his agent wraps up
    floor.offered("L3")
    floor.give(f.LegRinging(leg=floor.agent_leg("L3")))
    floor.bridging("L4")
    floor.parked("L5", entry="vip")
    floor.parked("L6")
    floor.parked("L7", entry="menu", answered=True)
    floor.node_up("b")
    floor.parked("L8", node="b", entry="sales")
    floor.give(f.LegHeld(leg=LegId("L1")))
    floor.give(f.NodeDown(node=NodeName("b"), why="cut"))
    floor.wait(3.0)
    return floor


def journalled(floor: Floor) -> list[Decision]:
    """What the floor decided, one decision an outcome."""
    given = f.TimePassed()
    return [Decision(n=n, t=at, given=given, outcomes=(kept,)) for n, (at, kept) in enumerate(floor.journal, 1)]
