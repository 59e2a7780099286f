"""Every test of what SQL does runs on SQLite, and on PostgreSQL where there is one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccswitch.records.migrate import upgrade
from ccswitch.records.store import Store, open_store
from tests.servers import Postgres

BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)]


@pytest.fixture(scope="session")
def upgraded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema and nothing in it; copies of it are cheap."""
    path = tmp_path_factory.mktemp("records") / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def upgraded_database(postgres: Postgres) -> str:
    """The same for PostgreSQL."""
    url = postgres.new_database()
    upgrade(url)
    return url


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest, tmp_path: Path, upgraded_file: Path) -> str:
    """A database of the test's own, with the schema."""
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(upgraded_file, tmp_path / 'records.db')}"
    return str(request.getfixturevalue("postgres").new_database(like=request.getfixturevalue("upgraded_database")))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """The store at `url`."""
    opened = open_store(url)
    yield opened
    opened.close()
