"""An agent with three devices: his phone and those of 1002 and 1003."""

from __future__ import annotations

from ccswitch.simulator.phones import busy, declines, rings_on, talks
from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import SALES, Rules, Stage


def an_agent_with_devices(make_stage: MakeStage, ring: str) -> Stage:
    """The stage with its controller running, and agent 1001 who has three devices."""
    stage = make_stage(rules=Rules(devices=ring))
    stage.controller.start()
    return stage


def test_all_devices_ring_and_the_first_who_answers_has_the_call(make_stage: MakeStage) -> None:
    # Given three devices, of which the second is answered while the others ring
    stage = an_agent_with_devices(make_stage, "together")
    desk, mobile, home = (
        stage.phone("1001", rings_on()),
        stage.phone("1002", talks(1.0, answer_after=0.6)),
        stage.phone("1003", rings_on()),
    )
    stage.ready("1001")
    # When somebody calls
    caller = stage.caller(to=SALES)
    # Then he talks at that device for a second, and the others have stopped
    stage.eventually(lambda: stage.result(caller) == "answered")
    stage.eventually(lambda: not desk.calls and not home.calls)
    assert (desk.rung, mobile.rung, home.rung) == (1, 1, 1)
    assert (desk.answered, mobile.answered, home.answered) == (0, 1, 0)
    # And there was one offer, talked, and every leg has ended
    [offer] = stage.of("offers", caller)
    assert (offer["result"], offer["agent"]) == ("talked", "1001")
    stage.eventually(lambda: not stage.channels())
    stage.eventually(lambda: all(leg["ended"] for leg in stage.of("legs", caller)))
    assert len(stage.of("legs", caller)) == 4


def test_in_turn_each_is_rung_when_the_one_before_refused(make_stage: MakeStage) -> None:
    # Given a desk phone that is declined, a mobile that is busy, and a phone at home
    stage = an_agent_with_devices(make_stage, "in_turn")
    desk, mobile, home = (
        stage.phone("1001", declines()),
        stage.phone("1002", busy()),
        stage.phone("1003", talks(1.0, answer_after=0.2)),
    )
    stage.ready("1001")
    # When somebody calls
    caller = stage.caller(to=SALES)
    # Then he talks with the agent at home, by one offer
    stage.eventually(lambda: stage.result(caller) == "answered")
    assert (desk.rung, mobile.rung, home.rung) == (1, 1, 1)
    assert [offer["result"] for offer in stage.of("offers", caller)] == ["talked"]
    stage.eventually(lambda: not stage.channels())


def test_when_all_devices_refuse_somebody_else_has_the_caller(make_stage: MakeStage) -> None:
    # Given an agent whose devices are declined, busy and not there, and another agent
    stage = an_agent_with_devices(make_stage, "together")
    for agent, manner in {
        "1001": declines(),
        "1002": busy(),
        "1003": busy(),
        "1004": talks(1.0, answer_after=0.1),
    }.items():
        stage.phone(agent, manner)
    stage.ready("1001", "1004")
    # When somebody calls
    caller = stage.caller(to=SALES)
    # Then his offer ends by what says most of him, and the other agent talks with the caller
    stage.eventually(lambda: stage.result(caller) == "answered")
    refused, _ = stage.of("offers", caller)
    assert (refused["agent"], refused["result"]) == ("1001", "rejected")
