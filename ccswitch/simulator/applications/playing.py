"""Applications that play."""

from __future__ import annotations

from collections.abc import Callable

from ccswitch.simulator.channel import Dtmf
from ccswitch.simulator.media import FOREVER
from ccswitch.simulator.session import DONE, Session


def _terminators(session: Session) -> Callable[[Dtmf], bool]:
    wanted = session.channel.get("playback_terminators") or "*"
    wanted = {"any": "1234567890*#", "none": ""}.get(wanted, wanted)

    def take(key: Dtmf) -> bool:
        """True when the key ends the playback."""
        if key.digit in wanted:
            session.channel.set("playback_terminator_used", key.digit)
            return True
        return False

    return take


def playback(session: Session, data: str) -> None:
    """`playback file`: ends at the file's end, at a terminator key, or at once when there is no such file."""
    session.channel.set("playback_terminator_used", None)
    session.respond(session.play(data, _terminators(session)).response)


def endless_playback(session: Session, data: str) -> None:
    """`endless_playback file`: again and again until something ends it."""
    length = session.core.prompts.length(data)
    if length is None:
        session.respond("FILE NOT FOUND")
        return
    while session.play(data) is DONE and length != FOREVER:
        pass


def speak(session: Session, data: str) -> None:
    """`say`, `speak`, `phrase`: as long as a fifteenth of a second a character."""
    text = data.rsplit("|", 1)[-1]
    session.channel.far_end.hears(session, text)
    session.pre_answer()
    session.listen(session.core.clock.after(max(200, len(text) * 66)))


def gentones(session: Session, data: str) -> None:
    """`gentones tone|loops`."""
    session.play(f"tone_stream://{data.partition('|')[0]}")


TABLE: dict[str, Callable[[Session, str], None]] = {
    "playback": playback,
    "endless_playback": endless_playback,
    "say": speak,
    "speak": speak,
    "phrase": speak,
    "gentones": gentones,
}
