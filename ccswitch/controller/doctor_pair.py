"""What `ccswitch doctor` asks about two controllers that stand in for each other: Redis, and who is active."""

from __future__ import annotations

import fcntl
from datetime import datetime
from pathlib import Path

from ccswitch.controller.authority import active
from ccswitch.controller.config import Config
from ccswitch.controller.found import Found, Health
from ccswitch.controller.standby import live_store
from ccswitch.errors import LiveStoreError
from ccswitch.live.ports import Owner, owner_of_node

OLDEST_REDIS = 5


def live_store_answers(config: Config) -> Found:
    """Redis, when the site has one. It need not keep anything on disk, and its clock does not matter."""
    if not config.live.url:
        return Health.OK, "no Redis: a standby takes over by the journal's lock alone"
    from ccswitch.live import over_redis

    try:
        said = over_redis.version(config.live.url, password=config.live_password)
    except LiveStoreError as away:
        return Health.WARN, str(away)
    major = said.partition(".")[0]
    health = Health.OK if major.isdigit() and int(major) >= OLDEST_REDIS else Health.FAIL
    return health, f"Redis {said} at {over_redis.place(config.live.url)}"


def who_is_active(config: Config) -> Found:
    """By the journal's lock, and by the lease."""
    folder = config.folder(config.journal.dir)
    owner = active(folder)
    if owner is None:
        return Health.OK, "no controller has run yet"
    if not _is_locked(folder / "lock"):
        return Health.WARN, f"nobody; {_told(owner)} was the last one"
    holder = _lease_holder(config)
    if holder is not None and holder.token != owner.token:
        return (
            Health.WARN,
            f"{_told(owner)} by the journal, {_told(holder)} by the lease: one takes over from the other",
        )
    return Health.OK, _told(owner)


def pair_shares_redis(config: Config) -> Found:
    """Whether who is active has its lease in the Redis that is configured here. Nobody else can be seen: where one of a
    pair has no `[live] url`, this says so on the host of the one that stands by."""
    folder = config.folder(config.journal.dir)
    owner = active(folder)
    if owner is None or not _is_locked(folder / "lock"):
        return Health.OK, "nobody is active"
    if not config.live.url:
        if owner.live:
            return Health.WARN, f"{owner.name} has a lease in Redis at {owner.live}; a standby here could not see it"
        return Health.OK, f"{owner.name} has no Redis, as here" if owner.live == "" else "no Redis here"
    if owner.live == "":
        return Health.WARN, f"{owner.name} is active without Redis: a standby here would take over though it is well"
    try:
        holder = live_store(config).lease.holder()
    except LiveStoreError:
        return Health.OK, "not known while Redis is away"
    if holder is None:
        return Health.WARN, f"{owner.name} is active and has no lease here, unless Redis was away a moment ago"
    return Health.OK, f"{holder.name} has the lease, token {holder.token}"


def owner_agrees(config: Config, mark: str) -> Found:
    """Whether a node (`mark`: what stands in its `ccs_owner`) is driven by who has the journal."""
    ours, there = active(config.folder(config.journal.dir)), owner_of_node(mark)
    if there is None:
        return Health.OK, "no controller has driven it since FreeSWITCH started"
    if ours is None or (ours.token, ours.name) != (there.token, there.name):
        writer = f"{ours.name} with token {ours.token}" if ours else "nobody"
        return Health.WARN, f"driven by {there.name} with token {there.token}; the journal here is written by {writer}"
    return Health.OK, f"{there.name}, token {there.token}"


def _told(owner: Owner) -> str:
    since = datetime.fromtimestamp(owner.since).isoformat(" ", "seconds")
    return f"{owner.name} since {since}, token {owner.token}, desk {owner.desk or 'unknown'}"


def _is_locked(path: Path) -> bool:
    """Whether somebody has the lock; a share of it is held for a moment to find out."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _lease_holder(config: Config) -> Owner | None:
    try:
        return live_store(config).lease.holder()
    except LiveStoreError:
        return None
