"""Decisions are put together in order."""

from __future__ import annotations

from ccswitch.floor.decided import Decided, nothing, together
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, LegId, NodeName

OUT = [o.WrapupEnded(agent=AgentId(name), why="") for name in "abc"]
ASK = [r.Quiet(node=NodeName("a"), leg=LegId(name)) for name in "abc"]


def test_a_plus_b_is_a_then_b() -> None:
    first, second = Decided([OUT[0]], [ASK[0]]), Decided([OUT[1]], [ASK[1]])
    assert first + second == Decided(OUT[:2], ASK[:2])
    # and neither was changed by it
    assert first == Decided([OUT[0]], [ASK[0]])


def test_many_together_are_one_after_the_other() -> None:
    assert together(Decided([out], [ask]) for out, ask in zip(OUT, ASK, strict=True)) == Decided(OUT, ASK)
    assert together([]) == nothing()


def test_nothing_is_a_new_nothing_each_time() -> None:
    nothing().outcomes.append(OUT[0])
    assert nothing() == Decided([], [])
