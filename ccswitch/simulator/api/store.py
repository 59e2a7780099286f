"""hash and db: small stores inside the switch, in memory here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccswitch.simulator.api.kind import Command

if TYPE_CHECKING:
    from ccswitch.simulator.core import Core

_USAGE = "-ERR Usage: <command>/<realm>/<key>/<value>\n"


def _store(prefix: str, done: str) -> Command:
    def run(core: Core, arguments: str) -> str:
        """One `action/realm/key/value`, or a realm's list, as the switch answers it; `_USAGE` to anything else."""
        action, _, rest = arguments.partition("/")
        parts = rest.split("/", 2)
        if prefix == "db" and action == "list" and len(parts) == 1:
            return ",".join(key.split("/")[2] for key in core.hashes if key.startswith(f"db/{rest}/"))[:4095]
        if len(parts) < 2:
            return _USAGE
        key = f"{prefix}/{parts[0]}/{parts[1]}"
        if action in ("insert", "insert_ifempty") and len(parts) == 3:
            if action == "insert" or key not in core.hashes:
                core.hashes[key] = parts[2]
            return done
        if action == "select":
            return core.hashes.get(key, "")[:255]  # the switch's own buffer
        if action == "delete":
            core.hashes.pop(key, None)
            return done
        return _USAGE

    return run


TABLE: dict[str, Command] = {"hash": _store("hash", "+OK\n"), "db": _store("db", "+OK")}
