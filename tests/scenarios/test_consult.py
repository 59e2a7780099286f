"""An agent asks a colleague before he passes his caller on: the same on both switches, and with the controller killed
in the middle."""

from __future__ import annotations

from ccswitch.simulator.phones import answers, busy
from tests.scenarios.stage import AGENTS, Stage
from tests.scenarios.world import Caller, Phone

LI, WANG = AGENTS[0], AGENTS[1]


def a_talk(stage: Stage) -> tuple[Caller, Phone, str]:
    """A caller talks with Li; Wang is there, and on a break. Gives the call too."""
    stage.controller.start()
    li = stage.phone(LI, answers(after=0.02))
    stage.ready(LI)
    stage.api("POST", f"/agents/{WANG}/login", {})
    caller = stage.caller()
    stage.eventually(lambda: stage.talking() == 1)
    return caller, li, str(stage.board(caller)["call"])


def state(stage: Stage, agent: str) -> str:
    found: str = stage.api("GET", f"/agents/{agent}")["agent"]["state"]
    return found


def asks(stage: Stage, caller: Caller, call: str) -> None:
    """Li asks Wang, who answers."""
    stage.api("POST", f"/calls/{call}/consult", {"to": f"agent:{WANG}"})
    stage.eventually(lambda: stage.row(caller) and any(row["joined"] for row in stage.of("guests", caller)))


def passed_on(stage: Stage, call: str) -> list[tuple[str, bool]]:
    """To whom, and whether he was asked first."""
    return [(row["target"], bool(row["attended"])) for row in stage.rows_by("transfers", "at", call_id=call)]


def test_he_is_asked_and_has_the_caller(stage: Stage) -> None:
    # Given a talk, and Wang, whose phone is busy at first
    caller, _, call = a_talk(stage)
    wang = stage.phone(WANG, busy())
    # When Li asks him, then the caller stays on hold with Li
    stage.api("POST", f"/calls/{call}/consult", {"to": f"agent:{WANG}"})
    stage.eventually(lambda: [row["result"] for row in stage.of("guests", caller)] == ["not_reached"])
    assert (state(stage, LI), state(stage, WANG)) == ("holding", "idle")
    # And when Wang answers the next time, all three may talk, and then he has the caller
    wang.behave(answers(after=0.02))
    asks(stage, caller, call)
    stage.api("POST", f"/calls/{call}/conference", {})
    stage.api("POST", f"/calls/{call}/complete", {})
    stage.eventually(lambda: state(stage, WANG) == "talking")
    stage.eventually(
        lambda: [row["target"] for row in stage.rows_by("transfers", "at", call_id=call)] == [f"agent:{WANG}"]
    )
    # And with the caller all is over: one call, two talks
    caller.hang_up()
    stage.eventually(lambda: stage.result(caller) == "answered")
    stage.eventually(lambda: [talk["agent"] for talk in stage.of("talks", caller)] == [LI, WANG])
    stage.eventually(lambda: not stage.channels())


def test_the_agent_hangs_up_while_no_controller_runs(stage: Stage) -> None:
    # Given Li, who asks Wang
    caller, li, call = a_talk(stage)
    stage.phone(WANG, answers(after=0.02))
    asks(stage, caller, call)
    # When the controller is killed, Li hangs up, and it comes back
    stage.controller.kill9()
    li.hang_up()
    stage.controller.start()
    # Then Wang has the caller, and the records say who passed him on; unless it was away for so long that the watchdog
    # let Wang go: then the caller was back at his old place, and has somebody else
    stage.eventually(lambda: len(stage.of("talks", caller)) == 2)
    assert not caller.ended
    wang_has_him = stage.of("talks", caller)[1]["agent"] == WANG
    stage.eventually(lambda: passed_on(stage, call) == ([(f"agent:{WANG}", True)] if wang_has_him else []))
    caller.hang_up()
    stage.eventually(lambda: stage.result(caller) == "answered")
    stage.eventually(lambda: not stage.channels())
