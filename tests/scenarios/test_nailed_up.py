"""An agent who is nailed up: his phone rings once, and caller after caller is put on his leg."""

from __future__ import annotations

from ccswitch.simulator.phones import answers
from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import SALES, Rules, Stage


def nailed_up(make_stage: MakeStage) -> Stage:
    """The stage with its controller running, and agent 1001 who is nailed up and ready."""
    stage = make_stage(rules=Rules(nailed_up=True))
    stage.controller.start()
    return stage


def is_free(stage: Stage) -> bool:
    """1001 takes the next call."""
    return bool(stage.api("GET", "/agents/1001")["agent"]["free"])


def test_caller_after_caller_is_put_on_one_leg(make_stage: MakeStage) -> None:
    # Given a phone that is rung once, when its agent is ready
    stage = nailed_up(make_stage)
    phone = stage.phone("1001", answers(0.1))
    stage.ready("1001")
    stage.eventually(lambda: is_free(stage))
    # When three callers come, one after the other, and each hangs up in the talk
    for _ in range(3):
        caller = stage.caller(to=SALES, hangs_up_after=2.0)
        stage.eventually(lambda caller=caller: stage.result(caller) == "answered")
        stage.eventually(lambda: is_free(stage))
        # Then each call is over, and its part of the leg with it
        [leg] = [leg for leg in stage.of("legs", caller) if leg["role"] == "agent"]
        assert leg["ended"] and leg["nailed"].startswith("nailed-")
    assert (phone.rung, phone.answered) == (1, 1) and len(stage.channels()) == 1
    # When he goes home, his leg ends, and nothing is left on the switch
    stage.api("POST", "/agents/1001/logout")
    stage.eventually(lambda: not stage.channels())
    rows = lambda: stage.rows_by("nailed_legs", "started", agent="1001")  # noqa: E731
    stage.eventually(lambda: [row["why"] for row in rows()] == ["no longer wanted"])


def test_who_hangs_up_in_a_talk_is_rung_again_when_he_is_ready(make_stage: MakeStage) -> None:
    # Given a talk on a nailed-up leg
    stage = nailed_up(make_stage)
    phone = stage.phone("1001", answers(0.1))
    stage.ready("1001")
    stage.eventually(lambda: is_free(stage))
    caller = stage.caller(to=SALES)
    stage.eventually(lambda: stage.place(caller) == "talking")
    stage.always(lambda: stage.place(caller) == "talking", 0.8)  # a shorter one is none: he would wait on
    # When the agent's phone hangs up, then the talk is over and he is on break
    phone.hang_up()
    stage.eventually(lambda: stage.result(caller) == "answered")
    stage.eventually(lambda: stage.api("GET", "/agents/1001")["agent"]["reason"] == "line_down")
    # And when he is ready, his phone is rung again
    stage.ready("1001")
    stage.eventually(lambda: is_free(stage))
    assert phone.rung == 2
