"""What scripts say of their calls: tags, the choice to record, answers to surveys."""

from __future__ import annotations

from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import QueueName
from ccswitch.model.nouns import Queue
from tests.floor.floors import Floor, a_floor, an_agent, script

TEXT = """\
steps:
  mark: {tag: [vip, refund], then: told}
  told: {record: yes, notice: recorded.wav, then: again}
  again: {tag: vip, then: help}
  help: {queue: support, then: ask}
  ask: {survey: rate.wav, question: satisfaction, scores: 1-5, then: end, otherwise: end}
"""


def waiting() -> Floor:
    """A caller whom the script has sent to the queue."""
    floor = a_floor(scripts=(script(text=TEXT),), ready=False)
    floor.parked("L1", entry="menu")
    floor.pressed("L1")
    return floor


def test_a_tag_is_kept_once() -> None:
    floor = waiting()
    assert [outcome.tags for outcome in floor.everything(o.CallTagged)] == [("vip", "refund")]
    assert floor.call("L1").tags == ("vip", "refund")


def test_the_notice_is_heard_before_the_recording_is_chosen() -> None:
    # Given a queue that does not record, and a script that does
    floor = a_floor(scripts=(script(text=TEXT),), ready=False)
    told = floor.parked("L1", entry="menu")
    assert told.the(r.Play).files == ("recorded.wav",)
    assert not floor.everything(o.RecordingChosen)
    # When the notice was heard and an agent talks to him
    floor.pressed("L1")
    floor.ready("li")
    leg = floor.agent_leg("L1")
    floor.agent_parked(leg)
    told = floor.joined("L1", leg)
    # Then the talk is recorded
    assert (
        told.the(r.Record).path
        == told.the(o.TalkStarted).recording
        == "/var/lib/ccswitch/recordings/1970-01-12/L1-1.wav"
    )


def test_who_could_not_hear_the_notice_is_not_recorded() -> None:
    floor = a_floor(scripts=(script(text=TEXT),), ready=False)
    floor.parked("L1", entry="menu")
    floor.pressed("L1", response="FILE NOT FOUND")
    assert floor.call("L1").record is None


def test_a_script_may_forbid_what_the_queue_wants() -> None:
    # Given a queue that records, and a script that does not want it
    text = "steps: {off: {record: no, then: help}, help: {queue: support}}"
    recorded = (Queue(name=QueueName("support"), record=True),)
    floor = a_floor(scripts=(script(text=text),), ready=False, queues=recorded)
    floor.parked("L1", entry="menu")
    floor.ready("li")
    leg = floor.agent_leg("L1")
    floor.agent_parked(leg)
    # Then this talk is not recorded
    told = floor.joined("L1", leg)
    assert (told.the(o.TalkStarted).recording, told.every(r.Record)) == ("", [])


def test_a_recording_ends_with_its_talk_and_the_answer_bears_the_agent() -> None:
    # Given a recorded talk that the agent ends
    floor = waiting()
    floor.ready("li")
    leg = floor.agent_leg("L1")
    floor.agent_parked(leg)
    floor.joined("L1", leg)
    floor.wait(30.0)
    floor.ended(leg)
    # When the caller is back in park
    told = floor.parked("L1")
    # Then what he hears and types from now on is not recorded
    assert told.the(r.StopRecording).path == "/var/lib/ccswitch/recordings/1970-01-12/L1-1.wav"
    # And his answer is kept with whom he talked to
    answered = floor.pressed("L1", "4").the(o.SurveyAnswered)
    assert (answered.question, answered.score, answered.agent, answered.queue) == ("satisfaction", 4, "li", "support")


def test_each_talk_of_a_call_has_a_file_of_its_own() -> None:
    # Given a caller who talks twice in one call
    twice = "steps: {told: {record: yes, notice: r.wav, then: a}, a: {queue: support, then: b}, b: {queue: sales}}"
    floor = a_floor(an_agent("li", "support", "sales"), scripts=(script(text=twice),), ready=False)
    floor.parked("L1", entry="menu")
    floor.pressed("L1")
    paths = []
    for _ in range(2):
        floor.ready("li")
        leg = floor.agent_leg("L1")
        floor.agent_parked(leg)
        paths.append(floor.joined("L1", leg).the(o.TalkStarted).recording)
        floor.wait(5.0)
        floor.ended(leg)
        floor.parked("L1")
    # Then the second recording does not write over the first
    assert len(set(paths)) == 2
    assert all(paths)
