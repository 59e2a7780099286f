"""What is wrong on a host that should run a contact centre, and how to mend it.

Every check is a row of `HOST_CHECKS` or `NODE_CHECKS`: a name, a function that says what it found, and what to do when
that is not good. A node's checks ask the switch over ESL; when the link cannot be had, only that is told.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from xml.etree import ElementTree

import gevent
from gevent.event import Event as Flag

from ccswitch.clock import Clock, Seconds, SystemClock
from ccswitch.controller.config import ESL_PASSWORD, LIVE_PASSWORD, Config, NodeSettings
from ccswitch.controller.doctor_pair import live_store_answers, owner_agrees, who_is_active
from ccswitch.controller.found import Found, Health
from ccswitch.errors import CommandFailed, LinkDown, StoreError, SwitchError
from ccswitch.ivr.parse import parse_script
from ccswitch.model.ids import NodeName
from ccswitch.records import migrate
from ccswitch.records.agents import phone_secrets
from ccswitch.records.store import open_store
from ccswitch.switch import dialplan, directory, strings
from ccswitch.switch.link import Link
from ccswitch.switch.node import OWNER
from ccswitch.switch.phone_address import PhoneKind, parse_phone

OLDEST_FREESWITCH = (1, 10)
CONNECT_WITHIN: Seconds = 5.0
WATCHDOG_FRESH: Seconds = 10.0  # it runs every 2 s
WATCHDOG_WITHIN: Seconds = 3.0
SKEW_ALLOWED: Seconds = 2.0  # FreeSWITCH tells whole seconds
DISK_WARN, DISK_FAIL = 2 * 1024**3, 200 * 1024**2
YES = frozenset({"yes", "on", "true", "t", "enabled", "active", "allow", "1"})  # switch_true (switch_utils.h)
NOBODY = "ccs_doctor"  # an account that exists for the length of a check


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at. `node` is empty for the host itself; `mend` is empty when all is well."""

    name: str
    health: Health
    found: str
    mend: str = ""
    node: NodeName = NodeName("")


@dataclass(frozen=True, slots=True)
class Patient:
    """A node under examination: `api(*words)` gives the switch's answer, empty for -ERR; raises SwitchError."""

    config: Config
    node: NodeSettings
    api: Callable[..., str]
    clock: Clock


def examine(config: Config, clock: Clock | None = None) -> list[Check]:
    """Look at the host and at every node, one after the other. Raises nothing that a sick host can cause."""
    clock = clock or SystemClock()
    checks = [_checked(name, look, mend, config) for name, look, mend in HOST_CHECKS]
    for node in config.nodes:
        checks += examine_node(config, node, clock)
    return checks


def examine_node(config: Config, node: NodeSettings, clock: Clock) -> list[Check]:
    """Everything about one node."""
    name = NodeName(node.name)
    try:
        with _linked(node, clock) as api:
            up = Check(name="event socket", health=Health.OK, found=f"{node.host}:{node.port} answers", node=name)
            return [up, *examine_patient(Patient(config, node, api, clock))]
    except SwitchError as away:
        mend = _mend_link(str(away), node)
        return [Check(name="event socket", health=Health.FAIL, found=str(away), mend=mend, node=name)]


def examine_patient(patient: Patient) -> list[Check]:
    """The checks of a node to which we can speak."""
    node = NodeName(patient.node.name)
    return [_checked(name, look, mend, patient, node=node) for name, look, mend in NODE_CHECKS]


def _checked(
    name: str, look: Callable[..., Found], mend: str, subject: object, *, node: NodeName = NodeName("")
) -> Check:
    health, found = look(subject)
    return Check(name=name, health=health, found=found, mend="" if health is Health.OK else mend, node=node)


# ---- the link -----------------------------------------------------------------------------------------------


@contextmanager
def _linked(node: NodeSettings, clock: Clock) -> Iterator[Callable[..., str]]:
    up = Flag()
    link = Link(
        node.host,
        node.port,
        node.password,
        on_event=lambda event, received_at: None,
        on_up=lambda changed: up.set(),
        on_down=lambda reason: None,
        clock=clock,
        random=Random(),
        name=node.name,
        events=("HEARTBEAT",),
    )

    def api(*words: str) -> str:
        try:
            return link.api(strings.api(*words)).strip()
        except CommandFailed:
            return ""

    link.start()
    try:
        deadline = time.monotonic() + CONNECT_WITHIN
        while not up.wait(0.05):
            if link.trouble or time.monotonic() > deadline:
                raise LinkDown(link.trouble or f"{node.host}:{node.port} does not answer")
        yield api
    finally:
        link.stop()


def _mend_link(trouble: str, node: NodeSettings) -> str:
    if "password" in trouble:
        return (
            f"make [[node]] password of {node.name} (or {ESL_PASSWORD}, which goes before it) the one in FreeSWITCH's"
            " autoload_configs/event_socket.conf.xml; `reload mod_event_socket` after a change there"
        )
    if "event socket" in trouble:
        return (
            f"something else listens at {node.host}:{node.port}; [[node]] port is event_socket.conf.xml's listen-port"
        )
    return "start FreeSWITCH, load mod_event_socket, and let listen-ip and apply-inbound-acl admit this host"


# ---- the host -----------------------------------------------------------------------------------------------


def _configuration(config: Config) -> Found:
    if config.warnings:
        return Health.WARN, "; ".join(str(warning) for warning in config.warnings)
    return Health.OK, f"{config.file}: {len(config.queues)} queues, {len(config.entries)} entries"


def _database(config: Config) -> Found:
    try:
        schema = migrate.status(config.store.url)
    except StoreError as away:
        return Health.FAIL, str(away)
    if schema.up_to_date:
        return Health.OK, f"schema {schema.head}"
    return Health.FAIL, f"schema {schema.current or 'missing'}, this release needs {schema.head}"


def _passwords(config: Config) -> Found:
    """Whether the hashes that are kept are over the domain at which phones register now."""
    domain = config.nodes[0].sip_domain if config.nodes else ""
    try:
        if not migrate.status(config.store.url).up_to_date:
            return Health.WARN, "not known before the database is ready"
        store = open_store(config.store.url)
        try:
            stale = [secret.agent for secret in phone_secrets(store) if secret.realm != domain]
        finally:
            store.close()
    except StoreError:
        return Health.WARN, "not known while the database is away"
    if stale:
        return Health.FAIL, f"made for another domain than {domain}: " + ", ".join(stale)
    return Health.OK, f"made for {domain}"


def _journal(config: Config) -> Found:
    folder = config.folder(config.journal.dir)
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return Health.FAIL, f"{there} cannot be written to"
    free = shutil.disk_usage(there).free
    health = Health.OK if free > DISK_WARN else Health.WARN if free > DISK_FAIL else Health.FAIL
    return health, f"{folder}, {free / 1024**3:.1f} GiB free"


def _desk(config: Config) -> Found:
    where = f"{config.desk.host}:{config.desk.port}"
    answer = _health_of(config.desk.host, config.desk.port)
    if answer is not None:
        ours = any(status in answer for status in ("ok", "degraded", "standby"))
        return (Health.OK, f"a controller answers at {where}") if ours else (Health.FAIL, f"a stranger is at {where}")
    try:
        family = socket.AF_INET6 if ":" in config.desk.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((config.desk.host, config.desk.port))
    except OSError as error:
        return Health.FAIL, f"{where}: {error.strerror or error}"
    return Health.WARN, f"{where} is free, no controller runs"


def _health_of(host: str, port: int) -> str | None:
    """What a controller there says of itself, None when nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1" if host in ("0.0.0.0", "") else host, port, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().read(4096).decode(errors="replace")
    except http.client.HTTPException as error:
        return str(type(error).__name__)
    except OSError:
        return None
    finally:
        connection.close()


HOST_CHECKS: Sequence[tuple[str, Callable[[Config], Found], str]] = (
    ("configuration", _configuration, "follow the hint in brackets"),
    ("database", _database, "start the database if it is away; then `runuser -u ccswitch -- ccswitch db upgrade`"),
    (
        "passwords",
        _passwords,
        "give them new ones: `ccswitch agent add AGENT --phone NUMBER … --new-password`, or take sip_domain back",
    ),
    ("journal", _journal, "make [journal] dir a folder that ccswitch may write to, on a disk with room"),
    (
        "Redis",
        live_store_answers,
        f"start Redis; let [live] url and {LIVE_PASSWORD} be right. Calls go on without it, but a standby on another"
        " host cannot take over",
    ),
    ("active", who_is_active, "`systemctl start ccswitch` when none runs; look again in a moment while one takes over"),
    ("desk", _desk, "`systemctl start ccswitch` when none runs; a port that another has: choose another [desk] port"),
)


# ---- a node -------------------------------------------------------------------------------------------------


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
    wanted = _rendered_contexts(patient)
    loaded = {name: _tree(patient.api("xml_locate", "dialplan", "context", "name", name)) for name in wanted}
    missing = [name for name, tree in loaded.items() if tree is None]
    if missing:
        return Health.FAIL, "not loaded: " + ", ".join(missing)
    stale = [name for name, tree in loaded.items() if _essence(tree) != _essence(wanted[name])]
    return (Health.WARN, "older than the configuration: " + ", ".join(stale)) if stale else (Health.OK, "loaded")


def _entries(patient: Patient) -> Found:
    """Whether the site's own `public` context leads to ours; a trunk profile may lead there directly as well."""
    public = _tree(patient.api("xml_locate", "dialplan", "context", "name", "public"))
    known = {extension.get("name") for extension in public.iter("extension")} if public is not None else set()
    missing = [entry.name for entry in patient.config.entries if f"ccswitch {entry.name}" not in known]
    if missing:
        return Health.WARN, "context public does not lead to: " + ", ".join(missing)
    return Health.OK, f"context public leads to all {len(patient.config.entries)}"


def _watchdog(patient: Patient) -> Found:
    now = _number(patient.api("strepoch"))
    ago = now - _number(patient.api("global_getvar", "ccs_watchdog_ran"))
    if ago <= WATCHDOG_FRESH:
        return Health.OK, f"ran {max(0, ago):.0f} s ago"
    patient.api("global_setvar", "ccs_watchdog_ran=0")
    patient.api("luarun", "ccs_watchdog.lua")
    deadline = patient.clock.now() + WATCHDOG_WITHIN
    while not _number(patient.api("global_getvar", "ccs_watchdog_ran")):
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
    if _is_sayable(script) and patient.api("file_exists", script) != "true":
        return f"no file {script}"
    if "ccs_directory.lua" not in _configuration_of(patient, "lua.conf"):
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
    files = _tree(patient.api("xml_locate", "directory", "domain", "name", domain))
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
    params = _params_of(patient, node.phones_profile)
    by_host = params.get("challenge-realm", "auto_to") in ("auto_to", "auto_from")
    realm = () if by_host else ("challenge-realm",)
    for param in ("force-register-domain", "force-register-db-domain", *realm):
        said = params.get(param) or node.sip_domain
        if said.lower() != node.sip_domain.lower():
            return Health.FAIL, f"profile {node.phones_profile} has {param} {said}, sip_domain is {node.sip_domain}"
    return Health.OK, f"run; agents' phones name {node.sip_domain} as their SIP server" if by_host else "run"


def _call_ids(patient: Patient) -> Found:
    """Whether callers could choose the uuids of their legs: those are our calls' ids, and words of commands."""
    sofia = _tree(_configuration_of(patient, "sofia.conf"))
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
    for prompt in sorted(_prompts_of(patient.config)):
        path = prompt if prompt.startswith("/") else f"{prefix}/{prompt}"
        if _is_sayable(path) and patient.api("file_exists", path) != "true":
            missing.append(path)
    return (Health.FAIL, "missing: " + ", ".join(missing)) if missing else (Health.OK, "there")


def _clock(patient: Patient) -> Found:
    skew = _number(patient.api("strepoch")) - patient.clock.now()
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
    ("gateway", _gateway, "[[node]] gateway is the name of a gateway of a SIP profile; is the carrier reachable?"),
    ("music", _music, "name the folder in autoload_configs/local_stream.conf.xml, reload mod_local_stream"),
    ("prompts", _prompts, "put the recordings there on the node, or mend the script"),
    ("clock", _clock, "run a time service (chrony) on both hosts"),
)


# ---- helpers ------------------------------------------------------------------------------------------------


def _rendered_contexts(patient: Patient) -> dict[str, ElementTree.Element]:
    files = dialplan.render(patient.config.site(patient.node))
    trees = [ElementTree.fromstring(text) for path, text in files.items() if path.startswith("dialplan/")]
    return {context.get("name", ""): context for tree in trees for context in tree.iter("context")}


def _configuration_of(patient: Patient, name: str) -> str:
    """One of FreeSWITCH's configuration files as it has read it."""
    return patient.api("xml_locate", "configuration", "configuration", "name", name)


def _params_of(patient: Patient, profile: str) -> dict[str, str]:
    """The settings of a SIP profile as the files have them, with variables expanded."""
    tree = _tree(_configuration_of(patient, "sofia.conf"))
    found = tree.find(f"profiles/profile[@name='{profile}']/settings") if tree is not None else None
    return {} if found is None else {param.get("name", ""): param.get("value", "") for param in found}


def _tree(text: str) -> ElementTree.Element | None:
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return None


def _essence(tree: ElementTree.Element | None) -> list[tuple[str, dict[str, str]]]:
    """What a context does, without its blanks and comments."""
    return [] if tree is None else [(element.tag, element.attrib) for element in tree.iter() if element is not tree]


def _prompts_of(config: Config) -> set[str]:
    """Files that scripts and the last resort play: what names a format of FreeSWITCH's own (`x://`) is none."""
    played = {config.last_resort.announcement}
    for source in config.scripts:
        script = parse_script(source.text, f"{source.name}.yaml", name=source.name)
        for step in script.steps.values():
            parts = (step, *(getattr(step, name, None) for name in ("no_input", "wrong_input")))
            played |= {file for part in parts for file in getattr(part, "files", ())}
    return {file for file in played if "://" not in file and file}


def _is_sayable(path: str) -> bool:
    """Whether a path can be asked for in an api command."""
    return re.fullmatch(r"[^\s'\"\\]+", path) is not None


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"\d{1,15}", text) else 0.0


def is_well(checks: Sequence[Check]) -> bool:
    """Whether nothing failed; warnings are no illness."""
    return all(check.health is not Health.FAIL for check in checks)
