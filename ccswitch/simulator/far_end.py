"""What is at the other end of a channel's wire: a caller or a phone, as far as the switch sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccswitch.simulator.session import Session


class FarEnd:
    """Told what the switch does to it. The base does nothing: a silent, patient far end."""

    def attached(self, session: Session) -> None:
        """The channel exists."""

    def rings(self, session: Session) -> None:
        """The switch sends ringing or early media towards it (inbound), or invites it (outbound)."""

    def answered(self, session: Session) -> None:
        """The call is up."""

    def hears(self, session: Session, what: str) -> None:
        """A prompt, music or tone begins to play."""

    def bridge_ordered(self, session: Session) -> None:
        """A uuid_bridge was accepted for it; nothing is bridged yet."""

    def joining(self, session: Session) -> None:
        """Both legs of its bridge are there; CHANNEL_BRIDGE comes next, unless the first leg goes now."""

    def bridged(self, session: Session, other: Session) -> None:
        """It now talks to `other`."""

    def unbridged(self, session: Session) -> None:
        """The talk is over for it."""

    def hungup(self, session: Session, cause: str) -> None:
        """Its call ended."""

    def keys(self, session: Session, digits: str) -> None:
        """The switch sent it DTMF."""
