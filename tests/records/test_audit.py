"""Who did what."""

from __future__ import annotations

import orjson
import pytest

from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.ids import AgentId, OrderId
from ccswitch.model.orders import LogIn
from ccswitch.records import audit
from ccswitch.records.audit import AuditFilter, note, recent_audit
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
    assert [row["said"] for row in recent_audit(store, AuditFilter(author="a1"))] == ["3", "1"]


def test_hostile_notes_are_kept_harmless(store: Store) -> None:
    note(store, author="\x00", kind="\ud800", what={"a\x00": ["\ud800"]}, accepted=False, said="x" * 9999, now=1.0)
    [row] = recent_audit(store, AuditFilter(author="\x00"))
    assert len(row["said"]) == 500


def test_what_is_asked_for_is_found_and_no_more(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given orders about several things, by somebody whose name is one of them
    monkeypatch.setattr(audit, "READ", 2)
    orders: list[tuple[str, dict[str, object]]] = [
        ("PauseQueue", {"author": "li", "queue": "sales"}),
        ("MoveCallers", {"author": "li", "queue": "care", "to": "queue:sales", "call": "c1"}),
        ("TakeBreak", {"author": "ann", "agent": "li", "reason": "sales"}),
        ("ChangeSkills", {"author": "ann", "agent": "wu", "set": {"sales": 3}}),
        ("PauseQueue", {"author": "ann", "queue": "sales_eu"}),
        ("token add", {"name": "board%"}),
    ]
    for at, (kind, what) in enumerate(orders):
        note(store, author=str(what.get("author", "root")), kind=kind, what=what, accepted=True, said="", now=float(at))

    def found(**wanted: object) -> list[float]:
        """The instants of what is found, the newest first."""
        return [row["at"] for row in recent_audit(store, AuditFilter(**wanted))]  # type: ignore[arg-type]

    # Then an object is found wherever it is named, as a target and as a skill too, and never as an author
    assert found(about="sales") == [3.0, 2.0, 1.0, 0.0]
    assert found(about="li") == [2.0]
    assert found(about="board%") == [5.0] and found(about="board") == []
    # And kinds by a part of their name, spans, and all together
    assert found(kind="pause") == [4.0, 0.0] and found(kind="%") == []
    assert found(since=1.0, until=3.0) == [2.0, 1.0]
    assert found(author="li", about="sales", kind="move") == [1.0]
    # And pages are turned through what is not asked for
    [last] = recent_audit(store, AuditFilter(about="sales"), limit=1)
    older = recent_audit(store, AuditFilter(about="sales"), limit=2, before_id=last["id"])
    assert [row["at"] for row in older] == [2.0, 1.0]
