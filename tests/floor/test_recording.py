"""The recording of a talk is paused for card data, and there is rather none than one with a secret in it."""

from __future__ import annotations

import pytest

from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, LegId, QueueName
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
    assert told.the(r.StopRecording).path.endswith("/L1.wav")
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
