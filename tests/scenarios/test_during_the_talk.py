"""During the talk: blind transfers, by order and by the phone; supervisors who listen, whisper, barge in and take."""

from __future__ import annotations

from typing import Any

import pytest

from ccswitch.simulator.phones import answers
from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import Rules, Stage
from tests.scenarios.world import Caller, Phone

LI, WANG, ANN = "1001", "1002", "1003"


@pytest.fixture
def talk(make_stage: MakeStage) -> tuple[Stage, Caller, dict[str, Phone]]:
    """The caller talks with Li; Wang is ready, and Ann has a phone and is not on duty."""
    stage = make_stage(rules=Rules(shortest_talk=0.0))
    phones = {agent: stage.phone(agent, answers(after=0.1)) for agent in (LI, WANG, ANN)}
    stage.controller.start()
    stage.ready(LI)
    caller = stage.caller()
    stage.eventually(lambda: stage.place(caller) == "talking")
    stage.ready(WANG)
    return stage, caller, phones


def order(stage: Stage, caller: Caller, verb: str, **body: Any) -> None:
    """Of the caller's call, by the desk."""
    stage.api("POST", f"/calls/{stage.board(caller)['call']}/{verb}", body)


def agent(stage: Stage, name: str) -> str:
    """What he does."""
    return str(stage.api("GET", f"/agents/{name}")["agent"]["state"])


def talks_with(stage: Stage, caller: Caller, name: str) -> bool:
    """The caller talks with this agent."""
    board = stage.board(caller)
    return (board.get("place"), board.get("agent")) == ("talking", name)


def talks(stage: Stage, caller: Caller, count: int) -> list[dict[str, Any]]:
    """His talks, once there are so many and the call is over."""
    stage.eventually(lambda: stage.result(caller) == "answered")
    found = stage.of("talks", caller)
    assert len(found) == count, found
    return found


def sent_on(stage: Stage, caller: Caller, count: int) -> list[dict[str, Any]]:
    """His transfers, of a call that is over."""
    found = stage.rows_by("transfers", "n", call_id=stage.row(caller)["call_id"])
    assert len(found) == count, found
    return found


def test_a_blind_transfer_by_order(talk: tuple[Stage, Caller, dict[str, Phone]]) -> None:
    stage, caller, phones = talk
    # When the caller is sent to another queue
    order(stage, caller, "transfer", to="queue:support")
    # Then Wang talks with him, and Li's phone is free
    stage.eventually(lambda: talks_with(stage, caller, WANG))
    stage.eventually(lambda: not phones[LI].calls)
    stage.eventually(lambda: agent(stage, LI) == "idle")
    caller.hang_up()
    # And it is one call of two talks, and the records say who sent him where
    assert [row["agent"] for row in talks(stage, caller, 2)] == [LI, WANG]
    [sent] = sent_on(stage, caller, 1)
    assert (sent["agent"], sent["queue"], sent["target"], sent["author"]) == (LI, "sales", "queue:support", "admin")
    stage.eventually(lambda: not stage.channels())


def test_a_blind_transfer_to_an_agent(talk: tuple[Stage, Caller, dict[str, Phone]]) -> None:
    stage, caller, phones = talk
    # When the caller is sent to Wang himself
    order(stage, caller, "transfer", to=f"agent:{WANG}")
    # Then he talks with him, and no other phone has rung for it
    stage.eventually(lambda: talks_with(stage, caller, WANG))
    assert [phones[one].rung for one in (LI, WANG, ANN)] == [1, 1, 0]
    caller.hang_up()
    assert [row["agent"] for row in talks(stage, caller, 2)] == [LI, WANG]


def test_a_caller_who_hangs_up_on_the_way_was_answered(talk: tuple[Stage, Caller, dict[str, Phone]]) -> None:
    stage, caller, phones = talk
    # Given that nobody is free for him
    stage.api("POST", f"/agents/{WANG}/break", {"reason": "tea"})
    stage.api("POST", f"/agents/{LI}/break", {"reason": "tea"})
    # When he is sent on, and hangs up while he waits
    order(stage, caller, "transfer", to="queue:support")
    stage.eventually(lambda: stage.place(caller) == "waiting")
    caller.hang_up()
    # Then his call is over with the one talk that he had, and nobody was rung for him again
    talks(stage, caller, 1)
    assert [row["result"] for row in stage.of("queue_visits", caller)] == ["answered", "abandoned"]
    assert [phones[one].rung for one in (LI, WANG, ANN)] == [1, 0, 0]
    stage.eventually(lambda: not stage.channels())


@pytest.mark.parametrize("make_stage", ["simulator"], indirect=True)  # a real phone's REFER: tests/live
@pytest.mark.parametrize(
    ("to", "with_whom", "target"), [("support", WANG, "queue:support"), (WANG, WANG, f"agent:{WANG}")]
)
def test_a_blind_transfer_by_the_phone(
    talk: tuple[Stage, Caller, dict[str, Any]], to: str, with_whom: str, target: str
) -> None:
    stage, caller, phones = talk
    # When Li's phone sends the caller on by its own key
    phones[LI].transfer(to)
    # Then he talks where that leads, and the records say who sent him
    stage.eventually(lambda: talks_with(stage, caller, with_whom))
    caller.hang_up()
    talks(stage, caller, 2)
    [sent] = sent_on(stage, caller, 1)
    assert (sent["target"], sent["author"]) == (target, LI)


@pytest.mark.parametrize("make_stage", ["simulator"], indirect=True)
def test_a_phone_sends_nobody_outside(talk: tuple[Stage, Caller, dict[str, Any]]) -> None:
    stage, caller, phones = talk
    # When Li's phone sends the caller to a number that no rule lets it
    phones[LI].transfer("0900123456")
    # Then the caller is not lost: he is the next of his queue again
    stage.eventually(lambda: talks_with(stage, caller, WANG))
    caller.hang_up()
    talks(stage, caller, 2)
    assert "TransferRefused" in [line["kind"] for line in stage.of("trace", caller)]
    sent_on(stage, caller, 0)


def test_a_supervisor_listens_whispers_barges_in_and_takes(talk: tuple[Stage, Caller, dict[str, Phone]]) -> None:
    stage, caller, phones = talk
    # When Ann listens, then her phone is rung, and the two talk on
    order(stage, caller, "monitor", agent=ANN)
    stage.eventually(lambda: stage.board(caller)["guests"] == [f"{ANN} (monitor)"])
    assert agent(stage, ANN) == "assisting" and talks_with(stage, caller, LI)
    # And she may be heard by the agent, or by both, without another ring
    for mode in ("whisper", "barge"):
        order(stage, caller, mode, agent=ANN)
        stage.eventually(lambda mode=mode: stage.board(caller)["guests"] == [f"{ANN} ({mode})"])
    assert phones[ANN].rung == 1
    # And when she takes the caller, she talks with him and Li does not
    order(stage, caller, "take", agent=ANN)
    stage.eventually(lambda: talks_with(stage, caller, ANN))
    stage.eventually(lambda: not phones[LI].calls)
    caller.hang_up()
    # Then the records have both talks, and all that she did
    assert [row["agent"] for row in talks(stage, caller, 2)] == [LI, ANN]
    guests = stage.of("guests", caller)
    assert [guest["mode"] for guest in guests] == ["monitor", "whisper", "barge", "take"]
    assert [guest["result"] for guest in guests] == ["switched", "switched", "switched", "took"]
    stage.eventually(lambda: agent(stage, ANN) == "idle")
    stage.eventually(lambda: not stage.channels())


@pytest.mark.parametrize("who", ["order", "agent", "caller"])
def test_a_listener_goes(talk: tuple[Stage, Caller, dict[str, Phone]], who: str) -> None:
    stage, caller, phones = talk
    # Given Ann, who listens
    order(stage, caller, "monitor", agent=ANN)
    stage.eventually(lambda: stage.board(caller)["guests"])
    stage.eventually(lambda: phones[ANN].answered)
    # When she is sent away, or the talk ends
    if who == "order":
        order(stage, caller, "leave", agent=ANN)
        stage.eventually(lambda: not phones[ANN].calls)
        assert talks_with(stage, caller, LI)
        caller.hang_up()
    else:
        (caller if who == "caller" else phones[LI]).hang_up()
    # Then she is free, and nothing is left of it
    stage.eventually(lambda: agent(stage, ANN) == "idle")
    stage.eventually(lambda: not phones[ANN].calls)
    talks(stage, caller, 1)
    stage.eventually(lambda: not stage.channels())


@pytest.mark.parametrize("mode", ["monitor", "take"])
def test_the_controller_dies_while_a_supervisor_is_there(
    talk: tuple[Stage, Caller, dict[str, Phone]], mode: str
) -> None:
    stage, caller, phones = talk
    # Given Ann at the talk, or talking with the caller instead of Li
    order(stage, caller, mode, agent=ANN)
    with_him = ANN if mode == "take" else LI
    if mode == "monitor":
        stage.eventually(lambda: stage.board(caller)["guests"])
        stage.eventually(lambda: phones[ANN].answered)
    stage.eventually(lambda: talks_with(stage, caller, with_him))
    # When the controller is killed and comes back
    stage.controller.kill9()
    stage.controller.start()
    # Then they are where they were
    stage.eventually(lambda: talks_with(stage, caller, with_him))
    assert not caller.ended
    if mode == "take":
        assert agent(stage, ANN) == "talking"
    else:  # the watchdog lets a listener go when a controller takes long to start
        stage.eventually(lambda: (agent(stage, ANN) == "assisting") is bool(phones[ANN].calls))
    # And all of it ends with the caller
    caller.hang_up()
    talks(stage, caller, 1 if mode == "monitor" else 2)
    stage.eventually(lambda: agent(stage, ANN) == "idle")
    stage.eventually(lambda: not stage.channels())
