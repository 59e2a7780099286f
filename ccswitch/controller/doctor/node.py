"""What is looked at on a FreeSWITCH node. Every check is a row of `NODE_CHECKS` and asks the switch over ESL."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import gevent

from ccswitch.clock import Seconds
from ccswitch.controller.doctor.patient import (
    Patient,
    configuration_of,
    essence,
    is_sayable,
    number,
    params_of,
    prompts_of,
    rendered_contexts,
    tree_of,
)
from ccswitch.controller.doctor.speech import switch_reads_speech
from ccswitch.controller.doctor_pair import owner_agrees
from ccswitch.controller.found import Found, Health
from ccswitch.switch import dialplan, directory
from ccswitch.switch.node import OWNER
from ccswitch.switch.phone_address import PhoneKind, parse_phone

OLDEST_FREESWITCH = (1, 10)
WATCHDOG_FRESH: Seconds = 10.0  # it runs every 2 s
WATCHDOG_WITHIN: Seconds = 3.0
SKEW_ALLOWED: Seconds = 2.0  # FreeSWITCH tells whole seconds
YES = frozenset({"yes", "on", "true", "t", "enabled", "active", "allow", "1"})  # switch_true (switch_utils.h)
TRIED = 65_536  # bytes; a full disk may still take a small file
ASKS_FIRST, JOINS_NOBODY = "channel-xml-fetch-on-nightmare-transfer", "make-every-transfer-a-nightmare"
NOT_TAKEN = ("intercept_unbridged_only", "intercept_unanswered_only")  # global variables (switch_ivr_bridge.c)
MODULE_OF = {"mp3": "mod_shout"}
REFUSED = "error/CALL_REJECTED"  # what ccs_directory.lua gives to dial
NOBODY = "ccs_doctor"  # an account that exists for the length of a check


def _owner(patient: Patient) -> Found:
    return owner_agrees(patient.config, patient.api("global_getvar", OWNER))


def _version(patient: Patient) -> Found:
    said = patient.api("version", "short")
    found = re.match(r"(\d+)\.(\d+)", said)
    if not found:
        return Health.FAIL, f"it calls itself {said[:40]!r}"
    fits = (int(found[1]), int(found[2])) >= OLDEST_FREESWITCH
    return (Health.OK if fits else Health.FAIL), f"FreeSWITCH {said}"


def _modules(patient: Patient) -> Found:
    missing = [name for name in dialplan.NEEDED_MODULES if patient.api("module_exists", name) != "true"]
    return (Health.FAIL, "not loaded: " + ", ".join(missing)) if missing else (Health.OK, "all loaded")


def _dialplan(patient: Patient) -> Found:
    wanted = rendered_contexts(patient)
    loaded = {name: tree_of(patient.api("xml_locate", "dialplan", "context", "name", name)) for name in wanted}
    missing = [name for name, tree in loaded.items() if tree is None]
    if missing:
        return Health.FAIL, "not loaded: " + ", ".join(missing)
    stale = [name for name, tree in loaded.items() if essence(tree) != essence(wanted[name])]
    return (Health.WARN, "older than the configuration: " + ", ".join(stale)) if stale else (Health.OK, "loaded")


def _entries(patient: Patient) -> Found:
    """Whether the site's own `public` context leads to ours; a trunk profile may lead there directly as well."""
    public = tree_of(patient.api("xml_locate", "dialplan", "context", "name", "public"))
    known = {extension.get("name") for extension in public.iter("extension")} if public is not None else set()
    missing = [entry.name for entry in patient.config.entries if f"ccswitch {entry.name}" not in known]
    if missing:
        return Health.WARN, "context public does not lead to: " + ", ".join(missing)
    return Health.OK, f"context public leads to all {len(patient.config.entries)}"


def _watchdog(patient: Patient) -> Found:
    now = number(patient.api("strepoch"))
    ago = now - number(patient.api("global_getvar", "ccs_watchdog_ran"))
    if ago <= WATCHDOG_FRESH:
        return Health.OK, f"ran {max(0, ago):.0f} s ago"
    patient.api("global_setvar", "ccs_watchdog_ran=0")
    patient.api("luarun", "ccs_watchdog.lua")
    deadline = patient.clock.now() + WATCHDOG_WITHIN
    while not number(patient.api("global_getvar", "ccs_watchdog_ran")):
        if patient.clock.now() > deadline:
            return Health.FAIL, f"ccs_watchdog.lua does not run in {patient.api('global_getvar', 'script_dir')}"
        gevent.sleep(0.05)
    return Health.OK, "works when started; no controller keeps it running now"


def _directory(patient: Patient) -> Found:
    """Make an account known, ask the switch for it, take it away."""
    a1 = directory.a1_hash(NOBODY, patient.node.sip_domain, "")
    patient.api(*directory.insert_command(NOBODY, a1).split())
    try:
        found = patient.api("find_user_xml", "id", NOBODY, patient.node.sip_domain)
    finally:
        patient.api(*directory.delete_command(NOBODY).split())
    if a1 in found:
        return Health.OK, "answers for agents"
    return Health.FAIL, "agents' accounts are not found: " + _why_not_found(patient)


def _why_not_found(patient: Patient) -> str:
    script = f"{patient.api('global_getvar', 'script_dir')}/ccs_directory.lua"
    if is_sayable(script) and patient.api("file_exists", script) != "true":
        return f"no file {script}"
    if "ccs_directory.lua" not in configuration_of(patient, "lua.conf"):
        return "lua.conf.xml does not name ccs_directory.lua"
    return f"the script is for another domain than {patient.node.sip_domain}, or FreeSWITCH was not restarted"


def _accounts(patient: Patient) -> Found:
    """Every phone that registers has an account, and none hides one of the site's own."""
    domain = patient.node.sip_domain
    nobody = [
        f"{agent.agent}'s {phone.number}"
        for agent in patient.config.agents
        if agent.phone
        for phone in [parse_phone(agent.phone)]
        if phone.kind is PhoneKind.USER
        if patient.api("user_exists", "id", phone.number, phone.where or domain) != "true"
    ]
    if nobody:
        return Health.WARN, "no account yet: " + ", ".join(nobody)
    files = tree_of(patient.api("xml_locate", "directory", "domain", "name", domain))
    theirs = {user.get("id", "") for user in files.iter("user")} if files is not None else set()
    hidden = sorted(theirs & set(patient.api("db", f"list/{directory.REALM}").split(",")))
    if hidden:
        return Health.WARN, "hide users of the site's own directory, their passwords too: " + ", ".join(hidden)
    return Health.OK, "there"


def _profiles(patient: Patient) -> Found:
    node = patient.node
    for profile in {node.phones_profile: None, node.sip_profile: None}:
        if "URL" not in patient.api("sofia", "status", "profile", profile):
            return Health.FAIL, f"SIP profile {profile} does not run"
    params = params_of(patient, node.phones_profile)
    by_host = params.get("challenge-realm", "auto_to") in ("auto_to", "auto_from")
    realm = () if by_host else ("challenge-realm",)
    for param in ("force-register-domain", "force-register-db-domain", *realm):
        said = params.get(param) or node.sip_domain
        if said.lower() != node.sip_domain.lower():
            return Health.FAIL, f"profile {node.phones_profile} has {param} {said}, sip_domain is {node.sip_domain}"
    return Health.OK, f"run; agents' phones name {node.sip_domain} as their SIP server" if by_host else "run"


def _call_ids(patient: Patient) -> Found:
    """Whether callers could choose the uuids of their legs: those are our calls' ids, and words of commands."""
    sofia = tree_of(configuration_of(patient, "sofia.conf"))
    profiles = sofia.findall("profiles/profile") if sofia is not None else []
    chosen = [
        profile.get("name", "")
        for profile in profiles
        for param in profile.iterfind("settings/param[@name='inbound-use-callid-as-uuid']")
        if param.get("value", "").lower() in YES
    ]
    if chosen:
        return Health.FAIL, "a caller's Call-ID becomes the uuid of his leg in profile " + ", ".join(chosen)
    return Health.OK, f"the switch chooses the uuids in all {len(profiles)} profiles"


def _refers(patient: Patient) -> Found:
    """Whether the switch itself would dial what a REFER with Replaces says (sofia_handle_sip_i_refer, sofia.c)."""
    sofia = tree_of(configuration_of(patient, "sofia.conf"))
    profiles = sofia.findall("profiles/profile") if sofia is not None else []
    names = [profile.get("name", "") for profile in profiles]
    params = {name: params_of(patient, name) for name in names}
    without = [name for name in names if params[name].get("disable-transfer", "").lower() not in YES]
    dialled = [name for name in without if params[name].get(ASKS_FIRST, "").lower() not in YES]
    if dialled:
        return Health.FAIL, "a REFER with Replaces dials past the dialplan in profile " + ", ".join(dialled)
    if without and REFUSED not in patient.api("xml_locate", "channels"):
        return Health.FAIL, "ccs_directory.lua is not asked where a REFER with Replaces leads"
    joined = [name for name in without if params[name].get(JOINS_NOBODY, "").lower() not in YES]
    if joined:
        return Health.WARN, "phones may join two talks without the controller in profile " + ", ".join(joined)
    return Health.OK, f"dial nobody in all {len(profiles)} profiles"


def _gateway(patient: Patient) -> Found:
    gateway = patient.node.gateway
    if not gateway:
        return Health.OK, "none configured"
    said = patient.api("sofia", "status", "gateway", gateway)
    status = re.search(r"^Status\s+(\S+)", said, re.M)
    if not status:
        return Health.FAIL, f"FreeSWITCH knows no gateway {gateway}"
    return (Health.OK if status[1] == "UP" else Health.WARN), f"{gateway} is {status[1]}"


def _music(patient: Patient) -> Found:
    # a stream NAME/8000 serves NAME for callers of that rate
    streams = {re.sub(r"/\d+$", "", line.split(",")[0]) for line in patient.api("local_stream", "show").splitlines()}
    wanted = {queue.music for queue in patient.config.queues if queue.music.startswith("local_stream://")}
    missing = sorted(music for music in wanted if music.removeprefix("local_stream://") not in streams)
    return (Health.WARN, "missing: " + ", ".join(missing)) if missing else (Health.OK, "there")


def _prompts(patient: Patient) -> Found:
    prefix = patient.api("global_getvar", "sound_prefix")
    missing = []
    for prompt in sorted(prompts_of(patient.config)):
        path = prompt if prompt.startswith("/") else f"{prefix}/{prompt}"
        if is_sayable(path) and patient.api("file_exists", path) != "true":
            missing.append(path)
    return (Health.FAIL, "missing: " + ", ".join(missing)) if missing else (Health.OK, "there")


def _recordings(patient: Patient) -> Found:
    """Let the switch itself write there: its user, its disk. FreeSWITCH makes the folder with the first recording."""
    folder, unusual = patient.config.floor.recordings, _formats(patient) - {"wav"}
    if not any(queue.record for queue in patient.config.queues):
        return Health.OK, "nothing is recorded"
    if unusual and (missing := sorted(unusual - _offered(patient))):
        return Health.WARN, f"FreeSWITCH writes no {missing[0]}: load {MODULE_OF[missing[0]]}"
    if not is_sayable(folder) or "]" in folder:
        return Health.WARN, f"{folder} cannot be tried"
    file = f"[[{folder}/.ccs_doctor]]"
    opened = f"~local f,e=io.open({file},[[w]])"
    written = f"local ok=f and f:write(string.rep([[x]],{TRIED})) and f:close() os.remove({file})"
    said = patient.api("lua", *f"{opened} {written} stream:write(ok and [[written]] or tostring(e))".split())
    if said == "written":
        return Health.OK, f"{folder} takes them"
    return Health.WARN, f"the switch cannot write there: {said or 'the disk is full'}"


def _takeovers(patient: Patient) -> Found:
    """Whether an INVITE with Replaces takes a talk from whoever has it."""
    missing = [name for name in NOT_TAKEN if patient.api("global_getvar", name).lower() not in YES]
    if missing:
        return Health.FAIL, f"an INVITE with Replaces takes over any talk: {', '.join(missing)} is not true"
    return Health.OK, "talks stay with those who have them"


def _formats(patient: Patient) -> set[str]:
    """In which recordings are written."""
    paths = {patient.config.floor.recording_path, *(queue.recording_path for queue in patient.config.queues)}
    return {path.rpartition(".")[2] for path in paths if path}


def _offered(patient: Patient) -> set[str]:
    """The formats that FreeSWITCH's modules know."""
    return {line.split(",")[1] for line in patient.api("show", "file").splitlines() if line.startswith("file,")}


def _clock(patient: Patient) -> Found:
    skew = number(patient.api("strepoch")) - patient.clock.now()
    return (Health.OK if abs(skew) <= SKEW_ALLOWED else Health.WARN), f"{skew:+.0f} s from ours"


NODE_CHECKS: Sequence[tuple[str, Callable[[Patient], Found], str]] = (
    ("owner", _owner, "stop the controller that should not be there: one journal and one lease belong to one site"),
    ("version", _version, "install FreeSWITCH 1.10 or newer"),
    ("modules", _modules, "add the lines of the rendered modules.xml to autoload_configs/modules.conf.xml, restart"),
    ("dialplan", _dialplan, "`ccswitch config render --to DIR`, copy DIR/dialplan over FreeSWITCH's, `reloadxml`"),
    ("entries", _entries, "copy DIR/dialplan/public/00_ccswitch.xml, or point the trunk's profile at context ccs_in"),
    ("watchdog", _watchdog, "copy DIR/scripts/*.lua into FreeSWITCH's script folder, load mod_lua"),
    (
        "directory",
        _directory,
        "copy DIR/scripts/ccs_directory.lua and DIR/autoload_configs/lua.conf.xml, then restart FreeSWITCH: mod_lua"
        " reads its configuration only once",
    ),
    (
        "accounts",
        _accounts,
        "give the agent a number that nobody has: `ccswitch agent add AGENT --phone NUMBER …`; a hidden one is back"
        " after `fs_cli -x 'db delete/ccs_agent/NUMBER'`",
    ),
    (
        "SIP profiles",
        _profiles,
        "make sip_domain in ccswitch.toml the domain of the profile, render and copy scripts/ again, restart ccswitch",
    ),
    ("call ids", _call_ids, "take inbound-use-callid-as-uuid out of the profile, `sofia profile NAME rescan`"),
    (
        "transfers",
        _refers,
        f"{ASKS_FIRST} and {JOINS_NOBODY} true in profiles of phones, or disable-transfer true in those of trunks;"
        " directory,channels in lua.conf.xml; restart FreeSWITCH (docs/engineer.md, Hostile input)",
    ),
    (
        "takeovers",
        _takeovers,
        "copy DIR/dialplan/ccs_guard.xml, which sets them, and `reloadxml` (docs/engineer.md, Transfers by phones)",
    ),
    ("gateway", _gateway, "[[node]] gateway is the name of a gateway of a SIP profile; is the carrier reachable?"),
    ("music", _music, "name the folder in autoload_configs/local_stream.conf.xml, reload mod_local_stream"),
    ("prompts", _prompts, "put the recordings there on the node, or mend the script"),
    ("recordings", _recordings, "make [floor] recordings a folder that FreeSWITCH's user may write to, with room"),
    (
        "speech",
        switch_reads_speech,
        "let FreeSWITCH's user read [speech] dir; on another host: share the folder under the same path",
    ),
    ("clock", _clock, "run a time service (chrony) on both hosts"),
)
