"""The configuration of a site: `conf/ccswitch.toml` and the IVR scripts beside it.

`load` gives a `Config` or says everything that is wrong at once. What the brain sees of it is `floor_settings`, what a
FreeSWITCH node sees is `site` (rendered by `render_to`). Durations are in seconds.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from ccswitch.clock import Seconds
from ccswitch.controller.config_source import Check, Checks, Reader
from ccswitch.errors import ConfigError, Problem, StoreError, UnsafeString
from ccswitch.ivr.parse import parse_script
from ccswitch.ivr.script import QueueStep, Script
from ccswitch.ivr.trial_file import SUFFIX as TESTS
from ccswitch.model.ids import NodeName
from ccswitch.model.nouns import Agent, Entry, FloorSettings, Queue, ScriptSource
from ccswitch.reading.findings import TooMany, did_you_mean, shown
from ccswitch.switch import dialplan, directory
from ccswitch.switch.dialplan import LastResort, Site
from ccswitch.switch.phone_address import BadPhone, PhoneKind, parse_phone

DEFAULT_PASSWORD = "ClueCon"  # FreeSWITCH's own, known to everybody
ESL_PASSWORD = "CCSWITCH_ESL_PASSWORD"  # environment: for every node that names no variable of its own
STORE_URL = "CCSWITCH_STORE_URL"  # environment: instead of [store] url, which may hold a password
LIVE_PASSWORD = "CCSWITCH_LIVE_PASSWORD"  # environment: Redis' password, in the place of one in [live] url
HANDOVER_GRACE: Seconds = 30.0
LONGEST_HAND_OVER: Seconds = 600.0
LONGEST_LEASE: Seconds = 8.0  # it runs out, is seen to be free for half as long, and the beat is not yet 15 s old


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSettings:
    """One FreeSWITCH server: how the controller reaches it, how it reaches phones and the outside."""

    name: str
    host: str = "127.0.0.1"
    port: int = 8021
    password: str = field(default=DEFAULT_PASSWORD, repr=False)
    password_env: str = ""
    controllers: tuple[str, ...] = ()
    sip_domain: str = "ccswitch"
    sip_ip: str = ""
    phones_profile: str = "internal"
    phones_port: int = 5060
    sip_profile: str = "external"
    gateway: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """The database for records. `trace_retention`: how long service traces are kept; 0 for ever."""

    url: str = field(default="sqlite:////var/lib/ccswitch/ccswitch.db", repr=False)
    trace_retention: Seconds = 7_776_000.0  # 90 days


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSettings:
    """Where outcomes are kept first. `durability`: `process` survives kill -9, `power` a power cut."""

    dir: str = "/var/lib/ccswitch/journal"
    durability: str = "process"
    retention: Seconds = 604_800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSettings:
    """What this controller shares with its standby: Redis, or with an empty `url` the journal's disk alone."""

    url: str = field(default="", repr=False)
    prefix: str = "ccswitch"
    lease: Seconds = 5.0
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """Where the HTTP API listens."""

    host: str = "127.0.0.1"
    port: int = 8470


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorTimers:
    """The centre's own rules; the same fields as in `FloorSettings`."""

    recordings: str = "/var/lib/ccswitch/recordings"
    rona_limit: int = 2
    rest_after_refusal: Seconds = 10.0
    rest_unreachable: Seconds = 30.0
    bridge_within: Seconds = 2.0
    return_within: Seconds = 5.0
    shortest_talk: Seconds = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class IvrSettings:
    """Where the IVR scripts are: `dir/NAME.yaml`."""

    dir: str = "../ivr_scripts"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """What is logged and how: `text` for people, `json` for machines."""

    level: str = "info"
    format: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A site's configuration, found right. `file` is where it was read; relative folders count from there."""

    nodes: tuple[NodeSettings, ...] = ()
    store: StoreSettings = StoreSettings()
    journal: JournalSettings = JournalSettings()
    live: LiveSettings = LiveSettings()
    desk: DeskSettings = DeskSettings()
    floor: FloorTimers = FloorTimers()
    queues: tuple[Queue, ...] = ()
    agents: tuple[Agent, ...] = ()
    entries: tuple[Entry, ...] = ()
    last_resort: LastResort = LastResort()
    ivr: IvrSettings = IvrSettings()
    log: LogSettings = LogSettings()
    handover_grace: Seconds = HANDOVER_GRACE
    live_password: str = field(default="", repr=False)
    scripts: tuple[ScriptSource, ...] = field(default=(), repr=False)
    file: Path = field(default=Path("conf/ccswitch.toml"), compare=False)
    warnings: tuple[Problem, ...] = field(default=(), compare=False)

    @property
    def controller(self) -> str:
        """This controller's name among those of the site."""
        return self.live.name or socket.gethostname().partition(".")[0] or "ccswitch"

    def folder(self, written: str) -> Path:
        """A folder as it was written in the file, found from where the file is."""
        return (self.file.parent / written).resolve()

    def site(self, node: NodeSettings) -> Site:
        """What the files of one FreeSWITCH node are rendered from."""
        return Site(
            esl_port=node.port,
            esl_password=node.password,
            controllers=node.controllers,
            sip_domain=node.sip_domain,
            sip_ip=node.sip_ip,
            phones_profile=node.phones_profile,
            phones_port=node.phones_port,
            gateway=node.gateway,
            entries=self.entries,
            last_resort=self.last_resort,
        )


def load(path: Path | str, environ: Mapping[str, str] = os.environ) -> Config:
    """Read a site's configuration. Raises ConfigError with every problem of the file and of its scripts."""
    path = Path(path)
    reader = Reader(read_text(path, mend="name it with --config"), str(path), CHECKS)
    draft = Config(file=path)
    problems: list[Problem] = []
    try:
        draft = replace(_read(reader, environ), file=path)
        scripts, problems = _scripts(draft)
        _cross_check(draft, {script.name for script in scripts} | _broken(problems), reader)
        problems += _unknown_queues(scripts, draft)
        draft = replace(draft, scripts=tuple(_source(script, draft) for script in scripts))
    except TooMany:
        pass
    problems = [*reader.findings.sorted(), *problems]
    if problems:
        raise ConfigError(problems)
    return replace(draft, warnings=tuple(_warnings(draft, reader)))


def read_text(path: Path, *, mend: str) -> str:
    """What stands in the file `path`. Raises ConfigError, which says `mend` when there is no such file."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        why = error.strerror or "cannot be read"
        raise ConfigError([Problem(str(path), 1, 1, f"cannot be read: {why}", mend)]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([Problem(str(path), 1, 1, "is not UTF-8", "save it as UTF-8")]) from error


def floor_settings(config: Config) -> FloorSettings:
    """What the brain sees; `hash` is the SHA-256 of all of it, first 16 hex digits."""
    settings = FloorSettings(
        hash="",
        nodes=tuple(NodeName(node.name) for node in config.nodes),
        queues=config.queues,
        agents=config.agents,
        entries=config.entries,
        scripts=config.scripts,
        **asdict(config.floor),
    )
    content = json.dumps(asdict(settings), sort_keys=True, ensure_ascii=False)
    return replace(settings, hash=hashlib.sha256(content.encode()).hexdigest()[:16])


def render_to(config: Config, folder: Path) -> list[Path]:
    """Write what each FreeSWITCH node needs: into `folder`, or into `folder/NODE` when there are several."""
    several = len(config.nodes) > 1
    written = []
    for node in config.nodes:
        files = dialplan.render(config.site(node))
        written += dialplan.write(files, folder / node.name if several else folder)
    return written


# ---- reading ------------------------------------------------------------------------------------------------

TABLES: Mapping[str, tuple[str, type]] = {  # in the file → field and type
    "store": ("store", StoreSettings),
    "journal": ("journal", JournalSettings),
    "live": ("live", LiveSettings),
    "desk": ("desk", DeskSettings),
    "floor": ("floor", FloorTimers),
    "last_resort": ("last_resort", LastResort),
    "ivr": ("ivr", IvrSettings),
    "log": ("log", LogSettings),
}
LISTS: Mapping[str, tuple[str, type, Mapping[str, str]]] = {  # with the keys that are written differently
    "node": ("nodes", NodeSettings, {}),
    "queue": ("queues", Queue, {}),
    "agent": ("agents", Agent, {"id": "agent"}),
    "entry": ("entries", Entry, {}),
}


def _read(reader: Reader, environ: Mapping[str, str]) -> Config:
    reader.known(reader.data, (), [*TABLES, *LISTS, "handover_grace"])
    parts: dict[str, object] = {name: reader.table(kind, key) for key, (name, kind) in TABLES.items()}
    parts |= {name: reader.tables(kind, key, aliases) for key, (name, kind, aliases) in LISTS.items()}
    grace = reader.scalar("handover_grace", HANDOVER_GRACE, _between(0, LONGEST_HAND_OVER))
    config = Config(**parts, handover_grace=grace)  # type: ignore[arg-type]
    return _with_secrets(config, reader, environ)


def _with_secrets(config: Config, reader: Reader, environ: Mapping[str, str]) -> Config:
    """What the environment says instead of the file."""
    nodes = []
    for n, node in enumerate(config.nodes):
        variable = node.password_env or ESL_PASSWORD
        if node.password_env and not environ.get(variable):
            mend = "set it, or give the node a password"
            reader.report(("node", n, "password_env"), f"{variable} is not in the environment", mend)
        nodes.append(replace(node, password=environ.get(variable) or node.password))
    url = environ.get(STORE_URL)
    store = replace(config.store, url=url) if url else config.store
    return replace(config, nodes=tuple(nodes), store=store, live_password=environ.get(LIVE_PASSWORD, ""))


def _scripts(config: Config) -> tuple[list[Script], list[Problem]]:
    """The scripts that are right, and what is wrong with the others."""
    scripts: list[Script] = []
    problems: list[Problem] = []
    for file in sorted(config.folder(config.ivr.dir).glob("*.yaml")):
        if file.name.endswith(TESTS):
            continue
        try:
            scripts.append(parse_script(file.read_text(encoding="utf-8"), str(file), name=file.stem))
        except ConfigError as error:
            problems += error.problems
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(str(file), 1, 1, f"cannot be read: {error}", "save it as UTF-8"))
    return scripts, problems


def _source(script: Script, config: Config) -> ScriptSource:
    text = (config.folder(config.ivr.dir) / f"{script.name}.yaml").read_text(encoding="utf-8")
    return ScriptSource(name=script.name, hash=script.hash, text=text)


def _broken(problems: list[Problem]) -> set[str]:
    """Scripts that exist but are wrong: an entry that names one is not wrong as well."""
    return {Path(problem.file).stem for problem in problems}


# ---- checks of one value ------------------------------------------------------------------------------------


def _pattern(pattern: str, mend: str) -> Check:
    known = re.compile(pattern, re.ASCII)
    return lambda value: "" if known.fullmatch(value) else mend


def _between(least: float, most: float) -> Check:
    return lambda value: "" if least <= value <= most else f"from {least:g} to {most:g}"


def _one_of(*words: str) -> Check:
    return lambda value: "" if value in words else did_you_mean(value, words)


def _said_by(function: Callable[[str], object], *errors: type[Exception]) -> Check:
    """What `function` says when it refuses a value; empty values are left to the cross-checks."""

    def check(value: str) -> str:
        try:
            if value:
                function(value)
        except errors as error:
            return str(error)
        return ""

    return check


def _did(did: str) -> str:
    if not did.startswith("^"):
        return (
            "" if re.fullmatch(r"[0-9A-Za-z+*#_.@-]{1,64}", did) else "a called number, or ^ and a regular expression"
        )
    try:
        re.compile(did)
        dialplan.did_pattern(did)
    except (re.error, UnsafeString) as error:
        return f"this is no regular expression for FreeSWITCH: {error}"
    return ""


def _url(url: str) -> str:
    from ccswitch.records.store import parse_url  # SQLAlchemy takes a third of a second

    return _said_by(parse_url, StoreError)(url) if url else "write sqlite:///PATH or postgresql://HOST/NAME"


def _live_url(url: str) -> str:
    from ccswitch.live import over_redis  # redis-py takes a tenth of a second

    return _said_by(over_redis.place, ValueError)(url)


_WORD = re.compile(r"\w[\w.-]{0,63}")  # as IVR scripts name queues
_name: Check = lambda value: "" if _WORD.fullmatch(value) else "letters, digits, _ . - only, at most 64"  # noqa: E731
_file_name = _said_by(dialplan.file_name, UnsafeString)
_text = _said_by(dialplan.plain, UnsafeString)
_path: Check = lambda value: _text(value) if value else "name a folder"  # noqa: E731
_optional_name: Check = lambda value: _name(value) if value else ""  # noqa: E731
_host = _pattern(r"[0-9A-Za-z]([0-9A-Za-z.-]{0,252})|[0-9A-Fa-f:]{2,45}", "a host name or an IP address")
_domain = _pattern(r"[0-9A-Za-z]([0-9A-Za-z.-]{0,252})", "a domain name or an IP address")
_port = _between(1, 65535)
_seconds = _between(0, 86_400)
_phone = _said_by(parse_phone, BadPhone)
_sip_user = _said_by(directory.select_command, UnsafeString)
_network = _said_by(lambda text: ipaddress.ip_network(text, strict=False), ValueError)

CHECKS: Checks = {
    NodeSettings: {
        "name": _file_name,
        "host": _host,
        "port": _port,
        "password": _said_by(dialplan.secret, UnsafeString),
        "password_env": _pattern(r"[A-Za-z_][A-Za-z0-9_]*|", "the name of an environment variable"),
        "controllers": _network,
        "sip_domain": _domain,
        "sip_ip": _said_by(ipaddress.ip_address, ValueError),
        "phones_profile": _file_name,
        "phones_port": _port,
        "sip_profile": _name,
        "gateway": _optional_name,
    },
    StoreSettings: {"url": _url, "trace_retention": _between(0, 100 * 366 * 86_400)},
    JournalSettings: {
        "dir": _path,
        "durability": _one_of("process", "power"),
        "retention": _between(0, 10 * 366 * 86_400),
    },
    LiveSettings: {
        "url": _live_url,
        "prefix": _name,
        "lease": _between(1, LONGEST_LEASE),
        "name": _optional_name,
    },
    DeskSettings: {"host": _host, "port": _port},
    FloorTimers: {
        "recordings": _path,
        "rona_limit": _between(1, 100),
        "rest_after_refusal": _seconds,
        "rest_unreachable": _seconds,
        "bridge_within": _between(0.5, 60),
        "return_within": _between(1, 60),
        "shortest_talk": _between(0, 60),
    },
    Queue: {
        "name": _name,
        "music": _text,
        "ring_timeout": _between(1, 600),
        "wrapup": _seconds,
        "short_abandon": _seconds,
        "target": _seconds,
    },
    Agent: {"agent": _name, "phone": _phone, "queues": _name},
    Entry: {"name": _name, "dids": _did, "priority": _between(-1000, 1000)},
    LastResort: {
        "kind": _one_of("announcement", "voicemail", "number"),
        "announcement": _text,
        "number": _pattern(r"(\+?[0-9*#]{2,32})?", "digits, at most 32, with or without + before them"),
        "dir": _pattern(r"[^\s\"'$\\]+", "a folder without blanks and quotes in its name"),
        "longest": _between(1, 3600),
        "silence": _between(1, 60),
    },
    IvrSettings: {"dir": _path},
    LogSettings: {"level": _one_of("debug", "info", "warning", "error"), "format": _one_of("text", "json")},
}


# ---- checks of one thing against another --------------------------------------------------------------------


def _cross_check(config: Config, scripts: set[str], reader: Reader) -> None:
    _unique(reader, "node", "name", [node.name for node in config.nodes])
    _unique(reader, "queue", "name", [queue.name for queue in config.queues])
    _unique(reader, "agent", "id", [agent.agent for agent in config.agents])
    _unique(reader, "entry", "name", [entry.name for entry in config.entries])
    if not config.nodes and not reader.findings:
        reader.report((), "no FreeSWITCH to drive", 'add [[node]] with name = "pbx1"')
    _one_domain(config, reader)
    _agents(config, reader)
    _entries(config, scripts, reader)
    _last_resort(config, reader)


def _unique(reader: Reader, table: str, key: str, names: list[str]) -> None:
    first: dict[str, int] = {}
    for n, name in enumerate(names):
        if name and first.setdefault(name, n) != n:
            line = reader.place((table, first[name], key)).line
            reader.report((table, n, key), f"{table} {shown(name)} is already on line {line}", "give it another name")


def _one_domain(config: Config, reader: Reader) -> None:
    for n, node in enumerate(config.nodes):
        if node.sip_domain != config.nodes[0].sip_domain:
            mend = "agents' passwords are kept as hashes over one domain: give all nodes the same"
            reader.report(
                ("node", n, "sip_domain"), f"{node.sip_domain} here, {config.nodes[0].sip_domain} above", mend
            )


def _agents(config: Config, reader: Reader) -> None:
    queues, gateways = [queue.name for queue in config.queues], {node.gateway for node in config.nodes}
    for n, agent in enumerate(config.agents):
        for queue in agent.queues:
            if queue not in queues:
                mend = did_you_mean(queue, queues) or f'add [[queue]] with name = "{queue}"'
                reader.report(("agent", n, "queues"), f"there is no queue {shown(queue)}", mend)
        if _phone(agent.phone) or not agent.phone:
            continue
        phone = parse_phone(agent.phone)
        if phone.kind is PhoneKind.USER and (wrong := _sip_user(phone.number)):
            reader.report(("agent", n, "phone"), f"phone = {shown(agent.phone)}", wrong)
        if phone.kind is PhoneKind.TRUNK and gateways == {""}:
            reader.report(("agent", n, "phone"), "no node has a gateway to dial it", 'add gateway = "…" to [[node]]')


def _entries(config: Config, scripts: set[str], reader: Reader) -> None:
    queues = [queue.name for queue in config.queues]
    taken: dict[str, str] = {}
    for n, entry in enumerate(config.entries):
        if bool(entry.script) == bool(entry.queue):
            what = "both script and queue" if entry.script else "neither script nor queue"
            reader.report(("entry", n), f"entry {shown(entry.name)} has {what}", "name one of them")
        if entry.queue and entry.queue not in queues:
            mend = did_you_mean(entry.queue, queues) or f'add [[queue]] with name = "{entry.queue}"'
            reader.report(("entry", n, "queue"), f"there is no queue {shown(entry.queue)}", mend)
        if entry.script and entry.script not in scripts:
            mend = did_you_mean(entry.script, sorted(scripts)) or f"write {config.ivr.dir}/{entry.script}.yaml"
            reader.report(("entry", n, "script"), f"there is no script {shown(entry.script)}", mend)
        if not entry.dids:
            mend = 'add dids = ["…"], the numbers that callers dial'
            reader.report(("entry", n, "dids"), f"entry {shown(entry.name)} has no number", mend)
        for did in entry.dids:
            if taken.setdefault(did, entry.name) != entry.name or entry.dids.count(did) > 1:
                reader.report(("entry", n, "dids"), f"{did} leads to {shown(taken[did])} already", "take one away")


def _last_resort(config: Config, reader: Reader) -> None:
    if config.last_resort.kind != "number":
        return
    if not config.last_resort.number:
        reader.report(("last_resort", "kind"), "the last resort is a number, but which?", 'add number = "…"')
    for n, node in enumerate(config.nodes):
        if not node.gateway:
            mend = 'add gateway = "…", or take another kind of last resort'
            reader.report(("node", n), f"node {shown(node.name)} has no gateway for the last resort", mend)


def _unknown_queues(scripts: list[Script], config: Config) -> list[Problem]:
    """Scripts that send callers to a queue that is not."""
    queues = [queue.name for queue in config.queues]
    return [
        Problem(script.file, step.at.line, step.at.column, f"there is no queue {shown(step.queue)}", hint)
        for script in scripts
        for step in script.steps.values()
        if isinstance(step, QueueStep) and step.queue not in queues
        for hint in [did_you_mean(step.queue, queues) or f"add [[queue]] to {config.file}"]
    ]


# ---- what works but should not stay -------------------------------------------------------------------------


def _warnings(config: Config, reader: Reader) -> list[Problem]:
    def warn(path: tuple[str | int, ...], what: str, mend: str) -> Problem:
        at = reader.place(path)
        return Problem(str(config.file), at.line, at.column, what, mend)

    found = [
        warn(("node", n), f"node {node.name} has FreeSWITCH's own ESL password, over the network", "choose another")
        for n, node in enumerate(config.nodes)
        if node.password == DEFAULT_PASSWORD and not is_loopback(node.host)
    ]
    patterns: list[tuple[str, str]] = []
    for n, entry in enumerate(config.entries):
        for did in entry.dids:
            for pattern, owner in patterns:
                if owner != entry.name and not did.startswith("^") and re.search(pattern, did):
                    found.append(
                        warn(("entry", n, "dids"), f"{did} goes to {owner} by {pattern}", "put this one first")
                    )
        patterns += [(did, entry.name) for did in entry.dids if did.startswith("^")]
    return found


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "localhost.localdomain", "ip6-localhost")
