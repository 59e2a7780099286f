"""Dialplan applications by name."""

from __future__ import annotations

from collections.abc import Callable

from ccswitch.simulator.applications import calls, conference, digits, playing, recording, scripting, variables
from ccswitch.simulator.session import Session

Application = Callable[[Session, str], None]

APPLICATIONS: dict[str, Application] = {
    **variables.TABLE,
    **calls.TABLE,
    **playing.TABLE,
    **digits.TABLE,
    **recording.TABLE,
    **conference.TABLE,
    **scripting.TABLE,
}

# May run with inline="true" (SAF_ROUTING_EXEC); others are skipped by the switch with a log line.
INLINE = frozenset(variables.TABLE) | {"log", "info", "sched_transfer", "sched_hangup", "verbose_events", "hash", "db"}
