"""Whatever is sent to FreeSWITCH is built here and nowhere else.

Three rules:

1. CR, LF, NUL and other control characters but the tab are refused everywhere (`UnsafeString`): a line feed would
   begin a second command.
2. What FreeSWITCH can read back is escaped by FreeSWITCH's own rules, once per parser that the value passes:
   `switch_separate_string` (spaces, `,`, `=`, quotes, backslashes), `switch_event_create_brackets` (`{…}`) and
   `switch_channel_expand_variables` (`${…}`). A value arrives exactly as it was given.
3. What has no notation is refused: braces inside leg variables, `${` in values, `:_:`, `ARRAY::`. Text that people
   or callers choose goes through `display_text` and `display_number` first, which drop such things and never refuse.

Names (legs, variables, extensions, contexts, applications, causes) are checked against short alphabets and need no
escaping.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from ccswitch.errors import UnsafeString
from ccswitch.switch.sayable import (
    EVENT,
    HOST,
    OUTSIDE_NUMBER,
    RECORDING,
    SIP_HOST,
    SIP_USER,
    TARGET,
    WORD,
    argument,
    cause,
    checked,
    extension,
    name,
    one_line,
    separated,
    split_words,
    unexpanded,
    value,
    variable_name,
)
from ccswitch.switch.sayable import (
    display_number as display_number,
)
from ccswitch.switch.sayable import (
    display_text as display_text,
)
from ccswitch.switch.sayable import (
    leg_id as leg_id,
)

LONGEST_COMMAND = 64 * 1024


class ReplyKind(Enum):
    """In which kind of frame the switch answers a command."""

    REPLY = "command/reply"
    API = "api/response"


@dataclass(frozen=True, slots=True)
class Command:
    """One command, ready for the wire: it ends in the one empty line that it holds. Printing it shows no secret."""

    wire: bytes
    answered_by: ReplyKind = ReplyKind.REPLY
    job: str = ""  # the Job-UUID of a bgapi
    secret: bool = False

    def __str__(self) -> str:
        if self.secret:
            return self.wire.split(b" ", 1)[0].decode("ascii", "replace") + " …"
        return self.wire.decode("utf-8", "replace").strip().replace("\n", " | ")

    __repr__ = __str__


class Application(NamedTuple):
    """A dialplan application and its argument, escaped for `sendmsg`."""

    name: str
    argument: str = ""


UNDEFINED = "_undef_"  # what `uuid_getvar` says of a variable that is not there

NUDGE = b"\n"  # between two commands FreeSWITCH skips empty lines, but wakes from its 20 ms poll (freeswitch-facts 13)


# ---- commands -----------------------------------------------------------------------------------------------------


def _command(*lines: str, answered_by: ReplyKind = ReplyKind.REPLY, job: str = "", secret: bool = False) -> Command:
    for line in lines:
        one_line(line)
        if not line or line.isspace():
            raise UnsafeString("an empty line inside a command would end it")
    text = "\n".join(lines)
    wire = (text + "\n\n").encode("utf-8")
    if len(wire) > LONGEST_COMMAND:
        raise UnsafeString(f"a command of {len(wire)} bytes; at most {LONGEST_COMMAND} are sent")
    # parse_command answers any command that holds both words, wherever, by unloading or reloading itself
    lower = text.lower()
    if "mod_event_socket" in lower and ("unload" in lower or "reload" in lower):
        raise UnsafeString("the switch would unload mod_event_socket: both words stand in one command")
    return Command(wire, answered_by, job, secret)


def _api(text: str) -> Command:
    return _command(f"api {text}", answered_by=ReplyKind.API)


def auth(password: str) -> Command:
    """Log in. The password is compared as it stands."""
    if not password or not password.isprintable():  # said without showing it
        raise UnsafeString("the event socket's password is empty or holds unprintable characters")
    return _command(f"auth {password}", secret=True)


def subscribe(events: Iterable[str]) -> Command:
    """Ask for these events as JSON; adds to what was asked for before."""
    names = [checked(EVENT, event, "an event name") for event in events]
    if not names:
        raise UnsafeString("no events to subscribe to")
    return _command("event json " + " ".join(names))


def filter_events(header: str, wanted: str) -> Command:
    """Of the subscribed events send only those whose `header` is `wanted`, or fits it: `/a regular expression/`.

    Where there are several, an event that fits one of them is sent (mod_event_socket, event_handler).
    """
    return _command(f"filter {name(header)} {checked(WORD, wanted, 'one word')}")


def leave() -> Command:
    """Say goodbye: the switch answers and closes."""
    return _command("exit")


def api(verb: str, *words: str) -> Command:
    """Any api command made of plain words (no blanks, quotes, backslashes), such as `api("sofia", "status")`."""
    for word in words:
        checked(WORD, word, "one plain word")
        if re.search(r"""['"\\]""", word):
            raise UnsafeString(f"{word[:80]!r} holds a quote or a backslash; use the builder made for it")
    return _api(" ".join((name(verb), *words)))


def core_uuid() -> Command:
    """Which run of FreeSWITCH this is; changes with every start."""
    return _api("global_getvar core_uuid")


def uptime() -> Command:
    """A cheap question for a sign of life."""
    return _api("uptime s")


def show_channels() -> Command:
    """All channels as JSON; comes from an asynchronous SQL queue and may be 10 ms old (freeswitch-facts 12)."""
    return _api("show channels as json")


def dump(leg: str) -> Command:
    """All that the switch knows of one leg, as JSON."""
    return _api(f"uuid_dump {leg_id(leg)} json")


def exists(leg: str) -> Command:
    """`true` or `false`."""
    return _api(f"uuid_exists {leg_id(leg)}")


def bridge(leg: str, other: str) -> Command:
    """Join two legs, the caller first (freeswitch-facts 5); +OK is not yet a bridge, CHANNEL_BRIDGE is."""
    return _api(f"uuid_bridge {leg_id(leg)} {leg_id(other)}")


def transfer(leg: str, to: str, context: str) -> Command:
    """Send a leg to an extension of the XML dialplan."""
    return _api(f"uuid_transfer {leg_id(leg)} {extension(to)} XML {name(context)}")


def break_playing(leg: str) -> Command:
    """Stop what plays on a leg and forget what was queued behind it (freeswitch-facts 7)."""
    return _api(f"uuid_break {leg_id(leg)} all")


def mask_recording(leg: str, path: str, *, on: bool) -> Command:
    """Write silence in the place of what is said to a running recording, or what is said again."""
    return _api(f"uuid_record {leg_id(leg)} {'mask' if on else 'unmask'} {record_session(path).argument}")


def forget_recording(path: str) -> Command:
    """Delete a recording from the node's disk (`ccs_forget.lua`)."""
    return _api(f"lua ccs_forget.lua {record_session(path).argument}")


def kill(leg: str, why: str = "NORMAL_CLEARING") -> Command:
    """End a leg through the api."""
    return _api(f"uuid_kill {leg_id(leg)} {cause(why)}")


def set_variable(leg: str, variable: str, to: str) -> Command:
    """Set a channel variable; an empty value unsets it. uuid_setvar stores unchecked, so `${` is refused here."""
    words = f"uuid_setvar {leg_id(leg)} {variable_name(variable)}"
    return _api(f"{words} {separated(value(to), ' ')}" if to else words)


def set_variables(leg: str, variables: Mapping[str, str]) -> Command:
    """Set several channel variables by one command; as `set_variable`."""
    pairs = (f"{variable_name(key)}={separated(value(to), ';')}" for key, to in variables.items())
    return _api(f"uuid_setvar_multi {leg_id(leg)} {';'.join(pairs)}")


def get_variable(leg: str, variable: str) -> Command:
    """Read a channel variable; `_undef_` where there is none."""
    return _api(f"uuid_getvar {leg_id(leg)} {variable_name(variable)}")


def set_global(variable: str, to: str) -> Command:
    """Set a global variable, such as the controller's beat."""
    return _api(f"global_setvar {variable_name(variable)}={separated(value(to), '=')}")


def get_global(variable: str) -> Command:
    """Read a global variable; empty where there is none (which the switch answers with `-ERR no reply`)."""
    return _api(f"global_getvar {variable_name(variable)}")


def transfer_later(leg: str, after: int, to: str, context: str) -> Command:
    """Transfer a leg in `after` seconds, unless `cancel_tasks` comes first (freeswitch-facts 2)."""
    return _api(f"sched_transfer +{_whole(after)} {leg_id(leg)} {extension(to)} XML {name(context)}")


def cancel_tasks(group: str) -> Command:
    """Cancel all that is scheduled for a leg or a named group: this is how a call is claimed (freeswitch-facts 2)."""
    if group.isdigit():
        raise UnsafeString(f"{group!r} would be taken for the number of one task")
    return _api(f"sched_del {leg_id(group)}")


def repeat_script(every: int, group: str, script: str) -> Command:
    """Run a Lua script of the switch every `every` seconds until `cancel_tasks(group)` (freeswitch-facts 3)."""
    if group.isdigit():
        raise UnsafeString(f"{group!r} could not be cancelled: it would be taken for the number of one task")
    return _api(f"sched_api @{_whole(every)} {name(group)} luarun {_path(script)}")


def reload_xml() -> Command:
    """Read the dialplan and directory again; holds the link for 21–47 ms."""
    return _api("reloadxml")


def execute(leg: str, application: Application, event_uuid: str) -> Command:
    """Run an application on a leg under our own Event-UUID, which comes back as Application-UUID."""
    lines = [f"sendmsg {leg_id(leg)}", "call-command: execute", f"execute-app-name: {name(application.name)}"]
    if application.argument:
        lines.append(f"execute-app-arg: {application.argument}")
    return _command(*lines, f"Event-UUID: {leg_id(event_uuid)}")


def hang_up(leg: str, why: str = "NORMAL_CLEARING") -> Command:
    """End a leg through its own queue: after what was sent to it before."""
    return _command(f"sendmsg {leg_id(leg)}", "call-command: hangup", f"hangup-cause: {cause(why)}")


def originate(target: str, variables: Mapping[str, str], job: str, *, into: str = "") -> Command:
    """Dial `target` (see `user_target` and its sisters) in the background; the answered leg is parked, or goes to the
    extension and context of the XML dialplan that `into` names, as `return@ccs_return`.

    `variables` go on the new leg: `origination_uuid` above all. The answer is BACKGROUND_JOB under `job`.
    """
    dialled = leg_variables(variables) + dial_target(target)
    to, _, context = into.partition("@")
    then = f"{extension(to)} XML {name(context)}" if into else "&park()"
    return _command(f"bgapi originate {separated(dialled, ' ')} {then}", f"Job-UUID: {leg_id(job)}", job=leg_id(job))


# No separator, escape, quote, bracket or `$`. The words by which values would be expanded have more underscores.
_SAME = re.compile(r"[A-Za-z0-9./@-]+(?:_[A-Za-z0-9./@-]+)?")


def leg_variables(variables: Mapping[str, str]) -> str:
    """`{name=value,…}` as the originate parser reads it, before its outer split at blanks.

    Two more parsers take the values apart, at `,` and at `=`. An empty value would leave the variable unset: left out.
    """
    pairs = []
    for key, text in variables.items():
        if variable_name(key).lower() == "origination_nested_vars":
            raise UnsafeString("origination_nested_vars would let values be expanded")
        if _SAME.fullmatch(text):  # as most are: no parser changes anything in it
            pairs.append(f"{key}={text}")
            continue
        value(text)
        if re.search(r"[{}]", text):
            raise UnsafeString(f"{key}: braces cannot be written inside leg variables: {text[:80]!r}")
        if ":_:" in text:
            raise UnsafeString(f"{key}: ':_:' would divide the dial string: {text[:80]!r}")
        if "caller_id_n" in key and re.search(r'[%"\\<>]', text):
            raise UnsafeString(f"{key}: {text[:80]!r} could end the SIP header it is put in; see display_text")
        if "origination_nested_vars" in text.lower():
            raise UnsafeString("origination_nested_vars would let values be expanded")
        if text:
            pairs.append(f"{key}={separated(separated(text, '='), ',')}")
    return "{" + ",".join(pairs) + "}" if pairs else ""


# ---- whom to dial -------------------------------------------------------------------------------------------------


def dial_target(text: str) -> str:
    """A whole dial string without variables: no blanks, quotes, commas, bars, `%`, braces."""
    checked(TARGET, text, "something to dial (no blanks, quotes, commas or brackets)")
    if ":_:" in text or "/" not in text:
        raise UnsafeString(f"{text!r} is not something to dial")
    return text


def sip_user(text: str) -> str:
    """The part of a SIP address before the `@`."""
    return checked(SIP_USER, text, "a SIP user (letters, digits, '_', '.', '-', '+', '*', '#')")


def host(text: str) -> str:
    """A host name or an IPv4 address."""
    return checked(HOST, text, "a host name or address")


def user_target(user: str, domain: str) -> str:
    """A user of the switch's directory, wherever he is registered."""
    return dial_target(f"user/{sip_user(user)}@{host(domain)}")


def sip_target(profile: str, user: str, at: str) -> str:
    """A SIP address dialled straight out of one of the switch's SIP profiles; `at` is a host, with or without port."""
    if not SIP_HOST.fullmatch(at):
        raise UnsafeString(f"{at[:80]!r} is not a host with an optional port")
    return dial_target(f"sofia/{name(profile)}/sip:{sip_user(user)}@{at}")


def gateway_target(gateway: str, number: str) -> str:
    """A number by way of a trunk."""
    return dial_target(f"sofia/gateway/{name(gateway)}/{extension(number)}")


def outside_number(text: str) -> str:
    """A number as context `ccs_out` lets it go out: digits, `*`, `#`, a leading `+`."""
    return checked(OUTSIDE_NUMBER, text, "an outside number (2 to 32 digits, '*', '#', with or without a leading '+')")


# ---- applications -------------------------------------------------------------------------------------------------


def _whole(number: int) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 2**31 - 1:
        raise UnsafeString(f"{number!r} is not a whole number from 0 on")
    return number


def _path(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_./@=+-]{1,250}", text) or ".." in text:
        raise UnsafeString(f"{text[:80]!r} is not a plain path (letters, digits, '_', '.', '/', '-', no '..')")
    return text


def sound(files: Iterable[str]) -> str:
    """One or more sounds as the one file name that FreeSWITCH's players take (`file_string://a!b`)."""
    parts = [one_line(part) for part in files]
    if not parts or not all(parts):
        raise UnsafeString("nothing to play")
    for part in parts:
        if "shell_stream:" in part.lower():
            raise UnsafeString(f"{part[:80]!r} would run a program on the switch")
        if "@@" in part or part[0] in "{<[^ ":
            raise UnsafeString(f"{part[:80]!r}: '@@', a leading bracket, '^' or blank are not part of a sound's name")
    return parts[0] if len(parts) == 1 else "file_string://" + "!".join(separated(part, "!") for part in parts)


ANSWER = Application("answer")
PARK = Application("park")
RING_READY = Application("ring_ready")
FLUSH = Application("flush_dtmf")


def playback(files: Iterable[str]) -> Application:
    """Play sounds one after the other."""
    return Application("playback", argument(sound(files)))


def play_and_get_digits(
    files: Iterable[str],
    *,
    variable: str,
    pattern: str,
    least: int,
    most: int,
    timeout: float,
    between: float,
    terminators: str = "#",
    tries: int = 1,
    invalid: str = "silence_stream://100",
) -> Application:
    """Play sounds and take `least`–`most` keys that match `pattern` (PCRE) into `variable`.

    `timeout` is the silence allowed after the prompt, `between` that between two keys, both in seconds. Retries are
    ours: `tries` is 1. Read the result by freeswitch-facts 8.
    """
    if not re.fullmatch(r"[0-9A-D*#=]{0,8}", terminators):
        raise UnsafeString(f"{terminators!r} are not terminators (keys)")
    words = (
        str(_whole(least)),
        str(_whole(most)),
        str(_whole(tries)),
        str(_whole(round(timeout * 1000))),
        terminators,
        sound(files),
        sound([invalid]),
        variable_name(variable),
        one_line(pattern),
        str(_whole(round(between * 1000))),
    )
    return Application("play_and_get_digits", argument(split_words(*words)))


def set_(variable: str, to: str) -> Application:
    """Set a channel variable in the order of the leg's own applications. `set` expands a second time by itself."""
    if to == "":
        return Application("unset", argument(variable_name(variable)))
    return Application("set", argument(f"{variable_name(variable)}={unexpanded(value(to))}"))


def sched_transfer(after: int, to: str, context: str) -> Application:
    """Transfer the leg in `after` seconds."""
    return Application("sched_transfer", f"+{_whole(after)} {extension(to)} XML {name(context)}")


def record_session(path: str, longest: int = 0) -> Application:
    """Record both sides to an absolute path on the node, `longest` seconds at most (0: no limit).

    The application splits at blanks and knows no escapes: such a path is refused.
    """
    if ".." in checked(RECORDING, path, "an absolute path for a recording (letters, digits, '_', '.', '/', '-')"):
        raise UnsafeString(f"{path!r}: a recording's path has no '..'")
    return Application("record_session", f"{path} +{_whole(longest)}" if longest else path)


def stop_record_session(path: str) -> Application:
    """End the recording that goes to `path`; `all` ends every one on the leg."""
    return Application("stop_record_session", path if path == "all" else record_session(path).argument)


def conference(room: str, profile: str = "default", flags: Iterable[str] = ()) -> Application:
    """Put the leg into a conference room."""
    marks = "|".join(name(flag) for flag in flags)
    return Application("conference", f"{name(room)}@{name(profile)}" + (f"+flags{{{marks}}}" if marks else ""))


def eavesdrop(leg: str) -> Application:
    """Listen to another leg; its variables say who hears whom."""
    if leg == "all":
        raise UnsafeString("eavesdrop on 'all' would listen to every call")
    return Application("eavesdrop", leg_id(leg))


def listen(leg: str, other: str) -> Command:
    """Let a leg leave what it does and listen to another; its variables say who hears it. When the other is gone it is
    in park again."""
    if other == "all":
        raise UnsafeString("eavesdrop on 'all' would listen to every call")
    return _api(f"uuid_transfer {leg_id(leg)} eavesdrop:{leg_id(other)},park inline")


def park(leg: str) -> Command:
    """Let a leg leave what it does, a bridge too, and wait in park."""
    return _api(f"uuid_transfer {leg_id(leg)} park inline")


def transfer_after_bridge(to: str, context: str) -> str:
    """The value of the variable that brings a caller back when his talk ends (freeswitch-facts 4)."""
    return f"{extension(to)}:XML:{name(context)}"
