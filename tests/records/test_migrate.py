"""The schema over time: an empty database becomes ours, and the migrations say the same as the tables."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from ccswitch.errors import StoreError
from ccswitch.model.ids import QueueName
from ccswitch.model.nouns import Queue
from ccswitch.records import migrate
from ccswitch.records.migrate import differences, head, status, upgrade
from ccswitch.records.queries import summary
from ccswitch.records.store import Store, open_store


def test_an_empty_database_is_behind_and_then_is_not(tmp_path: Path) -> None:
    # Given a file in a folder that is not there yet
    url = f"sqlite:///{tmp_path}/deep/down/records.db"
    # When the schema is brought up to date
    after = upgrade(url)
    # Then it is, and doing it again changes nothing
    assert after.up_to_date and after.current == head()
    assert upgrade(url) == after


def test_a_database_without_a_schema_is_behind(tmp_path: Path) -> None:
    found = status(f"sqlite:///{tmp_path}/new.db")
    assert found.current is None and not found.up_to_date


def test_the_migrations_make_the_tables_that_the_code_has(url: str) -> None:
    assert differences(url) == ""


def test_a_difference_would_be_seen(store: Store, url: str) -> None:
    store.write(lambda connection: connection.execute(text("ALTER TABLE calls ADD COLUMN colour TEXT")) and None)
    assert "colour" in differences(url)


def test_a_schema_from_a_newer_release_is_not_touched(store: Store, url: str) -> None:
    store.write(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")) and None)
    with pytest.raises(StoreError, match="newer release"):
        upgrade(url)


def test_half_a_migration_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a migration that fails after its first table
    url = f"sqlite:///{tmp_path}/half.db"
    with open_store(url).engine.connect() as connection:
        connection.execute(text("CREATE TABLE calls (other TEXT)"))
        connection.commit()
    with pytest.raises(StoreError, match="calls already exists"):
        upgrade(url)
    # Then none of its tables is there
    with open_store(url).engine.connect() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
    assert tables == ["calls"]


def test_the_migrations_travel_with_the_package() -> None:
    # They are the package `ccswitch.records.migrations`, so that a wheel has them
    folder = Path(migrate.__file__).parent / "migrations"
    assert (folder / "env.py").is_file() and (folder / "__init__.py").is_file()
    top = Path(migrate.__file__).parents[2] / "migrations"
    assert folder.resolve() == top.resolve()
    found = subprocess.run(
        [sys.executable, "-c", "from setuptools import find_packages; print(*find_packages(include=['ccswitch*']))"],
        cwd=top.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"ccswitch.records.migrations", "ccswitch.records.migrations.versions"} <= set(found.stdout.split())


def test_rows_of_the_first_schema_are_kept_and_counted_by_todays_rules(url: str) -> None:
    # Given a database of the first release, in which somebody waited 25 s
    store = open_store(url)
    try:
        store.write(lambda connection: command.downgrade(migrate._config(connection), "0001") and None)
        row = text(
            "INSERT INTO queue_visits (n, i, started, ended, queue, waited, result)"
            " VALUES (1, 0, 100.0, 125.0, 'sales', 25.0, 'answered')"
        )
        store.write(lambda connection: connection.execute(row) and None)
        # When this release brings it up to date
        assert upgrade(url).up_to_date
        # Then the visit is there, and counted by the target of today
        for target, within in ((30.0, 1), (20.0, 0)):
            rules = [Queue(name=QueueName("sales"), target=target)]
            sales = summary(store, rules, since=0.0, until=1000.0).queues["sales"]
            assert (sales.answered, sales.answered_in_target) == (1, within)
    finally:
        store.close()
