"""`show`, from the rows that the core's asynchronous database holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ccswitch.simulator.api.kind import Command
from ccswitch.simulator.text import to_json

if TYPE_CHECKING:
    from ccswitch.simulator.core import Core


def show(core: Core, arguments: str) -> str:
    """`show channels|calls|registrations|tasks [count] [as json]`."""
    words = arguments.split()
    kind = words[0] if words else ""
    rows = _rows(core, kind)
    if rows is None:
        return f"-ERR show {kind} is not known\n" if kind else "-USAGE: channels|calls|registrations|tasks\n"
    as_json = words[-2:] == ["as", "json"]
    if "count" in words[1:]:
        return to_json({"row_count": len(rows)}) + "\n" if as_json else f"\n{len(rows)} total.\n"
    if as_json:
        # The switch writes no rows at all when there are none, and then with a blank and a line feed.
        return to_json({"row_count": len(rows), "rows": rows}) if rows else '{"row_count": 0}\n'
    return _table(rows)


def _rows(core: Core, kind: str) -> list[dict[str, Any]] | None:
    if kind == "channels":
        return list(core.db.channels())
    if kind in ("calls", "detailed_calls", "bridged_calls"):
        return list(core.db.calls())
    if kind == "registrations":
        return [_registration(core, user) for user, phone in core.premises.phones.items() if phone.manner.registered]
    if kind == "tasks":
        return [
            {"task_id": str(task.number), "task_group": task.group, "task_runtime": str(task.runtime)}
            for task in core.scheduler.tasks()
        ]
    return None


def _registration(core: Core, user: str) -> dict[str, str]:
    phone = core.premises.phones[user]
    host, _, port = phone.host.partition(":")
    return {
        "reg_user": user,
        "realm": phone.domain,
        "token": f"{user}-registration",
        "url": f"sofia/internal/sip:{user}@{phone.host}",
        "expires": str(int(core.clock.epoch()) + 3600),
        "network_ip": host,
        "network_port": port or "5060",
        "network_proto": "udp",
        "hostname": core.globals["hostname"],
        "metadata": "",
    }


def _table(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "\n0 total.\n"
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    return "\n".join(lines) + f"\n\n{len(rows)} total.\n"


TABLE: dict[str, Command] = {"show": show}
