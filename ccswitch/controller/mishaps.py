"""What went wrong on a node lately and will go wrong again until somebody mends it: prompts that are not there,
recordings that cannot be written. A listener of the engine; health shows it as warnings."""

from __future__ import annotations

from collections.abc import Sequence

from ccswitch.clock import Clock, Seconds
from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.facts import SpeechFailed

REMEMBERED: Seconds = 3600.0
MOST = 20  # different ones; a site without any prompts needs no longer list
MEND_PROMPT = "put it there, or mend the script: `ccswitch doctor` finds all of them"
MEND_SPEECH = "record it, or let the engine of [speech] run: `ccswitch doctor` looks at it"
MEND_RECORDING = "make room on the node, and let FreeSWITCH's user write there"


class Mishaps:
    """The last of each kind, by what has to be mended; none is older than an hour."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: dict[str, Seconds] = {}  # oldest first

    def __call__(self, decision: Decision) -> None:
        """Hear a decision."""
        for outcome in decision.outcomes:
            match outcome:
                case o.RecordingNotWritten():
                    folder = outcome.recording.rpartition("/")[0]
                    self._note(
                        f"a recording in {folder} on {outcome.node}: {outcome.why}; {MEND_RECORDING}", decision.t
                    )
                case o.SpeechSkipped() if isinstance(decision.given, SpeechFailed):  # else it is one caller's matter
                    self._note(f"step {outcome.step} was not heard in full: {outcome.why}; {MEND_SPEECH}", decision.t)
                case o.StepEnded(result="no prompt" | "failed", why=why) if "cannot be played" in why:
                    self._note(f"step {outcome.step}: {why}; {MEND_PROMPT}", decision.t)

    def warnings(self) -> Sequence[str]:
        """A line for each thing to mend, the newest last."""
        since = self._clock.now() - REMEMBERED
        return [what for what, at in self._last.items() if at >= since]

    def _note(self, what: str, at: Seconds) -> None:
        self._last.pop(what, None)
        self._last[what] = at
        while len(self._last) > MOST:
            del self._last[next(iter(self._last))]
