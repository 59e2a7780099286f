"""Applications that record. What was recorded, and how long, stands in the core's `recorded`; no file is written."""

from __future__ import annotations

from collections.abc import Callable

from ccswitch.simulator.channel import Dtmf
from ccswitch.simulator.session import Session
from ccswitch.simulator.text import separate, to_int


def record_session(session: Session, data: str) -> None:
    """`record_session path [+seconds]`: in the background until stopped or the call's end; the limit is ignored."""
    if words := data.split():
        session.record(words[0])


def stop_record_session(session: Session, data: str) -> None:
    """`stop_record_session path|all`."""
    if data.strip() == "all":
        session.stop_recordings()
    else:
        session.stop_record(data.strip())


def record(session: Session, data: str) -> None:
    """`record path [seconds]`: in the foreground, ended by a terminator key, the limit or the hangup."""
    path, *rest = separate(data) or [""]
    limit = to_int(rest[0]) if rest else 0
    wanted = session.channel.get("playback_terminators") or "*#"
    wanted = {"any": "1234567890*#", "none": ""}.get(wanted, wanted)

    def take(key: Dtmf) -> bool:
        """True when the key ends the recording."""
        return key.digit in wanted

    session.pre_answer()
    if not session.record(path):
        return
    session.listen(session.core.clock.after(limit * 1000) if limit else None, take)
    session.stop_record(path)


def voicemail(session: Session, data: str) -> None:
    """`voicemail profile domain box`: greets, beeps and records a message of at most two minutes."""
    _, domain, box, *_ = [*separate(data), "", "", ""]
    session.answer()
    session.core.prompts.add("voicemail/vm-record_message.wav", 1500)
    session.play("voicemail/vm-record_message.wav")
    if not session.channel.ready:
        return
    path = f"voicemail/{domain}/{box}/{session.channel.uuid}.wav"
    session.record(path)
    session.listen(session.core.clock.after(120_000), lambda key: key.digit in "#*")
    session.stop_record(path)
    session.core.messages.append((box, domain, path))
    del session.core.messages[:-1000]


def eavesdrop(session: Session, data: str) -> None:
    """`eavesdrop uuid`: listens until that leg is gone or it hangs up itself; keys are read and ignored."""
    session.answer()
    clock = session.core.clock
    while session.channel.ready and data in session.core.sessions:
        session.listen(clock.after(1000), lambda key: False)


def echo(session: Session, data: str) -> None:
    """`echo`: until hangup."""
    session.answer()
    session.listen(None, lambda key: False)


TABLE: dict[str, Callable[[Session, str], None]] = {
    "record_session": record_session,
    "stop_record_session": stop_record_session,
    "record": record,
    "voicemail": voicemail,
    "eavesdrop": eavesdrop,
    "echo": echo,
}
