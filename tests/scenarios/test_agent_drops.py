"""The agent's leg dies within 50 ms after the bridge command: the caller survives, keeps his place and his time."""

from __future__ import annotations

import threading
from collections import Counter

from ccswitch.simulator.phones import answers
from tests.live.freeswitch import Esl
from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import AGENTS, Rules, Stage

CALLERS = 4
SHORTEST_TALK = 10.0  # seconds; where the machine is slow an agent vanishes long after the bridge
DELAYS = [ms / 1000 for ms in range(0, 55, 5)]


class Reaper:
    """Kills the agent's leg of every bridge command, each after the next of some delays, until they are used up."""

    def __init__(self, stage: Stage, delays: list[float]) -> None:
        self.left, self.killed = list(delays), Counter[float]()
        self.esl = Esl(stage.switch.esl_port)
        self._lock = threading.Lock()
        stage.link.watchers.append(self._hear)

    def _hear(self, command: bytes) -> None:
        if command.startswith(b"api uuid_bridge ") and self.left:
            delay, leg = self.left.pop(0), command.split()[-1].decode()
            threading.Timer(delay, self._kill, (delay, leg)).start()

    def _kill(self, delay: float, leg: str) -> None:
        with self._lock:
            self.esl.api(f"uuid_kill {leg}")
            self.killed[delay] += 1


def test_the_caller_survives(make_stage: MakeStage) -> None:
    # Given callers who wait, and agents who answer at once and vanish after the bridge was ordered
    stage = make_stage(rules=Rules(rest_after_refusal=0.1, wrapup=0.1, shortest_talk=SHORTEST_TALK))
    stage.controller.start()
    waiting = stage.waiting(CALLERS)
    since = {caller.number: stage.board(caller)["waiting_since"] for caller in waiting}
    reaper = Reaper(stage, DELAYS * (20 if stage.live else 2))
    total = len(reaper.left)
    stage.phones(CALLERS, answers(after=0.02))
    stage.ready(*AGENTS[:CALLERS])
    # When that has happened so many times
    stage.eventually(lambda: sum(reaper.killed.values()) == total, 240)
    # Then the same callers are all there and reach an agent as soon as one stays
    stage.eventually(lambda: stage.talking() == CALLERS)
    assert not any(caller.ended for caller in waiting)
    # And each has kept his place all the time, even when a bridge stood for some milliseconds
    stage.eventually(lambda: len([talk for talk in stage.rows("talks") if talk["ended"] is None]) == CALLERS)
    for caller in waiting:
        visits = stage.of("queue_visits", caller)
        assert {visit["since"] for visit in visits} == {since[caller.number]}
    short = [talk for talk in stage.rows("talks") if talk["ended"] is not None]
    assert all(talk["duration"] < SHORTEST_TALK for talk in short)
    offers = Counter(offer["result"] for offer in stage.rows("offers"))
    assert offers["talked"] == CALLERS + len(short)
    assert offers["dropped"] + offers["failed"] == total - len(short)  # failed: gone before the command was read
    assert offers.total() == CALLERS + total
    print(f"{total} agents vanished {DELAYS[0]} to {DELAYS[-1]} s after the bridge command: {dict(offers)}")
