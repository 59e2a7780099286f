"""One channel's thread of life: runs its state machine, executes applications, reads messages, keys and frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import gevent

from ccswitch.simulator.channel import Channel, Dtmf
from ccswitch.simulator.expansion import expand
from ccswitch.simulator.frames import Sleeper
from ccswitch.simulator.media import FOREVER
from ccswitch.simulator.states import CAUSES, NORMAL_CLEARING, State
from ccswitch.simulator.text import to_int

if TYPE_CHECKING:
    from ccswitch.simulator.core import Core

_DEEPEST = 16  # as SWITCH_MAX_STACKS: deeper nested executes are not read


@dataclass(slots=True)
class Execute:
    """A `sendmsg` with call-command execute, waiting to be read by its session."""

    application: str
    argument: str
    event_uuid: str = ""
    loops: int = 1
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Played:
    """How a playback ended: what PLAYBACK_STOP says, and what the application answers."""

    status: str
    response: str


DONE = Played("done", "FILE PLAYED")
BROKEN_OFF = Played("break", "FILE PLAYED")
HUNG_UP = Played("done", "FILE PLAYED")
MOVED = Played("done", "PLAYBACK ERROR")
NOT_FOUND = Played("", "FILE NOT FOUND")
UNWRITABLE = "/dev/null/"  # no switch writes a file there


class Session:
    """A channel with its greenlet. Everything here runs in that greenlet unless it says otherwise."""

    def __init__(self, core: Core, channel: Channel) -> None:
        self.core = core
        self.channel = channel
        self.sleeper = Sleeper()
        self.partner: Session | None = None  # while bridged
        self.recordings: dict[str, int] = {}  # path → tick of its start
        self.conference = ""
        self.watcher: Sleeper | None = None  # an originate that waits for this leg
        self._depth = 0
        self._locked = False
        self._greenlet: gevent.Greenlet | None = None

    # -- life --------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin with CS_INIT."""
        self.channel.to(State.INIT)
        self._greenlet = gevent.spawn(self._run)

    def kill(self) -> None:
        """The switch is gone: no event, no farewell."""
        if self._greenlet is not None:
            self._greenlet.kill(block=False)

    def _run(self) -> None:
        channel = self.channel
        while channel.up:
            state = channel.running = channel.state
            if state is not State.INIT:
                channel.flags.transfer = channel.flags.redirect = False
            self.core.changed(self)
            self.core.handlers[state](self)
            while channel.state is state:
                self.wait()
        self._report()

    def _report(self) -> None:
        channel = self.channel
        channel.call_uuid = channel.uuid
        self.core.scripts.hung_up(self)
        self.stop_recordings()
        channel.running = channel.state = State.REPORTING
        self._final_variables()
        self.fire("CHANNEL_HANGUP_COMPLETE")
        channel.state = State.DESTROY
        self.fire("CHANNEL_DESTROY")
        self.core.forget(self)
        channel.far_end.hungup(self, channel.cause)

    def _final_variables(self) -> None:
        channel, times = self.channel, self.channel.profile.times
        seconds = (times.hungup - times.created) // 1_000_000
        billed = (times.hungup - times.answered) // 1_000_000 if times.answered else 0
        refusal = "send_refuse" if channel.direction == "inbound" else "send_cancel"
        channel.vars.update(
            {
                "variable_sip_hangup_disposition": channel.get("sip_hangup_disposition")
                or ("send_bye" if channel.flags.answered else refusal),
                "variable_hangup_cause": channel.cause,
                "variable_hangup_cause_q850": str(CAUSES.get(channel.cause, 16)),
                "variable_digits_dialed": channel.digits_dialed or "none",
                "variable_start_epoch": str(times.created // 1_000_000),
                "variable_answer_epoch": str(times.answered // 1_000_000),
                "variable_bridge_epoch": str(times.bridged // 1_000_000),
                "variable_end_epoch": str(times.hungup // 1_000_000),
                "variable_duration": str(seconds),
                "variable_billsec": str(billed),
            }
        )

    # -- time and events ---------------------------------------------------------------------------

    def wait(self, until: int | None = None) -> None:
        """Sleep until that tick or until the frame after something arrived."""
        self.core.clock.sleep(self.sleeper, until)

    def signal(self) -> None:
        """From anywhere: something arrived for this session."""
        self.core.clock.signal(self.sleeper)

    def fire(self, name: str, extra: dict[str, str] | None = None, brief: bool = False) -> None:
        """Fire an event of this channel; `brief` leaves the variables out."""
        channel = self.channel

        def build() -> dict[str, str]:
            """Its headers as the channel is at that instant."""
            headers = channel.basic() if brief else channel.extended()
            if extra:
                headers.update(extra)
            return headers

        self.core.bus.fire(name, build)

    # -- orders from outside the session: any greenlet may call these ----------------------------------

    def hangup(self, cause: str = NORMAL_CLEARING) -> None:
        """End the call: CHANNEL_HANGUP at once, the rest when the session's frame comes."""
        channel = self.channel
        if not channel.up:
            return
        channel.cause = cause
        channel.state = State.HANGUP
        channel.profile.times.hungup = self.core.clock.stamp_us()
        self.fire("CHANNEL_HANGUP")
        bonded = self.core.sessions.get(channel.get("signal_bond") or "")
        if bonded is not None and bonded.channel.up:
            bonded.channel.set("last_bridge_hangup_cause", cause)
        self.signal()
        if self.partner is not None:
            self.partner.signal()
        self._tell_watcher()

    def hung_up_by_far_end(self, cause: str = NORMAL_CLEARING) -> None:
        """BYE, CANCEL or a refusal came from the other end of the wire; the channel says which."""
        channel = self.channel
        if not channel.up:
            return
        refused = channel.direction == "outbound" and not channel.flags.answered
        how = "recv_refuse" if refused else "recv_cancel" if cause == "ORIGINATOR_CANCEL" else "recv_bye"
        if refused:  # a refusal stands in CHANNEL_HANGUP already, a BYE only in what follows
            channel.set("sip_hangup_disposition", how)
        self.hangup(cause)
        channel.set("sip_hangup_disposition", how)

    def _tell_watcher(self) -> None:
        if self.watcher is not None:
            self.core.clock.signal(self.watcher)

    def transfer(self, extension: str = "", dialplan: str = "", context: str = "") -> None:
        """Send the call to an extension, as switch_ivr_session_transfer; an ended one only looks as if it went."""
        channel = self.channel
        forwards = to_int(channel.get("max_forwards"), 70) - 1
        if forwards <= 0:
            self.hangup("EXCHANGE_ROUTING_ERROR")
            return
        channel.set("max_forwards", str(forwards))
        old = channel.profile
        dialplan = (
            dialplan or channel.get("force_transfer_dialplan") or ("" if old.dialplan == "inline" else old.dialplan)
        )
        context = context or channel.get("force_transfer_context") or old.context
        new = old.copy()
        new.times = old.times
        new.dialplan, new.context = dialplan or "XML", context or "default"
        new.destination_number, new.rdnis = extension or "service", old.destination_number
        seconds = self.core.clock.stamp_us() // 1_000_000
        new.transfer_source = f"{seconds}:{uuid4()}:bl_xfer:{new.destination_number}/{new.context}/{new.dialplan}"
        channel.profile = new
        channel.other = None
        for one in (self, self.partner):
            if one is not None:
                one.channel.set("signal_bond", None)
        channel.set("transfer_source", new.transfer_source, checked=False)
        flags = channel.flags
        flags.transfer, flags.bridge_handler, flags.bridge_originator = True, False, False
        channel.to(State.ROUTING)
        self.signal()
        if self.partner is not None:
            self.partner.signal()

    def park_session(self) -> None:
        """To CS_PARK, as switch_ivr_park_session."""
        self.channel.flags.transfer = True
        self.channel.to(State.PARK)
        self.signal()

    def post(self, message: Execute) -> None:
        """Queue a message that the session reads at its next frame."""
        self.channel.private.append(message)
        self.signal()

    def press(self, digits: str, duration: int = 1600, source: str = "RTP") -> None:
        """Keys arrive from the far end."""
        if self.channel.up:
            sensitive = self.channel.get("sensitive_dtmf") == "true"  # as it is when the key comes
            self.channel.digits.extend(Dtmf(digit, duration, source, sensitive) for digit in digits)
            self.signal()

    def stop_playing(self, everything: bool = False) -> None:
        """uuid_break: what plays ends at its next frame; with `everything` the queued messages go too."""
        if everything:
            self.channel.private.clear()
        self.channel.flags.stop = True
        self.signal()

    # -- the far end's side of answering ---------------------------------------------------------------

    def ring_ready(self) -> None:
        """180 passes (to the caller, or from the phone)."""
        channel = self.channel
        if channel.flags.ring_ready or channel.flags.answered or not channel.up:
            return
        channel.profile.times.progress = self.core.clock.stamp_us()
        self.fire("CHANNEL_PROGRESS")
        channel.flags.ring_ready = True
        if channel.direction == "inbound":
            channel.far_end.rings(self)

    def pre_answer(self) -> None:
        """183 and media, when there is none yet."""
        channel = self.channel
        flags = channel.flags
        if flags.early or flags.answered or not channel.up:
            return
        flags.early = flags.media = True
        channel.profile.times.progress_media = self.core.clock.stamp_us()
        channel.set("endpoint_disposition", "EARLY MEDIA")
        self.fire("CHANNEL_PROGRESS_MEDIA")
        if channel.direction == "inbound":
            channel.far_end.rings(self)
        self._tell_watcher()

    def answer(self) -> None:
        """200 OK passes."""
        channel = self.channel
        flags = channel.flags
        if flags.answered or not channel.up:
            return
        if channel.direction == "inbound":
            self.pre_answer()
        flags.media = True
        channel.profile.times.answered = self.core.clock.stamp_us()
        flags.answered = True
        self.fire("CHANNEL_ANSWER")
        channel.set("endpoint_disposition", "ANSWER")
        self.core.changed(self)
        channel.far_end.answered(self)
        self._tell_watcher()

    # -- messages and keys -------------------------------------------------------------------------------

    @property
    def has_messages(self) -> bool:
        """Whether there is something to read now: an event-locked execute, or too deep a nest, shuts the door."""
        return bool(self.channel.private) and not self._locked and self._depth < _DEEPEST and self.channel.up

    def parse_events(self) -> None:
        """Read what was sent to this session; executes run here, inside whatever runs already."""
        if not self.has_messages:
            return
        self._depth += 1
        try:
            while self.channel.private and self.channel.up:
                self._perform(self.channel.private.popleft())
        finally:
            self._depth -= 1

    def _perform(self, message: Execute) -> None:
        self._locked = message.locked
        try:
            done = 0
            while message.loops < 0 or done < message.loops:
                began = self.core.clock.tick()
                if not self.execute(message.application, message.argument, message.event_uuid):
                    break
                done += 1
                # The switch gives up a loop whose body took less than half a second.
                if not self.channel.ready or self.core.clock.tick() - began < 25:
                    break
        finally:
            self._locked = False

    def next_digit(self) -> Dtmf:
        """Take the oldest key out of the queue; DTMF is fired now, not when it was pressed."""
        channel = self.channel
        key = channel.digits.popleft()
        if not key.sensitive:
            channel.digits_dialed += key.digit
            self.fire(
                "DTMF",
                {"DTMF-Digit": key.digit, "DTMF-Duration": str(key.duration), "DTMF-Source": key.source},
                brief=True,
            )
        return key

    # -- applications --------------------------------------------------------------------------------------

    def expand(self, text: str) -> str:
        """Expand variables and api calls in `text` for this channel."""
        return expand(text, self.variable, self.core.run_api)

    def variable(self, name: str) -> str | None:
        """A channel variable, a profile field, or a global variable."""
        value = self.channel.lookup(name)
        return value if value is not None else self.core.globals.get(name)

    def execute(self, name: str, argument: str, event_uuid: str = "") -> bool:
        """Run one application with its two events; an unknown one hangs the call up."""
        channel = self.channel
        application = self.core.applications.get(name)
        if application is None:
            self.hangup("DESTINATION_OUT_OF_ORDER")
            return False
        argument = self.expand(argument)
        about = {"Application": name}
        if argument:
            about["Application-Data"] = argument
        uuid = event_uuid or str(uuid4())
        channel.set("current_application", name)
        channel.set("current_application_data", argument, checked=False)
        channel.set("current_application_response", None)
        self.fire("CHANNEL_EXECUTE", {**about, "Application-UUID": uuid})
        self.core.application_began(self, name, argument)
        channel.flags.stop = False
        application(self, argument)
        response = channel.get("current_application_response") or "_none_"
        self.fire("CHANNEL_EXECUTE_COMPLETE", {**about, "Application-Response": response, "Application-UUID": uuid})
        return True

    def respond(self, text: str) -> None:
        """What Application-Response will say."""
        self.channel.set("current_application_response", text)

    # -- media ---------------------------------------------------------------------------------------------

    def play(self, path: str, take: Callable[[Dtmf], bool] | None = None) -> Played:
        """Play a file or stream to its end; `take` gets each key and says whether that ends it."""
        self.pre_answer()
        path = path.split("}", 1)[1] if path.startswith("{") and "}" in path else path
        length = self.core.prompts.length(path)
        if length is None:
            return NOT_FOUND
        channel, clock = self.channel, self.core.clock
        about = {"Playback-File-Path": path}
        if "://" in path:
            about["Playback-File-Type"] = path.split("://", 1)[0]
        self.fire("PLAYBACK_START", about)
        channel.far_end.hears(self, path)
        began = clock.tick()
        ended = self.listen(None if length == FOREVER else clock.after(length), take)
        milliseconds = (clock.tick() - began) * 20
        channel.set("playback_ms", str(milliseconds))
        channel.set("playback_seconds", str(milliseconds // 1000))
        self.fire("PLAYBACK_STOP", {**about, "Playback-Status": ended.status})
        return ended

    def listen(self, end: int | None, take: Callable[[Dtmf], bool] | None = None) -> Played:
        """Let frames pass until tick `end`, a key that `take` wants, a break, a move or a hangup."""
        channel, clock = self.channel, self.core.clock
        while True:
            if not channel.ready:
                return MOVED if channel.up else HUNG_UP
            if channel.flags.stop:
                channel.flags.stop = False
                return BROKEN_OFF
            if self.has_messages:
                began = clock.tick()
                self.parse_events()  # what runs nested holds up what was playing
                end = end + clock.tick() - began if end is not None else None
                continue
            if take is not None and channel.digits:
                if take(self.next_digit()):
                    return BROKEN_OFF
                continue
            if end is not None and clock.tick() >= end:
                return DONE
            self.wait(end)

    def park(self) -> None:
        """switch_ivr_park: CHANNEL_PARK, then read messages and keys until moved, bridged or hung up."""
        channel = self.channel
        flags = channel.flags
        if flags.controlled:
            return
        expires, cause = self._park_timeout()
        flags.controlled = True
        self.fire("CHANNEL_PARK")
        while channel.ready and flags.controlled:
            self.wait(expires)
            if not channel.up:
                break
            self.parse_events()  # even when it was told to go elsewhere meanwhile
            while channel.digits:
                self.next_digit()
            if expires is not None and self.core.clock.tick() >= expires:
                self.hangup(cause)
        flags.controlled = False
        self.fire("CHANNEL_UNPARK")

    def _park_timeout(self) -> tuple[int | None, str]:
        value = self.channel.get("park_timeout")
        if value is None:
            return None, NORMAL_CLEARING
        seconds, _, cause = value.partition(":")
        self.channel.set("park_timeout", None)
        self.channel.set("park_after_bridge", None)
        return self.core.clock.after(to_int(seconds) * 1000), cause or NORMAL_CLEARING

    def record(self, path: str) -> bool:
        """Begin to record the session; False when this file is being written already, or cannot be."""
        if path in self.recordings:
            return False
        if path.startswith(UNWRITABLE):
            self.channel.set("record_completion_cause", "uri-failure")
            return False
        began = self.recordings[path] = self.core.clock.tick()
        self.fire("RECORD_START", {"Record-File-Path": path})
        if silence := to_int(self.channel.get("RECORD_INITIAL_TIMEOUT_MS") or ""):
            self.core.clock.call_at(self.core.clock.after(silence), lambda: self._nobody_spoke(path, began))
        return True

    def _nobody_spoke(self, path: str, began: int) -> None:
        """Simulated callers have no voice: a recording that listens for one ends after its initial silence."""
        if self.recordings.get(path) == began:
            self.stop_record(path, "no-input-timeout")

    def stop_record(self, path: str, cause: str = "success-silence") -> bool:
        """End one recording; False when there is none of this name."""
        began = self.recordings.pop(path, None)
        if began is None:
            return False
        milliseconds = (self.core.clock.tick() - began) * 20
        self.channel.set("record_ms", str(milliseconds))
        self.channel.set("record_seconds", str(milliseconds // 1000))
        self.core.recorded[path] = milliseconds
        self.channel.set("record_completion_cause", cause)
        self.fire("RECORD_STOP", {"Record-File-Path": path})
        if command := self.channel.get("api_on_record_stop"):
            verb, _, words = command.partition(" ")
            self.core.run_api(verb, words)
        return True

    def stop_recordings(self) -> None:
        """End all recordings (`stop_record_session all`, and the end of the call)."""
        for path in list(self.recordings):
            self.stop_record(path)
