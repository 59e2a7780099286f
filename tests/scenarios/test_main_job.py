"""A phone rings, hears a menu, presses a key, waits, talks to the agent whose turn it is; the call is in SQL."""

from __future__ import annotations

import time

from ccswitch.simulator.phones import answers
from tests.scenarios.stage import MENU, Stage


def test_from_the_menu_through_the_queue_to_an_agent(stage: Stage) -> None:
    # Given an agent who answers after 0.3 s
    phone = stage.phone("1001", answers(after=0.3))
    stage.controller.start()
    stage.ready("1001")
    # When somebody calls the menu and presses 1
    caller = stage.caller("13800138000", MENU, keys=[(1.0, "1")])
    # Then the agent's phone rings and he talks with the caller
    stage.eventually(lambda: stage.place(caller) == "talking")
    # And when the agent hangs up after 1 s of talk the call ends, the script being over
    began = time.time()
    stage.always(lambda: stage.place(caller) == "talking", 1.0)
    phone.hang_up()
    stage.eventually(lambda: caller.ended)
    lasted = time.time() - began
    assert caller.ended_by == "switch"
    # And every part of it is in SQL, once
    stage.eventually(lambda: stage.result(caller))
    call = stage.row(caller)
    assert (call["result"], call["entry"], call["queue"], call["agent"]) == ("answered", "main", "sales", "1001")
    [visit] = stage.of("queue_visits", caller)
    assert (visit["result"], visit["queue"], visit["agent"]) == ("answered", "sales", "1001")
    [offer] = stage.of("offers", caller)
    assert (offer["result"], offer["agent"]) == ("talked", "1001")
    [talk] = stage.of("talks", caller)
    assert talk["ended_by"] == "agent"
    assert 0.5 <= talk["duration"] <= lasted + 3
    assert {leg["role"] for leg in stage.of("legs", caller)} == {"caller", "agent"}
    assert all(leg["ended"] for leg in stage.of("legs", caller))
    assert (phone.rung, phone.answered, phone.most_at_once) == (1, 1, 1)
    # And nothing is left in the switch
    stage.eventually(lambda: not stage.channels())
