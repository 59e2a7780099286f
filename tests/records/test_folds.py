"""Every outcome has its fold, its sentence and its place; folds look at the book and at nothing else."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from orjson import loads

from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.facts import Fact, TimePassed
from ccswitch.model.ids import AgentId, CallId, OrderId, ScriptHash
from ccswitch.model.nouns import AgentStatus, InForce, LegRole, Release, ReleaseKind, ScriptSource
from ccswitch.model.orders import Order, PublishScript
from ccswitch.records.book import Book
from ccswitch.records.folds import FOLDS, NO_ROWS, TOPICS, fold
from ccswitch.records.narrative import INPUTS, OUTCOMES, sentence
from ccswitch.records.tables import AGENT_SPANS, AUDIT, OFFERS, RELEASES, SCRIPT_VERSIONS
from tests.records.journals import Moment, numbered, offered, ready, talks

EVERY_OUTCOME = set(get_args(o.Outcome))


def spans_after(*moments: Moment) -> list[tuple[Any, ...]]:
    book = Book()
    for decision in numbered(moments):
        fold(book, decision)
    rows = dict(book.written()).get(AGENT_SPANS, [])
    return [(row["started"], row["ended"], row["status"], row["reason"], row["state"]) for row in rows]


def status(at: float, said: AgentStatus, reason: str = "") -> Moment:
    outcome = o.AgentStatusChanged(agent=AgentId("li"), status=said, reason=reason, author="li")
    return at, TimePassed(), [outcome]


def test_every_outcome_writes_rows_or_says_that_it_writes_none() -> None:
    assert set(FOLDS) | set(NO_ROWS) == EVERY_OUTCOME
    assert not set(FOLDS) & set(NO_ROWS)


def test_the_rows_of_an_outcome_are_written_in_the_file_named_as_its_own() -> None:
    for topic in TOPICS:
        named = topic.__name__.rpartition(".")[2]
        assert {outcome.__module__.rpartition(".")[2] for outcome in topic.FOLDS} == {named}


def test_everything_has_a_sentence() -> None:
    assert set(OUTCOMES) == EVERY_OUTCOME
    assert set(INPUTS) == set(get_args(Fact)) | set(get_args(Order))


@pytest.mark.parametrize("cls", [*OUTCOMES, *INPUTS], ids=lambda cls: cls.__name__)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_sentence_can_be_said_of_any_value(cls: type, data: st.DataObject) -> None:
    value = data.draw(st.from_type(cls))
    said = sentence(value, OUTCOMES if cls in OUTCOMES else INPUTS)
    assert said and "object at" not in said


def test_a_template_in_a_callers_name_stays_text() -> None:
    opened = o.LegOpened(call=CallId("c"), leg="l", role=LegRole.CALLER, number="{o.call.__class__}")  # type: ignore[arg-type]
    assert "{o.call.__class__}" in sentence(opened)
    ended = o.LegClosed(call=CallId("c"), leg="l", cause="{o.__class__}")  # type: ignore[arg-type]
    assert "{o.__class__}" in sentence(ended)


def test_status_and_state_are_one_line_of_time() -> None:
    # Given an agent who is offered a call, takes a break while it rings, and comes back
    spans = spans_after(
        ready("li", 10.0),
        *offered("c1", "li", 20.0),
        status(22.0, AgentStatus.BREAK, "tea"),
        status(30.0, AgentStatus.READY),
    )
    # Then each change of either begins a new span, and the other goes on
    assert spans == [
        (10.0, 20.0, "ready", "", "idle"),
        (20.0, 21.0, "ready", "", "offered"),
        (21.0, 22.0, "ready", "", "ringing"),
        (22.0, 30.0, "break", "tea", "ringing"),
        (30.0, None, "ready", "", "ringing"),
    ]


def test_a_second_sign_of_ringing_is_not_a_second_ring() -> None:
    # Given a 180 and a 183 after it, and the same when the agent talks already
    rings = offered("c1", "li", 20.0)
    late = (25.0, TimePassed(), rings[1][2])
    book = Book()
    for decision in numbered([*rings, (22.0, TimePassed(), rings[1][2]), *talks("c1", "li", 24.0, waited=4.0), late]):
        fold(book, decision)
    rows = dict(book.written())
    # Then he rang once, and talks on
    assert [offer["rang"] for offer in rows[OFFERS]] == [21.0]
    assert [span["state"] for span in rows[AGENT_SPANS]] == ["offered", "ringing", "talking"]


def test_saying_the_same_again_begins_nothing_new() -> None:
    assert spans_after(ready("li", 10.0), ready("li", 20.0)) == [(10.0, None, "ready", "", "idle")]


def test_what_lasts_no_time_is_no_span() -> None:
    # Log-in and ready at the same instant
    spans = spans_after(status(10.0, AgentStatus.BREAK, "login"), status(10.0, AgentStatus.READY))
    assert spans == [(10.0, None, "ready", "", "idle")]


def test_an_outcome_of_a_newer_release_is_passed_over() -> None:
    class Teleported:
        call = ""

    fold(Book(), Decision(n=1, t=1.0, given=TimePassed(), outcomes=(Teleported(),)))  # type: ignore[arg-type]


# ---- releases of scripts ------------------------------------------------------------------------------------

OLD, NEW = (ScriptSource(name="main", hash=hash, text=f"# {hash}") for hash in ("old", "new"))


def released(kind: ReleaseKind, *sources: ScriptSource, author: str = "wang", **versions: Any) -> o.ScriptReleased:
    in_force = InForce(hash=ScriptHash("new"), **versions)
    release = Release(script="main", versions=in_force, before=ScriptHash("old"), author=author, comment="shorter")
    return o.ScriptReleased(release=release, kind=kind, sources=sources)


def test_a_release_is_a_row_and_its_texts_are_versions() -> None:
    # Given a version that is published over that of the files, and that is rolled back to later by another person
    book = Book()
    first, again = released(ReleaseKind.PUBLISHED, NEW, OLD), released(ReleaseKind.ROLLED_BACK, NEW, author="zhao")
    for n, outcome in enumerate((first, again), 1):
        fold(book, Decision(n=n, t=float(n), given=TimePassed(), outcomes=(outcome,)))
    rows = dict(book.written())
    # Then each release is kept with its author, and the files' text as nobody's
    assert [(row["kind"], row["hash"], row["before"], row["author"], row["at"]) for row in rows[RELEASES]] == [
        ("published", "new", "old", "wang", 1.0),
        ("rolled_back", "new", "old", "zhao", 2.0),
    ]
    assert [(row["hash"], row["author"], row["text"]) for row in rows[SCRIPT_VERSIONS]][:2] == [
        ("new", "wang", "# new"),
        ("old", "", "# old"),
    ]


def test_a_release_that_the_records_told_is_not_told_to_them() -> None:
    book = Book()
    fold(book, Decision(n=1, t=1.0, given=TimePassed(), outcomes=(released(ReleaseKind.FOUND, NEW),)))
    assert dict(book.written()) == {}


def test_the_audit_trail_has_no_scripts_in_it() -> None:
    # Given an order with a text of many pages
    source = ScriptSource(name="main", hash="new", text="x" * 100_000)
    order = PublishScript(order=OrderId("1"), author="wang", source=source, comment="shorter")
    book = Book()
    done = o.OrderAccepted(order=OrderId("1"), author="wang", what="script main: version new takes all new calls")
    fold(book, Decision(n=1, t=1.0, given=order, outcomes=(done,)))
    # Then the note names the version and leaves the text out
    [note] = dict(book.written())[AUDIT]
    assert loads(note["what"]) == {
        "order": "1", "author": "wang", "source": {"name": "main", "hash": "new"}, "comment": "shorter", "share": 1.0,
    }  # fmt: skip
