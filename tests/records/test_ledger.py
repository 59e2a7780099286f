"""Decisions become rows, once, in whatever pieces and however often they come."""

from __future__ import annotations

import shutil
import threading
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from ccswitch.errors import StoreError
from ccswitch.kpi.summary import figures
from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.facts import TimePassed
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName, OfferId, QueueName, ScriptHash
from ccswitch.model.nouns import (
    AgentStatus,
    CallResult,
    InForce,
    LegRole,
    OfferResult,
    Release,
    ReleaseKind,
    ScriptSource,
    VisitResult,
)
from ccswitch.records import ledger as ledger_module
from ccswitch.records.ledger import Ledger
from ccswitch.records.queries import summary
from ccswitch.records.store import Store, open_store
from ccswitch.records.tables import LEDGER_POSITION
from tests.records.journals import Moment, all_rows, answered_call, arrives, busy_hour, emptied, numbered, ready
from tests.searching import examples

A_CALL = numbered([ready("li", 90.0), *answered_call("c1", "li", 100.0)])


def test_a_call_is_in_every_table(store: Store) -> None:
    # Given an agent who is ready, and a call that he takes
    # When it is written
    Ledger(store).write(A_CALL)
    rows = all_rows(store)
    # Then every table has its part of it
    [call] = rows["calls"]
    assert (call["call_id"], call["result"], call["queue"], call["agent"]) == ("c1", "answered", "sales", "li")
    assert call["duration"] == pytest.approx(70.1)
    [visit] = rows["queue_visits"]
    assert (visit["queue"], visit["waited"], visit["result"], visit["agent"]) == ("sales", 10.0, "answered", "li")
    [offer] = rows["offers"]
    assert (offer["rang"], offer["answered"], offer["ended"], offer["result"]) == (106.0, 110.0, 110.0, "talked")
    assert offer["why"] == "longest idle of 3"
    [talk] = rows["talks"]
    assert (talk["duration"], talk["held"], talk["ended_by"], talk["recording"]) == (60.0, 0.0, "caller", "/rec/c1.wav")
    assert [(leg["leg_id"], leg["role"], leg["connected"], leg["cause"]) for leg in rows["legs"]] == [
        ("c1", "caller", 100.0, "NORMAL_CLEARING"),
        ("c1-a1", "agent", 110.0, "NORMAL_CLEARING"),
    ]
    assert [(span["state"], span["started"], span["ended"]) for span in rows["agent_spans"]] == [
        ("idle", 90.0, 105.0),
        ("offered", 105.0, 106.0),
        ("ringing", 106.0, 110.0),
        ("talking", 110.0, 170.0),
        ("wrapup", 170.0, 175.0),
        ("idle", 175.0, None),
    ]
    [order] = rows["audit"]
    assert (order["author"], order["kind"], order["accepted"], order["said"]) == (
        "boss",
        "MakeReady",
        True,
        "li is ready",
    )
    assert rows["trace"][0]["text"] == "call from 13900000001 to 4008 arrived at entry main on n1"
    assert rows["ledger_position"] == [{"name": "ledger", "n": len(A_CALL), "at": 175.0}]


def test_what_was_written_is_not_written_again(store: Store) -> None:
    ledger = Ledger(store)
    assert ledger.write(A_CALL) == len(A_CALL)
    before = all_rows(store)
    # When all of it, a part of it, and nothing are delivered again
    for again in (A_CALL, A_CALL[3:5], []):
        assert ledger.write(again) == len(A_CALL)
    # Then nothing changed
    assert all_rows(store) == before
    assert ledger.position() == len(A_CALL)


def test_a_crash_within_a_batch_leaves_no_trace_of_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a ledger that dies after the rows and before the position
    ledger = Ledger(store)
    ledger.write(A_CALL[:4])
    before = all_rows(store)

    class Died(BaseException):
        pass

    def die(*_: Any) -> Any:
        raise Died

    with monkeypatch.context() as broken, pytest.raises(Died):
        broken.setattr(ledger_module, "_move_to", die)
        ledger.write(A_CALL[4:])
    # Then the tables are as they were, and the next try does it all
    assert all_rows(store) == before
    ledger.write(A_CALL[4:])
    assert ledger.position() == len(A_CALL)
    assert len(all_rows(store)["trace"]) == sum(len(d.outcomes) for d in A_CALL) - 3  # the agent's own, the order's


def test_outcomes_about_what_was_never_seen_are_passed_over(store: Store) -> None:
    # Given a journal whose beginning was pruned: of the call there is only the end
    Ledger(store).write(A_CALL[-3:])
    rows = all_rows(store)
    # Then there are no halves of rows; the trace says what is known
    assert not rows["calls"] and not rows["queue_visits"] and not rows["offers"] and not rows["talks"]
    assert rows["trace"]


@pytest.mark.parametrize("second", [CallResult.LOST, CallResult.ABANDONED])
def test_results_are_given_once(store: Store, second: CallResult) -> None:
    # Given a call that ended
    ledger = Ledger(store)
    ledger.write(A_CALL)
    before = {name: rows for name, rows in all_rows(store).items() if name not in ("trace", "ledger_position")}
    # When its end, its visit's, its offer's and its talk's are told again, otherwise
    call, agent = CallId("c1"), AgentId("li")
    again = (
        o.CallEnded(call=call, result=second, cause="X", why="again"),
        o.VisitEnded(call=call, queue=QueueName("sales"), result=VisitResult.LOST, waited=99.0),
        o.OfferEnded(offer=OfferId("c1-o1"), call=call, agent=agent, result=OfferResult.RONA, cause="X", why=""),
        o.TalkEnded(call=call, agent=agent, leg=LegId("c1-a1"), talked=1.0, by="switch", deadline=0.0),
        o.LegClosed(call=call, leg=LegId("c1"), cause="X"),
    )
    ledger.write([Decision(n=len(A_CALL) + 1, t=999.0, given=TimePassed(), outcomes=again)])
    # Then the first ones stand
    after = all_rows(store)
    assert {name: after[name] for name in before} == before


def test_hold_counts_as_part_of_the_talk(store: Store) -> None:
    call, agent = CallId("c1"), AgentId("li")
    held = [
        (120.0, TimePassed(), [o.TalkHeld(call=call, agent=agent, on=True)]),
        (121.0, TimePassed(), [o.TalkHeld(call=call, agent=agent, on=True)]),
        (130.0, TimePassed(), [o.TalkHeld(call=call, agent=agent, on=False)]),
        (165.0, TimePassed(), [o.TalkHeld(call=call, agent=agent, on=True)]),
    ]
    Ledger(store).write(numbered([*answered_call("c1", "li", 100.0), *held]))
    rows = all_rows(store)
    # Held from 120 to 130 and from 165 to the end at 170
    assert (rows["talks"][0]["duration"], rows["talks"][0]["held"]) == (60.0, 15.0)
    states = [span["state"] for span in rows["agent_spans"]]
    assert states == ["offered", "ringing", "talking", "holding", "talking", "holding", "wrapup", "idle"]


def test_a_caller_who_waits_on_after_a_broken_offer_is_on_the_same_visit(store: Store) -> None:
    again = o.CallEnqueued(call=CallId("c1"), queue=QueueName("sales"), priority=7, since=100.0, why="back in line")
    Ledger(store).write(numbered([*answered_call("c1", "li", 100.0), (107.0, TimePassed(), [again])]))
    [visit] = all_rows(store)["queue_visits"]
    assert (visit["started"], visit["priority"], visit["why"]) == (100.0, 7, "pressed 1")


def test_a_visit_says_where_its_caller_went_and_why(store: Store) -> None:
    # Given one who overflowed from sales to support
    left = o.VisitEnded(
        call=CallId("c1"),
        queue=QueueName("sales"),
        result=VisitResult.OVERFLOWED,
        waited=30.0,
        to="queue:support",
        why="after 30s: to queue:support",
    )
    on = o.CallEnqueued(call=CallId("c1"), queue=QueueName("support"), priority=0, since=100.0, why="overflow")
    # When it is written
    Ledger(store).write(numbered([*arrives("c1", 100.0), (130.0, TimePassed(), [left, on])]))
    # Then his first stay is over by that name, and the second is still open
    first, second = all_rows(store)["queue_visits"]
    assert (first["result"], first["left_to"], first["end_why"]) == (
        "overflowed",
        "queue:support",
        "after 30s: to queue:support",
    )
    assert (second["queue"], second["result"], second["left_to"], second["since"]) == ("support", None, "", 100.0)
    # And the trace says it in words
    said = [row["text"] for row in all_rows(store)["trace"]]
    assert "left queue sales after 30.0 s: overflowed to queue:support, after 30s: to queue:support" in said


def test_two_controllers_that_feed_at_once_take_turns(store: Store, url: str) -> None:
    # Given an old controller that is not quite dead, and its successor, each with its own connection and thread
    journal = busy_hour(40)
    failed: list[StoreError] = []

    def feed(size: int) -> None:
        own = open_store(url)
        try:
            for begin in range(0, len(journal), size):
                Ledger(own).write(journal[begin : begin + size])
        except StoreError as error:
            failed.append(error)
        own.close()

    both = [threading.Thread(target=feed, args=(size,)) for size in (7, 11)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(60)
    # Then neither failed, and every row is there once
    assert failed == []
    rows = all_rows(store)
    assert len(rows["audit"]) == 10 and len(rows["calls"]) == 40
    assert Ledger(store).position() == len(journal)


HOSTILE = [
    "\x00",
    "a\x00b",
    "\ud800",
    "x" * 100_000,
    "'; DROP TABLE calls; --",
    "%s %(n)s :n {o.call} ${system(reboot)}",
    "\x1b[2J\r\n",
    "微信客服" * 200,
    "\u202e\ufeff",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_strings_are_kept_harmless(store: Store, text: str) -> None:
    # Given a call in which everything that can be a text is this text
    call = CallId(f"c{text}")
    outcomes = (
        o.CallStarted(
            call=call, leg=LegId(text), node=NodeName(text), entry=text,
            caller_number=text, caller_name=text, called_number=text,
        ),
        o.LegOpened(call=call, leg=LegId(text), role=LegRole.AGENT, number=text, agent=AgentId(text)),
        o.CallEnqueued(call=call, queue=QueueName(text), priority=1 << 80, since=float("nan"), why=text, cursor=text),
        o.OfferMade(
            offer=OfferId(text), serial=1, call=call, agent=AgentId(text), queue=QueueName(text), leg=LegId(text),
            deadline=float("inf"), why=text,
        ),
        o.TalkStarted(
            call=call, agent=AgentId(text), leg=LegId(text), queue=QueueName(text), waited=1.0, recording=text
        ),
        o.TalkEnded(call=call, agent=AgentId(text), leg=LegId(text), talked=1.0, by=text, deadline=1.0),
        o.AgentStatusChanged(agent=AgentId(text), status=AgentStatus.BREAK, reason=text, author=text),
        o.CallEnded(call=call, result=CallResult.ANSWERED, cause=text, why=text),
        o.OrderRefused(order=text, author=text, why=text),  # type: ignore[arg-type]
    )  # fmt: skip
    # When it is written in two batches
    ledger = Ledger(store)
    ledger.write([Decision(n=1, t=1.0, given=TimePassed(), outcomes=outcomes[:4])])
    ledger.write([Decision(n=2, t=2.0, given=TimePassed(), outcomes=outcomes[4:])])
    # Then the rows are there, found again by the second batch, and hold nothing that bites
    rows = all_rows(store)
    assert [row["result"] for row in rows["calls"]] == ["answered"]
    assert [row["ended"] for row in rows["talks"]] == [2.0]
    for row in (row for some in rows.values() for row in some):
        for value in row.values():
            assert not isinstance(value, str) or not set(value) & {"\x00", "\x1b", "\r", "\n"}


def test_two_long_ids_that_differ_at_the_end_stay_two_calls(store: Store) -> None:
    calls = [answered_call("c" * 300 + tail, "li", at) for tail, at in (("1", 100.0), ("2", 200.0))]
    Ledger(store).write(numbered([moment for call in calls for moment in call]))
    assert len(all_rows(store)["calls"]) == 2


def test_a_database_without_the_schema_says_what_to_do(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(StoreError, match="run `ccswitch db upgrade`"):
        Ledger(store).write(A_CALL)
    store.close()


def test_a_lost_position_is_told_and_not_guessed(store: Store) -> None:
    store.write(lambda connection: connection.execute(delete(LEDGER_POSITION)))
    with pytest.raises(StoreError, match="no position row"):
        Ledger(store).position()


# ---- property: however the journal is cut and however often it is delivered, the rows are the same ----------------

NAMES = st.sampled_from(["a", "b", "c\x00"])
CURSORS = st.sampled_from(
    ["", "{", '{"script":"s","hash":"h","step":"a","tries":1}', '{"script":"s","hash":"h","step":"b"}']
)


def any_outcome() -> st.SearchStrategy[Any]:
    return st.one_of([st.builds(cls, **_texts(cls)) for cls in get_args(o.Outcome) if cls is not o.SettingsTaken])


def _texts(cls: type) -> dict[str, st.SearchStrategy[Any]]:
    ids = {"call", "leg", "offer", "agent", "queue", "why", "cause", "author", "by", "reason"}
    names = set(cls.__dataclass_fields__) & ids  # type: ignore[attr-defined]
    known = {name: NAMES for name in names if cls is not o.AgentAdded or name != "agent"}
    return known | ({"cursor": CURSORS} if "cursor" in cls.__dataclass_fields__ else {})  # type: ignore[attr-defined]


@st.composite
def journals(draw: st.DrawFn) -> list[Decision]:
    steps = draw(st.lists(st.tuples(st.sampled_from([0.0, 1.5]), st.lists(any_outcome(), max_size=3)), max_size=25))
    now, decisions = 100.0, []
    for n, (passed, outcomes) in enumerate(steps, 1):
        now += passed
        decisions.append(Decision(n=n, t=now, given=TimePassed(), outcomes=tuple(outcomes)))
    return decisions


@st.composite
def deliveries(draw: st.DrawFn, length: int) -> list[tuple[int, int]]:
    """Slices that together cover the journal in order, some of them again from further back."""
    cuts = sorted({0, length, *draw(st.lists(st.integers(0, length), max_size=6))})
    pieces = []
    for begin, end in pairwise(cuts):
        pieces.append((max(0, begin - draw(st.integers(0, 5))), end))
        if draw(st.booleans()):
            pieces.append((max(0, begin - 2), end))
    return pieces


def rows_after(store: Store, batches: list[list[Decision]]) -> dict[str, Any]:
    store.write(emptied)
    ledger = Ledger(store)
    for batch in batches:
        ledger.write(batch)
    rows = all_rows(store)
    for order in rows["audit"]:
        del order["id"]
    return rows


@settings(
    max_examples=examples(12),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_the_cuts_do_not_matter(store: Store, data: st.DataObject) -> None:
    # Given any journal at all, sensible or not
    journal = data.draw(journals())
    assume(journal)
    # When it comes in one batch, or in pieces of which some come again
    pieces = data.draw(deliveries(len(journal)))
    whole = rows_after(store, [journal])
    in_pieces = rows_after(store, [journal[begin:end] for begin, end in pieces])
    # Then the rows are the same
    assert in_pieces == whole


def test_the_cuts_of_a_busy_hour_do_not_matter(store: Store) -> None:
    journal = busy_hour(60)
    whole = rows_after(store, [journal])
    assert whole == rows_after(store, [journal[i : i + 7] for i in range(0, len(journal), 7)])
    assert len(whole["calls"]) == 60
    assert {row["result"] for row in whole["calls"]} == {"answered", "abandoned"}
    assert all(row["result"] for name in ("calls", "queue_visits", "offers") for row in whole[name])


@pytest.mark.integration
def test_both_databases_hold_the_same(postgres: Any, tmp_path: Path, upgraded_file: Path) -> None:
    from ccswitch.records.migrate import upgrade

    urls = [f"sqlite:///{shutil.copy(upgraded_file, tmp_path / 'same.db')}", postgres.new_database()]
    upgrade(urls[1])
    stores = [open_store(url) for url in urls]
    one, other = (rows_after(store, [busy_hour(30)]) for store in stores)
    assert one == other
    for store in stores:
        store.close()


def test_a_version_stays_as_it_was_first_written(store: Store) -> None:
    # Given a version that is published, and later again by somebody else
    source = ScriptSource(name="main", hash="new", text="steps: …")
    decisions = [
        Decision(n=n, t=float(n), given=TimePassed(), outcomes=(o.ScriptReleased(
            release=Release(script="main", versions=InForce(hash=ScriptHash("new")), author=author),
            kind=ReleaseKind.PUBLISHED, sources=(source,)),))
        for n, author in enumerate(("wang", "zhao"), 1)
    ]  # fmt: skip
    # When both are written, at once and one by one
    Ledger(store).write(decisions)
    # Then the version is the first one's, and both releases are there
    rows = all_rows(store)
    assert [(row["author"], row["at"], row["text"]) for row in rows["script_versions"]] == [("wang", 1.0, "steps: …")]
    assert [row["author"] for row in rows["releases"]] == ["wang", "zhao"]


def test_what_a_caller_could_expect_is_kept_with_what_came(store: Store) -> None:
    # Given two callers who could expect 30 s and waited 20 and 60, and one of whom nothing could be said
    waits = [(30.0, 20.0), (30.0, 60.0), (None, 50.0)]
    moments: list[Moment] = []
    for n, (estimate, waited) in enumerate(waits):
        name, at = CallId(f"c{n}"), 100.0 * n
        joined = o.CallEnqueued(call=name, queue=QueueName("sales"), priority=0, since=at, why="x", estimate=estimate)
        left = o.VisitEnded(call=name, queue=QueueName("sales"), result=VisitResult.ANSWERED, waited=waited)
        moments += [(at, TimePassed(), [joined]), (at + waited, TimePassed(), [left])]
    Ledger(store).write(numbered(sorted(moments, key=lambda moment: moment[0])))
    # Then the rows have it, and the figure is how far they were apart on the mean
    assert [row["estimated"] for row in all_rows(store)["queue_visits"]] == [30.0, 30.0, None]
    sales = summary(store, [], since=0.0, until=1000.0).queues["sales"]
    assert (sales.estimates, figures(sales)["estimate_error"]) == (2, 20.0)
