"""The recording of a talk is paused for card data, and there is rather none than one with a secret in it."""

from __future__ import annotations

import re

import pytest

from ccswitch.floor.recording import recording_path
from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.calendars import Almanac, Zone
from ccswitch.model.ids import AgentId, CallId, LegId, QueueName
from tests.floor.floors import Floor, Given, a_floor, leg_seen, stage

L1 = CallId("L1")


def recorded() -> Floor:
    """A talk that is recorded."""
    floor = a_floor(queues=tuple(n.Queue(name=QueueName(name), record=True) for name in ("support", "sales")))
    floor.talking("L1")
    floor.wait(1.0)
    return floor


def paused() -> tuple[Floor, Given]:
    """… and paused."""
    floor = recorded()
    return floor, floor.order(d.PauseRecording, call=L1)


def test_a_recording_is_paused_and_resumed() -> None:
    # Given a recorded talk
    # When its recording is paused by order
    floor, told = paused()
    # Then silence is asked for in this very file
    assert told.the(o.RecordingPaused).by == "ann"
    assert told.the(r.MaskRecording).on and told.the(r.MaskRecording).path == floor.call("L1").recording
    # And twice is refused; resumed it says so
    assert "paused already" in floor.order(d.PauseRecording, call=L1).the(o.OrderRefused).why
    told = floor.order(d.PauseRecording, call=L1, paused=False)
    assert not told.the(r.MaskRecording).on and told.the(o.RecordingResumed)
    assert "not paused" in floor.order(d.PauseRecording, call=L1, paused=False).the(o.OrderRefused).why


def test_a_recording_that_cannot_be_paused_is_ended() -> None:
    # Given a pause that the switch refuses
    floor, _ = paused()
    told = floor.give(f.MaskFailed(leg=LegId("L1"), why="-ERR Cannot mask recording session!"))
    # Then the recording is ended, and it is told that it is missing
    assert told.the(r.StopRecording).path.endswith("/L1-1.wav")
    assert "could not be paused" in told.the(o.RecordingNotWritten).why
    # And it is told once
    assert floor.give(f.MaskFailed(leg=LegId("L1"), why="-ERR")).is_nothing


def test_a_refused_resume_costs_nothing() -> None:
    floor, _ = paused()
    floor.order(d.PauseRecording, call=L1, paused=False)
    assert floor.give(f.MaskFailed(leg=LegId("L1"), why="-ERR")).is_nothing


def test_a_pause_is_asked_for_again_when_the_link_is_back() -> None:
    # Given a pause whose command may have been lost with the link
    floor, _ = paused()
    agent_leg = floor.call("L1").agent_leg
    floor.give(f.NodeDown(node=floor.call("L1").node, why="cut"))
    floor.node_up(synced=False)
    # When the node's truth is told
    pair = (leg_seen("L1", parked=False, peer=agent_leg), leg_seen(agent_leg, parked=False, peer=LegId("L1")))
    told = floor.seen(*pair)
    # Then the pause is asked for again, once
    assert told.the(r.MaskRecording).on
    floor.wait(1.0)
    assert not floor.seen(*pair).every(r.MaskRecording)


def test_the_next_talk_is_recorded_again() -> None:
    # Given a paused recording, and a talk that is over
    floor, _ = paused()
    floor.ended(floor.call("L1").agent_leg)
    # When the caller talks again, then nothing is paused
    floor.order(d.MakeReady, agent=floor.agent().agent.agent)
    floor.parked("L1", transfer_to="support")
    leg = floor.agent_leg("L1")
    floor.agent_parked(leg)
    floor.joined("L1", leg)
    assert not floor.call("L1").paused


def test_what_is_not_recorded_cannot_be_paused() -> None:
    assert "is not recorded" in stage("talking").order(d.PauseRecording, call=L1).the(o.OrderRefused).why


@pytest.mark.parametrize("name", ["script", "waiting", "ringing", "bridging", "returning", "leaving", "wayout"])
def test_only_a_talks_recording_is_paused(name: str) -> None:
    assert "only a talk" in stage(name).order(d.PauseRecording, call=L1).the(o.OrderRefused).why


# ---- where it is written ------------------------------------------------------------------------------------


def test_each_talk_has_a_file_of_its_own_by_the_queues_path() -> None:
    # Given a queue with a path of its own, and a caller who chose what number he shows
    queue = n.Queue(name=QueueName("support"), record=True, recording_path="{queue}/{caller}/{call}-{agent}-{talk}.mp3")
    floor = a_floor(queues=(queue,), recordings="/rec")
    # When he talks
    told = floor.joined("L1", floor.bridging("L1", caller_number="../../etc/passwd"))
    # Then the file lies where the path says, and nowhere else
    assert told.the(r.Record).path == "/rec/support/_.__._etc_passwd/L1-li-1.mp3"
    # And his next talk would have another
    call = floor.call("L1")
    again = recording_path(floor.state, call, agent=AgentId("wang"), queue=queue.name, now=floor.now)
    assert again == "/rec/support/_.__._etc_passwd/L1-wang-2.mp3"


def test_the_date_is_the_sites() -> None:
    # Given a site whose clocks are eight hours ahead, late in the evening by UTC
    zone = Zone(name="Asia/Shanghai", offsets=((0.0, 8 * 3600),))
    floor = a_floor(
        queues=(n.Queue(name=QueueName("support"), record=True),),
        almanac=Almanac(zone=zone),
        recording_path="{date}/{time}/{origin}-{call}-{talk}.wav",
    )
    floor.talking("L1")
    # Then the folder is that of its day: the talk began at 13:46:40 UTC and some seconds
    path = floor.call("L1").recording.removeprefix(floor.state.settings.recordings)
    assert re.fullmatch(r"/1970-01-12/2146\d\d/inbound-L1-1.wav", path)
