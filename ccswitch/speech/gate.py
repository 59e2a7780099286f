"""Between the floor and the switch: a request that says something waits here for its files, and nothing else does.

Order on a leg: what is asked of a leg later ends what still waits for speech, so that no prompt runs into a talk.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

import gevent

from ccswitch.clock import Seconds
from ccswitch.errors import SpeechError, Superseded
from ccswitch.model import facts as f
from ccswitch.model import requests as r
from ccswitch.model.ids import LegId
from ccswitch.model.said import Said, Spoken, wording
from ccswitch.speech.speaker import Speaker

log = logging.getLogger(__name__)

LIMIT: Seconds = 2.0
FILE_NOT_FOUND = "FILE NOT FOUND"  # as FreeSWITCH says it; the floor knows what then
Speaking = r.Play | r.Collect
# What a leg hears or where it is changes by these; whatever else is asked of it goes on beside.
ENDING = (r.Answer, r.Play, r.Collect, r.TakeMessage, r.Quiet, r.Bridge, r.Transfer, r.Repark, r.HangUp)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Words that are not heard, and why."""

    said: Spoken
    why: str


class Gate:
    """Hands requests on: at once, or when what they say is ready, or without it once `limit` is over."""

    def __init__(
        self,
        speaker: Speaker,
        send: Callable[[r.Request], None],
        report: Callable[[f.Fact], None],
        limit: Seconds = LIMIT,
    ) -> None:
        self.speaker, self.limit = speaker, limit
        self.skipped = 0  # since the start
        self._send, self._report = send, report
        self._waiting: dict[LegId, gevent.Greenlet] = {}

    def carry(self, request: r.Request) -> None:
        """Take a request; never waits."""
        for leg in legs_of(request):
            self._waiting.pop(leg, None)
        if not isinstance(request, Speaking):
            self._send(request)
        elif ready := self._at_once(request.files):
            self._send(request if ready == request.files else replace(request, files=ready))
        else:
            self._waiting[request.leg] = gevent.spawn(self._say, request)

    @property
    def waiting(self) -> int:
        """Requests that wait for speech now."""
        return len(self._waiting)

    def stop(self) -> None:
        """Nothing that waits is said any more."""
        self._waiting.clear()
        self.speaker.stop()

    def _at_once(self, files: tuple[Said, ...]) -> tuple[str, ...]:
        """All of it as sounds, if that needs no waiting; else none."""
        sounds: list[str] = []
        for said in files:
            found = (said,) if isinstance(said, str) else self.speaker.at_once(said)
            if not found:
                return ()
            sounds += found
        return tuple(sounds)

    def _say(self, request: Speaking) -> None:
        files, skipped = self._found(request.files)
        if self._waiting.get(request.leg) is not gevent.getcurrent():
            return  # something else was asked of the leg meanwhile
        del self._waiting[request.leg]
        for one in skipped:
            self.skipped += 1
            log.warning("speech: %s: %.80r is not heard: %s", request.leg, wording(one.said), one.why)
            self._report(_told(request, one))
        if not files:
            self._report(_nothing_heard(request))
            return
        try:
            self._send(replace(request, files=files))
        except Superseded:
            pass  # another controller has the calls, and says it

    def _found(self, files: tuple[Said, ...]) -> tuple[tuple[str, ...], list[Skipped]]:
        """What can be played of it in time, and what cannot. All of it is looked for at once."""
        sought = [(one, gevent.spawn(self.speaker.files, one) if isinstance(one, Spoken) else None) for one in files]
        gevent.joinall([search for _, search in sought if search is not None], timeout=self.limit)
        found: list[str] = []
        skipped = []
        for said, search in sought:
            if isinstance(said, str):
                found.append(said)
            elif search is not None and isinstance(search.value, tuple):
                found += search.value
            else:
                skipped.append(Skipped(said, self._why(search)))
        return tuple(found), skipped

    def _why(self, search: gevent.Greenlet) -> str:
        if isinstance(search.value, SpeechError):
            return str(search.value)
        return "an error of ccswitch; see its log" if search.ready() else f"no speech within {self.limit:g} s"


def legs_of(request: r.Request) -> tuple[LegId, ...]:
    """The legs for which a request ends whatever still waits to be said."""
    if not isinstance(request, ENDING):
        return ()
    return tuple(leg for leg in (getattr(request, "leg", None), getattr(request, "other", None)) if leg)


def _told(request: Speaking, skipped: Skipped) -> f.SpeechFailed:
    said = wording(skipped.said)
    return f.SpeechFailed(leg=request.leg, execute=request.execute, said=said, why=skipped.why)


def _nothing_heard(request: Speaking) -> f.ExecuteEnded:
    """As the switch tells of prompts that are not there."""
    if isinstance(request, r.Collect):
        return f.ExecuteEnded(leg=request.leg, execute=request.execute, unheard=True)
    return f.ExecuteEnded(leg=request.leg, execute=request.execute, response=FILE_NOT_FOUND)
