"""Where this site's configuration, desk and admin token are.

The token of the first administrator is written by `db upgrade` to `admin.token` beside the journal's folder (so
`/var/lib/ccswitch/admin.token`), readable by its owner only. Whoever may read that file may already read and write
the journal, so it gives nobody a right that he has not; others get tokens of their own.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PLACES = ("/etc/ccswitch/ccswitch.toml", "conf/ccswitch.toml")  # a deployed site before a checkout one stands in
HOST, PORT, JOURNAL = "127.0.0.1", 8470, "/var/lib/ccswitch/journal"  # as controller/config/settings.py has them
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


def config_path() -> Path:
    """The configuration: CCSWITCH_CONFIG, or the first of the usual places that is there."""
    named = os.environ.get("CCSWITCH_CONFIG")
    return Path(named) if named else next((Path(place) for place in PLACES if Path(place).is_file()), Path(PLACES[0]))


def token_path(journal: Path) -> Path:
    """The first admin's token, beside the journal's folder."""
    return journal.resolve().parent / "admin.token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a command that asks the desk needs to know."""

    url: str
    token_file: Path


def read(path: Path | None = None) -> Site:
    """The site by its configuration, read leniently: what is wrong with it `config check` says."""
    path = path or config_path()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        data = {}
    host = _value(data, "desk", "host", HOST)
    host = EVERYWHERE.get(host, host)
    port = _value(data, "desk", "port", PORT)
    journal = path.parent / _value(data, "journal", "dir", JOURNAL)
    return Site(url=f"http://{f'[{host}]' if ':' in host else host}:{port}", token_file=token_path(journal))


def _value(data: dict[str, Any], table: str, key: str, usual: Any) -> Any:
    found = data.get(table)
    value = found.get(key, usual) if isinstance(found, dict) else usual
    return value if type(value) is type(usual) else usual


def token(site: Site) -> str:
    """The admin's token, empty when the file is not there or is not ours to read."""
    try:
        return site.token_file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def keep_token(journal: Path, text: str) -> Path:
    """Write the first admin's token where commands find it, for its owner's eyes only; an older one is replaced."""
    path = token_path(journal)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
    fresh.replace(path)
    return path
