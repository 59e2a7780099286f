"""A standby takes over: nobody on the phone notices, whichever way the active controller goes."""

from __future__ import annotations

import time

import pytest

from ccswitch.controller.journal import Journal
from ccswitch.live.over_redis import redis_store
from ccswitch.live.ports import Decided
from ccswitch.simulator.phones import answers
from tests.scenarios.conftest import MakeStage
from tests.scenarios.controller_process import ApiError
from tests.scenarios.pair import LEASE, Pair, owner_at, segments
from tests.scenarios.stage import PATIENCE, Rules, Stage
from tests.scenarios.world import Caller, Phone
from tests.servers import RedisServer

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
        self.stage.eventually(lambda: self.pair.adopted(EVERYBODY), self.stage.promised(within))
        took = time.monotonic() - began
        assert took <= self.stage.promised(within)
        self.stage.eventually(lambda: self.pair.b.health()["status"] == "ok")
        assert self.stage.channels() == self.channels
        assert not any(caller.ended for caller in self.talking + self.waiting)
        assert {caller.number: self.stage.board(caller)["waiting_since"] for caller in self.waiting} == self.since
        return took

    def goes_on_to_the_end(self) -> None:
        """The callers are served in order, everybody goes home, and the records have each once."""
        for served, phone in enumerate(self.phones[:3], start=1):
            phone.hang_up()
            self.stage.eventually(lambda served=served: len(self.stage.rows("talks")) == 5 + served)
        order = [talk["call_id"] for talk in self.stage.rows("talks")[5:]]
        assert order == [self.stage.row(caller)["call_id"] for caller in self.waiting]
        for caller in self.talking + self.waiting:
            caller.hang_up()
        self.stage.eventually(lambda: not self.stage.channels())
        self.stage.eventually(lambda: all(row["result"] == "answered" for row in self.stage.rows("calls")))
        for table in ("calls", "queue_visits", "talks", "offers"):
            assert len(self.stage.rows(table)) == 8, table
        assert all(phone.most_at_once == 1 for phone in self.phones)
        assert sum(phone.answered for phone in self.phones) == 8


@pytest.fixture(params=["no Redis", pytest.param("Redis", marks=pytest.mark.integration)])
def scene(request: pytest.FixtureRequest, make_stage: MakeStage) -> Scene:
    url = request.getfixturevalue("own_redis").url if request.param == "Redis" else ""
    return Scene(make_stage(rules=Rules(wrapup=0.1)), url)


@pytest.mark.parametrize("scene", [pytest.param("Redis", marks=pytest.mark.integration)], indirect=True)
def test_the_active_one_is_killed_and_the_standby_has_every_call(scene: Scene) -> None:
    # Given two controllers, talks, and callers who wait
    stage, pair = scene.stage, scene.pair
    token, name = owner_at(stage)
    assert name == "a"
    # And a standby that says so, and whom to ask
    assert pair.b.health()["active"]["token"] == token
    with pytest.raises(ApiError, match=r"503.*This controller is a standby.*a is active.*ask http://127"):
        pair.b.api("POST", "/agents/1001/break")
    # When the active one is killed
    began = time.monotonic()
    pair.a.kill9()
    # Then the standby has every call soon
    took = scene.adopted(began, ADOPTED_WITHIN)
    print(f"kill -9: 8 calls re-adopted {took * 1000:.0f} ms after it", end=" ")
    # And the switch knows whose it is now
    stage.eventually(lambda: owner_at(stage)[1] == "b")
    assert owner_at(stage)[0] > token
    scene.goes_on_to_the_end()


@pytest.mark.parametrize("scene", ["no Redis"], indirect=True)
def test_the_active_one_hands_over_by_order_and_stands_by_afterwards(scene: Scene) -> None:
    # When the active one is stopped, as `systemctl restart` does, and started again
    began = time.monotonic()
    scene.pair.a.hand_over()
    took = scene.adopted(began, ADOPTED_WITHIN)
    assert scene.pair.a.ended() == 0
    print(f"hand-over: 8 calls re-adopted {took * 1000:.0f} ms after the order", end=" ")
    scene.pair.a.start(linked=False)
    # Then it stands by for the other
    scene.stage.eventually(lambda: scene.pair.a.health()["active"]["name"] == "b")
    # And when that one goes, it is active once more
    scene.pair.b.kill9()
    scene.stage.controller = scene.pair.a
    scene.stage.eventually(lambda: scene.pair.adopted(EVERYBODY))
    scene.goes_on_to_the_end()


@pytest.mark.parametrize("scene", [pytest.param("Redis", marks=pytest.mark.integration)], indirect=True)
def test_one_that_hung_and_believes_it_is_active_does_nothing_more(scene: Scene) -> None:
    # Given an active controller that stands still, with the journal's lock and its links in its hands
    stage, pair = scene.stage, scene.pair
    began = time.monotonic()
    pair.a.hang()
    # When its lease has run out, then the standby has every call
    took = scene.adopted(began, HUNG_WITHIN)
    print(f"hung: 8 calls re-adopted {took * 1000:.0f} ms after it, with a lease of {LEASE:g} s", end=" ")
    stage.eventually(lambda: owner_at(stage)[1] == "b")
    # And serves: a talk ends, the first of the waiting is answered, somebody new comes
    scene.phones[0].hang_up()
    stage.eventually(lambda: len(stage.rows("talks")) == 6)
    newcomer = stage.caller()
    stage.eventually(lambda: stage.place(newcomer) == "waiting")
    # When the first one goes on, with all of this in its ears
    said, before = len(stage.link.commands), segments(stage)
    pair.a.go_on()
    # Then it ends by itself, with the code that says why
    assert pair.a.ended() == 5
    assert "ccswitch: b " in pair.a.log_tail()
    # And has told the switch nothing (it may ask a silent link for a sign of life), and written no line
    assert set(stage.link.commands[said:]) <= {b"api uptime s"}
    after = segments(stage)
    newest = max(before)
    assert {name: size for name, size in after.items() if name < newest} == {
        name: size for name, size in before.items() if name < newest
    }
    # And the journal is one line of decisions, each numbered once
    numbers = [decision.n for decision in Journal(stage.folder / "journal").since(0)]
    assert numbers == list(range(1, len(numbers) + 1))
    # And nobody on the phone noticed
    assert not any(caller.ended for caller in (*scene.talking[1:], *scene.waiting, newcomer))
    newcomer.hang_up()
    stage.eventually(lambda: stage.result(newcomer) == "abandoned")
    # When it is started again, then it stands by
    pair.a.start(linked=False)
    stage.eventually(lambda: pair.a.health()["active"]["name"] == "b")
    assert all(phone.most_at_once == 1 for phone in scene.phones)
    assert len(stage.rows("talks")) == len(stage.rows("offers", result="talked")) == 6


@pytest.mark.parametrize("scene", [pytest.param("Redis", marks=pytest.mark.integration)], indirect=True)
def test_redis_dies_hangs_and_comes_back_empty_and_nothing_happens_to_calls(
    scene: Scene, own_redis: RedisServer
) -> None:
    stage, pair = scene.stage, scene.pair
    owner = owner_at(stage)

    def warned() -> bool:
        health, metrics = pair.a.health(), pair.a.api("GET", "/metrics")
        told = any("Redis at 127.0.0.1" in warning for warning in health["warnings"])
        return told and health["status"] == "ok" and "ccswitch_live_up 0.0" in metrics

    for way, mend in ((own_redis.kill, own_redis.start), (own_redis.hang, own_redis.wake)):
        # When Redis is away for longer than a lease
        way()
        stage.eventually(lambda: warned() and pair.b.health()["reasons"])
        # Then calls are answered as ever
        done = len(stage.rows("talks"))
        scene.phones[0].hang_up()
        stage.eventually(lambda done=done: len(stage.rows("talks")) == done + 1)
        stage.always(lambda: owner_at(stage) == owner and pair.b.health()["status"] == "standby", 1.5 * LEASE)
        # When it is back, empty or not, then the warning goes, and the active one stays active
        mend()
        stage.eventually(lambda: not pair.a.health()["warnings"] and not pair.b.health()["reasons"])
        stage.always(lambda: owner_at(stage) == owner and pair.b.health()["status"] == "standby", 1.5 * LEASE)
    # And notices are heard again
    listener = redis_store(own_redis.url, prefix="stage").notices.subscribe()
    scene.phones[1].hang_up()
    assert isinstance(listener.get(PATIENCE), Decided)
    # And a standby can take over as before
    stage.eventually(lambda: len(stage.rows("talks")) == 8)
    pair.a.kill9()
    stage.controller = pair.b
    stage.eventually(lambda: pair.adopted({"talking": 5}))
    for caller in scene.talking + scene.waiting:
        caller.hang_up()
    stage.eventually(lambda: all(row["result"] == "answered" for row in stage.rows("calls")))
    assert len(stage.rows("talks")) == len(stage.rows("calls")) == 8
