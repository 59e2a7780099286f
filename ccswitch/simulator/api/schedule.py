"""API commands of the scheduler."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccswitch.simulator.api.kind import NO_CHANNEL, OK, Command, usage
from ccswitch.simulator.states import known_cause
from ccswitch.simulator.text import separate, to_int

if TYPE_CHECKING:
    from ccswitch.simulator.core import Core


def sched_transfer(core: Core, arguments: str) -> str:
    """`sched_transfer +seconds UUID EXTENSION [DIALPLAN] [CONTEXT]`."""
    parts = separate(arguments)
    if len(parts) < 2:
        return usage("[+]<time> <uuid> <extension> [<dialplan>] [<context>]")
    session = core.sessions.get(parts[1])
    if session is None:
        return NO_CHANNEL
    core.scheduler.add(parts[0], parts[1], lambda: session.transfer(*parts[2:5]))
    return OK


def sched_hangup(core: Core, arguments: str) -> str:
    """`sched_hangup +seconds UUID [cause]`; 0 seconds is at once."""
    parts = separate(arguments)
    if len(parts) < 2:
        return usage("[+]<time> <uuid> [<cause>]")
    session = core.sessions.get(parts[1])
    if session is None:
        return NO_CHANNEL
    cause = known_cause(parts[2]) if len(parts) > 2 else "ALLOTTED_TIMEOUT"
    if to_int(parts[0].lstrip("+")) == 0:
        session.hangup(cause)
    else:
        core.scheduler.add(parts[0], parts[1], lambda: session.hangup(cause))
    return OK


def sched_api(core: Core, arguments: str) -> str:
    """`sched_api +seconds|@seconds GROUP command …`."""
    parts = arguments.strip().split(" ", 2)
    if len(parts) < 3:
        return "-ERR Invalid syntax. USAGE: [+@]<time> <group_name> <command_string>[&]\n"
    name, _, rest = parts[2].removesuffix("&").strip().partition(" ")
    number = core.scheduler.add(parts[0], parts[1], lambda: core.run_in_background(name, rest))
    return f"+OK Added: {number}\n"


def unsched_api(core: Core, arguments: str) -> str:
    """`unsched_api NUMBER`."""
    if not arguments.strip():
        return "-ERR Invalid syntax. USAGE: <task_id>\n"
    return OK if core.scheduler.delete(arguments.strip()) else "-ERR No such id\n"


def sched_del(core: Core, arguments: str) -> str:
    """`sched_del NUMBER|GROUP`: a call's group is its uuid."""
    which = arguments.strip()
    return f"+OK Deleted: {core.scheduler.delete(which)}\n" if which else "-ERR Invalid syntax\n"


TABLE: dict[str, Command] = {
    "sched_transfer": sched_transfer,
    "sched_hangup": sched_hangup,
    "sched_api": sched_api,
    "unsched_api": unsched_api,
    "sched_del": sched_del,
}
