"""What a client may say on a link, and what it is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import gevent

from ccswitch.simulator.protocol import Command, api_response, command_reply
from ccswitch.simulator.session import Execute
from ccswitch.simulator.states import known_cause
from ccswitch.simulator.text import is_true, to_int

if TYPE_CHECKING:
    from ccswitch.simulator.link import Link

Verb = Callable[["Link", Command, str], bytes | None]


def carry_out(link: Link, command: Command) -> bytes | None:
    """Do what a command says; the reply, or None when it was sent already."""
    verb, _, rest = command.line.strip().partition(" ")
    name = verb.lower()
    if name == "exit":
        link.say_goodbye(command_reply("+OK bye"))
        return None
    if not link.authenticated and name != "auth":
        return command_reply("-ERR command not found")
    handler = VERBS.get(name)
    return handler(link, command, rest.strip()) if handler else command_reply("-ERR command not found")


def _auth(link: Link, command: Command, rest: str) -> bytes | None:
    if rest == link.password:
        link.authenticated = True
        return command_reply("+OK accepted")
    link.say_goodbye(command_reply("-ERR invalid"))
    return None


def _event(link: Link, command: Command, rest: str) -> bytes:
    words = rest.replace(",", " ").split()
    if words and words[0].lower() in ("json", "plain", "xml"):
        link.format = words.pop(0).lower()
    else:
        link.format = "plain"
    if not words:
        return command_reply("-ERR no keywords supplied")
    custom = False
    for word in words:
        if custom:
            link.subclasses.add(word)
        elif word.upper() == "ALL":
            link.all_events = True
        elif word.upper() == "CUSTOM":
            custom = True
        else:
            link.names.add(word.upper())
    if custom and words[-1].upper() == "CUSTOM":
        link.subclasses.add("")
    return command_reply(f"+OK event listener enabled {link.format}")


def _nixevent(link: Link, command: Command, rest: str) -> bytes:
    words = rest.split()
    if not words:
        return command_reply("-ERR no keywords supplied")
    for word in words:
        link.names.discard(word.upper())
        link.subclasses.discard(word)
        if word.upper() == "ALL":
            _forget_all(link)
    return command_reply("+OK events nixed")


def _noevents(link: Link, command: Command, rest: str) -> bytes:
    if not (link.names or link.subclasses or link.all_events):
        return command_reply("-ERR not listening for events")
    _forget_all(link)
    return command_reply("+OK no longer listening for events")


def _forget_all(link: Link) -> None:
    link.names.clear()
    link.subclasses.clear()
    link.all_events = False


def _filter(link: Link, command: Command, rest: str) -> bytes:
    words = rest.split(" ", 1)
    if words[0] == "delete" and len(words) == 2:
        name, _, value = words[1].partition(" ")
        if name == "all":
            link.filters.clear()
        link.filters = [one for one in link.filters if one[0] != name or (value and one[1] != value)]
        return command_reply(f"+OK filter deleted. [{name}][{value}]")
    if words[0] == "add" and len(words) == 2:
        words = words[1].split(" ", 1)
    if len(words) < 2:
        return command_reply("-ERR invalid syntax")
    link.filters.append((words[0], words[1]))
    return command_reply(f"+OK filter added. [{words[0]}]=[{words[1]}]")


def _linger(link: Link, command: Command, rest: str) -> bytes:
    return command_reply("-ERR not controlling a session")


def _log(link: Link, command: Command, rest: str) -> bytes:
    return command_reply("+OK log level  [0]")


def _nolog(link: Link, command: Command, rest: str) -> bytes:
    return command_reply("-ERR not loging")


def _api(link: Link, command: Command, rest: str) -> bytes:
    name, _, arguments = rest.partition(" ")
    return api_response(link.core.run_api(name, arguments))


def _bgapi(link: Link, command: Command, rest: str) -> bytes:
    name, _, arguments = rest.partition(" ")
    job = command.headers.get("job-uuid") or link.new_job()
    core = link.core

    def run() -> None:
        """Run it and fire BACKGROUND_JOB with what it says."""
        output = core.run_api(name, arguments)
        headers = {"Job-UUID": job, "Job-Command": name}
        if arguments:
            headers["Job-Command-Arg"] = arguments
        core.bus.fire("BACKGROUND_JOB", lambda: headers, body=output)

    gevent.spawn(run)
    return command_reply(f"+OK Job-UUID: {job}", ("Job-UUID", job))


def _sendmsg(link: Link, command: Command, rest: str) -> bytes:
    session = link.core.sessions.get(rest)
    if session is None:
        return command_reply(f"-ERR invalid session id [{rest}]")
    headers = command.headers
    if headers.get("call-command", "").lower() == "hangup":
        # The switch lets the session itself read this, so it takes a frame.
        cause = known_cause(headers.get("hangup-cause", ""))
        link.core.clock.call_at(link.core.clock.tick() + 1, lambda: session.hangup(cause))
    elif headers.get("call-command", "").lower() == "execute" and headers.get("execute-app-name"):
        session.post(
            Execute(
                headers["execute-app-name"],
                headers.get("execute-app-arg") or command.body,
                headers.get("event-uuid", ""),
                to_int(headers.get("loops"), 1),
                is_true(headers.get("event-lock")),
            )
        )
    return command_reply("+OK")


def _sendevent(link: Link, command: Command, rest: str) -> bytes:
    headers = {name.title(): value for name, value in command.headers.items() if name != "content-length"}
    name, _, _ = rest.partition(" ")
    subclass = command.headers.get("event-subclass", "")
    link.core.bus.fire_custom(name or "CUSTOM", subclass, lambda: headers, command.body or None)
    return command_reply(f"+OK {link.new_job()}")


VERBS: dict[str, Verb] = {
    "auth": _auth,
    "event": _event,
    "nixevent": _nixevent,
    "noevents": _noevents,
    "filter": _filter,
    "linger": _linger,
    "nolinger": _linger,
    "log": _log,
    "nolog": _nolog,
    "api": _api,
    "bgapi": _bgapi,
    "sendmsg": _sendmsg,
    "sendevent": _sendevent,
}
