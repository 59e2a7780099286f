"""The Python twin of `ccs_forget.lua`: a recording is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccswitch.simulator.core import Core

SCRIPT = "ccs_forget.lua"


def run(core: Core, path: str) -> str:
    """What the script answers."""
    return "-ERR missing\n" if core.recorded.pop(path, None) is None else "+OK\n"
