"""What a FreeSWITCH node needs of us: dialplan, snippets and scripts, rendered from the configuration.

`render(site)` gives relative paths and texts, laid out as FreeSWITCH's own configuration folder is, so that the
result can be copied over it:

    dialplan/ccs_*.xml            the contexts ccs_in, ccs_return, ccs_orphan, ccs_last_resort, ccs_transfer, ccs_out,
                                  ccs_phone, ccs_unclaimed
    dialplan/public/00_ccswitch.xml   from the site's `public` context into ccs_in
    autoload_configs/             event_socket, lua
    sip_profiles/                 the profile at which agents' phones register
    scripts/                      watchdog, notes of the last resort, old recordings, directory (to the script folder)
    modules.xml                   the modules to load

Every value of the configuration is XML-escaped, and refused when FreeSWITCH would expand it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ccswitch.errors import UnsafeString
from ccswitch.model.nouns import Dialling, Entry

NEEDED_MODULES = (
    "mod_commands",
    "mod_db",
    "mod_dialplan_xml",
    "mod_dptools",
    "mod_event_socket",
    "mod_local_stream",
    "mod_lua",
    "mod_native_file",
    "mod_sndfile",
    "mod_sofia",
    "mod_tone_stream",
)

CONTEXTS = (
    "ccs_in",
    "ccs_return",
    "ccs_orphan",
    "ccs_last_resort",
    "ccs_transfer",
    "ccs_out",
    "ccs_phone",
    "ccs_unclaimed",
)

TEMPLATES: Mapping[str, str] = {
    "dialplans/ccs_in.xml.j2": "dialplan/ccs_in.xml",
    "dialplans/ccs_guard.xml.j2": "dialplan/ccs_guard.xml",
    "dialplans/ccs_transfer.xml.j2": "dialplan/ccs_transfer.xml",
    "dialplans/ccs_out.xml.j2": "dialplan/ccs_out.xml",
    "dialplans/ccs_phone.xml.j2": "dialplan/ccs_phone.xml",
    "dialplans/ccs_public.xml.j2": "dialplan/public/00_ccswitch.xml",
    "freeswitch/autoload_configs/event_socket.conf.xml.j2": "autoload_configs/event_socket.conf.xml",
    "freeswitch/autoload_configs/lua.conf.xml.j2": "autoload_configs/lua.conf.xml",
    "freeswitch/modules.xml.j2": "modules.xml",
}
PHONES_PROFILE = "freeswitch/sip_profiles/phones.xml.j2"
SHIPPED = Path(__file__).parent / "shipped"  # links to dialplans/ and conf/freeswitch/ of the repository
_UNFIT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # control characters, and what XML cannot hold
SCRIPTS: Mapping[str, str] = {
    "freeswitch/scripts/ccs_watchdog.lua": "scripts/ccs_watchdog.lua",
    "freeswitch/scripts/ccs_wayout.lua": "scripts/ccs_wayout.lua",
    "freeswitch/scripts/ccs_forget.lua": "scripts/ccs_forget.lua",
    "freeswitch/scripts/ccs_directory.lua.j2": "scripts/ccs_directory.lua",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LastResort:
    """What callers get when no controller comes. `kind`: `announcement`, `voicemail` (a file in `dir`) or `number`.

    `announcement` is any FreeSWITCH play path; with `voicemail` it is the greeting, with `number` it is heard when
    the number cannot be reached. `longest` and `silence` (seconds) end a message.
    """

    kind: str = "announcement"
    announcement: str = "tone_stream://%(375,375,480,620);loops=8"
    number: str = ""
    dir: str = "/var/lib/ccswitch/voicemail"
    longest: int = 180
    silence: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One node as its own configuration files must know it. Times in whole seconds, as FreeSWITCH's scheduler has."""

    esl_port: int = 8021
    esl_password: str = "ClueCon"
    controllers: tuple[str, ...] = ()  # networks (CIDR) that may speak ESL besides loopback
    sip_domain: str = "ccswitch"
    sip_ip: str = ""  # empty: the node's own address as FreeSWITCH finds it
    phones_profile: str = "internal"
    phones_port: int = 5060
    gateway: str = ""
    entries: tuple[Entry, ...] = ()
    last_resort: LastResort = field(default_factory=LastResort)
    dialling: Dialling = Dialling()
    others: tuple[tuple[str, str], ...] = ()  # other sites: what ccs_out knows each by, and what is dialled for it
    claim_within: int = 5
    orphan_within: int = 3

    @property
    def ways_out(self) -> list[tuple[str, str, str]]:
        """Of context ccs_out: a name, what is asked for (a regular expression), what is dialled."""
        numbers = []
        if self.gateway:
            gateway = f"sofia/gateway/{file_name(self.gateway)}/${{destination_number}}"
            numbers = [("out", r"^\+?[0-9*#]{2,32}\z", gateway)]
        return numbers + [(known, rf"^{re.escape(known)}\z", plain(dialled)) for known, dialled in self.others]


def plain(value: object) -> str:
    """A value that FreeSWITCH must take as it stands: nothing it would expand or cut, no control characters."""
    text = str(value)
    if _UNFIT.search(text) or "$" in text or "\\" in text:
        raise UnsafeString(f"{text!r} cannot stand in a FreeSWITCH file: control character, $ or backslash inside")
    return text


def secret(value: object) -> str:
    """As `plain`, but only what the XML preprocessor would expand is refused: passwords are not dialplan data."""
    text = str(value)
    if _UNFIT.search(text) or "$${" in text:
        raise UnsafeString("an ESL password must not hold control characters or $${")
    return text


def did_pattern(did: str) -> str:
    r"""The regular expression for a called number: itself when it begins with ^, else exactly that number.

    `\z` and not `$`, which also matches before a line feed at the end.
    """
    if not did.startswith("^"):
        return "^" + re.escape(plain(did)) + r"\z"
    if "${" in did or "$$" in did or _UNFIT.search(did):
        raise UnsafeString(f"{did!r}: FreeSWITCH would expand it")
    return did


def literal(text: str) -> str:
    """A regular expression for exactly this text."""
    return re.escape(text)


def address(value: object) -> str:
    """An IP address to bind to, or FreeSWITCH's own idea of it."""
    return plain(value) or "$${local_ip_v4}"


def domain(name: str) -> str:
    """`name` when it can stand in a script: a host name or an IPv4 address."""
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z.-]{0,252}", name):
        raise UnsafeString(f"{name!r} cannot be a SIP domain: letters, digits, . - only")
    return name


def render(site: Site) -> dict[str, str]:
    """Every file of ours for one node: relative path → text. Raises UnsafeString naming the value it refuses."""
    environment = _environment()
    wanted = {**TEMPLATES, **SCRIPTS, PHONES_PROFILE: f"sip_profiles/{file_name(site.phones_profile)}.xml"}
    files = {
        path: environment.get_template(template).render(site=site, modules=NEEDED_MODULES)
        for template, path in wanted.items()
    }
    for path, text in files.items():
        if path.endswith(".xml"):
            ElementTree.fromstring(text)
    return files


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(SHIPPED, followlinks=True)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    environment.filters |= {
        "plain": plain,
        "secret": secret,
        "did_pattern": did_pattern,
        "address": address,
        "word": file_name,
        "domain": domain,
        "literal": literal,
    }
    return environment


def file_name(name: str) -> str:
    """`name` when it can be a file's name without leaving its folder."""
    if not re.fullmatch(r"[\w][\w.-]{0,63}", name):
        raise UnsafeString(f"{name!r} cannot be a file name: letters, digits, _ . - only")
    return name


def write(files: Mapping[str, str], folder: Path) -> list[Path]:
    """Put rendered files under `folder`; the one with the password is for its owner and his group only."""
    written = []
    for relative, text in sorted(files.items()):
        path = folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        path.chmod(0o640 if "event_socket" in relative else 0o644)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written
