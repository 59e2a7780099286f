"""Who did what."""

from __future__ import annotations

import orjson

from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.ids import AgentId, OrderId
from ccswitch.model.orders import LogIn
from ccswitch.records.audit import note, recent_audit
from ccswitch.records.ledger import Ledger
from ccswitch.records.store import Store


def test_orders_come_by_the_ledger_and_the_rest_by_hand(store: Store) -> None:
    # Given an order that was refused, and a token that was made
    order = LogIn(order=OrderId("o1"), author="boss", agent=AgentId("li"))
    refused = o.OrderRefused(order=OrderId("o1"), author="boss", why="there is no agent li", missing=True)
    Ledger(store).write([Decision(n=1, t=5.0, given=order, outcomes=(refused,))])
    note(store, author="root", kind="token add", what={"name": "board"}, accepted=True, said="made", now=6.0)
    # Then both are listed, the newest first
    token, login = recent_audit(store)
    assert (token["author"], token["kind"], token["accepted"], token["n"]) == ("root", "token add", True, None)
    assert (login["author"], login["kind"], login["accepted"], login["said"], login["n"]) == (
        "boss",
        "LogIn",
        False,
        "there is no agent li",
        1,
    )
    assert orjson.loads(login["what"]) == {"order": "o1", "author": "boss", "agent": "li"}


def test_pages_and_authors(store: Store) -> None:
    for i in range(5):
        note(store, author=f"a{i % 2}", kind="k", what={}, accepted=True, said=str(i), now=float(i))
    first = recent_audit(store, limit=2)
    assert [row["said"] for row in first] == ["4", "3"]
    assert [row["said"] for row in recent_audit(store, limit=2, before_id=first[-1]["id"])] == ["2", "1"]
    assert [row["said"] for row in recent_audit(store, author="a1")] == ["3", "1"]


def test_hostile_notes_are_kept_harmless(store: Store) -> None:
    note(store, author="\x00", kind="\ud800", what={"a\x00": ["\ud800"]}, accepted=False, said="x" * 9999, now=1.0)
    [row] = recent_audit(store, author="\x00")
    assert len(row["said"]) == 500
