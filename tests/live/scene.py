"""A scene to be recorded: a FreeSWITCH of its own with the project's dialplan, SIPp's people, and the recorder as the
controller's hands. Requests are carried out by `ccswitch.switch.carrying` and facts heard by `ccswitch.switch.hearing`,
so that a capture holds exactly the commands that production sends.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from ccswitch.model import facts as f
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, ExecuteId, LegId, NodeName, agent_leg_id, execute_id
from ccswitch.switch import notes, strings
from ccswitch.switch.carrying import carry
from ccswitch.switch.codec import Event
from ccswitch.switch.hearing import EVENTS, hear
from ccswitch.switch.strings import Command
from ccswitch.switch.surveying import listed_legs
from tests.live.freeswitch import EXTERNAL_XML, LOOPBACK, FreeSwitch, free_port
from tests.live.recorder import Recorder
from tests.live.sip_phone import SipPhone
from tests.scenarios.sipp import SippCaller, SippPhone
from tests.simulator.own_stages import OWN_STAGES, SITE
from tests.simulator.stages import Call, Stage

PBX = NodeName("pbx")
ANSWERED = 0.15  # SIPp's callers count from the answer, the stages from the INVITE: about so much lies between
F = TypeVar("F")


def _switch() -> FreeSwitch:
    """A FreeSWITCH with the stages' dialplan, whose callers' profile negotiates late, as FreeSWITCH's own example does:
    an answer without early media before it fires CHANNEL_PROGRESS_MEDIA too."""
    site = {name: getattr(SITE, name) for name in ("entries", "last_resort", "claim_within", "orphan_within")}
    switch = FreeSwitch(**site)
    profile = EXTERNAL_XML.format(port=switch.sip_port, ip=LOOPBACK)
    late = '<param name="inbound-late-negotiation" value="true"/></settings>'
    switch.files["sip_profiles/external.xml"] = profile.replace("</settings>", late)
    return switch


class Scene:
    """A context manager; `write` keeps what was said."""

    sip_domain, sip_profile = "ccswitch", "external"
    gateway = ""

    def __init__(self, name: str) -> None:
        self.stage: Stage = OWN_STAGES[name]
        self._calls = list(self.stage.calls)
        self._serials = itertools.count(1)
        self._facts: list[f.Fact] = []
        self._news = threading.Condition()
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Scene:
        with contextlib.ExitStack() as stack:
            self.switch = stack.enter_context(_switch())
            self.phone_port = free_port()
            self.phone = stack.enter_context(self._phone())
            self.recorder = Recorder(self.switch.esl_port, self.switch.password, self._on_event)
            self.recorder.ask(strings.subscribe(EVENTS))
            self._open = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def write(self, path: Path) -> None:
        """End the conversation and keep it."""
        self.recorder.close()
        self.recorder.write(path, self._words())

    def write_events(self, path: Path) -> None:
        """End the conversation and keep its events with all their headers."""
        self.recorder.close()
        self.recorder.write_events(path, self._words())

    def _words(self) -> dict[str, str]:
        folder = self.switch.folder
        return {str(self.switch.recordings): "/recordings", str(folder): "/pbx", self.switch.password: "ClueCon"}

    def _phone(self) -> SippPhone | SipPhone:
        """SIPp's phones cannot send a REFER."""
        if self.stage.refers is None:
            return SippPhone("1001", self.phone_port, self.stage.phone)
        phone = SipPhone("1001")
        self.phone_port = phone.port
        return phone

    # ---- what carrying out needs

    def tell(self, command: Command, answered: object = None) -> None:
        """Send a command and go on."""
        self.recorder.say(command)

    def report(self, fact: f.Fact) -> None:
        """What could not be said is an error of the conversation."""
        raise AssertionError(fact)

    def survey(self, expected: tuple[LegId, ...]) -> None:
        """Ask as the node's survey does: notes, the list, then all dumps in one go."""
        self.recorder.ask(notes.list_command())
        listed = listed_legs(self.recorder.ask(strings.show_channels()))
        *first, last = dict.fromkeys((*expected, *listed))
        for leg in first:
            self.tell(strings.dump(leg))
        self.recorder.ask(strings.dump(last))

    def provision(self, agent: str) -> None:
        """Accounts have a conversation of their own."""

    def again_later(self, command: Command) -> None:
        """Nothing is said twice."""

    # ---- what conversations are made of

    def do(self, make: Callable[..., r.Request], **fields: Any) -> None:
        """Carry out a request."""
        carry(self, make(node=PBX, **fields))

    def ask(self, command: Command) -> str:
        """Send a command and wait for its answer."""
        return self.recorder.ask(command)

    def next(self, kind: type[F], within: float = 12.0, **wanted: object) -> F:
        """Wait for a fact; each is given once."""

        def found() -> f.Fact | None:
            """The first fact of the kind with these fields that nobody took yet."""
            is_it = lambda fact: all(getattr(fact, key) == value for key, value in wanted.items())  # noqa: E731
            return next((fact for fact in self._facts if isinstance(fact, kind) and is_it(fact)), None)

        with self._news:
            fact = self._news.wait_for(found, within)
            assert fact is not None, f"no {kind.__name__} {wanted} within {within} s\n{self.switch.log_tail()}"
            self._facts.remove(fact)
            return fact  # type: ignore[return-value]

    def pause(self, seconds: float) -> None:
        """Let that time pass in the capture."""
        threading.Event().wait(seconds)

    def arrives(self) -> LegId:
        """The stage's next caller calls; gives his leg, which is parked and not claimed."""
        call: Call = self._calls.pop(0)
        caller = SippCaller(
            call.number,
            call.to,
            self.switch.sip_port,
            name=call.name,
            keys=[(at - ANSWERED, keys) for at, keys in call.keys],
            hangs_up_after=None if call.hangs_up_after is None else call.hangs_up_after - ANSWERED,
        )
        self._open.enter_context(caller)
        return self.next(f.LegParked, agent_leg=False).leg

    def waits(self) -> LegId:
        """And he is claimed, answered, and waits to music."""
        leg = self.arrives()
        self.claim(leg)
        self.music(leg)
        return leg

    def claim(self, leg: LegId, answer: bool = True) -> None:
        """Claim a caller and answer him."""
        self.do(r.Claim, leg=leg)
        if answer:
            self.run(r.Answer, leg)

    def start(self, make: Callable[..., r.Request], leg: LegId, **fields: Any) -> ExecuteId:
        """Begin an application on a leg."""
        execute = execute_id(CallId(leg), next(self._serials))
        self.do(make, leg=leg, execute=execute, **fields)
        return execute

    def run(self, make: Callable[..., r.Request], leg: LegId, **fields: Any) -> f.ExecuteEnded:
        """Run an application on a leg to its end."""
        return self.next(f.ExecuteEnded, execute=self.start(make, leg, **fields))

    def music(self, leg: LegId) -> None:
        """Hold music, until something else happens."""
        self.start(r.Play, leg, files=("local_stream://moh",))

    def ring(self, leg: LegId, serial: int = 1) -> LegId:
        """Dial the agent for a call; gives his leg, answered and parked."""
        agent = agent_leg_id(CallId(leg), serial)
        self.do(
            r.RingAgent,
            call=leg,
            leg=agent,
            agent="li",
            phone=f"sip:1001@{LOOPBACK}:{self.phone_port}",
            queue="sales",
            caller_number="13800138000",
            caller_name="Li Lei",
            timeout=20.0,
        )
        self.next(f.LegParked, leg=agent)
        self.pause(0.1)
        return agent

    def join(self, leg: LegId, agent: LegId) -> None:
        """Bridge caller and agent."""
        self.do(r.Bridge, leg=leg, other=agent)
        self.next(f.LegsJoined, leg=leg)

    def talk(self) -> tuple[LegId, LegId]:
        """A caller arrives, waits with music, and talks to the agent."""
        leg = self.arrives()
        self.claim(leg)
        self.music(leg)
        agent = self.ring(leg)
        self.join(leg, agent)
        return leg, agent

    def end(self, leg: LegId) -> None:
        """Hang up a leg."""
        self.do(r.HangUp, leg=leg, cause="NORMAL_CLEARING")
        self.next(f.LegEnded, leg=leg)

    def beat(self) -> None:
        """The controller is alive."""
        self.ask(strings.api("expand", "global_setvar", "ccs_beat=${strepoch()}"))

    def arm_watchdog(self) -> None:
        """As at link-up, with less patience."""
        self.beat()
        self.ask(strings.set_global("ccs_beat_limit", "1"))
        self.ask(strings.cancel_tasks("ccs_watchdog"))
        self.ask(strings.repeat_script(2, "ccs_watchdog", "ccs_watchdog.lua"))

    def _on_event(self, event: Event) -> None:
        fact = hear(event, PBX)
        if fact is not None:
            with self._news:
                self._facts.append(fact)
                self._news.notify_all()
