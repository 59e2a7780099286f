"""The controller is killed or upgraded under live calls, comes back, or stays away: nobody is left in silence."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable

import pytest

from ccswitch.bench.figure import BenchFailed
from ccswitch.simulator.phones import answers, rings_on
from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import SALES, Rules, Stage
from tests.scenarios.world import Caller, Phone

CLAIM_TIMER = 5  # seconds; whoever is recorded as begun only then was not heard
READOPTED_WITHIN = 3.0  # seconds after the process is up
WATCHDOG = 15 + 2 + 3  # seconds: beat limit, watchdog's turn, the orphan's last chance
ENOUGH = WATCHDOG + 8  # and the announcement, and the switch's own whole seconds
PATIENT = ENOUGH + 30  # and a slow machine

WAYS: dict[str, Callable[[Stage], object]] = {
    "kill -9": lambda stage: stage.controller.kill9(),
    "upgrade": lambda stage: stage.controller.terminate(),
}


def given_talks_and_waiting(stage: Stage, talks: int, waiting: int) -> tuple[list[Phone], list[Caller], list[Caller]]:
    """Phones and callers of so many talks, and so many more callers who wait in order."""
    phones = stage.phones(talks, answers(after=0.05))
    talking = stage.talks_with(phones)
    return phones, talking, stage.waiting(waiting)


@pytest.mark.parametrize("way", WAYS)
def test_it_comes_back_and_takes_everybody_up_again(make_stage: MakeStage, way: str) -> None:
    # Given ten talks and five callers who wait
    stage = make_stage(rules=Rules(wrapup=0.1))
    stage.controller.start()
    phones, talking, waiting = given_talks_and_waiting(stage, 10, 5)
    since = {caller.number: stage.board(caller)["waiting_since"] for caller in waiting}
    channels = stage.eventually(lambda: len(seen := stage.channels()) == 25 and seen)  # `show` is late
    # When the controller goes and another one comes
    WAYS[way](stage)
    stage.controller.start()
    # Then it has every call again within 3 s of being up, each in its place
    everybody = {"talking": 10, "waiting": 5}
    within = stage.promised(READOPTED_WITHIN)
    stage.eventually(lambda: Counter(call["place"] for call in stage.live_calls()) == everybody, within)
    late = time.time() - stage.controller.up_at
    assert late <= within
    print(f"{way}: 15 calls re-adopted {late * 1000:.0f} ms after the process was up", end=" ")
    print(f"({stage.controller.up_at - stage.controller.started_at:.1f} s after it was started)")
    # And no call was touched
    assert stage.channels() == channels
    assert not any(caller.ended for caller in talking + waiting)
    assert {caller.number: stage.board(caller)["waiting_since"] for caller in waiting} == since
    # And the callers are served in the order in which they came
    for served, phone in enumerate(phones[:5], start=1):
        phone.hang_up()
        stage.eventually(lambda served=served: len(stage.rows("talks")) == 10 + served)
    order = [talk["call_id"] for talk in stage.rows("talks")[10:]]
    assert order == [stage.row(caller)["call_id"] for caller in waiting]
    for caller in waiting:
        [visit] = stage.of("queue_visits", caller)
        assert visit["since"] == since[caller.number]
    # And nothing is recorded twice or lost
    for caller in talking + waiting:
        caller.hang_up()
    stage.eventually(lambda: not stage.channels())
    stage.eventually(lambda: all(row["result"] == "answered" for row in stage.rows("calls")))
    assert len(stage.rows("calls")) == len(stage.rows("queue_visits")) == len(stage.rows("talks")) == 15
    assert len(stage.rows("offers", result="talked")) == len(stage.rows("offers")) == 15
    assert all(phone.most_at_once == 1 for phone in phones)
    assert sum(phone.answered for phone in phones) == 15


def test_it_stays_away(make_stage: MakeStage) -> None:
    # Given three talks, two callers who wait, and one for whom a phone rings
    stage = make_stage(rules=Rules(ring_timeout=30))
    stage.controller.start()
    phones, talking, waiting = given_talks_and_waiting(stage, 3, 2)
    slow = stage.phone("1010", rings_on())
    stage.ready("1010")
    stage.eventually(lambda: slow.rung == 1)
    # When the controller is killed and does not come back, a talk ends, and the agent answers
    stage.controller.kill9()
    ends_soon = talking.pop()
    phones.pop().hang_up()
    slow.answer()
    stage.eventually(lambda: slow.answered == 1)
    # Then the waiting callers reach the way out, and so does he whose talk ended; the agent is let go
    for caller in (*waiting, ends_soon):
        stage.eventually(lambda caller=caller: caller.ended_by == "switch", PATIENT)
    stage.eventually(lambda: not slow.calls, PATIENT)
    # And the other talks go on, longer than every timer
    stage.always(lambda: not any(caller.ended for caller in talking), ENOUGH if stage.live else 3)
    assert all(len(phone.calls) == 1 for phone in phones)
    # And when a controller comes at last, the records tell what became of everybody
    stage.controller.start()
    assert stage.talking() == 2
    for caller in waiting:
        assert stage.eventually(lambda caller=caller: stage.result(caller)) == "wayout"
        [visit] = stage.of("queue_visits", caller)
        assert visit["result"] == "wayout" and visit["waited"] < PATIENT
    assert stage.eventually(lambda: stage.result(ends_soon)) == "answered"
    for caller in talking:
        caller.hang_up()
    stage.eventually(lambda: all(row["ended"] for row in stage.rows("calls")))


def test_a_caller_who_comes_while_it_is_away(stage: Stage) -> None:
    stage.controller.start()
    # Given no controller
    stage.controller.kill9()
    # When two call
    callers = stage.caller(), stage.caller()
    called_at = time.time()
    # Then the way out has them within the claim timer; one hangs up there, one is let go in the end
    stage.eventually(lambda: all(caller.answered for caller in callers), PATIENT)
    callers[0].hang_up()
    stage.eventually(lambda: callers[1].ended_by == "switch", PATIENT)
    # And when a controller comes at last and is killed while it reads of them, its successor's records have both, once
    notes = stage.eventually(lambda: len(notes := stage.notes()) == 2 and notes)
    stage.when_told(b"api db select/ccs_wayout/", lambda _: stage.controller.kill9())
    with contextlib.suppress(BenchFailed, OSError):  # it may be gone before it is up
        stage.controller.start()
    stage.eventually(lambda: stage.controller.process and stage.controller.process.poll() is not None)
    stage.controller.start()
    for caller in callers:
        stage.eventually(lambda caller=caller: stage.result(caller) == "wayout")
        row = stage.row(caller)
        assert (row["entry"], row["called_number"]) == ("sales", SALES)
        assert (
            abs(row["started"] - called_at) < CLAIM_TIMER
            and row["started"] < row["wayout"] <= row["ended"] < time.time()
        )
        [leg] = stage.of("legs", caller)
        assert (leg["role"], leg["ended"], stage.of("queue_visits", caller)) == ("caller", row["ended"], [])
    stage.eventually(lambda: not stage.notes())
    # And when it is killed before the switch was told to forget them, they are read again and are there once
    stage.controller.kill9()
    for leg, note in notes.items():
        stage.esl.api(f"db insert/ccs_wayout/{leg}/{note}")
    stage.controller.start()
    stage.eventually(lambda: not stage.notes())
    following = stage.caller()  # whose row comes behind all that
    stage.eventually(lambda: bool(stage.row(following)))
    assert [row["result"] for row in stage.rows("calls")] == ["wayout", "wayout", None]
    assert len(stage.rows("legs")) == 3


def test_a_caller_who_comes_while_it_is_away_for_a_moment(stage: Stage) -> None:
    stage.controller.start()
    stage.phone("1001", answers(after=0.1))
    stage.ready("1001")
    # Given a controller that is being started again
    stage.controller.kill9()
    # When somebody calls meanwhile
    caller = stage.caller()
    stage.eventually(stage.channels)
    stage.controller.start()
    # Then he is served
    stage.eventually(lambda: stage.place(caller) == "talking")
