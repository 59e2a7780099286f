"""API commands about the node itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gevent
import orjson

from ccswitch.simulator.api.kind import Command
from ccswitch.simulator.text import to_int

if TYPE_CHECKING:
    from ccswitch.simulator.core import Core

_VERSION = "1.11.1-release"
_MODULES = frozenset(
    [
        "mod_callcenter",
        "mod_commands",
        "mod_conference",
        "mod_dptools",
        "mod_event_socket",
        "mod_sofia",
        "mod_lua",
        "mod_local_stream",
        "mod_tone_stream",
        "mod_sndfile",
        "mod_dialplan_xml",
        "mod_loopback",
        "mod_voicemail",
        "mod_hash",
        "mod_db",
        "mod_expr",
        "mod_console",
        "mod_logfile",
        "mod_native_file",
        "mod_say_en",
        "mod_spandsp",
        "mod_opus",
    ]
)
_PARTS = (("years", 31_536_000), ("days", 86_400), ("hours", 3600), ("minutes", 60))


def _uptime(core: Core) -> dict[str, int]:
    micros = int((core.clock.epoch() - core.started) * 1_000_000)
    seconds, fraction = divmod(micros, 1_000_000)
    out: dict[str, int] = {}
    for name, size in _PARTS:
        out[name], seconds = divmod(seconds, size)
    return {**out, "seconds": seconds, "milliseconds": fraction // 1000, "microseconds": fraction % 1000}


def uptime_text(core: Core) -> str:
    """As in `status` and HEARTBEAT."""
    return ", ".join(f"{value} {name}" for name, value in _uptime(core).items())


def status(core: Core, arguments: str) -> str:
    """`status`."""
    return (
        f"UP {uptime_text(core)}\n"
        f"FreeSWITCH (Version {_VERSION}  64bit) is {'paused' if core.paused else 'ready'}\n"
        f"{core.total_sessions} session(s) since startup\n"
        f"{len(core.sessions)} session(s) - peak {core.peak}, last 5min {core.peak} \n"
        "0 session(s) per Sec out of max 500, peak 10, last 5min 10 \n"
        "5000 session(s) max\nmin idle cpu 0.00/0.00\nCurrent Stack Size/Max 240K/8192K\n"
    )


def json_api(core: Core, arguments: str) -> str:
    """`json {"command":"status","data":{}}`."""
    try:
        asked: dict[str, Any] = orjson.loads(arguments)
    except orjson.JSONDecodeError:
        return '{"status":"error","message":"Parse command error"}\n'
    if asked.get("command") != "status":
        return orjson.dumps({**asked, "status": "error", "message": "Unknown command"}).decode() + "\n"
    counts = {"total": core.total_sessions, "active": len(core.sessions), "peak": core.peak, "peak5Min": core.peak}
    answer = {
        "systemStatus": "paused" if core.paused else "ready",
        "uptime": _uptime(core),
        "version": f"{_VERSION}  64bit",
        "sessions": {
            "count": {**counts, "limit": 5000},
            "rate": {"current": 0, "max": 500, "peak": 10, "peak5Min": 10},
        },
        "idleCPU": {"used": 0, "allowed": 0},
        "stackSizeKB": {"current": 240, "max": 8192},
    }
    return orjson.dumps({**asked, "status": "success", "response": answer}).decode() + "\n"


def version(core: Core, arguments: str) -> str:
    """`version [short]`."""
    return "1.11.1\n" if arguments.strip() == "short" else f"FreeSWITCH Version {_VERSION}~64bit ( 64bit)\n"


def uptime(core: Core, arguments: str) -> str:
    """`uptime [s|ms|us]`."""
    scale = {"s": 1, "ms": 1000, "m": 1000, "us": 1_000_000, "u": 1_000_000}.get(arguments.strip(), 1)
    return f"{int((core.clock.epoch() - core.started) * scale)}\n"


def hostname(core: Core, arguments: str) -> str:
    """`hostname`."""
    return core.globals["hostname"]


def sofia(core: Core, arguments: str) -> str:
    """`sofia status`, and what else doctor asks of it."""
    if arguments.strip() not in ("status", "xmlstatus"):
        return "+OK\n"
    line = "=" * 97
    rows = [f"{'Name':>25}\t   {'Type'}\t{'Data':>42}\tState", line]
    for profile in sorted(core.premises.profiles):
        port = {"internal": 5060, "external": 5080}.get(profile, 5070)
        rows.append(f"{profile:>25}\tprofile\t{f'sip:mod_sofia@127.0.0.1:{port}':>42}\tRUNNING (0)")
    rows += [f"{gateway:>25}\tgateway\t{f'sip:{gateway}':>42}\tREGED" for gateway in sorted(core.premises.gateways)]
    return "\n".join([*rows, line, f"{len(core.premises.profiles)} profiles 0 aliases"]) + "\n"


def sofia_contact(core: Core, arguments: str) -> str:
    """`sofia_contact [profile/]user@domain`."""
    user = arguments.strip().rpartition("/")[2].partition("@")[0]
    phone = core.premises.phones.get(user)
    if phone is None or not phone.manner.registered:
        return "error/user_not_registered"
    return f"sofia/internal/sip:{user}@{phone.host}"


def user_exists(core: Core, arguments: str) -> str:
    """`user_exists id USER DOMAIN`."""
    words = arguments.split()
    return "true" if len(words) > 1 and words[1] in core.premises.phones else "false"


def reloadxml(core: Core, arguments: str) -> str:
    """`reloadxml`: reads the dialplan again where it came from."""
    if core.premises.reload is not None:
        core.premises.dialplan = core.premises.reload()
    return "+OK [Success]\n"


def module_exists(core: Core, arguments: str) -> str:
    """`module_exists NAME`."""
    return "true" if arguments.strip() in _MODULES else "false"


def load(core: Core, arguments: str) -> str:
    """`load MODULE`, `reload MODULE`."""
    if arguments.strip() in _MODULES:
        return "+OK Reloading XML\n+OK\n"
    return "+OK Reloading XML\n-ERR [module load file routine returned an error]\n"


def fsctl(core: Core, arguments: str) -> str:
    """`fsctl pause|resume|shutdown_check|…`: the parts without which nothing here would notice."""
    words = arguments.split()
    if words[:1] in (["pause"], ["resume"]):
        core.paused = words[0] == "pause"
    if words[:1] == ["shutdown"]:
        core.shut_down = True
    return {"shutdown_check": "false", "pause_check": str(core.paused).lower()}.get(words[0] if words else "", "+OK\n")


def luarun(core: Core, arguments: str) -> str:
    """`luarun SCRIPT arguments`: always +OK, as the script runs in a thread of its own."""
    name, _, rest = arguments.strip().partition(" ")
    core.scripts.run(name, rest)
    return "+OK\n"


def lua(core: Core, arguments: str) -> str:
    """`lua SCRIPT arguments`: waits for it, and answers what it writes."""
    name, _, rest = arguments.strip().partition(" ")
    return core.scripts.run(name, rest) or ""


def strepoch(core: Core, arguments: str) -> str:
    """`strepoch`."""
    return str(int(core.clock.epoch()))


def create_uuid(core: Core, arguments: str) -> str:
    """`create_uuid`."""
    return core.new_uuid()


def echo(core: Core, arguments: str) -> str:
    """`echo text`."""
    return arguments


def msleep(core: Core, arguments: str) -> str:
    """`msleep milliseconds`: holds up whoever asked."""
    gevent.sleep(to_int(arguments) / 1000)
    return "+OK\n"


TABLE: dict[str, Command] = {
    "status": status,
    "json": json_api,
    "version": version,
    "uptime": uptime,
    "hostname": hostname,
    "switchname": hostname,
    "sofia": sofia,
    "sofia_contact": sofia_contact,
    "user_exists": user_exists,
    "reloadxml": reloadxml,
    "module_exists": module_exists,
    "load": load,
    "reload": load,
    "fsctl": fsctl,
    "luarun": luarun,
    "lua": lua,
    "strepoch": strepoch,
    "create_uuid": create_uuid,
    "echo": echo,
    "msleep": msleep,
}
