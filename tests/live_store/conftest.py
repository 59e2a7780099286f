"""The live store in this process and in Redis: one contract."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from ccswitch.live.memory import memory_store
from ccswitch.live.over_redis import redis_store
from ccswitch.live.ports import LiveStore

_PREFIXES = count(1)


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.integration)])
def ends(request: pytest.FixtureRequest) -> Callable[[], LiveStore]:
    """Each call gives another end of one and the same new store, as each controller has its own."""
    if request.param == "memory":
        store = memory_store()
        return lambda: store
    url, prefix = request.getfixturevalue("redis_server").url, f"test{next(_PREFIXES)}"
    return lambda: redis_store(url, prefix=prefix)


@pytest.fixture
def store(ends: Callable[[], LiveStore]) -> LiveStore:
    """One end."""
    return ends()
