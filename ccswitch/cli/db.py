"""`ccswitch db upgrade | status`."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path

import click

from ccswitch.cli import options, site
from ccswitch.cli.sheets import write_json


@click.group
def db() -> None:
    """The database's schema, and the first token."""


@db.command
@options.config
def upgrade(config: Path) -> None:
    """Bring the database to this release's schema. The first time, make a token for the administrator.

    The token is shown this once, and kept in admin.token beside the journal's folder, readable by its owner only:
    commands on this machine find it there.
    """
    from ccswitch.controller import config as configuration
    from ccswitch.records import migrate
    from ccswitch.records.store import open_store
    from ccswitch.records.tokens import first_admin_token

    settings = configuration.load(config)
    before = migrate.status(settings.store.url) if _is_there(settings.store.url) else None
    after = migrate.upgrade(settings.store.url)
    was = before.current if before else None
    click.echo(f"schema {after.current}" + ("" if was == after.current else f" (was {was or 'empty'})"))
    store = open_store(settings.store.url)
    try:
        token = first_admin_token(store, now=time.time())
    finally:
        store.close()
    if token is None:
        return
    click.echo(f"the first administrator's token, shown this once: {token}")
    path = site.keep_token(settings.folder(settings.journal.dir), token)
    click.echo(f"kept in {path}")


@db.command
@options.config
@options.as_json
@click.pass_context
def status(ctx: click.Context, config: Path, as_json: bool) -> None:
    """Say where the schema stands; 1 when it is behind."""
    from ccswitch.controller import config as configuration
    from ccswitch.records import migrate

    url = configuration.load(config).store.url
    schema = migrate.status(url) if _is_there(url) else migrate.Schema(current=None, head=migrate.head())
    if as_json:
        write_json(asdict(schema) | {"up_to_date": schema.up_to_date})
    elif schema.up_to_date:
        click.echo(f"schema {schema.current}: up to date")
    else:
        click.echo(f"schema {schema.current or 'empty'}, this release needs {schema.head}: run `ccswitch db upgrade`")
    ctx.exit(0 if schema.up_to_date else 1)


def _is_there(url: str) -> bool:
    """Whether there is a database to ask: to look at an SQLite file that is not there would make one."""
    from ccswitch.records.store import parse_url

    parsed = parse_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(str(parsed.database)).is_file()
