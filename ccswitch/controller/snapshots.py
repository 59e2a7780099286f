"""Snapshots of State, so that recovery need not read the journal from its beginning.

One file, `snapshot.json`, replaced as a whole: the n of the last decision in it, the schema and code version that
wrote it, and State. A snapshot that cannot be read is set aside and the journal read instead: it is only a shortcut,
as long as the segments are there.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from ccswitch.controller.journal import sync_folder
from ccswitch.errors import JournalError
from ccswitch.floor.state import State
from ccswitch.model.wire import from_wire_as, to_plain

log = logging.getLogger(__name__)

SCHEMA = 1
FILE = "snapshot.json"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """State after decision `n`."""

    n: int
    state: State


def encode(n: int, state: State, version: str) -> bytes:
    """The snapshot as bytes: 20 µs a live call, so it is made in a copy of the process (copied.py)."""
    return orjson.dumps({"schema": SCHEMA, "code": version, "n": n, "state": to_plain(state)})


def store(folder: Path, data: bytes) -> None:
    """Replace the snapshot by `data`, whole or not at all. Waits for the disk: call it in the thread pool."""
    fresh = folder / (FILE + ".new")
    fresh.unlink(missing_ok=True)
    # who calls whom is nobody else's business: readable as the journal is
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / FILE)
    sync_folder(folder)


def load(folder: Path, *, ours: bool = True) -> Snapshot | None:
    """The snapshot, or None when there is none that this release can read (it is set aside when it is `ours`)."""
    path = folder / FILE
    if not path.exists():
        return None
    try:
        return _read(orjson.loads(path.read_bytes()))
    except (JournalError, OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        if not ours:  # the active controller may be of a newer release
            log.warning("snapshot: cannot be read here (%s); the journal is read instead", error)
            return None
        aside = path.with_suffix(".unreadable")
        path.replace(aside)
        log.error("snapshot: cannot be read (%s); set aside as %s, the journal is read instead", error, aside)
        return None


def _read(fields: dict[str, Any]) -> Snapshot:
    if fields["schema"] > SCHEMA:
        raise JournalError(f"written by a newer release (schema {fields['schema']})")
    return Snapshot(n=int(fields["n"]), state=from_wire_as(State, fields["state"]))
