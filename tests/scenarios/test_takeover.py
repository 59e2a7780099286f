"""A standby takes over: nobody on the phone notices, whichever way the active controller goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from ccswitch.simulator.phones import answers
from tests.scenarios.conftest import MakeStage
from tests.scenarios.pair import LEASE, Pair, owner_at
from tests.scenarios.stage import Caller, Phone, Rules, Stage

EVERYBODY = {"talking": 5, "waiting": 3}
ADOPTED_WITHIN = 3.0  # seconds from the death of the active one; the watchdog would wait for 15
HUNG_WITHIN = 1.5 * LEASE + ADOPTED_WITHIN


class Scene:
    """A pair, five talks and three callers who wait, and what must hold about them in the end."""

    def __init__(self, stage: Stage, redis: str) -> None:
        self.stage, self.pair = stage, Pair(stage, redis)
        self.pair.start()
        self.phones: list[Phone] = stage.phones(5, answers(after=0.05))
        self.talking: list[Caller] = stage.talks_with(self.phones)
        self.waiting: list[Caller] = stage.waiting(3)
        self.channels = stage.eventually(lambda: len(seen := stage.channels()) == 13 and seen)  # `show` is late
        self.since = {caller.number: stage.board(caller)["waiting_since"] for caller in self.waiting}

    def adopted(self, began: float, within: float) -> float:
        """Wait until the standby has every call, each in its place, untouched; seconds since `began`."""
        self.stage.controller = self.pair.b
        self.stage.eventually(lambda: self.pair.adopted(EVERYBODY) and self.pair.b.health()["status"] == "ok", within)
        took = time.monotonic() - began
        assert took <= within
        assert self.stage.channels() == self.channels
        assert not any(caller.ended for caller in self.talking + self.waiting)
        assert {caller.number: self.stage.board(caller)["waiting_since"] for caller in self.waiting} == self.since
        return took

    def goes_on_to_the_end(self) -> None:
        """The callers are served in order, everybody goes home, and the records have each once."""
        for served, phone in enumerate(self.phones[:3], start=1):
            phone.hang_up()
            self.stage.eventually(lambda served=served: len(self.stage.rows("talks")) == 5 + served, 15)
        order = [talk["call_id"] for talk in self.stage.rows("talks")[5:]]
        assert order == [self.stage.row(caller)["call_id"] for caller in self.waiting]
        for caller in self.talking + self.waiting:
            caller.hang_up()
        self.stage.eventually(lambda: not self.stage.channels(), 15)
        self.stage.eventually(lambda: all(row["result"] == "answered" for row in self.stage.rows("calls")))
        for table in ("calls", "queue_visits", "talks", "offers"):
            assert len(self.stage.rows(table)) == 8, table
        assert all(phone.most_at_once == 1 for phone in self.phones)
        assert sum(phone.answered for phone in self.phones) == 8


@pytest.fixture(params=["no Redis", pytest.param("Redis", marks=pytest.mark.integration)])
def scene(request: pytest.FixtureRequest, make_stage: MakeStage) -> Iterator[Scene]:
    url = request.getfixturevalue("own_redis").url if request.param == "Redis" else ""
    yield Scene(make_stage(rules=Rules(wrapup=0.1)), url)


WAYS: dict[str, Callable[[Pair], object]] = {
    "kill -9": lambda pair: pair.a.kill9(),
    "hand-over": lambda pair: pair.a.terminate(),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_active_one_goes_and_the_standby_has_every_call(scene: Scene, way: str) -> None:
    # Given two controllers, talks, and callers who wait
    stage, pair = scene.stage, scene.pair
    before = owner_at(stage)
    assert before.endswith(":a")
    # When the active one goes
    began = time.monotonic()
    WAYS[way](pair)
    # Then the standby has every call soon
    took = scene.adopted(began, ADOPTED_WITHIN)
    print(f"{way}: 8 calls re-adopted {took * 1000:.0f} ms after it", end=" ")
    # And the switch knows whose it is now
    after = stage.eventually(lambda: (now := owner_at(stage)).endswith(":b") and now)
    assert int(after.partition(":")[0]) > int(before.partition(":")[0])
    scene.goes_on_to_the_end()
