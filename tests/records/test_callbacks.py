"""Promises in the records: a row each, and the figures of the queue; what the house dialled was not offered to it."""

from __future__ import annotations

from dataclasses import replace

from ccswitch.kpi.summary import figures
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model.ids import CallId, NodeName, QueueName
from ccswitch.model.nouns import AttemptResult, CallbackResult, CallOrigin
from ccswitch.records.ledger import Ledger
from ccswitch.records.promises import past_promises, promise_record
from ccswitch.records.queries import summary
from ccswitch.records.store import Store
from tests.records.journals import Moment, all_rows, arrives, numbered

SUPPORT = QueueName("support")


def promised(name: str, at: float, target: float | None = None) -> Moment:
    return at, f.TimePassed(), [
        o.CallbackPromised(
            promise=CallId(name), call=CallId("c1"), queue=SUPPORT, number="13900139000", caller_number="139",
            caller_name="Wang", called_number="100", entry="support", node=NodeName("a"), priority=2, requires="",
            since=at - 5.0, due=at, expires=at + 600.0, why="script menu, step wait",
            target=target,
        )
    ]  # fmt: skip


def tried(name: str, at: float, result: AttemptResult, again_at: float = 0.0) -> Moment:
    call = CallId(f"{name}-1")
    return (
        at,
        f.TimePassed(),
        [o.CallbackTried(promise=CallId(name), call=call, result=result, cause="USER_BUSY", why="", again_at=again_at)],
    )


def ended(name: str, at: float, result: CallbackResult) -> Moment:
    return (
        at,
        f.TimePassed(),
        [o.CallbackEnded(promise=CallId(name), call=CallId(f"{name}-2"), queue=SUPPORT, result=result, why="so")],
    )


def test_a_promise_is_a_row_with_its_attempts_and_its_end(store: Store) -> None:
    moments = [
        promised("p1", 100.0),
        tried("p1", 110.0, AttemptResult.BUSY, 410.0),
        tried("p1", 420.0, AttemptResult.CANCELLED, 420.0),
        tried("p1", 430.0, AttemptResult.TALKED),
        ended("p1", 430.0, CallbackResult.KEPT),
    ]
    for moment in numbered(moments):  # each by itself: what is open is found again
        Ledger(store).write([moment])
    [row] = all_rows(store)["callbacks"]
    assert (row["made_in"], row["queue"], row["number"], row["since"]) == ("c1", "support", "13900139000", 95.0)
    assert (row["attempts"], row["last_attempt"], row["due"]) == (2, "talked", 420.0)
    assert (row["result"], row["end_why"], row["ended"], row["duration"]) == ("kept", "so", 430.0, 330.0)


def test_promised_and_kept_are_figures_of_the_queue(store: Store) -> None:
    moments = [
        promised("p1", 100.0),
        promised("p2", 110.0),
        promised("p3", 120.0),
        ended("p1", 130.0, CallbackResult.KEPT),
        ended("p2", 140.0, CallbackResult.UNREACHED),
    ]
    Ledger(store).write(numbered(moments))
    tally = summary(store, [], since=0.0, until=1000.0).queues["support"]
    assert (tally.callbacks, tally.callbacks_kept, tally.callbacks_open) == (3, 1, 1)


def test_in_time_late_and_lost_are_figures_of_the_queue(store: Store) -> None:
    # Given five promises that were to be kept within 60 s, of which one waits for its hours an hour long
    until = 3_800.0
    put_off = o.CallbackPutOff(promise=CallId("p3"), until=until, expires=600.0 + until, why="calendar is closed")
    moments = [
        *(promised(name, 100.0, target=60.0) for name in ("p1", "p2", "p3", "p4", "p5")),
        (200.0, f.TimePassed(), [put_off]),
        ended("p1", 159.0, CallbackResult.KEPT),
        ended("p2", 161.0, CallbackResult.KEPT),
        ended("p3", 3_800.0, CallbackResult.KEPT),
        ended("p4", 700.0, CallbackResult.EXPIRED),
        ended("p5", 700.0, CallbackResult.CALLED_IN),
    ]
    Ledger(store).write(numbered(sorted(moments, key=lambda one: one[0])))
    # Then one was kept in time, one because the time of the hours does not count, one late; one was lost
    tally = summary(store, [], since=0.0, until=1000.0).queues["support"]
    assert (tally.callbacks_kept, tally.callbacks_late, tally.callbacks_lost) == (3, 1, 1)
    told = figures(tally)
    assert (told["callbacks_in_time"], told["callbacks_in_time_rate"]) == (2, 0.5)


def test_hours_that_open_sooner_give_back_what_was_put_off(store: Store) -> None:
    put_off = o.CallbackPutOff(promise=CallId("p1"), until=3_600.0, expires=4_100.0, why="calendar is closed")
    due = o.CallbackDue(promise=CallId("p1"), why="it is open", expires=1_100.0)
    moments = [
        promised("p1", 100.0, target=60.0),
        (200.0, f.TimePassed(), [put_off]),
        (600.0, f.TimePassed(), [due]),
    ]
    for moment in numbered(moments):
        Ledger(store).write([moment])
    [row] = all_rows(store)["callbacks"]
    assert (row["due"], row["expires"], row["in_time"]) == (600.0, 1_100.0, 560.0)


def test_those_that_are_over_are_listed_and_each_with_its_calls(store: Store) -> None:
    # Given one that is over, one that stands, and a call by which the first was kept
    moments = [
        promised("p1", 100.0),
        promised("p2", 110.0),
        *arrives("p1-1", 120.0),
        ended("p1", 130.0, CallbackResult.KEPT),
    ]
    Ledger(store).write(numbered(moments))
    assert [row["promise_id"] for row in past_promises(store)] == ["p1"]
    found = promise_record(store, CallId("p1"))
    assert found is not None and [row["call_id"] for row in found.calls] == ["p1-1"]
    standing = promise_record(store, CallId("p2"))
    assert standing is not None and (standing.promise["result"], standing.calls) == (None, [])
    assert promise_record(store, CallId("p3")) is None


def test_what_the_house_dialled_was_not_offered_to_the_queue(store: Store) -> None:
    # Given two who wait, one of whom we called
    moments = [*arrives("c1", 100.0, queue="support"), *arrives("c2", 110.0, queue="support")]
    ours = [(at, given, [by_us(x) for x in outcomes]) for at, given, outcomes in moments]
    Ledger(store).write(numbered(ours))
    assert summary(store, [], since=0.0, until=1000.0).queues["support"].offered == 1


def by_us(outcome: o.Outcome) -> o.Outcome:
    """The second call was ours."""
    if isinstance(outcome, o.CallStarted) and outcome.call == "c2":
        return replace(outcome, origin=CallOrigin.CALLBACK)
    return outcome
