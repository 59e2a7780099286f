"""What doctor says of Redis and of who is active."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ccswitch.clock import ManualClock
from ccswitch.controller.authority import Authority
from ccswitch.controller.config import Config, JournalSettings, LiveSettings
from ccswitch.controller.doctor_pair import live_store_answers, owner_agrees, pair_shares_redis, who_is_active
from ccswitch.controller.found import Health
from ccswitch.live.memory import memory_store
from ccswitch.live.over_redis import redis_store
from ccswitch.live.ports import LiveStore, Owner
from tests.servers import RedisServer, free_port


def a_config(folder: Path, url: str = "", prefix: str = "doctor") -> Config:
    return Config(journal=JournalSettings(dir=str(folder)), live=LiveSettings(url=url, prefix=prefix))


def active_on(config: Config, live: LiveStore | None = None) -> Authority:
    live = live or memory_store()
    folder = config.folder(config.journal.dir)
    one = Authority(folder, live, name="a", desk="http://a", lease=60.0, clock=ManualClock(1000.0))
    one.take(0.1)
    return one


def test_who_is_active_is_said_with_since_when_and_token(tmp_path: Path) -> None:
    config = a_config(tmp_path)
    assert who_is_active(config) == (Health.OK, "no controller has run yet")
    # Given an active controller
    one = active_on(config)
    health, said = who_is_active(config)
    assert health is Health.OK
    assert said.startswith("a since ") and said.endswith("token 1000, desk http://a")
    # And it is still so when doctor has looked
    assert one.allows()
    # When it has gone
    one.stop()
    health, said = who_is_active(config)
    assert health is Health.WARN and said.startswith("nobody; a since ")


def test_a_node_is_driven_by_who_has_the_journal_or_it_is_said(tmp_path: Path) -> None:
    config = a_config(tmp_path)
    one = active_on(config)
    assert owner_agrees(config, "")[0] is Health.OK
    assert owner_agrees(config, one.mark()) == (Health.OK, "a, token 1000")
    assert owner_agrees(config, "2000:b") == (
        Health.WARN,
        "driven by b with token 2000; the journal here is written by a with token 1000",
    )
    one.stop()


def test_a_pair_of_which_one_has_no_redis(tmp_path: Path) -> None:
    alone, shared = a_config(tmp_path), a_config(tmp_path, f"redis://127.0.0.1:{free_port()}")
    assert pair_shares_redis(alone) == pair_shares_redis(shared) == (Health.OK, "nobody is active")
    # Given an active controller without Redis
    one = active_on(alone)
    # Then a standby with Redis is warned of, one without is not
    assert pair_shares_redis(alone) == (Health.OK, "a has no Redis, as here")
    health, said = pair_shares_redis(shared)
    assert health is Health.WARN and said.startswith("a is active without Redis")
    one.stop()
    # Given an active one with Redis, which need not be there for that
    store = replace(memory_store(), shared=True, where="redis.example:6379")
    one = active_on(shared, store)
    # Then a standby without is warned of, and of one with Redis nothing is known while that is away
    health, said = pair_shares_redis(alone)
    assert health is Health.WARN and said.startswith("a has a lease in Redis at redis.example:6379")
    assert pair_shares_redis(shared) == (Health.OK, "not known while Redis is away")
    one.stop()


def test_an_active_one_of_a_release_that_does_not_say_is_not_accused(tmp_path: Path) -> None:
    config = a_config(tmp_path)
    one = active_on(config)
    one.lock.sign(json.dumps({"name": "a", "token": 1000}))
    assert pair_shares_redis(config) == (Health.OK, "no Redis here")
    one.stop()


@pytest.mark.integration
def test_an_active_one_whose_lease_is_in_another_redis(tmp_path: Path, redis_server: RedisServer) -> None:
    # Given an active controller whose lease is elsewhere
    config = a_config(tmp_path, redis_server.url, "elsewhere")
    one = active_on(config, replace(memory_store(), shared=True, where="redis.example:6379"))
    # Then that is said
    health, said = pair_shares_redis(config)
    assert health is Health.WARN and said.startswith("a is active and has no lease here")
    one.stop()
    # And not of one whose lease is here
    one = active_on(config, redis_store(redis_server.url, prefix="elsewhere"))
    assert pair_shares_redis(config) == (Health.OK, f"a has the lease, token {one.owner.token}")
    one.stop()


def test_redis_that_is_not_there(tmp_path: Path) -> None:
    assert live_store_answers(a_config(tmp_path))[0] is Health.OK
    health, said = live_store_answers(a_config(tmp_path, f"redis://127.0.0.1:{free_port()}"))
    assert health is Health.WARN and "Redis at 127.0.0.1" in said


@pytest.mark.integration
def test_redis_that_answers_and_a_lease_that_is_another_s(tmp_path: Path, redis_server: RedisServer) -> None:
    config = a_config(tmp_path, redis_server.url)
    health, said = live_store_answers(config)
    assert health is Health.OK and said.endswith(f"at 127.0.0.1:{redis_server.port}")
    # Given an active one whose lease another has taken this moment
    live = redis_store(redis_server.url, prefix="doctor")
    one = active_on(config, live)
    assert who_is_active(config)[0] is Health.OK
    live.lease.take(Owner(name="b", token=1), lasts=60.0, seize=True)
    health, said = who_is_active(config)
    assert health is Health.WARN and "token 1000" in said and "b since" in said and "token 1001" in said
    one.stop()
