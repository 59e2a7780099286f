"""`ccswitch customer import | find | show | tag`. Works on the database itself, as `token` does."""

from __future__ import annotations

import getpass
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from ccswitch.cli import options
from ccswitch.cli.failures import Failed, NotFound
from ccswitch.cli.sheets import Sheet, card, write, write_json
from ccswitch.cli.times import at

if TYPE_CHECKING:
    from ccswitch.records.customer_file import Imported
    from ccswitch.records.customers import Customer
    from ccswitch.records.store import Store


class Here(NamedTuple):
    """The database, and the country of numbers that name none."""

    store: Store
    region: str


@click.group
def customer() -> None:
    """Customers: who has which number, in which language, at which level."""


@customer.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Look only: nothing is kept.")
@click.option("--encoding", default="utf-8-sig", show_default=True, help="As gb18030, for a file from Excel in China.")
@options.as_json
@options.config
@click.pass_context
def import_(ctx: click.Context, file: Path, dry_run: bool, encoding: str, as_json: bool, config: Path) -> None:
    """Take the customers in a CSV file. Lines that are wrong are told, and written to FILE.rejected.csv."""
    from ccswitch.records.customer_file import import_customers, rejected_text

    try:
        text = file.read_text(encoding=encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise Failed(f"{file} cannot be read as {encoding}: {error}; name another with --encoding") from error
    with _records(config) as here:
        done = import_customers(here.store, text, region=here.region, now=time.time(), dry=dry_run)
        said = f"{done.added} added, {done.changed} changed, {len(done.rejected)} refused"
        if not dry_run:
            _note(here.store, "customer import", {"file": file.name}, said)
    if as_json:
        write_json({"added": done.added, "changed": done.changed, "rejected": [asdict(one) for one in done.rejected]})
    else:
        _tell(file, done, dry_run)
    if done.rejected and not dry_run:
        file.with_name(f"{file.name}.rejected.csv").write_text(rejected_text(done), encoding="utf-8-sig")
    ctx.exit(1 if done.rejected else 0)


def _tell(file: Path, done: Imported, dry_run: bool) -> None:
    for one in done.rejected:
        for why in one.why:
            click.echo(f"{file}:{one.line}: {why}")
    would = "would be " if dry_run else ""
    click.echo(f"{would}added {done.added}, changed {done.changed}, refused {len(done.rejected)}")


@customer.command
@click.argument("wanted")
@options.as_json
@options.config
def find(wanted: str, as_json: bool, config: Path) -> None:
    """Find customers by a number, an id elsewhere, or a part of the name; who was in contact last goes first."""
    from ccswitch.records.customers import find as find_customers

    with _records(config) as here:
        found = find_customers(here.store, wanted, here.region)
    if as_json:
        write_json({"customers": [asdict(one) for one in found]})
        return
    rows = [
        [str(one.id), one.name, one.level, one.language, ", ".join(one.phones), ", ".join(one.tags)] for one in found
    ]
    columns = (">id", "name", "level", "language", "phones", "tags")
    write([Sheet(columns=columns, rows=rows, empty=f"nobody is found by {wanted!r}")])


@customer.command
@click.argument("customer", type=int)
@options.as_json
@options.config
def show(customer: int, as_json: bool, config: Path) -> None:
    """Show one customer. CUSTOMER is his number in our records, as `ccswitch customer find` tells it."""
    from ccswitch.records.customers import get

    with _records(config) as here:
        _show(get(here.store, customer), customer, as_json)


@customer.command(context_settings={"ignore_unknown_options": True})
@click.argument("customer", type=int)
@click.argument("tags", nargs=-1, required=True, metavar="+TAG|-TAG…")
@options.as_json
@options.config
def tag(customer: int, tags: tuple[str, ...], as_json: bool, config: Path) -> None:
    """Give a customer tags (+vip) and take them away (-late)."""
    from ccswitch.records.customers import tag as tag_customer

    if wrong := [word for word in tags if word[:1] not in "+-" or not word[1:].replace("-", "").isidentifier()]:
        raise Failed(f"{wrong[0]!r}: write +vip to give a tag, -late to take one away")
    add, remove = ([word[1:] for word in tags if word[0] == sign] for sign in "+-")
    with _records(config) as here:
        changed = tag_customer(here.store, customer, add, remove, time.time())
        if changed is not None:
            _note(
                here.store,
                "customer tag",
                {"customer": customer, "tags": list(tags)},
                f"tags: {', '.join(changed.tags)}",
            )
        _show(changed, customer, as_json)


def _show(found: Customer | None, wanted: int, as_json: bool) -> None:
    if found is None:
        raise NotFound(f"there is no customer {wanted}: `ccswitch customer find`")
    if as_json:
        write_json({"customer": asdict(found)})
        return
    lines = (
        ("level", found.level),
        ("language", found.language),
        ("phones", ", ".join(found.phones)),
        ("ids elsewhere", ", ".join(found.keys)),
        ("tags", ", ".join(found.tags)),
        ("last contact", at(found.contacted, time.time()) if found.contacted else ""),
    )
    write([card(f"{found.id} {found.name}", *lines)])


@contextmanager
def _records(config: Path) -> Iterator[Here]:
    from ccswitch.controller import config as configuration
    from ccswitch.records.store import open_store

    read = configuration.load(config)
    store = open_store(read.store.url)
    try:
        yield Here(store, read.customers.region)
    finally:
        store.close()


def _note(store: Store, kind: str, what: dict[str, object], said: str) -> None:
    """In the audit trail, under the name of the user of this machine."""
    from ccswitch.records import audit

    author = f"{getpass.getuser()} (command line)"
    audit.note(store, author=author, kind=kind, what=what, accepted=True, said=said, now=time.time())
