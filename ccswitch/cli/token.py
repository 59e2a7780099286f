"""`ccswitch token add | revoke | list`. Works on the database itself: on a machine, and as a user, that may."""

from __future__ import annotations

import getpass
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccswitch.cli import options
from ccswitch.cli.failures import NotFound
from ccswitch.cli.sheets import Cell, Sheet, write, write_json
from ccswitch.cli.times import at, clean

if TYPE_CHECKING:
    from ccswitch.records.store import Store

ROLES = ("admin", "supervisor", "agent")  # as desk/access.py has them


@click.group
def token() -> None:
    """API tokens: who may ask the desk, and what."""


@token.command
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What it may; an agent's token bears his id.")
@options.as_json
@options.config
def add(name: str, role: str, as_json: bool, config: Path) -> None:
    """Make a token, shown this once: only its hash is kept."""
    from ccswitch.records.tokens import add_token

    with _store(config) as store:
        made = add_token(store, name=name, role=role, now=time.time())
        _note(store, "token add", {"name": name, "role": role}, f"token {name} may what {role} may")
    if as_json:
        write_json({"name": name, "role": role, "token": made})
    else:
        click.echo(f"token {clean(name)} ({role}), shown this once: {made}")


@token.command
@click.argument("name")
@options.as_json
@options.config
def revoke(name: str, as_json: bool, config: Path) -> None:
    """End a token; the desk notices within 30 seconds."""
    from ccswitch.records.tokens import revoke_token

    with _store(config) as store:
        if not revoke_token(store, name=name, now=time.time()):
            raise NotFound(f"there is no good token {name!r}: `ccswitch token list`")
        _note(store, "token revoke", {"name": name}, f"token {name} was revoked")
    write_json({"name": name, "revoked": True}) if as_json else click.echo(f"token {clean(name)} was revoked")


@token.command("list")
@options.as_json
@options.config
def list_(as_json: bool, config: Path) -> None:
    """List all tokens that ever were, by name; the tokens themselves are not known any more."""
    from ccswitch.records.tokens import list_tokens

    with _store(config) as store:
        found = list_tokens(store)
    document = {"tokens": [{"name": t.name, "role": t.role, "created": t.created, "revoked": t.revoked} for t in found]}
    write_json(document) if as_json else write(draw_tokens(document))


def draw_tokens(document: dict[str, list[dict[str, Any]]]) -> list[Sheet]:
    """A line for each token."""
    now = time.time()
    rows = [
        [
            str(one["name"]),
            str(one["role"]),
            at(one["created"], now),
            Cell(at(one["revoked"], now), "dim") if one["revoked"] else "",
        ]
        for one in document["tokens"]
    ]
    return [Sheet(columns=("token", "role", "made", "revoked"), rows=rows, empty="no token; `ccswitch db upgrade`")]


@contextmanager
def _store(config: Path) -> Iterator[Store]:
    from ccswitch.controller import config as configuration
    from ccswitch.records.store import open_store

    store = open_store(configuration.load(config).store.url)
    try:
        yield store
    finally:
        store.close()


def _note(store: Store, kind: str, what: dict[str, object], said: str) -> None:
    """In the audit trail, under the name of the user of this machine."""
    from ccswitch.records import audit

    author = f"{getpass.getuser()} (command line)"
    audit.note(store, author=author, kind=kind, what=what, accepted=True, said=said, now=time.time())
