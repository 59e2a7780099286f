"""Plays the client's side of a captured conversation against the simulator and brings both sides into one form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gevent
import orjson

from ccswitch.simulator.callers import SimCaller
from ccswitch.simulator.phones import answers
from ccswitch.simulator.states import State
from ccswitch.simulator.switch import SimulatedSwitch
from tests.controller.waiting import PATIENCE
from tests.simulator.esl_client import EslClient, eventually
from tests.simulator.stages import Call, Stage

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

# The headers that ccswitch reads, and those that tell one step of a call from another.
HEADERS = (
    "Event-Name",
    "Channel-State",
    "Answer-State",
    "Call-Direction",
    "Application",
    "Application-Data",
    "Application-UUID",
    "Application-Response",
    "Hangup-Cause",
    "Other-Leg-Unique-ID",
    "Bridge-A-Unique-ID",
    "Bridge-B-Unique-ID",
    "Channel-Call-UUID",
    "Job-UUID",
    "_body",
    "DTMF-Digit",
    "Playback-File-Path",
    "Playback-Status",
    "Caller-Caller-ID-Number",
    "Caller-Caller-ID-Name",
    "Caller-Destination-Number",
    "Caller-Context",
    "variable_read_result",
    "variable_hangup_cause",
    "variable_digits_dialed",
    "variable_sip_hangup_disposition",
    "variable_last_bridge_hangup_cause",
    "variable_bridge_hangup_cause",
    "variable_endpoint_disposition",
    "variable_current_application",
    "variable_direction",
    "variable_park_after_bridge",
    "variable_transfer_after_bridge",
    "variable_uuid_bridge_park_on_cancel",
    "variable_hangup_after_bridge",
    "variable_force_transfer_context",
)
_COMPARED = frozenset(HEADERS)

Step = dict[str, str]


def is_compared(header: str) -> bool:
    """Whether the simulator is held to this header; to all of our own channel variables."""
    return header in _COMPARED or header.startswith("variable_ccs_")


@dataclass(slots=True)
class Talk:
    """A conversation in comparable form."""

    replies: list[tuple[str, str, str]] = field(default_factory=list)  # command, head, body
    events: dict[str, list[Step]] = field(default_factory=dict)  # by channel, or job

    def add_event(self, event: dict[str, str], names: dict[str, str]) -> None:
        """Note an event under its channel's or job's name."""
        if event["Event-Name"] == "HEARTBEAT":
            return
        step = comparable(event, names)
        data = step.get("Application-Data", "")
        if data.startswith("RFC2822_DATE="):
            step["Application-Data"] = "RFC2822_DATE=…"
        self.events.setdefault(_renamed(_about(event) or event["Event-Name"], names), []).append(step)


def comparable(event: dict[str, str], names: dict[str, str]) -> Step:
    """What is compared of an event or a dump."""
    return {name: _named(value, names) for name, value in event.items() if is_compared(name)}


def _about(event: dict[str, str]) -> str:
    """The channel or job that an event is about."""
    return event.get("Unique-ID") or event.get("Job-UUID", "")


def _renamed(text: str, names: dict[str, str]) -> str:
    """Channels by their names; legs that we dialled are named after the caller's."""
    for uuid, name in names.items():
        text = text.replace(uuid, name)
    return text


# What a reply tells of the wall clock, and the numbers of tasks: the switch has tasks of its own.
_VOLATILE = re.compile(r"\b1[0-9]{9}\b|(?<=\+OK Added: )[0-9]+")


def _reply(command: str, head: str, body: str, names: dict[str, str]) -> tuple[str, str, str]:
    return _named(command, names), _named(head, names), _VOLATILE.sub("<n>", _named(body, names))


def _named(text: str, names: dict[str, str]) -> str:
    return _UUID.sub("<uuid>", _renamed(text, names))


def lines(path: Path) -> list[dict[str, Any]]:
    """A capture."""
    return [orjson.loads(line) for line in path.read_bytes().splitlines() if line]


def _event(line: dict[str, Any]) -> dict[str, str] | None:
    """The event in a line, None for replies (uuid_dump's looks like one) and other formats."""
    return orjson.loads(line["body"]) if "text/event-json" in line.get("head", "") else None


def _is_callers(event: dict[str, str]) -> bool:
    return "Unique-ID" in event and event.get("Call-Direction") == "inbound"


def captured(capture: list[dict[str, Any]]) -> Talk:
    """The capture itself in comparable form."""
    talk = Talk()
    names: dict[str, str] = {}
    for line in capture:
        event = _event(line)
        if event and _is_callers(event) and event["Unique-ID"] not in names:
            names[event["Unique-ID"]] = f"caller{len(names) + 1}"
    asked: list[str] = ["connect"]
    for line in capture:
        if line["dir"] == ">":
            asked.append(line["text"])
        elif (event := _event(line)) is not None:
            talk.add_event(event, names)
        elif "head" in line and "text/event-plain" not in line["head"]:
            command = asked.pop(0) if asked else "end"
            talk.replies.append(_reply(command, line["head"], line.get("body", ""), names))
    return talk


class Replay:
    """One capture played against a simulated switch of its own."""

    def __init__(self, capture: list[dict[str, Any]], stage: Stage) -> None:
        self._capture, self._stage = capture, stage
        self._names: dict[str, str] = {}  # simulated uuid → caller1 …
        self._uuids: dict[str, str] = {}  # captured uuid → simulated uuid
        self._seen: dict[tuple[str, str], int] = {}
        self._calls = list(stage.calls)
        self.late: list[str] = []  # what the capture had and the simulator did not bring in time
        self.talk = Talk()

    def run(self) -> Replay:
        """Play it through."""
        with SimulatedSwitch(dialplan=self._stage.dialplan, seed=1) as switch:
            self._set(switch)
            client = EslClient(switch.port, password=None, events=None)
            nudge = gevent.spawn(self._nudge, client)
            try:
                self._play(switch, client)
            finally:
                nudge.kill()
                client.close()
            self._gather(client)
        return self

    @staticmethod
    def _nudge(client: EslClient) -> None:
        """Line feeds bring events at once, so that what the client does next comes as early as it did then."""
        while not client.closed:
            client.send(b"\n")
            gevent.sleep(0.002)

    def _set(self, switch: SimulatedSwitch) -> None:
        # Nobody was registered then: the phones were dialled at their addresses.
        switch.phone("1001", answers(0.0), registered=False)
        for user in ("1000", "2001", "2002", "13900139000"):
            switch.phone(user, answers(0.3), registered=False)
        for leg in (*self._stage.parked, *self._stage.stranded):
            switch.core.run_in_background(
                "originate", f"{{origination_uuid={leg},park_after_bridge=true}}sofia/external/1001@h &park()"
            )
            eventually(lambda leg=leg: leg in switch.channels and switch.channels[leg].flags.controlled)
            session = switch.session(leg)
            session.park_session()
            eventually(lambda session=session: session.channel.running is State.PARK)
            for name, value in self._stage.history:
                session.channel.set(name, value)
            if leg in self._stage.stranded:
                session.channel.flags.transfer = True
                session.channel.to(State.RESET)
                session.signal()
                eventually(lambda session=session: session.channel.running is State.RESET)
        switch.phone("1001", self._stage.phone, registered=False)

    def _play(self, switch: SimulatedSwitch, client: EslClient) -> None:
        last = 0.0  # when the previous line of the capture happened
        replies = 0
        for line in self._capture:
            if line.get("eof"):
                eventually(lambda: client.closed)
                return
            if line["dir"] == ">":
                gevent.sleep(min(line["t"] - last, 3.0))
                if not client.closed:
                    client.say(_renamed(line["text"], self._uuids))
            else:
                event = _event(line)
                if event is None:
                    if "text/event-plain" not in line["head"]:
                        replies += 1
                        self._await(lambda n=replies: len(client.replies) >= n, str(line["head"])[:60])
                elif event["Event-Name"] != "HEARTBEAT":
                    self._await_event(switch, client, event, line["t"] - last)
                else:
                    continue
            last = line["t"]

    def _await_event(self, switch: SimulatedSwitch, client: EslClient, event: Step, gap: float) -> None:
        if _is_callers(event) and event["Unique-ID"] not in self._uuids:
            gevent.sleep(max(0.0, gap - 0.01))
            caller = self._call(switch, self._calls.pop(0))
            self._uuids[event["Unique-ID"]] = caller.uuid
            self._names[caller.uuid] = f"caller{len(self._names) + 1}"
        key, name = _about(event), event["Event-Name"]
        count = self._seen[key, name] = self._seen.get((key, name), 0) + 1
        mine = _renamed(key, self._uuids)

        def arrived() -> bool:
            """It has come as often as the capture has it by here."""
            return sum(one["Event-Name"] == name and _about(one) == mine for one in client.events) >= count

        self._await(arrived, f"{name} {count} of {_renamed(mine, self._names)}", gap + self._stage.slack + PATIENCE)

    def _await(self, what: Any, label: str, timeout: float = PATIENCE) -> None:
        deadline = gevent.get_hub().loop.now() + timeout
        while not what():
            if gevent.get_hub().loop.now() > deadline:
                self.late.append(label)
                return
            gevent.sleep(0.001)

    def _call(self, switch: SimulatedSwitch, call: Call) -> SimCaller:
        caller = switch.call(number=call.number, to=call.to, name=call.name, keys=call.keys)
        if self._stage.refers is not None:
            gevent.spawn_later(self._stage.refers[0], switch.phone("1001").transfer, self._stage.refers[1])
        if call.hangs_up_after is not None:
            gevent.spawn_later(call.hangs_up_after, caller.hangup, call.cause)
        return caller

    def _gather(self, client: EslClient) -> None:
        asked = ["connect", *(line["text"] for line in self._capture if line["dir"] == ">")]
        for head, body in client.replies:
            command = asked.pop(0) if asked else "end"
            command = _renamed(command, self._uuids)
            self.talk.replies.append(_reply(command, head, body.decode(), self._names))
        for event in client.events:
            self.talk.add_event(event, self._names)
