"""Virtual hold on the simulated switch: some wait on the line, some are called back, and the controller is killed in
between. Everybody talks once, and every promise ends once.
"""

from __future__ import annotations

from collections import Counter

import pytest

from ccswitch.simulator.phones import answers
from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import MENU, Rules, Stage

pytestmark = pytest.mark.parametrize("make_stage", ["simulator"], indirect=True)  # tests/live has the real switch

KEEPS = """\
steps:
  pick_up: {answer: , then: promise}
  promise: {callback: sales, then: promised, otherwise: end}
  promised: {play: "tone_stream://%(200,0,425)", then: end}
"""
CALLED_BACK, ON_THE_LINE = 8, 12
RULES = Rules(accounts=True, sales="callback_retry_after = 10.0\ncallback_ring = 10.0\n")


@pytest.fixture
def stage(make_stage: MakeStage) -> Stage:
    """A menu that promises a call; whoever is called back answers, and three agents end their talks themselves."""
    stage = make_stage(rules=RULES)
    (stage.folder / "scripts" / "main.yaml").write_text(KEEPS)
    stage.switch.outside(answers(0.3))  # type: ignore[attr-defined]
    stage.controller.start()
    return stage


def ended(stage: Stage) -> int:
    """How many promises are over in SQL."""
    return sum(row["ended"] is not None for row in stage.rows("callbacks"))


def test_twenty_callers_some_of_whom_are_called_back_and_a_controller_that_is_killed(stage: Stage) -> None:
    # Given twelve who wait on the line, and eight who keep their places and hang up
    waiting = stage.waiting(ON_THE_LINE)
    kept = [stage.caller(to=MENU) for _ in range(CALLED_BACK)]
    stage.eventually(lambda: all(caller.ended for caller in kept))
    stage.eventually(lambda: len(stage.rows("callbacks")) == CALLED_BACK)
    # When three agents are ready
    phones = stage.phones(3, answers(0.1, drops_after_bridge=0.8))
    stage.ready(*(phone.user for phone in phones))
    # And the controller is killed after the first promise was kept, and comes back
    stage.eventually(lambda: ended(stage) >= 1, 60)
    stage.controller.kill9()
    stage.controller.start()
    # Then every promise ends once, and is kept; nobody is rung for it any more
    stage.eventually(lambda: ended(stage) == CALLED_BACK, 120)
    promises = stage.rows("callbacks")
    assert Counter(row["result"] for row in promises) == {"kept": CALLED_BACK}
    assert {row["number"] for row in promises} == {caller.number for caller in kept}
    ends = Counter(row["call_id"] for row in stage.rows("trace", kind="CallbackEnded"))
    assert sum(ends.values()) == CALLED_BACK
    assert not stage.api("GET", "/callbacks")["callbacks"]
    # And everybody on the line talked too, nobody twice; all agents are free and the switch is empty
    stage.eventually(lambda: all(stage.result(caller) == "answered" for caller in waiting), 60)
    stage.eventually(lambda: not stage.channels())
    talks = Counter(row["call_id"] for row in stage.rows("talks"))
    assert set(talks.values()) == {1} and len(talks) == ON_THE_LINE + CALLED_BACK
    assert max(phone.most_at_once for phone in phones) == 1
    stage.eventually(lambda: {one["state"] for one in stage.api("GET", "/agents")["agents"][:3]} == {"idle"})
