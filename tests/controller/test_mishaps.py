"""What has to be mended on a node is told once for each thing, and for an hour."""

from __future__ import annotations

from ccswitch.clock import ManualClock
from ccswitch.controller.mishaps import MOST, Mishaps
from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.facts import SpeechFailed, TimePassed
from ccswitch.model.ids import CallId, ExecuteId, LegId, NodeName

NOW = 10_000.0


def decided(*outcomes: o.Outcome, at: float = NOW) -> Decision:
    return Decision(n=1, t=at, given=TimePassed(), outcomes=outcomes)


def not_written(call: str = "c1", folder: str = "/rec") -> o.RecordingNotWritten:
    return o.RecordingNotWritten(
        call=CallId(call), node=NodeName("a"), recording=f"{folder}/{call}.wav", why="disk full"
    )


def unplayed(step: str = "ask", result: str = "no prompt") -> o.StepEnded:
    return o.StepEnded(call=CallId("c1"), step=step, kind="menu", result=result, why="x.wav cannot be played on a")


def test_the_same_thing_is_told_once() -> None:
    mishaps = Mishaps(ManualClock(NOW))
    # When three calls cannot be recorded, and one step has no prompt, twice
    for given in (not_written("c1"), unplayed(), not_written("c2"), not_written("c3"), unplayed()):
        mishaps(decided(given))
    # Then there is a line for each thing to mend, which says how
    recording, prompt = mishaps.warnings()
    assert (
        recording == "a recording in /rec on a: disk full; make room on the node, and let FreeSWITCH's user write there"
    )
    assert prompt.startswith("step ask: x.wav cannot be played on a; put it there")


def test_after_an_hour_it_is_old_news() -> None:
    clock = ManualClock(NOW)
    mishaps = Mishaps(clock)
    mishaps(decided(not_written()))
    clock.advance(3601.0)
    assert mishaps.warnings() == []


def test_what_is_no_mishap() -> None:
    mishaps = Mishaps(ManualClock(NOW))
    mishaps(decided(o.StepEnded(call=CallId("c1"), step="ask", kind="menu", result="silence")))
    mishaps(decided(o.StepEnded(call=CallId("c1"), step="ask", kind="menu", result="failed", why="no report")))
    assert mishaps.warnings() == []


def test_a_site_without_prompts_does_not_fill_the_memory() -> None:
    mishaps = Mishaps(ManualClock(NOW))
    mishaps(decided(*(unplayed(f"step{n}") for n in range(MOST + 5))))
    assert len(mishaps.warnings()) == MOST
    assert mishaps.warnings()[-1].startswith(f"step step{MOST + 4}:")


def skipped(why: str) -> o.SpeechSkipped:
    return o.SpeechSkipped(call=CallId("c1"), step="told", said="your balance", why=why)


def test_words_without_a_voice_are_told_and_not_what_they_are() -> None:
    mishaps = Mishaps(ManualClock(NOW))
    # When words of two calls could not be rendered
    failed = SpeechFailed(leg=LegId("c1"), execute=ExecuteId("c1-x2"), said="your balance", why="no such voice")
    for _ in range(2):
        mishaps(Decision(n=1, t=NOW, given=failed, outcomes=(skipped("no such voice"),)))
    # Then that is told once, with how to mend it
    [told] = mishaps.warnings()
    assert told.startswith("step told was not heard in full: no such voice; record it, or let the engine")
    assert "balance" not in told


def test_a_number_that_is_none_is_one_callers_matter() -> None:
    # Given words that the floor itself left out, as the step began
    mishaps = Mishaps(ManualClock(NOW))
    mishaps(decided(skipped("'13800138000x' is not made of digits")))
    # Then whoever looks at the health of the controller does not see what the caller typed
    assert mishaps.warnings() == []
