"""Fixtures for every test, and the longest that any may take."""

import pytest

from tests import searching
from tests.servers import own_redis, postgres, redis_server

__all__ = ["own_redis", "postgres", "redis_server"]

LONGEST = 300.0  # seconds, on a busy machine; a test that has not ended by then never will


searching.begin()  # before the tests are read


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What goes round in a circle fails with a traceback; `make soak` has its own measure of time."""
    for item in items:
        if not any(item.get_closest_marker(name) for name in ("soak", "timeout")):
            item.add_marker(pytest.mark.timeout(LONGEST))
