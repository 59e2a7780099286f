"""conference, as far as a three-way talk needs it: members come, hear each other and go."""

from __future__ import annotations

from collections.abc import Callable

from ccswitch.simulator.session import Session


def conference(session: Session, data: str) -> None:
    """`conference name[@profile][+flags]`: stay until moved or hung up."""
    name = data.partition("@")[0].partition("+")[0]
    session.answer()
    room = session.core.conferences.join(name, session)
    clock = session.core.clock
    try:
        while session.channel.ready and session in room.members:
            session.listen(clock.after(3_600_000), lambda key: False)
            if session.conference != name:
                break
    finally:
        session.core.conferences.leave(name, session)


TABLE: dict[str, Callable[[Session, str], None]] = {"conference": conference}
