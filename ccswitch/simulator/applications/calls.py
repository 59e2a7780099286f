"""Applications that answer, park, move and end calls."""

from __future__ import annotations

from collections.abc import Callable

from ccswitch.simulator import dial
from ccswitch.simulator.bridge import run_bridge
from ccswitch.simulator.session import Session
from ccswitch.simulator.states import NORMAL_CLEARING, SIP_CAUSES, known_cause
from ccswitch.simulator.text import is_true, separate, to_int


def answer(session: Session, data: str) -> None:
    """`answer`."""
    session.answer()


def pre_answer(session: Session, data: str) -> None:
    """`pre_answer`: early media."""
    session.pre_answer()


def ring_ready(session: Session, data: str) -> None:
    """`ring_ready`: 180 to the caller."""
    session.ring_ready()


def park(session: Session, data: str) -> None:
    """`park`."""
    session.park()


def hangup(session: Session, data: str) -> None:
    """`hangup [cause]`."""
    session.hangup(known_cause(data) if data else NORMAL_CLEARING)


def respond(session: Session, data: str) -> None:
    """`respond 486`: refuse the call with a SIP code."""
    session.hangup(SIP_CAUSES.get(to_int(data, 0), NORMAL_CLEARING))


def transfer(session: Session, data: str) -> None:
    """`transfer [-bleg|-both] extension [dialplan] [context]`."""
    parts = separate(data)
    sessions = [session]
    if parts and parts[0] in ("-bleg", "-both"):
        sessions = [session] if parts[0] == "-both" else []
        sessions += [session.partner] if session.partner is not None else []
        parts = parts[1:]
    for one in sessions:
        one.transfer(*parts[:3])


def sched_transfer(session: Session, data: str) -> None:
    """`sched_transfer +seconds extension [dialplan] [context]`."""
    when, *target = separate(data) or [""]
    task = session.core.scheduler.add_for_call(when, session.channel.uuid, lambda: session.transfer(*target[:3]))
    session.channel.set("last_sched_id", str(task))


def sched_hangup(session: Session, data: str) -> None:
    """`sched_hangup +seconds [cause]`."""
    when, *rest = separate(data) or [""]
    cause = known_cause(rest[0]) if rest else "ALLOTTED_TIMEOUT"
    task = session.core.scheduler.add_for_call(when, session.channel.uuid, lambda: session.hangup(cause))
    session.channel.set("last_sched_id", str(task))


def sched_cancel(session: Session, data: str) -> None:
    """`sched_cancel [group or id]`."""
    session.core.scheduler.delete(data.strip() or session.channel.uuid)


def bridge(session: Session, data: str) -> None:
    """`bridge dialstring`: dial out and talk; the outcome stands in DIALSTATUS and originate_disposition."""
    channel = session.channel
    result = dial.originate(session.core, data, exported=dial.exported(channel), caller=session)
    channel.set("originate_disposition", result.cause)
    channel.set("DIALSTATUS", dial.DIALSTATUS.get(result.cause, result.cause))
    if result.session is None:
        channel.set("originate_failed_cause", result.cause)
        if channel.up and not is_true(channel.get("continue_on_fail")):
            _hang_up_on_failure(session, result.cause)
        return
    other = result.session
    if other.channel.flags.answered:
        session.answer()
    else:
        session.pre_answer()
    other.channel.other, channel.other = channel.profile.copy(), other.channel.profile.copy()
    run_bridge(session, other)


def _hang_up_on_failure(session: Session, cause: str) -> None:
    wanted = session.channel.get("continue_on_fail") or ""
    if cause not in wanted.upper().split(","):
        session.hangup(cause)


def sleep(session: Session, data: str) -> None:
    """`sleep milliseconds`."""
    milliseconds = to_int(data)
    session.listen(session.core.clock.after(milliseconds))


def stop_here(session: Session, data: str) -> None:
    """`break`: what plays on this channel ends."""
    session.stop_playing()


TABLE: dict[str, Callable[[Session, str], None]] = {
    "answer": answer,
    "pre_answer": pre_answer,
    "ring_ready": ring_ready,
    "park": park,
    "hangup": hangup,
    "respond": respond,
    "transfer": transfer,
    "sched_transfer": sched_transfer,
    "sched_hangup": sched_hangup,
    "sched_cancel": sched_cancel,
    "bridge": bridge,
    "sleep": sleep,
    "break": stop_here,
}
