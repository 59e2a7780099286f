"""A Redis that is gone, hangs, or came back empty: it is told quickly, and the hub is not held up by it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ccswitch.errors import LiveStoreError
from ccswitch.live.over_redis import place, redis_store, version
from ccswitch.live.ports import Decided, Owner
from tests.controller.waiting import PATIENCE
from tests.servers import RedisServer

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.integration
GAP_ALLOWED = 0.9  # seconds; who holds the hub up holds it for a whole second, that of a time-out
TOLD_WITHIN = 15.0  # connect and answer, a second each, and what a busy machine adds; TCP itself would take minutes


def asked_in_production(url: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.live_store.hang_under_gevent", url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("how", ["hangs", "gone"])
def test_it_holds_nobody_up(own_redis: RedisServer, how: str) -> None:
    # Given a Redis that does not answer
    own_redis.hang() if how == "hangs" else own_redis.kill()
    # When everything is asked of it at once, as production does
    found = asked_in_production(own_redis.url)
    # Then each is told soon that it is away, and where it was, and the hub went on
    for what, (error, seconds) in found["answers"].items():
        assert f"Redis at 127.0.0.1:{own_redis.port}: " in error, what
        assert seconds < TOLD_WITHIN, what
    assert found["gap"] < GAP_ALLOWED


def test_a_redis_that_came_back_is_used_again_and_is_empty(own_redis: RedisServer) -> None:
    # Given a holder, and a Redis that is killed
    store = redis_store(own_redis.url)
    mine = store.lease.take(Owner(name="a", token=50), lasts=60.0)
    assert mine is not None
    listener = store.notices.subscribe()
    own_redis.kill()
    for ask in (store.lease.holder, store.snapshots.get, lambda: listener.get(1.0), lambda: version(own_redis.url)):
        with pytest.raises(LiveStoreError, match=r"Redis at 127\.0\.0\.1"):
            ask()
    # When it is back, empty
    own_redis.start()
    # Then the same store works, and the holder has his lease again by renewing it
    assert store.lease.holder() is None
    store.lease.renew(mine, lasts=60.0)
    assert store.lease.take(Owner(name="b", token=1), lasts=60.0) is None
    # And who listens anew hears again
    listener = store.notices.subscribe()
    store.notices.publish(Decided(1))
    assert listener.get(PATIENCE) == Decided(1)
    assert version(own_redis.url)[0].isdigit()


def test_what_stands_in_redis_and_is_not_ours_is_said_to_be_so(own_redis: RedisServer) -> None:
    # Given keys that something else wrote
    import redis

    store = redis_store(own_redis.url)
    client = redis.Redis(port=own_redis.port)
    client.set("ccswitch:lease", "nonsense")
    client.hset("ccswitch:snapshot", mapping={"token": "x", "n": "1", "data": "d"})
    # Then nobody takes them for ours
    with pytest.raises(LiveStoreError, match="names no controller"):
        store.lease.holder()
    with pytest.raises(LiveStoreError, match="is no snapshot"):
        store.snapshots.get()


def test_urls_are_read_without_their_secrets() -> None:
    assert place("redis://:secret@db:6380/2") == "db:6380"
    assert place("rediss://db") == "db:6379"
    assert place("unix:///run/redis.sock") == "/run/redis.sock"
    for wrong in ("", "db:6379", "http://db", "redis://", "unix://"):
        with pytest.raises(ValueError, match="redis://HOST"):
            place(wrong)
