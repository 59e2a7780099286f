"""What can be configured: a class for each table of the file, its defaults, and the whole as `Config`."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from pathlib import Path

from ccswitch.clock import Seconds
from ccswitch.errors import Problem
from ccswitch.floor.sites import extension_of
from ccswitch.lookups.definition import Definition
from ccswitch.model.calendars import Almanac
from ccswitch.model.nouns import (
    CALLBACK_NUMBERS,
    Agent,
    BreakReason,
    Dialling,
    Entry,
    FeatureCodes,
    Mark,
    OtherSite,
    Queue,
    ScriptSource,
)
from ccswitch.model.recordings import FOR_EVER, USUAL_PATH
from ccswitch.switch.dialplan import LastResort, Site
from ccswitch.switch.phone_address import parse_phone

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
    """The database for records. `trace_retention`: how long service traces and the steps of scripts are kept; 0
    for ever."""

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
    recording_path: str = USUAL_PATH
    keep_recordings: str = FOR_EVER
    priority_worth: Seconds = 60.0
    most_head_start: Seconds = 3600.0
    callback_numbers: str = CALLBACK_NUMBERS
    transfers_out: tuple[str, ...] = ()
    rona_limit: int = 2
    rest_after_refusal: Seconds = 10.0
    rest_unreachable: Seconds = 30.0
    guard: Seconds = 0.0
    longest_wrapup: Seconds = 600.0
    bridge_within: Seconds = 2.0
    return_within: Seconds = 5.0
    zip_tone: str = "tone_stream://%(200,0,480)"
    nailed_music: str = ""
    shortest_talk: Seconds = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class IvrSettings:
    """Where the IVR scripts are: `dir/NAME.yaml`. `watch`: a file is taken as soon as it is saved, for development.
    `calendars`: the file with the site's opening hours, which may be missing."""

    dir: str = "../ivr_scripts"
    watch: bool = False
    calendars: str = "calendars.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechSettings:
    """How words become sounds. `dir` keeps what was rendered, `size` MB of it; `prompts` has LANGUAGE/NAME.wav.

    The nodes see both folders under the same paths. `limit`: so long a call waits for words.
    """

    engine: str = "espeak-ng"
    command: tuple[str, ...] = ()
    dir: str = "/var/lib/ccswitch/speech"
    size: int = 500
    prompts: str = "/var/lib/ccswitch/prompts"
    limit: Seconds = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How one language sounds: the engine's `voice` for it, and `sounds`, a FreeSWITCH sound package of it."""

    language: str
    voice: str = ""
    sounds: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSettings:
    """Our own records of customers: `region` is the country (as CN) of numbers that are written without one."""

    region: str = "CN"


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
    marks: tuple[Mark, ...] = ()
    reasons: tuple[BreakReason, ...] = ()
    entries: tuple[Entry, ...] = ()
    sites: tuple[OtherSite, ...] = ()
    codes: FeatureCodes = FeatureCodes()
    dialling: Dialling = Dialling()
    last_resort: LastResort = LastResort()
    ivr: IvrSettings = IvrSettings()
    almanac: Almanac = field(default=Almanac(), repr=False)
    speech: SpeechSettings = SpeechSettings()
    voices: tuple[Voice, ...] = ()
    log: LogSettings = LogSettings()
    lookups: tuple[Definition, ...] = ()
    customers: CustomerSettings = CustomerSettings()
    handover_grace: Seconds = HANDOVER_GRACE
    live_password: str = field(default="", repr=False)
    lookup_headers: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)  # by look-up, secrets in them
    scripts: tuple[ScriptSource, ...] = field(default=(), repr=False)
    broken: tuple[Problem, ...] = field(default=(), compare=False)  # of scripts that are not among them
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
            dialling=self.dialling,
            others=tuple(
                (extension_of(one), parse_phone(one.dial).dial(node.sip_profile, node.sip_domain)) for one in self.sites
            ),
            last_resort=self.last_resort,
        )
