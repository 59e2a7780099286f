"""The controller's process has no processor for seconds, and then reads at once what happened meanwhile."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from ccswitch.simulator.phones import answers
from tests.scenarios.stage import SALES, SHORTEST_TALK, Stage

LONGER_THAN_A_REPLY = 6.0  # seconds; LinkTimes.reply is 5


@contextmanager
def standing_still(stage: Stage) -> Iterator[None]:
    """The process runs no instruction inside this block."""
    os.kill(stage.controller.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(stage.controller.pid, signal.SIGCONT)


def test_a_talk_of_which_both_ends_are_heard_at_once_was_a_talk(stage: Stage) -> None:
    # Given an agent whose phone has answered, and a controller that stands still from the bridge's order on
    phone = stage.phone("1001", answers(after=0.05))
    stage.controller.start()
    stopped: list[bool] = []
    stage.when_told(b"api uuid_bridge", lambda _: stopped.append(os.kill(stage.controller.pid, signal.SIGSTOP) is None))
    stage.ready("1001")
    caller = stage.caller(to=SALES)
    stage.eventually(lambda: bool(stopped))
    # When they talk, the agent hangs up, and then the controller goes on
    stage.always(lambda: not caller.ended and len(phone.calls) == 1, 2 * SHORTEST_TALK)
    phone.hang_up()
    stage.eventually(lambda: not phone.calls)
    with standing_still(stage):
        assert stage.rows("talks") == []
    # Then he was answered once, and does not wait again
    stage.eventually(lambda: stage.result(caller) == "answered")
    assert len(stage.of("talks", caller)) == len(stage.of("queue_visits", caller)) == 1
    [ended] = [line["text"] for line in stage.of("trace", caller) if line["kind"] == "TalkEnded"]
    assert float(ended.split(" after ")[1].split(" s")[0]) > SHORTEST_TALK


def test_no_news_are_lost_with_a_link_that_is_sound(stage: Stage) -> None:
    # Given a controller
    stage.controller.start()
    [since] = [node["since"] for node in stage.api("GET", "/nodes")["nodes"]]
    # When it stands still for longer than an answer may take, and somebody calls and leaves meanwhile
    with standing_still(stage):
        caller = stage.caller(to=SALES)
        stage.always(lambda: not caller.ended, LONGER_THAN_A_REPLY / 2)
        caller.hang_up()
        stage.eventually(lambda: not stage.channels())
        stage.always(lambda: caller.ended, LONGER_THAN_A_REPLY / 2)
    # Then his call is in the records, and the link is the same
    stage.eventually(lambda: stage.result(caller) == "abandoned")
    assert [node["since"] for node in stage.api("GET", "/nodes")["nodes"]] == [since]
