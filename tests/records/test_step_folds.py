"""The way of a call through its scripts, as rows: each step, each try, what was keyed, where it led."""

from __future__ import annotations

from typing import Any

import pytest

from ccswitch.ivr.cursor import Cursor
from ccswitch.ivr.script import script_hash
from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.facts import TimePassed
from ccswitch.model.ids import CallId, ExecuteId, LegId, NodeName, QueueName
from ccswitch.model.nouns import CallResult, VisitResult
from ccswitch.records.book import Book
from ccswitch.records.folds import fold
from ccswitch.records.tables import STEPS

CALL = CallId("c1")
HASH = script_hash("steps: …")
STARTED = o.CallStarted(
    call=CALL, leg=LegId("c1"), node=NodeName("a"), entry="main", caller_number="1", caller_name="", called_number=""
)


def cursor(step: str, tries: int = 0) -> str:
    return Cursor(script="main", hash=HASH, step=step, tries=tries).to_json()


def begins(step: str, kind: str = "menu", *, tries: int = 0, serial: int = 1) -> o.StepStarted:
    return o.StepStarted(
        call=CALL, serial=serial, execute=ExecuteId(f"c1-x{serial}"), script="main", script_hash=HASH, step=step,
        kind=kind, cursor=cursor(step, tries), deadline=900.0,
    )  # fmt: skip


def ends(step: str, result: str, to: str = "", *, kind: str = "menu", keys: str = "", why: str = "") -> o.StepEnded:
    return o.StepEnded(call=CALL, step=step, kind=kind, result=result, keys=keys, why=why, to=to)


def waits(step: str, *, again: bool = False) -> o.CallEnqueued:
    return o.CallEnqueued(
        call=CALL, queue=QueueName("sales"), priority=0, since=0.0, why="", cursor=cursor(step), script_hash=HASH,
        again=again,
    )  # fmt: skip


def left_queue(result: VisitResult) -> o.VisitEnded:
    return o.VisitEnded(call=CALL, queue=QueueName("sales"), result=result, waited=5.0)


def over(result: CallResult) -> o.CallEnded:
    return o.CallEnded(call=CALL, result=result, cause="NORMAL_CLEARING", why="")


def rows(*moments: list[Any]) -> list[dict[str, Any]]:
    """The steps after decisions at 1.0, 2.0, …, the first of which brings the call."""
    book = Book()
    for n, outcomes in enumerate([[STARTED], *moments]):
        fold(book, Decision(n=n, t=float(n), given=TimePassed(), outcomes=tuple(outcomes)))
    return dict(book.written()).get(STEPS, [])


def seen(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["step"], row["started"], row["ended"], row["result"], row["led_to"]


def test_each_try_is_a_row_with_its_keys_and_where_it_led() -> None:
    # Given a menu in which a caller is silent, presses a wrong key, and then 1
    [silent, wrong, right] = rows(
        [begins("choice")],
        [ends("choice", "silence", "choice"), begins("choice", tries=1, serial=2)],
        [ends("choice", "wrong", "choice", keys="9"), begins("choice", tries=2, serial=3)],
        [ends("choice", "keys", "sales", keys="1")],
    )
    # Then each try says so
    assert [row["try_number"] for row in (silent, wrong, right)] == [1, 2, 3]
    assert [row["serial"] for row in (silent, wrong, right)] == [1, 2, 3]
    assert [row["keys"] for row in (silent, wrong, right)] == ["", "9", "1"]
    assert seen(silent) == ("choice", 1.0, 2.0, "silence", "choice")
    assert seen(right) == ("choice", 3.0, 4.0, "keys", "sales")
    assert {(row["script"], row["script_hash"], row["kind"]) for row in (silent, wrong, right)} == {
        ("main", HASH, "menu")
    }


def test_a_step_without_time_is_over_as_it_begins() -> None:
    passed = o.StepPassed(
        call=CALL, script="main", script_hash=HASH, step="who", kind="branch", result="language == 'zh'", to="hello"
    )
    [row] = rows([passed])
    assert seen(row) == ("who", 1.0, 1.0, "language == 'zh'", "hello")


def test_a_queues_step_lasts_until_the_script_goes_on() -> None:
    # Given a caller who waits, is back in line after a talk that was none, talks, and is led on
    [queue, rate] = rows(
        [waits("sales")],
        [left_queue(VisitResult.ANSWERED)],
        [waits("sales", again=True)],
        [left_queue(VisitResult.ANSWERED)],
        [ends("sales", "talk over", "rate", kind="queue"), begins("rate", "play")],
    )
    # Then it is one row, whose result is the wait's
    assert seen(queue) == ("sales", 1.0, 5.0, "answered", "rate")
    assert seen(rate) == ("rate", 5.0, None, "", "")


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (CallResult.LEFT, "left"),
        (CallResult.ANSWERED, "left"),  # talked before, and hung up in this step
        (CallResult.LOST, "lost"),
        (CallResult.HUNG_UP, "hung_up"),
        (CallResult.WAYOUT, "wayout"),
    ],
)
def test_the_step_in_which_a_call_ended_says_how(result: CallResult, said: str) -> None:
    [row] = rows([begins("choice")], [over(result)])
    assert seen(row) == ("choice", 1.0, 2.0, said, "")


def test_who_gives_up_waiting_left_in_the_queues_step() -> None:
    [row] = rows([waits("sales")], [left_queue(VisitResult.ABANDONED), over(CallResult.ABANDONED)])
    assert seen(row) == ("sales", 1.0, 2.0, "abandoned", "")


def test_a_transfer_that_was_reached_is_one_and_one_that_was_not_led_on() -> None:
    # Given a caller who is handed to an outside number
    out = o.CallLeaving(
        call=CALL, result=CallResult.TRANSFERRED, why="", deadline=9.0, cursor=cursor("mobile"), script_hash=HASH
    )
    # When he talks there, or is back in park
    [reached] = rows([out], [over(CallResult.TRANSFERRED)])
    [missed, sorry] = rows([out], [ends("mobile", "failed", "sorry", kind="transfer"), begins("sorry", "play")])
    # Then the step says which
    assert (reached["kind"], *seen(reached)) == ("transfer", "mobile", 1.0, 2.0, "transferred", "")
    assert seen(missed) == ("mobile", 1.0, 2.0, "failed", "sorry")
    assert sorry["step"] == "sorry"


def test_a_step_that_was_begun_anew_is_another_row() -> None:
    # A lost link, or a controller that was started again
    [first, again] = rows([begins("choice", tries=1)], [begins("choice", tries=1, serial=2)])
    assert seen(first) == ("choice", 1.0, 2.0, "interrupted", "")
    assert (again["try_number"], again["serial"]) == (2, 2)


def test_who_is_hung_up_on_by_us_without_a_script_has_no_step() -> None:
    leaving = o.CallLeaving(call=CALL, result=CallResult.LOST, why="no entry", deadline=9.0)
    assert rows([leaving], [over(CallResult.LOST)]) == []


def test_a_cursor_that_cannot_be_read_costs_a_row_and_no_more() -> None:
    broken = o.CallEnqueued(
        call=CALL, queue=QueueName("sales"), priority=0, since=0.0, why="", cursor="{", script_hash=HASH
    )
    assert rows([broken], [over(CallResult.ABANDONED)]) == []


def test_the_acts_of_one_step_are_no_tries() -> None:
    # Given a caller who is greeted, and then leaves a message
    steps = rows(
        [begins("leave", "voicemail")],
        [ends("leave", "done", "leave", kind="voicemail"), begins("leave", "voicemail", tries=1, serial=2)],
    )
    # Then nobody takes the message for a second try
    assert [step["try_number"] for step in steps] == [1, 1]
