"""What is looked at on the controller's own host. Every check is a row of `HOST_CHECKS`."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
from collections.abc import Callable, Sequence

from ccswitch.controller.config import LIVE_PASSWORD, Config
from ccswitch.controller.doctor.lookups import lookups_answer
from ccswitch.controller.doctor.speech import engine_speaks
from ccswitch.controller.doctor_pair import live_store_answers, pair_shares_redis, who_is_active
from ccswitch.controller.found import Found, Health
from ccswitch.errors import StoreError
from ccswitch.records import migrate
from ccswitch.records.agents import phone_secrets
from ccswitch.records.store import open_store

DISK_WARN, DISK_FAIL = 2 * 1024**3, 200 * 1024**2  # bytes free where the journal is


def _configuration(config: Config) -> Found:
    if config.warnings:
        return Health.WARN, "; ".join(str(warning) for warning in config.warnings)
    return Health.OK, f"{config.file}: {len(config.queues)} queues, {len(config.entries)} entries"


def _database(config: Config) -> Found:
    try:
        schema = migrate.status(config.store.url)
    except StoreError as away:
        return Health.FAIL, str(away)
    if schema.up_to_date:
        return Health.OK, f"schema {schema.head}"
    return Health.FAIL, f"schema {schema.current or 'missing'}, this release needs {schema.head}"


def _passwords(config: Config) -> Found:
    """Whether the hashes that are kept are over the domain at which phones register now."""
    domain = config.nodes[0].sip_domain if config.nodes else ""
    try:
        if not migrate.status(config.store.url).up_to_date:
            return Health.WARN, "not known before the database is ready"
        store = open_store(config.store.url)
        try:
            stale = [secret.agent for secret in phone_secrets(store) if secret.realm != domain]
        finally:
            store.close()
    except StoreError:
        return Health.WARN, "not known while the database is away"
    if stale:
        return Health.FAIL, f"made for another domain than {domain}: " + ", ".join(stale)
    return Health.OK, f"made for {domain}"


def _journal(config: Config) -> Found:
    folder = config.folder(config.journal.dir)
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return Health.FAIL, f"{there} cannot be written to"
    free = shutil.disk_usage(there).free
    health = Health.OK if free > DISK_WARN else Health.WARN if free > DISK_FAIL else Health.FAIL
    return health, f"{folder}, {free / 1024**3:.1f} GiB free"


def _desk(config: Config) -> Found:
    where = f"{config.desk.host}:{config.desk.port}"
    answer = _health_of(config.desk.host, config.desk.port)
    if answer is not None:
        ours = any(status in answer for status in ("ok", "degraded", "standby"))
        return (Health.OK, f"a controller answers at {where}") if ours else (Health.FAIL, f"a stranger is at {where}")
    try:
        family = socket.AF_INET6 if ":" in config.desk.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((config.desk.host, config.desk.port))
    except OSError as error:
        return Health.FAIL, f"{where}: {error.strerror or error}"
    return Health.WARN, f"{where} is free, no controller runs"


def _health_of(host: str, port: int) -> str | None:
    """What a controller there says of itself, None when nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1" if host in ("0.0.0.0", "") else host, port, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().read(4096).decode(errors="replace")
    except http.client.HTTPException as error:
        return str(type(error).__name__)
    except OSError:
        return None
    finally:
        connection.close()


HOST_CHECKS: Sequence[tuple[str, Callable[[Config], Found], str]] = (
    ("configuration", _configuration, "follow the hint in brackets"),
    ("database", _database, "start the database if it is away; then `runuser -u ccswitch -- ccswitch db upgrade`"),
    (
        "passwords",
        _passwords,
        "give them new ones: `ccswitch agent add AGENT --phone NUMBER … --new-password`, or take sip_domain back",
    ),
    ("journal", _journal, "make [journal] dir a folder that ccswitch may write to, on a disk with room"),
    (
        "Redis",
        live_store_answers,
        f"start Redis; let [live] url and {LIVE_PASSWORD} be right. Calls go on without it, but a standby on another"
        " host cannot take over",
    ),
    (
        "look-ups",
        lookups_answer,
        "let [[lookup]] url, ca and check be right, and this host be let through; until then scripts go by `otherwise`",
    ),
    (
        "speech",
        engine_speaks,
        "`apt-get install espeak-ng`, or take another [speech] engine; `install -d -o ccswitch -g freeswitch -m 2750`"
        " [speech] dir; record prompts that have no text",
    ),
    ("active", who_is_active, "`systemctl start ccswitch` when none runs; look again in a moment while one takes over"),
    (
        "pair",
        pair_shares_redis,
        "let [live] url be the same on both controllers, then restart the one that had another",
    ),
    ("desk", _desk, "`systemctl start ccswitch` when none runs; a port that another has: choose another [desk] port"),
)
