"""Agents' own phones on the simulated switch: what they dial is a code, a colleague, or a number outside."""

from __future__ import annotations

from typing import Any

import pytest

from ccswitch.simulator.phones import answers, busy, rings_on
from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import Rules, Stage
from tests.scenarios.world import Caller

LI, WANG = "1001", "1002"
MOBILE = "13800138000"

pytestmark = pytest.mark.parametrize("make_stage", ["simulator"], indirect=True)  # tests/live has the real phones


@pytest.fixture
def stage(make_stage: MakeStage) -> Stage:
    """Li and Wang have phones of the house; both are logged in and on no break, and a controller runs."""
    stage = make_stage(rules=Rules(accounts=True))
    stage.controller.start()
    stage.ready(LI, WANG)
    return stage


def dials(stage: Stage, agent: str, number: str) -> Caller:
    """An agent's phone calls a number."""
    return stage.caller(number=agent, to=number, account=agent)


def agent(stage: Stage, name: str) -> dict[str, Any]:
    """An agent's board."""
    found: dict[str, Any] = stage.api("GET", f"/agents/{name}")["agent"]
    return found


def of_agent(stage: Stage, result: str) -> dict[str, Any]:
    """The one call so far, once it ended so and everybody is free."""
    row: dict[str, Any] = stage.eventually(lambda: next(iter(stage.rows("calls", result=result)), {}))
    stage.eventually(lambda: not stage.channels())
    stage.eventually(lambda: all(agent(stage, name)["state"] == "idle" for name in (LI, WANG)))
    assert len(stage.rows("calls")) == 1
    return row


@pytest.mark.parametrize(("code", "status", "reason"), [("*141", "break", "lunch"), ("*12", "offline", "")])
def test_a_code_is_done_and_heard(stage: Stage, code: str, status: str, reason: str) -> None:
    # When Li's phone dials a code
    phone = dials(stage, LI, code)
    # Then he hears that it was done, and it was, in his own name
    stage.eventually(lambda: phone.ended)
    assert (phone.answered, phone.ended_by) == (True, "switch")
    assert (agent(stage, LI)["status"], agent(stage, LI)["reason"]) == (status, reason)
    of_agent(stage, "served")
    order = stage.eventually(lambda: stage.rows_by("audit", "id", author=LI))
    assert [row["accepted"] for row in order] == [True]


def test_a_number_that_is_not_allowed_is_refused(stage: Stage) -> None:
    phone = dials(stage, LI, "0900123456")
    stage.eventually(lambda: phone.ended)
    assert of_agent(stage, "refused")["why"] == "0900123456 may not be dialled"


def test_an_agent_dials_out(stage: Stage) -> None:
    # Given a customer outside, When Li dials his number
    stage.switch.outside(answers(0.2))  # type: ignore[attr-defined]
    phone = dials(stage, LI, MOBILE)
    # Then they talk, and Li is busy
    stage.eventually(lambda: agent(stage, LI)["state"] == "talking")
    assert phone.answered
    # And when he hangs up, it is a call of the records
    phone.hang_up()
    call = of_agent(stage, "answered")
    assert (call["origin"], call["called_number"]) == ("outbound", MOBILE)
    [talk] = stage.rows("talks", call_id=call["call_id"])
    assert (talk["agent"], talk["ended_by"]) == (LI, "agent")


def test_a_customer_who_is_busy_is_not_reached(stage: Stage) -> None:
    stage.switch.outside(busy())  # type: ignore[attr-defined]
    phone = dials(stage, LI, MOBILE)
    # Li hears so, and it is over
    stage.eventually(lambda: phone.ended)
    assert phone.ended_by == "switch"
    assert of_agent(stage, "unreached")["called_number"] == MOBILE


def test_a_waiting_caller_is_offered_to_nobody_who_dials(stage: Stage) -> None:
    # Given Li, whose customer's phone rings, and Wang on a break
    stage.switch.outside(rings_on())  # type: ignore[attr-defined]
    li, wang = stage.phone(LI, answers(0.1)), stage.phone(WANG, answers(0.1))
    stage.api("POST", f"/agents/{WANG}/break", {"reason": "tea"})
    own = dials(stage, LI, MOBILE)
    stage.eventually(lambda: agent(stage, LI)["state"] == "calling")
    # When a caller queues, then no phone rings for him
    [caller] = stage.waiting(1)
    assert (li.rung, wang.rung) == (0, 0)
    # And as soon as Li has given up, his phone does
    own.hang_up()
    stage.eventually(lambda: stage.place(caller) == "talking")
    assert (li.rung, wang.rung) == (1, 0)


def test_agents_call_each_other(stage: Stage) -> None:
    # When Li dials Wang's extension, then Wang's phone rings, and both are in a call
    wang = stage.phone(WANG, answers(0.1))
    phone = dials(stage, LI, WANG)
    stage.eventually(lambda: agent(stage, WANG)["state"] == "talking")
    assert (agent(stage, LI)["state"], wang.rung) == ("calling", 1)
    phone.hang_up()
    assert of_agent(stage, "answered")["origin"] == "internal"


def test_who_dials_himself_or_somebody_busy_hears_so(stage: Stage) -> None:
    # When Li dials his own extension, Then nothing rings
    li = stage.phone(LI, answers(0.1))
    phone = dials(stage, LI, LI)
    stage.eventually(lambda: phone.ended)
    assert (phone.ended_by, li.rung) == ("switch", 0)
    assert of_agent(stage, "unreached")["why"] == f"{LI} is busy"


@pytest.mark.parametrize("talking", [False, True])
def test_the_controller_dies_while_an_agent_dials(stage: Stage, talking: bool) -> None:
    # Given Li, who talks with a customer whom he called, or whose phone rings
    stage.switch.outside(answers(0.1) if talking else rings_on())  # type: ignore[attr-defined]
    phone = dials(stage, LI, MOBILE)
    state = "talking" if talking else "calling"
    stage.eventually(lambda: agent(stage, LI)["state"] == state)
    # When the controller is killed and comes back
    stage.controller.kill9()
    stage.controller.start()
    # Then he is where he was, and it ends as any other
    stage.eventually(lambda: agent(stage, LI)["state"] == state)
    assert not phone.ended
    phone.hang_up()
    of_agent(stage, "answered" if talking else "unreached")
