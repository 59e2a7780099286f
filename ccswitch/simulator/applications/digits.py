"""play_and_get_digits and read, with the switch's own semantics.

A first key during the prompt breaks it off and counts; a terminator there counts as terminator afterwards. Too few
digits give read_result=failure; a key that does not match gives read_result=success, no variable and `<var>_invalid`.
Waits under a second count as a second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ccswitch.simulator.channel import Dtmf
from ccswitch.simulator.session import NOT_FOUND, Session
from ccswitch.simulator.text import matches, separate, to_int

SUCCESS, TIMEOUT, TOO_SMALL, FAILURE = "success", "timeout", "too small", "failure"
_READ_RESULT = {SUCCESS: "success", TIMEOUT: "timeout"}


@dataclass(slots=True)
class Collect:
    """What is to be collected, and what has been."""

    least: int
    most: int
    timeout: int
    terminators: str
    prompt: str
    variable: str
    digit_timeout: int
    got: list[str] = field(default_factory=list)
    terminator: str = ""

    @property
    def text(self) -> str:
        """The digits so far."""
        return "".join(self.got)


def read_digits(session: Session, wanted: Collect) -> str:
    """switch_ivr_read: play, collect, set read_result and the variable; gives the status."""
    channel = session.channel
    wanted.most = max(wanted.least, wanted.most)
    wanted.got.clear()
    wanted.terminator = ""
    channel.set("read_result", None)
    channel.set(wanted.variable, None)
    status = SUCCESS
    if wanted.prompt and wanted.prompt.lower() != "silence":
        status = _prompt(session, wanted)
    if status == SUCCESS:
        if len(wanted.got) < wanted.most:
            status = _collect(session, wanted)
        status = _judge(session, wanted, status)
        channel.set("read_result", _READ_RESULT.get(status, "failure"))
    text = wanted.text
    if wanted.most == 1 and text and text in wanted.terminators:
        text = ""
        wanted.got.clear()
    if text:
        channel.set(wanted.variable, text)
    return status


def _prompt(session: Session, wanted: Collect) -> str:
    def take(key: Dtmf) -> bool:
        """Any key ends the prompt and counts."""
        wanted.got.append(key.digit)
        return True

    played = session.play(wanted.prompt, take)
    if played is NOT_FOUND:
        return FAILURE
    return SUCCESS if session.channel.ready else FAILURE


def _judge(session: Session, wanted: Collect, status: str) -> str:
    if wanted.terminator:
        session.channel.set("read_terminator_used", wanted.terminator)
    elif wanted.terminators.startswith("="):
        status = TOO_SMALL
    if wanted.least and len(wanted.got) < wanted.least:
        status = TOO_SMALL
    return status


def _collect(session: Session, wanted: Collect) -> str:
    """Until enough digits, a terminator, a silence that is too long, or the end of the call."""
    clock = session.core.clock
    for index, digit in enumerate(wanted.got):
        if digit in wanted.terminators:
            wanted.terminator = digit
            del wanted.got[index:]
            return SUCCESS

    def take(key: Dtmf) -> bool:
        """Every key ends the wait: a terminator for good, a digit until the next one is waited for."""
        if key.digit in wanted.terminators:
            wanted.terminator = key.digit
            return True
        wanted.got.append(key.digit)
        return True

    while session.channel.ready:
        patience = wanted.digit_timeout if wanted.got else wanted.timeout
        before = len(wanted.got)
        session.listen(clock.after(patience), take)
        if wanted.terminator or len(wanted.got) >= wanted.most:
            return SUCCESS
        if len(wanted.got) == before:
            return TIMEOUT if session.channel.ready else FAILURE
    return FAILURE


def play_and_get_digits(session: Session, data: str) -> None:
    """`play_and_get_digits min max tries timeout terminators file invalid_file var regex [digit_timeout] [on_fail]`."""
    parts = [*separate(data, limit=11), *([""] * 11)]
    least, most, tries, timeout = (to_int(part) for part in parts[:4])
    wanted = Collect(
        least=max(0, least),
        most=max(0, most),
        timeout=max(1000, timeout),
        terminators=parts[4],
        prompt=parts[5],
        variable=parts[7],
        digit_timeout=to_int(parts[9]) or max(1000, timeout),
    )
    invalid_file, expression, on_failure = parts[6], parts[8], parts[10]
    channel = session.channel
    if expression and wanted.variable:
        channel.set(f"{wanted.variable}_invalid", None)
    for _ in range(max(1, tries)):
        if not channel.ready or _accepted(session, wanted, expression):
            return
        if not channel.ready:
            return
        if invalid_file:
            session.play(invalid_file)
    if on_failure and channel.ready:
        session.transfer(*separate(on_failure)[:3])


def _accepted(session: Session, wanted: Collect, expression: str) -> bool:
    status = read_digits(session, wanted)
    text = wanted.text
    if status == TIMEOUT and len(text) >= wanted.least:
        status = SUCCESS
    if wanted.least == 0 and not text and session.channel.get("read_terminator_used"):
        return True
    if status != SUCCESS or not text:
        return False
    if not expression or matches(expression, text):
        return True
    session.channel.set(wanted.variable, None)
    session.channel.set(f"{wanted.variable}_invalid", text)
    return False


def read(session: Session, data: str) -> None:
    """`read min max file var timeout terminators [digit_timeout]`."""
    parts = [*separate(data), *([""] * 7)]
    timeout = max(1000, to_int(parts[4]))
    wanted = Collect(
        least=to_int(parts[0]),
        most=to_int(parts[1]),
        timeout=timeout,
        terminators=parts[5],
        prompt=parts[2],
        variable=parts[3],
        digit_timeout=to_int(parts[6]) or timeout,
    )
    read_digits(session, wanted)


def flush_dtmf(session: Session, data: str) -> None:
    """`flush_dtmf`: keys pressed ahead are forgotten."""
    session.channel.digits.clear()


def send_dtmf(session: Session, data: str) -> None:
    """`send_dtmf digits[@ms]`."""
    session.channel.far_end.keys(session, data.partition("@")[0])


TABLE: dict[str, Callable[[Session, str], None]] = {
    "play_and_get_digits": play_and_get_digits,
    "read": read,
    "flush_dtmf": flush_dtmf,
    "send_dtmf": send_dtmf,
}
