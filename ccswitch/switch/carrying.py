"""How a request is carried out: one small function per request, found in a table.

Nothing here waits. What the switch refuses comes back as a fact; what is lost with the link is found by the survey
that follows when the link is back (architecture rule 6).
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import Any, Protocol

from ccswitch.errors import CommandFailed, UnsafeString
from ccswitch.model import facts as f
from ccswitch.model import requests as r
from ccswitch.model.ids import ExecuteId, LegId
from ccswitch.model.nouns import GuestMode
from ccswitch.model.passed import HEADER
from ccswitch.model.said import Said
from ccswitch.switch import notes, strings
from ccswitch.switch.hearing import INVALID, TRANSFER_CONTEXT, before_id, digits_variable, recording_id, stopping_id
from ccswitch.switch.link import Answer, OnAnswer
from ccswitch.switch.phone_address import parse_phone
from ccswitch.switch.strings import Application, Command

log = logging.getLogger(__name__)

SILENCE = "silence_stream://10"
ANY_KEY = "^[0-9*#]$"
NO_TERMINATOR = "D"  # a key that no phone has: FreeSWITCH takes an empty word for "#"
# What marks a claimed leg. A caller's keys may be a PIN: with `sensitive_dtmf` the switch does not log them
# (switch_channel_queue_dtmf). Without `playback_terminators` the key * would end what is to be heard to its end.
CLAIMED = {
    "ccs_claimed": "true",
    "ccs_orphan": "false",
    "playback_terminators": "none",
    "sensitive_dtmf": "true",
    "api_hangup_hook": "",  # a controller knows him: the node need not note him (ccs_wayout.lua)
}
# No phone joins a talk of ours to another call by itself (REFER with Replaces), on whatever profile: FreeSWITCH 1.11
# looks at the legs of both calls (sofia_handle_sip_i_refer), and of two who talk one was always dialled by us.
NOT_JOINED = {"deny_refer_requests": "true"}
# What keeps an agent's leg between his calls. In park the switch sends nothing by itself, and phones, and the doors of
# networks, close on silence; so it sends frames of it (switch_ivr_park).
STANDING = {"park_after_bridge": "true", "send_silence_when_idle": "-1"}
PARK_AGAIN = "return@ccs_return"  # arms the claim timer and parks
LONGEST_RECORDING = 4 * 3600  # seconds; a talk longer than that is a stuck leg


class Carrier(Protocol):
    """What carrying out needs of a node."""

    sip_domain: str
    sip_profile: str
    gateway: str

    def tell(self, command: Command, answered: OnAnswer | None = None) -> None:
        """Send a command and go on."""

    def report(self, fact: f.Fact) -> None:
        """Hand a fact to the floor."""

    def survey(self, expected: tuple[LegId, ...]) -> None:
        """Begin a survey; its answer comes as `LegsSeen`."""

    def provision(self, agent: str) -> None:
        """Make an agent's SIP account known."""

    def again_later(self, command: Command) -> None:
        """Send a command once more in a moment."""


def carry(node: Carrier, request: r.NodeRequest) -> None:
    """Carry out one request on its node. Values that cannot be said safely never go out: where the floor awaits an
    answer they come back as failures, else they are logged."""
    try:
        _TABLE[type(request)](node, request)
    except UnsafeString as unsafe:
        log.error("%r cannot be said to the switch: %s", request, unsafe)


# ---- what runs on a leg -------------------------------------------------------------------------------------


def _answer(node: Carrier, request: r.Answer) -> None:
    _execute(node, request.leg, request.execute, lambda: strings.ANSWER)


def _play(node: Carrier, request: r.Play) -> None:
    _execute(node, request.leg, request.execute, lambda: strings.playback(_sounds(request.files)))


def _collect(node: Carrier, request: r.Collect) -> None:
    files = request.files
    if files and not request.barge_in:
        _play_whole(node, request)
        files = ()
    _execute(
        node,
        request.leg,
        request.execute,
        lambda: strings.play_and_get_digits(
            _sounds(files) or (SILENCE,),
            variable=digits_variable(request.execute, masked=request.masked, checksum=request.checksum),
            pattern=request.pattern,
            least=request.least,
            most=request.most,
            timeout=request.timeout,
            between=request.between,
            terminators=request.terminators,
        ),
        afresh=True,
    )


def _play_whole(node: Carrier, request: r.Collect) -> None:
    """To the end, whatever is pressed. Nobody waits for its news."""
    try:
        node.tell(strings.execute(request.leg, strings.playback(_sounds(request.files)), before_id(request.execute)))
    except UnsafeString as unsafe:
        log.error("%r cannot be said to the switch: %s", request, unsafe)


def _sounds(files: tuple[Said, ...]) -> tuple[str, ...]:
    """The sounds of a request. Its words were made sounds on the way here (`speech/gate.py`)."""
    sounds = tuple(file for file in files if isinstance(file, str))
    if len(sounds) < len(files):
        raise UnsafeString("there are words without a sound")
    return sounds


def _execute(
    node: Carrier, leg: LegId, execute: ExecuteId, build: Callable[[], Application], *, afresh: bool = False
) -> None:
    """`afresh`: keys pressed before count for nothing. While a leg is parked between two steps the switch takes one key
    off its queue every 20 ms (switch_ivr_park): of what was typed ahead some would be lost and some would not."""

    def failed(why: str) -> None:
        """Tell the floor that the application never started."""
        node.report(f.ExecuteFailed(leg=leg, execute=execute, why=why))

    try:
        command = strings.execute(leg, build(), execute)
    except UnsafeString as unsafe:
        failed(str(unsafe))
        return
    if afresh:
        node.tell(strings.execute(leg, strings.FLUSH, before_id(execute)))
    node.tell(command, _when_refused(failed))


def _record(node: Carrier, request: r.Record) -> None:
    application = strings.record_session(request.path, LONGEST_RECORDING)
    node.tell(strings.set_variable(request.leg, "record_completion_cause", ""))  # of an earlier one: it would stay
    node.tell(strings.execute(request.leg, application, recording_id(request.leg)))


def _stop_recording(node: Carrier, request: r.StopRecording) -> None:
    stop = strings.stop_record_session(request.path)
    node.tell(strings.execute(request.leg, stop, stopping_id(request.leg)))


def _mask_recording(node: Carrier, request: r.MaskRecording) -> None:
    def failed(why: str) -> None:
        """Tell the floor that what is said now is still in the recording, or still out of it."""
        node.report(f.MaskFailed(leg=request.leg, why=why))

    try:
        command = strings.mask_recording(request.leg, request.path, on=request.on)
    except UnsafeString as unsafe:
        failed(str(unsafe))
        return
    node.tell(command, _when_refused(failed))


def _take_message(node: Carrier, request: r.TakeMessage) -> None:
    """The recording runs beside a wait for a key, and breaks that wait off when it ends by itself. `record` would do
    both, and hang up on the caller when the file cannot be written (mod_dptools.c)."""
    leg, silence = request.leg, round(request.silence * 1000)
    try:
        recording = strings.record_session(request.path, math.ceil(request.longest))
        variables = [strings.set_variable(leg, *one) for one in _message_variables(leg, silence).items()]
        begin = strings.execute(leg, recording, recording_id(leg))
    except UnsafeString as unsafe:
        node.report(f.ExecuteFailed(leg=leg, execute=request.execute, why=str(unsafe)))
        return
    for command in (*variables, begin):
        node.tell(command)
    _execute(
        node,
        leg,
        request.execute,
        lambda: strings.play_and_get_digits(
            (f"silence_stream://{round(request.longest * 1000)}",),
            variable=digits_variable(request.execute, masked=False),
            pattern=ANY_KEY,
            least=1,
            most=1,
            timeout=1.0,
            between=1.0,
            terminators=NO_TERMINATOR,
        ),
        afresh=True,
    )


def _message_variables(leg: str, silence: int) -> dict[str, str]:
    """How a message's recording ends, in milliseconds of silence; who says nothing at first has twice the time."""
    return {
        "record_completion_cause": "",  # of an earlier one: it would stay
        "RECORD_INITIAL_TIMEOUT_MS": str(2 * silence),
        "RECORD_FINAL_TIMEOUT_MS": str(silence),
        "api_on_record_stop": f"uuid_break {leg} all",
    }


def _end_message(node: Carrier, request: r.EndMessage) -> None:
    for name in _message_variables(request.leg, 0):
        if name != "record_completion_cause":
            node.tell(strings.set_variable(request.leg, name, ""))
    stop = strings.stop_record_session(request.path)
    node.tell(strings.execute(request.leg, stop, stopping_id(request.leg)))


def _quiet(node: Carrier, request: r.Quiet) -> None:
    node.tell(strings.break_playing(request.leg))


def _forget(node: Carrier, request: r.Forget) -> None:
    for suffix in ("", INVALID):
        node.tell(strings.set_variable(request.leg, f"{request.secret}{suffix}", ""))


# ---- claiming, moving, ending -------------------------------------------------------------------------------


def _claim(node: Carrier, request: r.Claim) -> None:
    node.tell(strings.cancel_tasks(request.leg))
    node.tell(strings.set_variables(request.leg, CLAIMED))


def _adopt(node: Carrier, request: r.Adopt) -> None:
    marks = {"ccs_role": "agent", "ccs_agent": strings.display_text(request.agent), "ccs_wayout": "hangup"}
    node.tell(strings.set_variables(request.leg, marks))
    for name in ("transfer_after_bridge", "uuid_bridge_park_on_cancel"):
        node.tell(strings.set_variable(request.leg, name, ""))


def _bridge(node: Carrier, request: r.Bridge) -> None:
    def refused(why: str) -> None:
        """Tell the floor that the two were not joined."""
        node.report(f.BridgeFailed(leg=request.leg, other=request.other, why=why))

    try:
        command = strings.bridge(request.leg, request.other)
    except UnsafeString as unsafe:
        refused(str(unsafe))
        return
    node.tell(command, _when_refused(refused))


def _transfer(node: Carrier, request: r.Transfer) -> None:
    try:
        command = strings.transfer(request.leg, request.number, "ccs_out")
    except UnsafeString:
        node.tell(strings.kill(request.leg, "INVALID_NUMBER_FORMAT"))
        return
    # sofia sends a leg's sip_h_ on with the leg it is joined to: what the caller himself wrote there must not go along
    node.tell(strings.set_variable(request.leg, f"sip_h_{HEADER}", request.passed))
    node.tell(command)


def _repark(node: Carrier, request: r.Repark) -> None:
    node.tell(strings.transfer(request.leg, "return", "ccs_return"))


def _park_leg(node: Carrier, request: r.ParkLeg) -> None:
    """A park that a clean exit of a bridge brought about ends the leg after 3 s and forgets that it is to stand
    (switch_ivr_bridge.c, audio_bridge_on_exchange_media): so it is told anew."""
    node.tell(strings.set_variables(request.leg, STANDING))
    node.tell(strings.park(request.leg))


def _hang_up(node: Carrier, request: r.HangUp) -> None:
    command = strings.kill(request.leg, request.cause)
    # a leg that was only just asked for may not exist yet: its phone would ring for nobody
    node.tell(command, _when_refused(lambda why: node.again_later(command)))


# ---- who is dialled -----------------------------------------------------------------------------------------


# Who hears a leg that listens to an agent's: `bleg` is what the agent's phone plays, `aleg` what comes from it. Keys of
# the listener would change it unheard of, so they are off (switch_ivr_async.c, switch_ivr_eavesdrop_session).
HEARD_BY: dict[GuestMode, dict[str, str]] = {
    GuestMode.MONITOR: {"eavesdrop_whisper_bleg": "false", "eavesdrop_whisper_aleg": "false"},
    GuestMode.WHISPER: {"eavesdrop_whisper_bleg": "true", "eavesdrop_whisper_aleg": "false"},
    GuestMode.BARGE: {"eavesdrop_whisper_bleg": "true", "eavesdrop_whisper_aleg": "true"},
}
HEARD_BY[GuestMode.CONSULT], HEARD_BY[GuestMode.CONFERENCE] = HEARD_BY[GuestMode.WHISPER], HEARD_BY[GuestMode.BARGE]


def _listen(node: Carrier, request: r.Listen) -> None:
    node.tell(strings.set_variables(request.leg, {"eavesdrop_enable_dtmf": "false"} | HEARD_BY[request.mode]))
    node.tell(strings.listen(request.leg, request.other))


def _ring_agent(node: Carrier, request: r.RingAgent) -> None:
    if request.number and not node.gateway:
        node.report(f.LegEnded(leg=request.leg, cause="INVALID_GATEWAY"))
        return
    try:
        if request.number:
            target = strings.gateway_target(node.gateway, strings.outside_number(request.number))
        else:
            target = parse_phone(request.phone).dial(node.sip_profile, node.sip_domain)
        command = strings.originate(target, agent_leg_variables(request), job=request.leg)
    except (UnsafeString, ValueError):
        node.report(f.LegEnded(leg=request.leg, cause="INVALID_URL"))
        return
    node.tell(command, _when_refused(lambda why: node.report(f.LegEnded(leg=request.leg, cause="FAILED"))))


def agent_leg_variables(request: r.RingAgent) -> dict[str, str]:
    """The channel variables of an agent's leg: who it is for, how long it rings, and its way out without us. A trunk is
    told nothing of the call, least of all its id, by which a talk can be named (docs/engineer.md, talks taken over)."""
    return {
        "origination_uuid": request.leg,
        **(_shown_outside(request) if request.number else _shown_to_agent(request)),
        "originate_timeout": str(math.ceil(request.timeout)),
        "ignore_early_media": "true",
        "outbound_redirect_fatal": "true",  # a phone's 302 would have the switch dial what the phone likes
        "force_transfer_context": TRANSFER_CONTEXT,
        **NOT_JOINED,
        "hold_music": request.music,
        "ccs_call": request.call,
        "ccs_role": "agent",
        "ccs_agent": strings.display_text(request.agent),
        "ccs_queue": strings.display_text(request.queue),
        "ccs_claimed": "true",
        "ccs_wayout": "hangup",
        **({} if request.number else _told_to_phone(request)),
        # `Call-Info: …;answer-after=0` in the INVITE (mod_sofia.c); what a phone makes of it is its own setting
        **({"sip_auto_answer": "true"} if request.auto_answer else {}),
        **(STANDING if request.nailed else {}),
    }


def _told_to_phone(request: r.RingAgent) -> dict[str, str]:
    return {"sip_h_X-CCS-Call": request.call, "sip_h_X-CCS-Queue": strings.display_text(request.queue)}


def _shown_to_agent(request: r.RingAgent) -> dict[str, str]:
    return {
        "origination_caller_id_number": strings.display_number(request.caller_number) or "anonymous",
        "origination_caller_id_name": strings.display_text(request.caller_name) or "Caller",
    }


def _shown_outside(request: r.RingAgent | r.RingCustomer) -> dict[str, str]:
    """Without a number it goes as the gateway has it."""
    shown = strings.display_number(request.caller_number)
    return {
        "origination_caller_id_number": shown,
        "origination_caller_id_name": strings.display_text(request.caller_name) if shown else "",
    }


def _ring_customer(node: Carrier, request: r.RingCustomer) -> None:
    if not node.gateway:
        node.report(f.LegEnded(leg=request.leg, cause="INVALID_GATEWAY"))
        return
    try:
        target = strings.gateway_target(node.gateway, strings.outside_number(request.number))
        command = strings.originate(target, customer_leg_variables(request), job=request.leg, into=PARK_AGAIN)
    except UnsafeString:
        node.report(f.LegEnded(leg=request.leg, cause="INVALID_NUMBER_FORMAT"))
        return
    node.tell(command, _when_refused(lambda why: node.report(f.LegEnded(leg=request.leg, cause="FAILED"))))


def customer_leg_variables(request: r.RingCustomer) -> dict[str, str]:
    """The channel variables of the leg of a customer whom we dial: what context `ccs_in` gives a caller's. While he is
    rung nothing may take the leg, so it is claimed only when it is parked; without us it rings out."""
    return {
        "origination_uuid": request.leg,
        **_shown_outside(request),
        "originate_timeout": str(math.ceil(request.timeout)),
        "ignore_early_media": "true",
        "outbound_redirect_fatal": "true",  # a 302 would have the switch dial what the far end likes
        "uuid_bridge_park_on_cancel": "true",
        "hangup_after_bridge": "false",
        "transfer_after_bridge": strings.transfer_after_bridge("return", "ccs_return"),
        "force_transfer_context": TRANSFER_CONTEXT,
        **NOT_JOINED,
        "ccs_call": request.call,
        "ccs_role": "customer",
        "ccs_claimed": "false",
        "ccs_wayout": strings.transfer_after_bridge("orphan", "ccs_orphan"),
    }


def _survey(node: Carrier, request: r.Survey) -> None:
    node.survey(request.expected)


def _forget_note(node: Carrier, request: r.ForgetNote) -> None:
    node.tell(notes.delete_command(request.leg))


def _provision(node: Carrier, request: r.ProvisionPhone) -> None:
    node.provision(request.agent)


def _when_refused(refused: Callable[[str], None]) -> OnAnswer:
    """For answers of which only a refusal matters: a lost link is told by NodeDown, and healed by the survey."""

    def answered(answer: Answer) -> None:
        """Hand on the words of a refusal; anything else is nothing."""
        if isinstance(answer, CommandFailed):
            refused(str(answer))

    return answered


_TABLE: dict[type, Callable[[Carrier, Any], None]] = {
    r.Answer: _answer,
    r.Play: _play,
    r.Collect: _collect,
    r.Record: _record,
    r.StopRecording: _stop_recording,
    r.MaskRecording: _mask_recording,
    r.Listen: _listen,
    r.TakeMessage: _take_message,
    r.EndMessage: _end_message,
    r.Quiet: _quiet,
    r.Forget: _forget,
    r.Claim: _claim,
    r.Adopt: _adopt,
    r.Bridge: _bridge,
    r.Transfer: _transfer,
    r.Repark: _repark,
    r.ParkLeg: _park_leg,
    r.HangUp: _hang_up,
    r.RingAgent: _ring_agent,
    r.RingCustomer: _ring_customer,
    r.Survey: _survey,
    r.ForgetNote: _forget_note,
    r.ProvisionPhone: _provision,
}
