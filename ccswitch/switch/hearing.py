"""What FreeSWITCH's events mean to the floor: events in, facts out. Of legs that are not ours only those at phones of
the house are heard (`other_calls.py`).

A leg is ours when it carries the channel variable `ccs_call`, which the entry's dialplan or our own dialling set. An
application is ours when its Application-UUID is an execute id (freeswitch-facts 7). All other traffic on the switch
is somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ccswitch.model import facts as f
from ccswitch.model.checksum import luhn
from ccswitch.model.ids import CallId, ExecuteId, LegId, NodeName
from ccswitch.model.passed import HEADER, LONGEST
from ccswitch.switch.codec import Event
from ccswitch.switch.other_calls import other_call, other_call_over

EVENTS = (
    "CHANNEL_PARK",
    "CHANNEL_PROGRESS",
    "CHANNEL_PROGRESS_MEDIA",
    "CHANNEL_ANSWER",
    "CHANNEL_BRIDGE",
    "CHANNEL_HOLD",
    "CHANNEL_UNHOLD",
    "CHANNEL_EXECUTE_COMPLETE",
    "CHANNEL_HANGUP_COMPLETE",
    "BACKGROUND_JOB",
    "HEARTBEAT",
)

TRANSFER_CONTEXT = "ccs_transfer"
LONGEST_TEXT = 256  # of what a caller can put into a fact; a name or number beyond that is an attack
LONGEST_CAUSE = 64
_EXECUTE = re.compile(r".*-x([0-9]+)")
_DIALLED = re.compile(r".*-[ac][0-9]+")
_RECORDING = "-rec"
INVALID = "_invalid"  # what `play_and_get_digits` adds to a variable's name for keys that do not fit

# Every application of every dialplan ends in a CHANNEL_EXECUTE_COMPLETE of 8 KB, half of all events of a call: of these
# the switch sends only those that we asked for. Names are compared, a pattern would be compiled for each event.
FILTERS = (
    *(("Event-Name", name) for name in EVENTS if name != "CHANNEL_EXECUTE_COMPLETE"),
    ("Application-UUID", rf"/(-x[0-9]+|{_RECORDING})$/"),
)

# record_completion_cause (switch_ivr_async.c) of a recording that is not there, or not whole. A file that cannot be
# opened has it when record_session is over, one that cannot be written on when its leg is.
NOT_WRITTEN = {
    "uri-failure": "the node cannot write the file: disk full, or no permission",
    "empty-file": "nothing was recorded",
}

Heard = Callable[[Event, NodeName], f.Fact | None]


def hear(event: Event, node: NodeName, domain: str = "") -> f.Fact | None:
    """The fact that `event` stands for, or None when it tells nothing: of a leg of ours, or of a phone of the house, of
    which those of SIP domain `domain` are named without it."""
    name = event.name
    heard = _TABLE.get(name)
    fact = heard(event, node) if heard else None
    if fact is None and name in _OF_OTHERS:
        return _OF_OTHERS[name](event, node, domain)
    return fact


def digits_variable(execute: str, *, masked: bool, checksum: str = "") -> str:
    """The channel variable that takes the keys of one collection; a fresh one per step (freeswitch-facts 8). Its name
    says what may be told of them: `keys`, a `secret`, or a secret with a check digit (`luhn`)."""
    serial = _EXECUTE.fullmatch(execute)
    kind = (checksum or "secret") if masked else "keys"
    return f"ccs_{kind}_{serial[1] if serial else 0}"


def before_id(execute: str) -> str:
    """The Event-UUID of what is played ahead of a collection that no key may stop; nobody waits for its news."""
    return f"{execute}-before"


def recording_id(leg: str) -> str:
    """The Event-UUID under which a leg's recording is begun."""
    return f"{leg}{_RECORDING}"


def stopping_id(leg: str) -> str:
    """The Event-UUID under which a recording is ended; nobody waits for its news."""
    return f"{leg}-recended"


def is_ours(event: Event) -> bool:
    """The leg carries our mark."""
    return bool(event.uuid and event.get("variable_ccs_call"))


def is_agent_leg(event: Event) -> bool:
    """We dialled it to an agent."""
    return event.get("variable_ccs_role") == "agent"


def is_dialled(event: Event) -> bool:
    """We dialled it, to an agent or to a customer."""
    return event.get("variable_ccs_role") in ("agent", "customer")


def caller_fields(event: Event) -> dict[str, str]:
    """Who calls whom, cut to a sane length; hostile all the same."""
    return {
        "entry": event.get("variable_ccs_entry")[:LONGEST_TEXT],
        "caller_number": event.get("Caller-Caller-ID-Number")[:LONGEST_TEXT],
        "caller_name": event.get("Caller-Caller-ID-Name")[:LONGEST_TEXT],
        "called_number": event.get("Caller-Destination-Number")[:LONGEST_TEXT],
        "user": _user(event),
    }


def _user(event: Event) -> str:
    """The account that a phone of the house proved to have; empty for who knew no password."""
    user = event.get("variable_ccs_user")[:LONGEST_TEXT]
    return "" if user.startswith("@") else user


def _parked(event: Event, node: NodeName) -> f.Fact | None:
    if not is_ours(event):
        return None
    direct = event.get("Channel-State") == "CS_PARK"
    moved = not direct and event.get("Caller-Context") == TRANSFER_CONTEXT
    return f.LegParked(
        leg=LegId(event.uuid),
        node=node,
        call=CallId(event.get("variable_ccs_call")),
        agent_leg=is_agent_leg(event),
        answered=event.get("Answer-State") == "answered",
        transfer_to=event.get("variable_ccs_transfer")[:LONGEST_TEXT] if moved else "",
        passed=event.get(f"variable_sip_h_{HEADER}")[:LONGEST],
        from_address=event.get("variable_sip_network_ip")[:LONGEST_TEXT],
        direct=direct,
        at_switch=event.stamp or 0.0,
        **caller_fields(event),
    )


def _ringing(event: Event, node: NodeName) -> f.Fact | None:
    return f.LegRinging(leg=LegId(event.uuid)) if is_ours(event) and is_dialled(event) else None


def _answered(event: Event, node: NodeName) -> f.Fact | None:
    return f.LegAnswered(leg=LegId(event.uuid)) if is_ours(event) else None


def _joined(event: Event, node: NodeName) -> f.Fact | None:
    leg, other = event.get("Bridge-A-Unique-ID"), event.get("Bridge-B-Unique-ID")
    if not (is_ours(event) and leg and other):
        return None
    return f.LegsJoined(leg=LegId(leg), other=LegId(other), at_switch=event.stamp or 0.0)


def _held(event: Event, node: NodeName) -> f.Fact | None:
    return f.LegHeld(leg=LegId(event.uuid)) if is_ours(event) else None


def _unheld(event: Event, node: NodeName) -> f.Fact | None:
    return f.LegUnheld(leg=LegId(event.uuid)) if is_ours(event) else None


def _execute_ended(event: Event, node: NodeName) -> f.Fact | None:
    execute = event.get("Application-UUID")
    if execute == recording_id(event.uuid):
        return _recording_begun(event)
    if not _EXECUTE.fullmatch(execute):
        return None
    if event.get("Answer-State") == "hangup":  # the hang-up ended it; CHANNEL_HANGUP_COMPLETE follows and tells more
        return None
    digits, invalid = _keys(event, execute)
    return f.ExecuteEnded(
        leg=LegId(event.uuid),
        execute=ExecuteId(execute),
        response=event.get("Application-Response")[:LONGEST_TEXT],
        digits=digits,
        invalid=invalid,
        unheard=_is_unheard(event),
        unspoken=_is_unspoken(event),
        secret=_secret(event, execute),
    )


def _keys(event: Event, execute: str) -> tuple[str, str]:
    """The keys that matched and those that did not; of secret ones only how many there were."""
    plain = f"variable_{digits_variable(execute, masked=False)}"
    typed = event.get(plain)[:LONGEST_TEXT], event.get(f"{plain}{INVALID}")[:LONGEST_TEXT]
    if any(typed):
        return typed
    for checksum in ("", "luhn"):
        secret = f"variable_{digits_variable(execute, masked=True, checksum=checksum)}"
        digits, invalid = event.get(secret), event.get(f"{secret}{INVALID}")
        if digits and checksum and not luhn(digits):
            digits, invalid = "", digits
        if digits or invalid:
            return _stars(digits), _stars(invalid)
    return "", ""


def _secret(event: Event, execute: str) -> str:
    """The channel variable that has the keys of a masked collection, right ones or wrong; empty when there are none."""
    names = (digits_variable(execute, masked=True, checksum=checksum) for checksum in ("", "luhn"))
    return next((name for name in names if any(event.get(f"variable_{name}{end}") for end in ("", INVALID))), "")


def _is_unheard(event: Event) -> bool:
    """`switch_ivr_read` clears read_result, and sets it unless the prompt could not be played (switch_ivr_play_say.c).
    Of several files those that are missing are skipped: it is told when none can be played."""
    return event.get("Application") == "play_and_get_digits" and not event.get("variable_read_result")


def _recording_begun(event: Event) -> f.Fact | None:
    why = _not_written(event)
    return f.RecordingFailed(leg=LegId(event.uuid), why=why) if why else None


def _not_written(event: Event) -> str:
    return NOT_WRITTEN.get(event.get("variable_record_completion_cause"), "")


def _is_unspoken(event: Event) -> bool:
    """A recording ended, by itself or with the leg, before the switch heard speech in it (switch_ivr_async.c)."""
    return event.get("variable_record_completion_cause") == "no-input-timeout"


def _stars(secret: str) -> str:
    """How many keys there were is all that leaves this room."""
    return "*" * len(secret[:LONGEST_TEXT])


def _ended(event: Event, node: NodeName) -> f.Fact | None:
    if not is_ours(event):
        return None
    return f.LegEnded(
        leg=LegId(event.uuid),
        cause=event.get("Hangup-Cause")[:LONGEST_CAUSE] or "NORMAL_UNSPECIFIED",
        by_phone=event.get("variable_sip_hangup_disposition").startswith("recv_"),
        unspoken=_is_unspoken(event),
        unrecorded=_not_written(event),
        at_switch=event.stamp or 0.0,
    )


def _job_done(event: Event, node: NodeName) -> f.Fact | None:
    """A dialling that came to nothing. Some leave no channel and so no other event (freeswitch-facts 11)."""
    job, body = event.get("Job-UUID"), event.body.strip()
    if not _DIALLED.fullmatch(job) or not body.startswith("-ERR"):
        return None
    cause = body.removeprefix("-ERR").strip()[:LONGEST_CAUSE]
    return f.LegEnded(leg=LegId(job), cause=cause or "NORMAL_UNSPECIFIED")


_OF_OTHERS: dict[str, Callable[[Event, NodeName, str], f.Fact | None]] = {
    "CHANNEL_PROGRESS": other_call,
    "CHANNEL_PROGRESS_MEDIA": other_call,
    "CHANNEL_ANSWER": other_call,
    "CHANNEL_HANGUP_COMPLETE": other_call_over,
}

_TABLE: dict[str, Heard] = {
    "CHANNEL_PARK": _parked,
    "CHANNEL_PROGRESS": _ringing,
    "CHANNEL_PROGRESS_MEDIA": _ringing,
    "CHANNEL_ANSWER": _answered,
    "CHANNEL_BRIDGE": _joined,
    "CHANNEL_HOLD": _held,
    "CHANNEL_UNHOLD": _unheld,
    "CHANNEL_EXECUTE_COMPLETE": _execute_ended,
    "CHANNEL_HANGUP_COMPLETE": _ended,
    "BACKGROUND_JOB": _job_done,
}
