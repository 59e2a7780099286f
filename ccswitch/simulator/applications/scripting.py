"""lua: no Lua runs here; scripts are known by name and run as their Python twins."""

from __future__ import annotations

from collections.abc import Callable

from ccswitch.simulator.session import Session


def lua(session: Session, data: str) -> None:
    """`lua script arguments` on a channel; an unknown script does nothing, as a missing file in mod_lua."""
    name, _, arguments = data.partition(" ")
    session.core.scripts.run(name, arguments)


TABLE: dict[str, Callable[[Session, str], None]] = {"lua": lua, "luarun": lua}
