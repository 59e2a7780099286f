"""What people ask of the records: calls, one call, its trace, why, and how the hour went."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from ccswitch.kpi.summary import Tally, figures, total, visit_tally
from ccswitch.model import outcomes as o
from ccswitch.model.facts import LegParked, TimePassed
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName, QueueName
from ccswitch.model.nouns import CallResult, Queue, VisitResult
from ccswitch.records.ledger import Ledger
from ccswitch.records.queries import (
    CallFilter,
    agent_spans,
    call_record,
    call_trace,
    explain_call,
    recent_calls,
    summary,
)
from ccswitch.records.store import Store
from tests.records.journals import (
    answered_call,
    arrives,
    busy_hour,
    gives_up,
    hangs_up,
    numbered,
    offered,
    ready,
    rings_out,
    talks,
)

EVERYTHING = CallFilter()


@pytest.fixture
def day(store: Store) -> Store:
    """Three calls: one answered by li, one abandoned in support, one that still waits."""
    moments = [
        ready("li", 90.0),
        *answered_call("c1", "li", 100.0),
        *arrives("c2", 200.0, queue="support", number="555"),
        *gives_up("c2", 203.0, waited=3.0, queue="support"),
        *arrives("c3", 300.0),
    ]
    Ledger(store).write(numbered(moments))
    return store


def ids(store: Store, wanted: CallFilter) -> list[str]:
    return [row["call_id"] for row in recent_calls(store, wanted).rows]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (EVERYTHING, ["c3", "c2", "c1"]),
        (CallFilter(queue="sales"), ["c3", "c1"]),
        (CallFilter(agent="li"), ["c1"]),
        (CallFilter(result="abandoned"), ["c2"]),
        (CallFilter(result="live"), ["c3"]),
        (CallFilter(number="555"), ["c2"]),
        (CallFilter(node="n2"), []),
        (CallFilter(since=200.0, until=300.0), ["c2"]),
        (CallFilter(queue="sales", result="answered"), ["c1"]),
        (CallFilter(number="\x00' OR 1=1 --"), []),
        (CallFilter(agent="\ud800"), []),
    ],
)
def test_calls_are_found(day: Store, wanted: CallFilter, found: list[str]) -> None:
    assert ids(day, wanted) == found


def test_pages_follow_one_another_without_gap_or_overlap(store: Store) -> None:
    # Given calls of which several began at the same instant
    Ledger(store).write(numbered([m for i in range(11) for m in arrives(f"c{i:02}", 100.0 + i // 3)]))
    # When they are read page by page
    seen, after = [], None
    while True:
        page = recent_calls(store, EVERYTHING, limit=4, after=after)
        seen += [row["call_id"] for row in page.rows]
        after = page.next
        if after is None:
            break
    # Then each is seen once, the newest first
    assert seen == [f"c{i:02}" for i in reversed(range(11))]


def test_one_call_with_everything_about_it(day: Store) -> None:
    found = call_record(day, CallId("c1"))
    assert found is not None
    assert found.call["result"] == "answered"
    assert [leg["leg_id"] for leg in found.legs] == ["c1", "c1-a1"]
    assert [visit["queue"] for visit in found.visits] == ["sales"]
    assert [offer["agent"] for offer in found.offers] == ["li"]
    assert [talk["agent"] for talk in found.talks] == ["li"]
    assert call_record(day, CallId("c9")) is None
    assert call_record(day, CallId("\x00\ud800")) is None


def test_the_trace_reads_like_what_happened(day: Store) -> None:
    lines = [(row["text"], row["given"]) for row in call_trace(day, CallId("c2"))]
    assert lines == [
        ("call from 555 to 4008 arrived at entry main on n1", "leg c2 parked on n1"),
        ("the caller's leg c2 from 555", "leg c2 parked on n1"),
        ("leg c2 was answered", "leg c2 answered"),
        ("waits in support with priority 0: pressed 1", "leg c2 answered"),
        ("leg c2 ended: ORIGINATOR_CANCEL", "leg c2 ended: ORIGINATOR_CANCEL"),
        ("left queue support after 3.0 s: abandoned", "leg c2 ended: ORIGINATOR_CANCEL"),
        ("call ended (abandoned, ORIGINATOR_CANCEL): the caller hung up", "leg c2 ended: ORIGINATOR_CANCEL"),
    ]
    assert call_trace(day, CallId("c9")) == []


def test_explain_tells_a_transfer_that_was_refused(store: Store) -> None:
    # Given an agent whose phone sent the caller to an outside number
    refused = o.TransferRefused(call=CallId("c1"), agent=AgentId("li"), target="0900", why="no entry of the house")
    parked = LegParked(leg=LegId("c1"), node=NodeName("n1"), call=CallId("c1"), transfer_to="0900")
    moments = [*arrives("c1", 100.0), *offered("c1", "li", 101.0), *talks("c1", "li", 105.0, waited=5.0)]
    Ledger(store).write(numbered([*moments, (120.0, parked, [refused])]))
    # Then it stands after the talk's offer, with who did it and why it did not come to be
    last = explain_call(store, CallId("c1"))[-1]
    assert (last["kind"], last["agent"], last["why"], last["result"], last["end_why"]) == (
        "transfer",
        "li",
        "to 0900",
        "refused",
        "no entry of the house",
    )


def test_a_recording_that_is_not_there_is_in_the_call(store: Store) -> None:
    missing = o.RecordingNotWritten(call=CallId("c1"), node=NodeName("n1"), recording="/rec/c1.wav", why="disk full")
    moments = [*arrives("c1", 100.0), *offered("c1", "li", 101.0), *talks("c1", "li", 105.0, waited=5.0)]
    Ledger(store).write(numbered([*moments, (105.1, TimePassed(), [missing])]))
    assert call_record(store, CallId("c1")).call["unrecorded"] == "disk full"  # type: ignore[union-attr]


def test_explain_says_why_each_agent_and_how_it_ended(store: Store) -> None:
    # Given a call that Wu let ring out and Li took
    moments = [
        *arrives("c1", 100.0),
        *offered("c1", "wu", 101.0),
        *rings_out("c1", "wu", 121.0),
        *offered("c1", "li", 121.0, serial=2),
        *talks("c1", "li", 125.0, waited=25.0, serial=2),
    ]
    Ledger(store).write(numbered(moments))
    told = [(row["kind"], row["agent"], row["why"], row["result"]) for row in explain_call(store, CallId("c1"))]
    assert told == [
        ("visit", "li", "pressed 1", "answered"),
        ("offer", "wu", "longest idle of 3", "rona"),
        ("offer", "li", "longest idle of 3", "talked"),
    ]


def test_an_agents_time_without_holes(day: Store) -> None:
    spans = agent_spans(day, "li", since=105.5, until=1000.0)
    assert [span["state"] for span in spans] == ["offered", "ringing", "talking", "wrapup", "idle"]
    assert all(one["ended"] == next_["started"] for one, next_ in pairwise(spans))
    assert agent_spans(day, "li", since=0.0, until=90.0) == []


def test_how_the_hour_went(store: Store) -> None:
    # Given 60 calls in sales: four of five answered after 10 s, the fifth abandoned after 7 s; one in support
    moments_of_support = [*arrives("s1", 2100.0, queue="support"), *gives_up("s1", 2103.0, waited=3.0, queue="support")]
    hour = busy_hour(60)
    Ledger(store).write(hour)
    Ledger(store).write(numbered(moments_of_support, first=len(hour) + 1))
    # When it is summed up with a target of 9 s for sales
    rules = [Queue(name=QueueName("sales"), target=9.0, short_abandon=8.0)]
    went = summary(store, rules, since=2000.0, until=10_000.0)
    # Then
    sales, support = went.queues["sales"], went.queues["support"]
    assert (sales.offered, sales.answered, sales.abandoned, sales.short_abandoned) == (60, 48, 12, 12)
    assert figures(sales)["service_level"] == 0.0  # 10 s is not within 9 s
    assert figures(sales)["asa"] == pytest.approx(10.0)
    assert figures(sales)["aht"] == pytest.approx(65.0)  # 60 s talk, 5 s wrap-up
    assert sales.longest_wait == 10.0
    assert (support.offered, support.abandoned, support.short_abandoned) == (1, 1, 1)  # the default: under 5 s
    assert went.overall == sales + support
    # And with the default target all of sales were answered in time
    assert figures(summary(store, [], since=2000.0, until=10_000.0).queues["sales"])["service_level"] == 0.8


def test_the_summary_equals_a_direct_count(store: Store) -> None:
    # Given visits with every result and many waits
    results = [VisitResult.ANSWERED, VisitResult.ABANDONED, VisitResult.LOST, VisitResult.HUNG_UP, None]
    visits = [(results[i % 5], float(i * 7 % 61)) for i in range(100)]
    visits += [(result, edge) for result in results for edge in (5.0, 30.0)]
    moments = []
    for i, (result, waited) in enumerate(visits):
        call = CallId(f"c{i}")
        moments += arrives(call, 100.0 + i)
        if result is not None:
            left = o.VisitEnded(call=call, queue=QueueName("sales"), result=result, waited=waited)
            moments.append((500.0 + i, TimePassed(), [left]))
    Ledger(store).write(numbered(moments))
    # Then SQL's answer is what counting them one by one gives
    went = summary(store, [], since=0.0, until=1000.0).overall
    assert went == total(visit_tally(result, waited, target=30.0, short_abandon=5.0) for result, waited in visits)


def test_a_visit_is_counted_by_the_rules_of_its_day(store: Store) -> None:
    # Given a caller who waited 7 s when the target was 5 s and short meant under 8 s, and one who waited 7 s later,
    # when the target was 10 s and short meant under 2 s
    moments = []
    for call, at, target, short in (("old", 100.0, 5.0, 8.0), ("new", 200.0, 10.0, 2.0)):
        started, (when, given, [connected, waits]) = arrives(call, at)
        waits = replace(waits, target=target, short_abandon=short)
        moments += [started, (when, given, [connected, waits]), *gives_up(call, at + 7, waited=7.0)]
    Ledger(store).write(numbered(moments))
    # Then neither counts by the other's rules, nor by today's
    today = [Queue(name=QueueName("sales"), target=100.0, short_abandon=100.0)]
    old = summary(store, today, since=0.0, until=150.0).overall
    new = summary(store, today, since=150.0, until=250.0).overall
    assert (old.abandoned_in_target, old.short_abandoned) == (0, 1)
    assert (new.abandoned_in_target, new.short_abandoned) == (1, 0)


def test_what_began_outside_the_span_is_not_counted(day: Store) -> None:
    assert summary(day, [], since=0.0, until=50.0).overall == Tally()
    assert set(summary(day, [], since=150.0, until=250.0).queues) == {"sales", "support"}  # li's wrap-up began in it
    assert summary(day, [], since=150.0, until=250.0).overall.offered == 1


def test_wrap_up_counts_for_the_queue_of_its_talk(store: Store) -> None:
    # Given a caller who talks to the same agent twice, in two queues
    moments = [
        *arrives("c1", 100.0),
        *offered("c1", "li", 101.0),
        *talks("c1", "li", 105.0, waited=5.0),
        (150.0, TimePassed(), [_talk_ends("c1", "li", 45.0), _wraps("c1", "li")]),
        (160.0, TimePassed(), [o.WrapupEnded(agent=AgentId("li"), why="")]),
        *arrives("c1", 170.0, queue="support"),
        *offered("c1", "li", 171.0, serial=2, queue="support"),
        *talks("c1", "li", 175.0, waited=5.0, serial=2, queue="support"),
        *hangs_up("c1", "li", 200.0, talked=25.0, wrapup=3.0, serial=2),
    ]
    Ledger(store).write(numbered(moments))
    queues = summary(store, [], since=0.0, until=1000.0).queues
    assert (queues["sales"].wrapup, queues["support"].wrapup) == (10.0, 3.0)
    assert call_record(store, CallId("c1")).call["result"] == CallResult.ANSWERED.value  # type: ignore[union-attr]


def _talk_ends(call: str, agent: str, talked: float) -> o.TalkEnded:
    leg = f"{call}-a1"
    return o.TalkEnded(call=CallId(call), agent=AgentId(agent), leg=leg, talked=talked, by="agent", deadline=0.0)  # type: ignore[arg-type]


def _wraps(call: str, agent: str) -> o.WrapupStarted:
    return o.WrapupStarted(agent=AgentId(agent), call=CallId(call), deadline=0.0)
