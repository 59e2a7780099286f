"""What doctor says of Redis and of who is active."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccswitch.clock import ManualClock
from ccswitch.controller.authority import Authority
from ccswitch.controller.config import Config, JournalSettings, LiveSettings
from ccswitch.controller.doctor_pair import live_store_answers, owner_agrees, who_is_active
from ccswitch.controller.found import Health
from ccswitch.live.memory import memory_store
from ccswitch.live.over_redis import redis_store
from ccswitch.live.ports import LiveStore, Owner
from tests.servers import RedisServer, free_port


def a_config(folder: Path, url: str = "") -> Config:
    return Config(journal=JournalSettings(dir=str(folder)), live=LiveSettings(url=url, prefix="doctor"))


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
