"""API commands that read and write variables, of channels and of the node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccswitch.simulator.api.kind import NO_CHANNEL, OK, Command, usage
from ccswitch.simulator.expansion import Lookup
from ccswitch.simulator.expansion import expand as expand_text
from ccswitch.simulator.text import separate, to_json

if TYPE_CHECKING:
    from ccswitch.simulator.core import Core


def uuid_getvar(core: Core, arguments: str) -> str:
    """`uuid_getvar UUID NAME`."""
    parts = separate(arguments)
    if len(parts) < 2:
        return usage("<uuid> <var>")
    session = core.sessions.get(parts[0])
    if session is None:
        return NO_CHANNEL
    value = session.channel.lookup(parts[1])
    return "_undef_" if value is None else value


def uuid_setvar(core: Core, arguments: str) -> str:
    """`uuid_setvar UUID NAME [value]`: unchecked, so that a value may hold `${`; without a value it unsets."""
    parts = separate(arguments, limit=3)
    if len(parts) < 2:
        return usage("<uuid> <var> [value]")
    session = core.sessions.get(parts[0])
    if session is None:
        return NO_CHANNEL
    session.channel.set(parts[1], parts[2] if len(parts) > 2 else None, checked=False)
    return OK


def uuid_setvar_multi(core: Core, arguments: str) -> str:
    """`uuid_setvar_multi UUID a=1;b=2`."""
    uuid, _, pairs = arguments.strip().partition(" ")
    if not pairs:
        return usage("<uuid> <var>=<value>;<var>=<value>...")
    session = core.sessions.get(uuid)
    if session is None:
        return NO_CHANNEL
    for pair in separate(pairs, ";"):
        name, found, value = pair.partition("=")
        if name:
            session.channel.set(name, value if found else None)
    return OK


def uuid_dump(core: Core, arguments: str) -> str:
    """`uuid_dump UUID [json|xml]`: the channel's data as a CHANNEL_DATA event."""
    parts = separate(arguments)
    if not parts:
        return usage("<uuid> [format]")
    session = core.sessions.get(parts[0])
    if session is None:
        return NO_CHANNEL
    headers = {
        "Event-Name": "CHANNEL_DATA",
        "Core-UUID": core.uuid,
        "Event-Date-Timestamp": str(core.clock.stamp_us()),
        **session.channel.extended(),
    }
    if len(parts) > 1 and parts[1] == "json":
        return to_json(headers)
    return "".join(f"{name}: {value}\n" for name, value in headers.items()) + "\n"


def global_getvar(core: Core, arguments: str) -> str:
    """`global_getvar [NAME]`: the bare value, or all as name=value lines."""
    name = arguments.strip()
    if name:
        return core.globals.get(name, "")
    return "".join(f"{key}={value}\n" for key, value in core.globals.items())


def global_setvar(core: Core, arguments: str) -> str:
    """`global_setvar NAME=VALUE [=OLD]`; an empty value unsets."""
    name, found, value = arguments.strip().partition("=")
    if not found and not name:
        return usage("<var>=<value> [=<value2>]")
    if value:
        core.globals[name] = value
    else:
        core.globals.pop(name, None)
    return "+OK"


def expand(core: Core, arguments: str) -> str:
    """`expand [uuid:UUID] command …`: expand, then run as an api command."""
    text, variable = _about(core, arguments)
    name, _, rest = expand_text(text, variable, core.run_api).strip().partition(" ")
    return core.run_api(name, rest)


def evaluate(core: Core, arguments: str) -> str:
    """`eval [uuid:UUID] text`: expand only."""
    text, variable = _about(core, arguments)
    return expand_text(text, variable, core.run_api)


def _about(core: Core, arguments: str) -> tuple[str, Lookup]:
    first, _, rest = arguments.partition(" ")
    session = core.sessions.get(first.removeprefix("uuid:")) if first.startswith("uuid:") else None
    if session is not None:
        return rest, session.variable
    return arguments, core.globals.get


TABLE: dict[str, Command] = {
    "uuid_getvar": uuid_getvar,
    "uuid_setvar": uuid_setvar,
    "uuid_setvar_multi": uuid_setvar_multi,
    "uuid_dump": uuid_dump,
    "global_getvar": global_getvar,
    "global_setvar": global_setvar,
    "expand": expand,
    "eval": evaluate,
}
