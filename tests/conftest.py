"""Fixtures for every test."""

from tests.servers import postgres

__all__ = ["postgres"]
