"""The switch itself: its channels, its clock, its phones and dialplan, and what all of them share."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import gevent

from ccswitch.simulator import forget, life, watchdog, wayout
from ccswitch.simulator.api import COMMANDS
from ccswitch.simulator.applications import APPLICATIONS, INLINE
from ccswitch.simulator.channel import Channel
from ccswitch.simulator.conferences import Conferences
from ccswitch.simulator.core_db import CoreDb
from ccswitch.simulator.dial_strings import Target
from ccswitch.simulator.dialplan import Dialplan
from ccswitch.simulator.events import EventBus
from ccswitch.simulator.far_end import FarEnd
from ccswitch.simulator.frames import FrameClock
from ccswitch.simulator.media import Prompts
from ccswitch.simulator.phones import Manner, Phone
from ccswitch.simulator.profile import CallerProfile
from ccswitch.simulator.scheduler import Scheduler
from ccswitch.simulator.scripts import Scripts
from ccswitch.simulator.session import Session
from ccswitch.simulator.states import CAUSES
from ccswitch.simulator.talks import Talk

HOSTNAME = "sim"


@dataclass(slots=True)
class Premises:
    """What outlives a restart of the switch: phones, lines, dialplan, prompts, scripts; shared by its cores."""

    dialplan: Dialplan
    random: random.Random
    phones: dict[str, Phone] = field(default_factory=dict)
    gateways: set[str] = field(default_factory=set)
    profiles: set[str] = field(default_factory=lambda: {"internal", "external"})
    line: Callable[[str], Manner | str] = field(default=lambda number: Manner())
    prompts: Prompts = field(default_factory=Prompts)
    scripts: Scripts = field(default_factory=Scripts)
    reload: Callable[[], Dialplan] | None = None
    talks: deque[Talk] = field(default_factory=lambda: deque(maxlen=10_000))


@dataclass(frozen=True, slots=True)
class Route:
    """Where a dial target leads."""

    number: str
    channel_name: str
    manner: Manner
    phone: Phone | None = None
    variables: dict[str, str] = field(default_factory=dict)


class Core:
    """One running FreeSWITCH process; a restart makes a new one."""

    # Causes of endpoints that die before they are born: they leave a bare CHANNEL_DESTROY.
    STILLBORN = frozenset({"INVALID_GATEWAY", "GATEWAY_DOWN", "INVALID_PROFILE", "INVALID_URL"})

    def __init__(self, premises: Premises) -> None:
        self.premises = premises
        self.clock = FrameClock()
        self.uuid = str(uuid4())
        self.bus = EventBus(self.clock, self.uuid, HOSTNAME)
        self.scheduler = Scheduler(self.clock)
        self.db = CoreDb(self.clock, HOSTNAME)
        self.conferences = Conferences(self)
        self.sessions: dict[str, Session] = {}
        self.globals: dict[str, str] = {
            "core_uuid": self.uuid,
            "hostname": HOSTNAME,
            "local_ip_v4": "127.0.0.1",
            "domain": "127.0.0.1",
        }
        self.hashes: dict[str, str] = {}
        self.recorded: dict[str, int] = {}  # path → milliseconds; the newest thousand
        self.messages: list[tuple[str, str, str]] = []  # voicemail: box, domain, path
        self.started = self.clock.epoch()
        self.total_sessions = 0
        self.peak = 0
        self.paused = False
        self.shut_down = False
        self.handlers = life.HANDLERS
        self.applications = APPLICATIONS
        self.inline_applications = INLINE
        premises.scripts.register(watchdog.SCRIPT, lambda arguments: watchdog.run(self))
        premises.scripts.register(forget.SCRIPT, lambda path: forget.run(self, path))
        premises.scripts.register_hangup(wayout.SCRIPT, wayout.note)

    # -- shortcuts ---------------------------------------------------------------------------------

    @property
    def dialplan(self) -> Dialplan:
        """The dialplan in force."""
        return self.premises.dialplan

    @property
    def prompts(self) -> Prompts:
        """The sound files."""
        return self.premises.prompts

    @property
    def scripts(self) -> Scripts:
        """The scripts."""
        return self.premises.scripts

    def new_uuid(self) -> str:
        """A channel's id, from the seed."""
        return str(UUID(int=self.premises.random.getrandbits(128), version=4))

    # -- channels ----------------------------------------------------------------------------------

    def new_session(self, uuid: str, direction: str, name: str, profile: CallerProfile, far_end: FarEnd) -> Session:
        """A channel that is known but does not run yet."""
        self.total_sessions += 1
        profile.times.created = self.clock.stamp_us()
        channel = Channel(uuid, direction, name, profile, far_end, session_id=self.total_sessions)
        if direction == "outbound":
            channel.vars["variable_is_outbound"] = "true"
        session = Session(self, channel)
        self.sessions[uuid] = session
        self.peak = max(self.peak, len(self.sessions))
        self.db.first(session)
        return session

    def forget(self, session: Session) -> None:
        """A channel is gone for good."""
        uuid = session.channel.uuid
        self.sessions.pop(uuid, None)
        self.scheduler.delete(uuid)
        self.db.remove(uuid)
        while len(self.recorded) > 1000:
            self.recorded.pop(next(iter(self.recorded)))

    def changed(self, session: Session) -> None:
        """A channel's row in `show channels` is no longer true."""
        self.db.put(session)

    def application_began(self, session: Session, name: str, data: str) -> None:
        """For `show channels`."""
        self.db.put(session, application=name, application_data=data)

    # -- dialling ----------------------------------------------------------------------------------

    def route(self, target: Target) -> Route | str:
        """Where a dial target leads, or the cause why nowhere."""
        router = _ROUTERS.get(target.endpoint)
        return router(self, target.address) if router else "CHAN_NOT_IMPLEMENTED"

    # -- api ---------------------------------------------------------------------------------------

    def run_api(self, name: str, arguments: str) -> str:
        """Run an api command and give its output; empty output becomes what the link says then."""
        command = COMMANDS.get(name)
        if command is None:
            return f"-ERR {name} Command not found!\n"
        return command(self, arguments)

    def run_in_background(self, name: str, arguments: str) -> None:
        """Run an api command in a greenlet of its own: scheduled ones may block."""
        gevent.spawn(self.run_api, name, arguments)

    def close(self) -> None:
        """The process dies: no events, no farewells."""
        self.scheduler.clear()
        for session in list(self.sessions.values()):
            session.kill()
        self.sessions.clear()
        self.clock.close()


def _user(core: Core, address: str) -> Route | str:
    user, _, domain = address.partition("@")
    phone = core.premises.phones.get(user)
    if phone is None:
        return "SUBSCRIBER_ABSENT"
    if not phone.manner.registered:
        return "USER_NOT_REGISTERED"
    name = f"sofia/internal/{user}@{phone.host}"
    return Route(user, name, phone.manner, phone, {"dialed_user": user, "dialed_domain": domain or phone.domain})


def _sofia(core: Core, address: str) -> Route | str:
    profile, _, rest = address.partition("/")
    if profile == "gateway":
        gateway, _, number = rest.partition("/")
        if gateway not in core.premises.gateways:
            return "INVALID_GATEWAY"
        return _line(core, number, f"sofia/external/{number}", {"sip_gateway": gateway, "sip_gateway_name": gateway})
    if profile not in core.premises.profiles:
        return "INVALID_PROFILE"
    bare = rest.removeprefix("sip:").removeprefix("sips:")
    user, at, _ = bare.partition("@")
    if not at and "%" not in bare:
        return "INVALID_URL"
    name = f"sofia/{profile}/{bare}"
    phone = core.premises.phones.get(user)
    if phone is not None:
        return Route(user, name, phone.manner, phone)
    return _line(core, user, name, {})


def _line(core: Core, number: str, name: str, variables: dict[str, str]) -> Route | str:
    manner = core.premises.line(number)
    return manner if isinstance(manner, str) else Route(number, name, manner, None, variables)


def _error(core: Core, address: str) -> Route | str:
    cause = address.upper()
    return cause if cause in CAUSES else "NORMAL_CLEARING"


_ROUTERS: dict[str, Callable[[Core, str], Route | str]] = {"user": _user, "sofia": _sofia, "error": _error}
