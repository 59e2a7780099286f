"""Phones that the switch rings, each with its manner: answers, is busy, declines, rings on, drops, presses keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ccswitch.simulator.far_end import FarEnd

if TYPE_CHECKING:
    from ccswitch.simulator.session import Session


@dataclass(frozen=True, slots=True)
class Manner:
    """How a phone behaves when it is rung. Times are seconds; None means never."""

    answers_after: float | None = 0.3  # after it began to ring
    refuses: str = ""  # a cause: the phone refuses instead of answering
    refuses_after: float = 0.0
    rings: bool = True
    early_media: bool = False  # 183 instead of 180
    drops_after_answer: float | None = None
    drops_after_bridge: float | None = None  # also the length of a talk that the agent ends
    drops_after_order: float | None = None  # after the uuid_bridge command, that is before there is a bridge
    keys: tuple[tuple[float, str], ...] = ()  # seconds after the answer, digits
    registered: bool = True

    def but(self, **changes: object) -> Manner:
        """The same manner with something changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


def answers(after: float = 0.3, **rest: object) -> Manner:
    """Rings, and is answered `after` seconds of ringing."""
    return Manner(answers_after=after).but(**rest)


def busy() -> Manner:
    """486 at once."""
    return Manner(answers_after=None, refuses="USER_BUSY", rings=False)


def declines(after: float = 0.3) -> Manner:
    """Rings, then 603."""
    return Manner(answers_after=None, refuses="CALL_REJECTED", refuses_after=after)


def unavailable() -> Manner:
    """480 at once."""
    return Manner(answers_after=None, refuses="NO_USER_RESPONSE", rings=False)


def fails(cause: str, after: float = 0.0, rings: bool = False) -> Manner:
    """Ends with any cause."""
    return Manner(answers_after=None, refuses=cause, refuses_after=after, rings=rings)


def rings_on() -> Manner:
    """Rings and is never answered."""
    return Manner(answers_after=None)


def unregistered() -> Manner:
    """`user/…` does not find it."""
    return Manner(registered=False)


def talks(seconds: float, answer_after: float = 0.3) -> Manner:
    """Answers, talks so long once bridged, and hangs up."""
    return Manner(answers_after=answer_after, drops_after_bridge=seconds)


@dataclass(slots=True)
class Phone:
    """A phone of the directory, `user/USER@DOMAIN`; also reached at `sofia/PROFILE/USER@HOST`."""

    user: str
    domain: str
    manner: Manner = field(default_factory=Manner)
    host: str = "127.0.0.1:6070"
    legs: list[PhoneLeg] = field(default_factory=list)
    rung: int = 0  # how often it was called so far

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """The agent hangs up whatever the phone is in."""
        for leg in list(self.legs):
            leg.hangup(cause)

    def press(self, digits: str) -> None:
        """The agent presses keys."""
        for leg in self.legs:
            if leg.session is not None:
                leg.session.press(digits)

    def answer(self) -> None:
        """The agent answers now, whatever the manner."""
        for leg in list(self.legs):
            leg.answer()

    def hold(self, held: bool = True) -> None:
        """The agent's own hold key: a re-INVITE, which the controller hears of as CHANNEL_HOLD."""
        for leg in self.legs:
            if leg.session is not None and leg.session.channel.held != held:
                leg.session.channel.held = held
                leg.session.fire("CHANNEL_HOLD" if held else "CHANNEL_UNHOLD")

    def transfer(self, extension: str) -> None:
        """The agent's transfer key: a REFER moves the other side (force_transfer_context), which ends the talk."""
        for leg in list(self.legs):
            session = leg.session
            if session is not None and session.partner is not None:
                session.channel.set("endpoint_disposition", "BLIND_TRANSFER")
                session.partner.transfer(extension)

    @property
    def talks_with(self) -> list[str]:
        """The uuids of the legs that the phone is bridged to."""
        return [leg.talks_with for leg in self.legs if leg.talks_with]


class PhoneLeg(FarEnd):
    """A phone (or an outside line, when `phone` is None) in one call."""

    def __init__(self, phone: Phone | None, manner: Manner) -> None:
        self.phone, self.manner = phone, manner
        self.session: Session | None = None
        self.talks_with = ""
        self.dtmf = ""
        self.cause = ""

    def attached(self, session: Session) -> None:
        """The INVITE arrives: what the manner says happens from the next frame on."""
        self.session = session
        if self.phone is not None:
            self.phone.legs.append(self)
            self.phone.rung += 1
        manner = self.manner
        if manner.rings:
            self._at(0.02, session.pre_answer if manner.early_media else session.ring_ready)
        if manner.refuses:
            self._at(0.02 + manner.refuses_after, lambda: session.hung_up_by_far_end(manner.refuses))
        elif manner.answers_after is not None:
            self._at(0.02 + manner.answers_after, self.answer)

    def _at(self, seconds: float, action: Callable[[], None]) -> None:
        session = self.session
        if session is None:
            return
        clock = session.core.clock
        clock.call_at(clock.after(seconds * 1000), lambda: action() if session.channel.up else None)

    def answer(self) -> None:
        """200 OK."""
        if self.session is not None:
            self.session.answer()

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """BYE, or a refusal while it rings."""
        if self.session is not None:
            self.session.hung_up_by_far_end(cause)

    def answered(self, session: Session) -> None:
        """The clock of what follows the answer starts."""
        if self.manner.drops_after_answer is not None:
            self._at(self.manner.drops_after_answer, self.hangup)
        for at, digits in self.manner.keys:
            self._at(at, lambda digits=digits: session.press(digits))  # type: ignore[misc]

    def bridge_ordered(self, session: Session) -> None:
        """Somebody asked for a bridge; the worst moment to hang up follows."""
        if self.manner.drops_after_order is not None:
            self._at(self.manner.drops_after_order, self.hangup)

    def bridged(self, session: Session, other: Session) -> None:
        """The talk starts; an agent who drops after it is over is set up here."""
        self.talks_with = other.channel.uuid
        if self.manner.drops_after_bridge is not None:
            with_whom = other.channel.uuid
            self._at(self.manner.drops_after_bridge, lambda: self.hangup() if self.talks_with == with_whom else None)

    def unbridged(self, session: Session) -> None:
        """The talk is over."""
        self.talks_with = ""

    def keys(self, session: Session, digits: str) -> None:
        """DTMF from the other side."""
        self.dtmf = (self.dtmf + digits)[-100:]

    def hungup(self, session: Session, cause: str) -> None:
        """Gone."""
        self.cause = cause
        self.session = None
        if self.phone is not None and self in self.phone.legs:
            self.phone.legs.remove(self)
