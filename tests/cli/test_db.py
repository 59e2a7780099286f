"""`ccswitch db upgrade | status`, and the first administrator's token."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ccswitch.cli import main, site
from ccswitch.records.store import open_store
from ccswitch.records.tokens import verify_token

SITE = """
[store]
url = "sqlite:///{folder}/records/ccswitch.db"
[journal]
dir = "state/journal"
[ivr]
dir = "scripts"
[[node]]
name = "pbx1"
"""


@pytest.fixture
def folder(elsewhere: Path) -> Path:
    (elsewhere / "conf").mkdir()
    (elsewhere / "conf/ccswitch.toml").write_text(SITE.format(folder=elsewhere))
    return elsewhere


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["db", *arguments])


def test_the_first_upgrade_makes_schema_and_token(folder: Path):
    # Given nothing; to look makes nothing either
    behind = run("status")
    assert (behind.exit_code, "run `ccswitch db upgrade`" in behind.stdout) == (1, True)
    assert not (folder / "records").exists()
    # When the database is upgraded
    result = run("upgrade")
    assert result.exit_code == 0, result.stderr
    schema, shown, kept = result.stdout.splitlines()
    # Then the token is shown, kept for its owner's eyes, and good
    token = shown.rpartition(" ")[2]
    path = folder / "conf/state/admin.token"
    assert schema.endswith("(was empty)")
    assert kept == f"kept in {path}"
    assert path.stat().st_mode & 0o777 == 0o600
    assert site.token(site.read(Path("conf/ccswitch.toml"))) == token
    store = open_store(f"sqlite:///{folder}/records/ccswitch.db")
    holder = verify_token(store, token)
    store.close()
    assert holder is not None
    assert (holder.name, holder.role) == ("admin", "admin")


def test_the_next_upgrade_changes_nothing_and_shows_no_token(folder: Path):
    run("upgrade")
    before = (folder / "conf/state/admin.token").read_text()
    again = run("upgrade")
    assert (again.exit_code, len(again.stdout.splitlines())) == (0, 1)
    assert (folder / "conf/state/admin.token").read_text() == before
    now = run("status")
    assert (now.exit_code, now.stdout.endswith(": up to date\n")) == (0, True)
    assert json.loads(run("status", "--json").stdout)["up_to_date"] is True


def test_a_database_that_is_away_is_a_line(folder: Path):
    text = (folder / "conf/ccswitch.toml").read_text()
    away = "postgresql://u:secret-word@127.0.0.1:1/x"
    (folder / "conf/ccswitch.toml").write_text(text.replace(f"sqlite:///{folder}/records/ccswitch.db", away))
    result = run("status")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert "secret-word" not in result.output
