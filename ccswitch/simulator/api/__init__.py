"""API commands by name; each takes the core and its arguments and gives what the switch would print."""

from __future__ import annotations

from ccswitch.simulator.api import calls, node, schedule, show, store, variables
from ccswitch.simulator.api.kind import Command

COMMANDS: dict[str, Command] = {
    **calls.TABLE,
    **variables.TABLE,
    **schedule.TABLE,
    **show.TABLE,
    **store.TABLE,
    **node.TABLE,
}
