"""The simulated switch as its users see it: start it, call into it, look at what happened.

with SimulatedSwitch(dialplan="dialplans/") as switch:
    agent = switch.phone("1001", answers(after=0.5))
    caller = switch.call(number="13800138000", to="7200", keys=[(2.0, "1")])
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

import gevent
from gevent.server import StreamServer

from ccswitch.simulator.api.node import uptime_text
from ccswitch.simulator.callers import SimCaller
from ccswitch.simulator.channel import Channel
from ccswitch.simulator.core import Core, Premises
from ccswitch.simulator.dialplan import Dialplan, load
from ccswitch.simulator.faults import FaultBox
from ccswitch.simulator.link import Link
from ccswitch.simulator.media import Prompts
from ccswitch.simulator.phones import Manner, Phone
from ccswitch.simulator.profile import CallerProfile
from ccswitch.simulator.scripts import Twin
from ccswitch.simulator.session import Session
from ccswitch.simulator.talks import Talk

_HEARTBEAT = 20.0
_FORGOTTEN_LINKS = 20


class SimulatedSwitch:
    """A FreeSWITCH on a port of this machine."""

    def __init__(
        self,
        password: str = "ClueCon",
        port: int = 0,
        dialplan: str | Path | Iterable[str | Path] = (),
        seed: int = 0,
        host: str = "127.0.0.1",
    ) -> None:
        self.password, self.host = password, host
        self._port = port
        self._source = dialplan
        self._premises = Premises(self._load(), random.Random(seed), reload=self._load)
        self._server: StreamServer | None = None
        self._heart: gevent.Greenlet | None = None
        self._core: Core | None = None
        self.links: list[Link] = []
        self._old_links: list[Link] = []
        self.callers: list[SimCaller] = []
        self.faults = FaultBox(self)

    def _load(self) -> Dialplan:
        return load(self._source)

    # -- life ------------------------------------------------------------------------------------------

    def start(self) -> SimulatedSwitch:
        """Listen; with port 0 the system chooses one."""
        self._core = Core(self._premises)
        self._server = StreamServer((self.host, self._port), self._serve)
        self._server.start()
        self._port = self._server.server_port
        self._heart = gevent.spawn(self._beat)
        return self

    def stop(self) -> None:
        """The process ends: links drop, calls are gone, and who calls now gets no answer."""
        server, self._server = self._server, None
        if server is not None:
            server.stop(timeout=0)
        if self._heart is not None:
            self._heart.kill()
        for link in list(self.links):
            link.close()
        if self._core is not None:
            self._core.close()
        for caller in self.callers:
            caller.refused("SWITCH_LOST")
        self.callers.clear()
        for phone in self._premises.phones.values():
            phone.legs.clear()
        self._heart = None

    def restart(self, down_for: float = 0.0) -> None:
        """Die and come back on the same port with a new Core-UUID and no calls."""
        self.stop()
        if down_for:
            gevent.sleep(down_for)
        self.start()

    def __enter__(self) -> SimulatedSwitch:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def core(self) -> Core:
        """The running process; a restart makes another."""
        if self._core is None:
            raise RuntimeError("the simulated switch was not started")
        return self._core

    @property
    def port(self) -> int:
        """Where ESL listens."""
        return self._port

    @property
    def core_uuid(self) -> str:
        """Changes with every start."""
        return self.core.uuid

    # -- callers and phones ----------------------------------------------------------------------------------

    def call(
        self,
        number: str = "13800138000",
        to: str = "7200",
        name: str = "",
        context: str = "public",
        keys: Iterable[tuple[float, str]] = (),
        patience: float | None = None,
        hangs_up_when: Callable[[SimCaller], bool] | None = None,
        talk: float | None = None,
        variables: dict[str, str] | None = None,
    ) -> SimCaller:
        """Somebody calls `to`. `keys` are (seconds after the INVITE, digits); `patience` ends where a talk begins."""
        caller = SimCaller(number, keys, patience, hangs_up_when, talk)
        core = self.core
        if self._server is None:
            caller.refused("NETWORK_OUT_OF_ORDER")
            return caller
        if core.paused:
            caller.refused("NORMAL_TEMPORARY_FAILURE")
            return caller
        uuid = core.new_uuid()
        profile = _arriving(uuid, number, to, name or number, context)
        session = core.new_session(uuid, "inbound", profile.channel_name, profile, caller)
        caller.uuid = uuid
        for key, value in {**_sip_variables(number, to, name), **(variables or {})}.items():
            session.channel.set(key, value)
        self.callers = [one for one in self.callers if one.state != "ended"]
        self.callers.append(caller)
        session.start()
        return caller

    def phone(self, user: str, manner: Manner | None = None, domain: str = "127.0.0.1", **changes: Any) -> Phone:
        """The phone of `user`: made when new, given another manner when it exists."""
        phone = self._premises.phones.get(user)
        if phone is None:
            phone = self._premises.phones[user] = Phone(user, domain, manner or Manner())
        elif manner is not None:
            phone.manner = manner
        if changes:
            phone.manner = phone.manner.but(**changes)
        return phone

    def register(self, user: str, registered: bool = True) -> None:
        """The phone of `user` registers or goes away, with the event that tells of it."""
        phone = self.phone(user, registered=registered)
        headers = {
            "profile-name": "internal",
            "from-user": user,
            "from-host": phone.domain,
            "contact": f"<sip:{user}@{phone.host}>",
            "status": "Registered(UDP)",
            "username": user,
            "realm": phone.domain,
        }
        subclass = "sofia::register" if registered else "sofia::unregister"
        self.core.bus.fire_custom("CUSTOM", subclass, lambda: headers)

    def outside(self, manner: Manner | Callable[[str], Manner | str], *gateways: str) -> None:
        """How numbers that are no phone behave, for all or by number (a str is a cause); and which gateways exist."""
        self._premises.line = manner if callable(manner) else lambda number: manner
        self._premises.gateways.update(gateways)

    # -- things the switch has -----------------------------------------------------------------------------------

    @property
    def prompts(self) -> Prompts:
        """Sound files: `switch.prompts.add("welcome.wav", 2500)`."""
        return self._premises.prompts

    def script(self, name: str, twin: Twin) -> None:
        """A Lua script's Python twin, called with the arguments."""
        self._premises.scripts.register(name, twin)

    def use_dialplan(self, dialplan: str | Path | Iterable[str | Path]) -> None:
        """Another dialplan, from the next call on; `reloadxml` reads the same source again."""
        self._source = dialplan
        self._premises.dialplan = self._load()

    # -- looking at it -----------------------------------------------------------------------------------------------

    @property
    def channels(self) -> dict[str, Channel]:
        """The live channels by uuid."""
        return {uuid: session.channel for uuid, session in self.core.sessions.items()}

    def session(self, uuid: str) -> Session:
        """One live channel's session."""
        return self.core.sessions[uuid]

    @property
    def bridges(self) -> set[frozenset[str]]:
        """Who talks to whom: pairs of uuids."""
        sessions = self.core.sessions.values()
        return {frozenset((one.channel.uuid, one.partner.channel.uuid)) for one in sessions if one.partner is not None}

    @property
    def talks(self) -> list[Talk]:
        """Every talk so far, those of the runs before a restart too; the last ten thousand."""
        return list(self._premises.talks)

    @property
    def conferences(self) -> dict[str, set[str]]:
        """Who is in which conference, by uuid."""
        rooms = self.core.conferences.rooms.values()
        return {room.name: {session.channel.uuid for session in room.members} for room in rooms}

    @property
    def variables(self) -> dict[str, str]:
        """The node's global variables."""
        return self.core.globals

    @property
    def received(self) -> list[bytes]:
        """What each link sent, newest link last, without bare line feeds; the last megabyte of each."""
        return [bytes(link.received) for link in [*self._old_links, *self.links]]

    @property
    def commands(self) -> list[str]:
        """The first lines of all commands, link by link."""
        return [line for link in [*self._old_links, *self.links] for line in link.commands]

    @property
    def recorded(self) -> dict[str, int]:
        """Finished recordings: path → milliseconds."""
        return self.core.recorded

    # -- inside ------------------------------------------------------------------------------------------------------

    def _serve(self, sock: Any, address: Any) -> None:
        link = Link(self.core, sock, self.password, self.faults.links)
        self.links.append(link)
        try:
            link.run()
        finally:
            if link in self.links:
                self.links.remove(link)
            self._old_links.append(link)
            del self._old_links[:-_FORGOTTEN_LINKS]

    def _beat(self) -> None:
        while True:
            gevent.sleep(_HEARTBEAT)
            core = self.core
            core.bus.fire(
                "HEARTBEAT",
                lambda core=core: {  # type: ignore[misc]
                    "Event-Info": "System Ready",
                    "Up-Time": uptime_text(core),
                    "FreeSWITCH-Version": "1.11.1-release~64bit",
                    "Uptime-msec": str(int((core.clock.epoch() - core.started) * 1000)),
                    "Session-Count": str(len(core.sessions)),
                    "Max-Sessions": "5000",
                    "Session-Per-Sec": "500",
                    "Session-Since-Startup": str(core.total_sessions),
                    "Idle-CPU": "0.000000",
                },
            )


def _arriving(uuid: str, number: str, to: str, name: str, context: str) -> CallerProfile:
    """Who calls whom, as the switch knows it of an INVITE from outside."""
    return CallerProfile(
        uuid=uuid,
        direction="inbound",
        destination_number=to,
        context=context,
        channel_name=f"sofia/external/{number}@127.0.0.1:6099",
        caller_id_name=name,
        caller_id_number=number,
        username=number,
        dialplan="XML",
        network_addr="127.0.0.1",
        ani=number,
    )


def _sip_variables(number: str, to: str, name: str) -> dict[str, str]:
    return {
        "sip_from_user": number,
        "sip_from_display": name or number,
        "sip_to_user": to,
        "sip_req_user": to,
        "sip_network_ip": "127.0.0.1",
        "sofia_profile_name": "external",
        "max_forwards": "70",
        "endpoint_disposition": "DELAYED NEGOTIATION",
    }
