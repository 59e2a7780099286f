"""`ccswitch token add | revoke | list`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ccswitch.cli import main
from ccswitch.cli.token import ROLES
from ccswitch.desk.access import MAY
from ccswitch.records.audit import recent_audit
from ccswitch.records.migrate import upgrade
from ccswitch.records.store import Store, open_store
from ccswitch.records.tokens import verify_token

SITE = """
[store]
url = "sqlite:///{folder}/ccswitch.db"
[ivr]
dir = "scripts"
[[node]]
name = "pbx1"
"""


@pytest.fixture
def store(elsewhere: Path) -> Store:
    (elsewhere / "conf").mkdir()
    (elsewhere / "conf/ccswitch.toml").write_text(SITE.format(folder=elsewhere))
    url = f"sqlite:///{elsewhere}/ccswitch.db"
    upgrade(url)
    return open_store(url)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["token", *arguments])


def test_the_roles_are_the_desks() -> None:
    assert set(ROLES) == set(MAY)


def test_a_token_is_shown_once_and_is_good_until_it_is_revoked(store: Store) -> None:
    # When a supervisor's token is made
    made = run("add", "ann", "--role", "supervisor")
    assert made.exit_code == 0, made.stderr
    token = made.stdout.strip().rpartition(" ")[2]
    # Then it is good
    holder = verify_token(store, token)
    assert holder is not None and (holder.name, holder.role) == ("ann", "supervisor")
    # and no command says it again
    listed = json.loads(run("list", "--json").stdout)["tokens"]
    assert [(one["name"], one["role"], one["revoked"]) for one in listed] == [("ann", "supervisor", None)]
    assert token not in run("list").stdout
    # When it is revoked, Then it is good no more
    assert run("revoke", "ann").exit_code == 0
    assert verify_token(store, token) is None
    assert json.loads(run("list", "--json").stdout)["tokens"][0]["revoked"]
    # And the audit trail knows both, and no secret
    notes = recent_audit(store)
    assert [note["kind"] for note in notes] == ["token revoke", "token add"]
    assert all("command line" in note["author"] for note in notes)
    assert token not in str(notes)


def test_what_is_refused(store: Store) -> None:
    run("add", "ann", "--role", "admin")
    again = run("add", "ann", "--role", "agent")
    assert (again.exit_code, "there is a token 'ann' already" in again.stderr) == (1, True)
    assert run("add", "bob", "--role", "king").exit_code == 2
    assert run("revoke", "nobody").exit_code == 4
    assert [note["kind"] for note in recent_audit(store)] == ["token add"]
