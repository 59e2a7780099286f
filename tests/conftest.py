"""Fixtures for every test."""

from tests.servers import own_redis, postgres, redis_server

__all__ = ["own_redis", "postgres", "redis_server"]
