"""The caller hangs up: in the menu, in the queue, while the agent rings, at the instant of the answer, in the talk."""

from __future__ import annotations

import pytest

from ccswitch.simulator.callers import JOINING
from ccswitch.simulator.phones import answers, rings_on
from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import EARLY, MENU, SALES, Rules, Stage

DELAYS = [0.0, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.08]


def agent_is_free(stage: Stage, agent: str) -> bool:
    """Neither offered a call nor in one."""
    return bool(stage.api("GET", f"/agents/{agent}")["agent"]["state"] == "idle")


def test_in_the_menu(stage: Stage) -> None:
    stage.controller.start()
    # When the caller hangs up while the menu asks
    caller = stage.caller(to=MENU, hangs_up_after=0.6)
    # Then the call has left, and nothing remains
    stage.eventually(lambda: stage.result(caller) == "left")
    assert caller.ended_by == "caller"
    stage.eventually(lambda: not stage.channels())


def test_cancel_before_the_answer(stage: Stage) -> None:
    stage.controller.start()
    # When the caller gives up while a greeting plays that does not answer the call
    caller = stage.caller(to=EARLY)
    stage.eventually(lambda: stage.place(caller) == "script")
    caller.hang_up()
    # Then the call has left unanswered
    stage.eventually(lambda: stage.result(caller) == "left")
    assert (caller.answered, caller.ended_by) == (False, "caller")
    [leg] = stage.of("legs", caller)
    assert (leg["connected"], leg["cause"]) == (None, "ORIGINATOR_CANCEL")


def test_in_the_queue(stage: Stage) -> None:
    stage.controller.start()
    # Given two callers who wait
    first, second = stage.waiting(2)
    # When the first hangs up
    first.hang_up()
    # Then he has abandoned, the second is next
    stage.eventually(lambda: stage.result(first) == "abandoned")
    [visit] = stage.of("queue_visits", first)
    assert visit["result"] == "abandoned"
    assert stage.board(second)["position"] == 1


def test_while_the_agent_rings(stage: Stage) -> None:
    # Given a caller for whom an agent's phone rings
    phone = stage.phone("1001", rings_on())
    stage.controller.start()
    stage.ready("1001")
    caller = stage.caller(to=SALES)
    stage.eventually(lambda: phone.rung == 1)
    # When the caller hangs up
    caller.hang_up()
    # Then the phone stops to ring, the offer was cancelled, nobody is blamed
    stage.eventually(lambda: not phone.calls)
    stage.eventually(lambda: stage.result(caller) == "abandoned")
    [offer] = stage.of("offers", caller)
    assert offer["result"] == "cancelled"
    # And the agent gets the next caller
    phone.behave(answers(after=0.1))
    following = stage.caller(to=SALES)
    stage.eventually(lambda: stage.place(following) == "talking")


def test_at_the_instant_of_the_answer(make_stage: MakeStage) -> None:
    # Given an agent who answers at once
    stage = make_stage(rules=Rules(wrapup=0.1))
    phone = stage.phone("1001", answers(after=0.05))
    stage.controller.start()
    stage.ready("1001")
    for after in DELAYS * (5 if stage.live else 1):
        # When the caller hangs up so long after the controller ordered the bridge
        caller = stage.caller(to=SALES)
        stage.when_told(b"api uuid_bridge", lambda _, caller=caller: caller.hang_up(), after)
        # Then the call ends, answered or abandoned, and the agent is free again with a silent phone
        stage.eventually(lambda caller=caller: stage.result(caller) in ("answered", "abandoned"))
        stage.eventually(lambda: agent_is_free(stage, "1001"))
        stage.eventually(lambda: not phone.calls and not stage.channels())
        offer = stage.of("offers", caller)[-1]
        assert offer["result"] in ("talked", "cancelled"), after
    # And he takes the next call
    following = stage.caller(to=SALES)
    stage.eventually(lambda: stage.place(following) == "talking")


@pytest.mark.parametrize("make_stage", ["simulator"], indirect=True)  # the real one shows it once in a hundred times
def test_at_the_instant_of_the_bridge_when_the_agents_leg_is_heard_first(make_stage: MakeStage) -> None:
    # Given an agent who would rest long if he were blamed for anything
    stage = make_stage(rules=Rules(rest_after_refusal=60.0))
    phone = stage.phone("1001", answers(after=0.05))
    stage.controller.start()
    stage.ready("1001")
    # When the caller hangs up as the switch is about to join the two: it ends the agent's leg and says so first
    caller = stage.caller(to=SALES, hangs_up_at=JOINING)
    # Then the offer was taken back, and the agent has the next caller at once
    stage.eventually(lambda: stage.result(caller) == "abandoned")
    [offer] = stage.of("offers", caller)
    assert offer["result"] == "cancelled"
    legs = {leg["role"]: leg["ended"] for leg in stage.of("legs", caller)}
    assert legs["agent"] < legs["caller"]
    stage.eventually(lambda: not phone.calls)
    following = stage.caller(to=SALES)
    stage.eventually(lambda: stage.place(following) == "talking")


def test_in_the_talk(stage: Stage) -> None:
    # Given a talk
    phone = stage.phone("1001", answers(after=0.05))
    stage.controller.start()
    stage.ready("1001")
    caller = stage.caller(to=SALES)
    stage.eventually(lambda: stage.place(caller) == "talking")
    # When the caller hangs up
    caller.hang_up()
    # Then the call was answered, the talk ended by him, the agent's phone is free
    stage.eventually(lambda: stage.result(caller) == "answered")
    [talk] = stage.of("talks", caller)
    assert talk["ended_by"] == "caller"
    stage.eventually(lambda: not phone.calls)
    stage.eventually(lambda: not stage.channels())
