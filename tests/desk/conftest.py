"""A desk of fakes, and clients with each kind of token."""

from __future__ import annotations

import pytest
from falcon.testing import TestClient
from prometheus_client import CollectorRegistry

from ccswitch.desk.app import make_app
from tests.desk.fakes import Fakes, small_floor


@pytest.fixture
def fakes() -> Fakes:
    """A small floor, and all that the API asks beside it."""
    return Fakes(floor=small_floor())


def client_of(fakes: Fakes, token: str = "good") -> TestClient:
    """A client of the API over `fakes` whose requests carry `token`."""
    return TestClient(make_app(fakes.ports, CollectorRegistry()), headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def desk(fakes: Fakes) -> TestClient:
    """A supervisor's client."""
    return client_of(fakes)
