"""Versions of scripts and when which was in force. Written by the ledger; text and author of a version never change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from ccswitch.model.ids import ScriptHash
from ccswitch.model.nouns import InForce, Release, ScriptSource
from ccswitch.records.book import Row
from ccswitch.records.clean import equals
from ccswitch.records.store import Store
from ccswitch.records.tables import RELEASES, SCRIPT_VERSIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The last release of every script, and the texts that they name."""

    releases: tuple[Release, ...]
    sources: tuple[ScriptSource, ...]


def standing(store: Store) -> Standing:
    """What was put in force last. Raises StoreError."""
    return store.read(_standing)


def _standing(connection: Connection) -> Standing:
    newest = select(RELEASES.c.script, func.max(RELEASES.c.n).label("n")).group_by(RELEASES.c.script).subquery()
    last = and_(RELEASES.c.script == newest.c.script, RELEASES.c.n == newest.c.n)
    releases = [_release(row) for row in connection.execute(select(RELEASES).join(newest, last)).mappings()]
    named = [
        and_(SCRIPT_VERSIONS.c.script == release.script, SCRIPT_VERSIONS.c.hash.in_(_named(release)))
        for release in releases
    ]
    if not named:
        return Standing(releases=(), sources=())
    found = connection.execute(select(SCRIPT_VERSIONS).where(or_(*named))).mappings()
    return Standing(releases=tuple(releases), sources=tuple(_source(row) for row in found))


def _release(row: Any) -> Release:
    versions = InForce(hash=ScriptHash(row["hash"]), canary=ScriptHash(row["canary"]), share=row["share"])
    return Release(
        script=row["script"],
        versions=versions,
        before=ScriptHash(row["before"]),
        author=row["author"],
        comment=row["comment"],
        since=row["at"],
    )


def _named(release: Release) -> Iterable[str]:
    return [version for version in (release.versions.hash, release.versions.canary, release.before) if version]


def _source(row: Any) -> ScriptSource:
    return ScriptSource(name=row["script"], hash=row["hash"], text=row["text"])


def versions_of(store: Store, script: str) -> list[Row]:
    """The versions of a script that were ever released, the newest first, without their texts. Raises StoreError."""
    columns = [column for column in SCRIPT_VERSIONS.c if column.name != "text"]
    query = select(*columns).where(equals(SCRIPT_VERSIONS.c.script, script))
    query = query.order_by(SCRIPT_VERSIONS.c.at.desc(), SCRIPT_VERSIONS.c.hash)
    return store.read(lambda connection: [dict(row) for row in connection.execute(query).mappings()])


def releases_of(store: Store, script: str, *, limit: int = 50) -> list[Row]:
    """When which was in force, the newest first. Raises StoreError."""
    query = select(RELEASES).where(equals(RELEASES.c.script, script)).order_by(RELEASES.c.n.desc()).limit(limit)
    return store.read(lambda connection: [dict(row) for row in connection.execute(query).mappings()])


def find_versions(store: Store, script: str, beginning: str) -> list[ScriptSource]:
    """The versions of a script whose hash begins so, at most two: enough to know if it is one. Raises StoreError."""
    begins = SCRIPT_VERSIONS.c.hash.startswith(beginning, autoescape=True)
    query = select(SCRIPT_VERSIONS).where(equals(SCRIPT_VERSIONS.c.script, script), begins).limit(2)
    return store.read(lambda connection: [_source(row) for row in connection.execute(query).mappings()])
