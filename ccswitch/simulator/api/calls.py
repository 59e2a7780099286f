"""API commands that act on channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccswitch.simulator import bridge, dial
from ccswitch.simulator.api.kind import NO_CHANNEL, OK, Command, usage
from ccswitch.simulator.session import Execute
from ccswitch.simulator.states import State, known_cause
from ccswitch.simulator.text import separate, to_int

if TYPE_CHECKING:
    from ccswitch.simulator.core import Core

_ORIGINATE = " ".join(
    [
        "<call url> <exten>|&<application_name>(<app_args>)",
        "[<dialplan>] [<context>] [<cid_name>] [<cid_num>] [<timeout_sec>]",
    ]
)


def uuid_kill(core: Core, arguments: str) -> str:
    """`uuid_kill UUID [cause]`."""
    uuid, _, cause = arguments.strip().partition(" ")
    session = core.sessions.get(uuid)
    if session is None:
        return NO_CHANNEL
    session.hangup(known_cause(cause.strip()) if cause else "NORMAL_CLEARING")
    return OK


def uuid_exists(core: Core, arguments: str) -> str:
    """`uuid_exists UUID`: no line feed after it."""
    return "true" if arguments.strip() in core.sessions else "false"


def uuid_bridge(core: Core, arguments: str) -> str:
    """`uuid_bridge UUID OTHER`: +OK means begun, not bridged."""
    parts = separate(arguments)
    if len(parts) < 2:
        return usage("<uuid> <other_uuid>")
    first = core.sessions.get(parts[0])
    for other in parts[1:3]:
        second = core.sessions.get(other)
        if first is not None and second is not None and bridge.uuid_bridge(first, second):
            return f"+OK {other}\n"
    return "-ERR Invalid uuid\n"


def uuid_transfer(core: Core, arguments: str) -> str:
    """`uuid_transfer UUID [-bleg|-both] EXTENSION [DIALPLAN] [CONTEXT]`."""
    parts = separate(arguments)
    if not 2 <= len(parts) <= 5:
        return usage("<uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]")
    session = core.sessions.get(parts[0])
    if session is None:
        return NO_CHANNEL
    target = parts[1:]
    if target[0].startswith("-"):
        side, partner = target.pop(0), session.partner
        if partner is not None and side == "-bleg":
            session = partner
        elif partner is not None and side == "-both":
            partner.channel.flags.redirect = session.channel.flags.redirect = True
            partner.transfer(*target[:3])
    session.transfer(*target[:3])
    return OK


def uuid_park(core: Core, arguments: str) -> str:
    """`uuid_park UUID`."""
    session = core.sessions.get(arguments.strip())
    if session is None:
        return NO_CHANNEL
    session.park_session()
    return OK


def uuid_answer(core: Core, arguments: str) -> str:
    """`uuid_answer UUID`."""
    session = core.sessions.get(arguments.strip())
    if session is None:
        return NO_CHANNEL
    session.answer()
    return "+OK Channel Answered\n"


def uuid_break(core: Core, arguments: str) -> str:
    """`uuid_break UUID [all|both]`."""
    uuid, _, flag = arguments.strip().partition(" ")
    session = core.sessions.get(uuid)
    if session is None:
        return NO_CHANNEL
    session.stop_playing(everything="all" in flag)
    if "both" in flag and session.partner is not None:
        session.partner.stop_playing(everything="all" in flag)
    return OK


def uuid_broadcast(core: Core, arguments: str) -> str:
    """`uuid_broadcast UUID PATH|APP::ARG [aleg|bleg|both]`."""
    parts = separate(arguments)
    if len(parts) < 2:
        return usage("<uuid> <path> [aleg|bleg|holdb|both]")
    session = core.sessions.get(parts[0])
    if session is None:
        return "-ERR invalid uuid\n"
    side = parts[2] if len(parts) > 2 else "aleg"
    application, found, argument = parts[1].partition("::")
    if not found:
        application, argument = "playback", parts[1]
    targets = [session] if side in ("aleg", "both") else []
    targets += [session.partner] if session.partner is not None and side in ("bleg", "both") else []
    for one in targets:
        one.post(Execute(application.partition("!")[0], argument))
    return "+OK Message sent\n"


def uuid_record(core: Core, arguments: str) -> str:
    """`uuid_record UUID start|stop|mask|unmask PATH [limit]`."""
    parts = separate(arguments)
    if len(parts) < 3:
        return usage("<uuid> [start|stop|mask|unmask|pause|resume] <path> [<limit>] [<recording_vars>]")
    uuid, action, path = parts[:3]
    session = core.sessions.get(uuid)
    if session is None:
        return "-ERR Cannot locate session!\n"
    if action == "start":
        return "+OK Success\n" if session.record(path) else "-ERR Cannot record session!\n"
    if action == "stop":
        if path == "all":
            session.stop_recordings()
            return "+OK Success\n"
        return "+OK Success\n" if session.stop_record(path) else "-ERR Cannot stop record session!\n"
    return "+OK Success\n" if path in session.recordings else f"-ERR Cannot {action} recording session!\n"


def uuid_hold(core: Core, arguments: str) -> str:
    """`uuid_hold [off|toggle] UUID`."""
    parts = separate(arguments)
    word = parts[0] if parts and parts[0] in ("off", "toggle") else ""
    session = core.sessions.get(parts[1 if word else 0]) if len(parts) > bool(word) else None
    if session is None:
        return "-ERR Operation failed\n"
    held = {"off": False, "toggle": not session.channel.held}.get(word, True)
    if session.channel.held == held:  # as the switch has it: no second time
        return "-ERR Operation failed\n"
    session.channel.held = held
    session.fire("CHANNEL_HOLD" if held else "CHANNEL_UNHOLD")
    return "+OK Success\n"


def uuid_send_dtmf(core: Core, arguments: str) -> str:
    """`uuid_send_dtmf UUID digits`: to the far end."""
    uuid, _, digits = arguments.strip().partition(" ")
    session = core.sessions.get(uuid)
    if session is None:
        return NO_CHANNEL
    session.channel.far_end.keys(session, digits.partition("@")[0])
    return f"+OK {uuid} sent DTMF {digits}.\n"


def uuid_recv_dtmf(core: Core, arguments: str) -> str:
    """`uuid_recv_dtmf UUID digits`: as if the far end had pressed them."""
    uuid, _, digits = arguments.strip().partition(" ")
    session = core.sessions.get(uuid)
    if session is None:
        return NO_CHANNEL
    session.press(digits.partition("@")[0], duration=2000, source="APP")
    return f"+OK {uuid} received DTMF {digits}.\n"


def uuid_flush_dtmf(core: Core, arguments: str) -> str:
    """`uuid_flush_dtmf UUID`."""
    session = core.sessions.get(arguments.strip())
    if session is None:
        return "-ERR no such session\n"
    session.channel.digits.clear()
    return "+OK true\n"


def hupall(core: Core, arguments: str) -> str:
    """`hupall [cause [variable value]]`."""
    parts = separate(arguments)
    cause = known_cause(parts[0]) if parts else "MANAGER_REQUEST"
    for session in list(core.sessions.values()):
        if len(parts) < 3 or session.channel.get(parts[1]) == parts[2]:
            session.hangup(cause)
    return f"+OK hangup all channels with cause {cause}\n"


def originate(core: Core, arguments: str) -> str:
    """`originate DIALSTRING &app(args)|EXTEN [DIALPLAN] [CONTEXT] [NAME] [NUMBER] [TIMEOUT]`; blocks."""
    parts = separate(arguments)
    if not 2 <= len(parts) <= 7:
        return usage(_ORIGINATE)
    dialled, target, dialplan, context, name, number, timeout = [*parts, *([""] * 6)][:7]
    words = ["" if word == "undef" else word for word in (dialplan, context, name, number)]
    dialplan, context, name, number = words
    result = dial.originate(core, dialled, to_int(timeout, 60), caller_id=(name, number))
    session = result.session
    if session is None:
        return f"-ERR {result.cause}\n"
    if target.startswith("&") and len(target) > 1:
        application, _, argument = target[1:].partition("(")
        channel = session.channel
        if not channel.flags.hit_dialplan:
            channel.profile.flip_caller_id()
            channel.flags.hit_dialplan = True
        channel.steps.append((application, argument.partition(")")[0]))
        channel.to(State.EXECUTE)
        core.clock.wake(session.sleeper)
    else:
        session.transfer(target, dialplan or "XML", context or "default")
    return f"+OK {session.channel.uuid}\n"


def conference(core: Core, arguments: str) -> str:
    """`conference NAME json_list|list|kick ID|hangup …`, `conference json_list`."""
    parts = separate(arguments)
    if parts[:1] == ["json_list"]:
        return core.conferences.listing()
    if len(parts) < 2 or parts[0] not in core.conferences.rooms:
        return f"-ERR Conference {parts[0] if parts else ''} not found\n"
    name, action, *rest = parts
    if action == "json_list":
        return core.conferences.listing(name)
    if action in ("kick", "hup"):
        done = core.conferences.kick(name, rest[0] if rest else "")
        return "+OK kicked\n" if done else "-ERR\n"
    room = core.conferences.rooms[name]
    rows = (f"{number};{session.channel.name};{session.channel.uuid}" for session, number in room.members.items())
    return "\n".join(rows) + "\n" if action == "list" else f"-ERR Conference command '{action}' not found.\n"


TABLE: dict[str, Command] = {
    "uuid_kill": uuid_kill,
    "uuid_exists": uuid_exists,
    "uuid_bridge": uuid_bridge,
    "uuid_transfer": uuid_transfer,
    "uuid_park": uuid_park,
    "uuid_answer": uuid_answer,
    "uuid_break": uuid_break,
    "uuid_broadcast": uuid_broadcast,
    "uuid_record": uuid_record,
    "uuid_hold": uuid_hold,
    "uuid_send_dtmf": uuid_send_dtmf,
    "uuid_recv_dtmf": uuid_recv_dtmf,
    "uuid_flush_dtmf": uuid_flush_dtmf,
    "hupall": hupall,
    "originate": originate,
    "conference": conference,
}
