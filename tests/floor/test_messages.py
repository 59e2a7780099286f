"""Messages that callers leave: each has one end, and is announced until somebody has dealt with it."""

from __future__ import annotations

from ccswitch.floor.boards.agents import agent_board
from ccswitch.floor.boards.messages import message_boards
from ccswitch.floor.boards.queues import queue_board
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import LegId, MessageId, QueueName
from ccswitch.model.nouns import MessageResult
from tests.floor.floors import Floor, Given, a_floor, leg_seen, script

TEXT = """\
steps:
  leave: {voicemail: support, play: leave.wav, longest: 1m, silence: 4s, then: bye, otherwise: sorry}
  bye: {play: bye.wav, then: end}
  sorry: {play: sorry.wav, then: end}
"""


def speaking() -> tuple[Floor, MessageId]:
    """A caller who was greeted and has spoken for ten seconds; the message's name."""
    floor = a_floor(scripts=(script(text=TEXT),))
    floor.parked("L1", entry="menu")
    begun = floor.pressed("L1").the(o.MessageBegun)
    floor.wait(10.0)
    return floor, begun.message


def over(floor: Floor, **more: bool) -> Given:
    call = floor.call("L1")
    return floor.give(f.ExecuteEnded(leg=call.leg, execute=call.execute, **more))


def test_a_caller_is_greeted_and_recorded_until_he_ends_it() -> None:
    # Given a caller at a voicemail step
    floor = a_floor(scripts=(script(text=TEXT),))
    greeted = floor.parked("L1", entry="menu")
    assert greeted.the(r.Play).files == ("leave.wav", "tone_stream://%(500,0,1000)")
    # When the beep is over
    told = floor.pressed("L1")
    # Then he is recorded to a file of its own name, with the step's limits
    greeting = told.the(o.StepEnded)
    assert (greeting.result, greeting.why) == ("done", "")
    asked = told.the(r.TakeMessage)
    assert (asked.path, asked.longest, asked.silence) == ("/var/lib/ccswitch/recordings/L1-x2.wav", 60.0, 4.0)
    assert told.the(o.MessageBegun).box == "support"
    # And when he presses a key after ten seconds the recording is closed, the message is kept, the script goes on
    floor.wait(10.0)
    told = floor.pressed("L1", "#")
    ended = told.the(o.MessageEnded)
    assert (ended.result, ended.seconds) == (MessageResult.LEFT, 10.0)
    assert told.the(r.EndMessage).path == asked.path
    assert told.the(r.Play).files == ("bye.wav",)


def test_it_is_announced_to_the_queues_agents_until_it_is_dealt_with() -> None:
    # Given a message for support
    floor, message = speaking()
    floor.pressed("L1", "#")
    state = floor.state
    assert [board.message for board in message_boards(state)] == [message]
    assert queue_board(state, QueueName("support"), floor.now).messages == 1
    assert agent_board(state, floor.agent("li"), floor.now).messages == 1
    assert message_boards(state, {QueueName("sales")}) == []
    # When the call has long ended, and somebody has dealt with it
    floor.ended("L1")
    assert len(message_boards(floor.state)) == 1
    told = floor.order(d.FinishMessage, message=message)
    # Then it is announced no more, and cannot be dealt with twice
    assert told.the(o.MessageDone).author == "ann"
    assert message_boards(floor.state) == []
    assert floor.order(d.FinishMessage, message=message).the(o.OrderRefused).missing


def test_a_hang_up_ends_it_whole() -> None:
    floor, message = speaking()
    told = floor.ended("L1")
    assert told.the(o.MessageEnded).result is MessageResult.LEFT
    assert [board.message for board in message_boards(floor.state)] == [message]


def test_silence_is_no_message() -> None:
    # Given a caller who says nothing until the switch gives up
    floor, _ = speaking()
    told = over(floor, unspoken=True)
    # Then there is no message, and the script goes its other way
    assert told.the(o.MessageEnded).result is MessageResult.EMPTY
    assert told.the(r.Play).files == ("sorry.wav",)
    assert message_boards(floor.state) == []


def test_who_hangs_up_at_the_beep_left_none() -> None:
    floor = a_floor(scripts=(script(text=TEXT),))
    floor.parked("L1", entry="menu")
    floor.pressed("L1")
    floor.wait(0.5)
    assert floor.ended("L1").the(o.MessageEnded).result is MessageResult.EMPTY


def test_a_file_that_cannot_be_written_costs_the_caller_nothing_but_the_message() -> None:
    # Given a node whose disk is full
    floor, _ = speaking()
    told = floor.give(f.RecordingFailed(leg=LegId("L1"), why="disk full"))
    # Then the wait is broken off, and the reason kept
    assert (told.the(o.MessageEnded).result, told.the(o.MessageEnded).why) == (MessageResult.FAILED, "disk full")
    assert told.every(r.Quiet)
    # And when the wait's end is told the script goes its other way
    assert over(floor).the(r.Play).files == ("sorry.wav",)


def test_what_was_said_before_a_restart_is_a_message_of_its_own() -> None:
    # Given a caller whose controller comes back while he speaks
    floor, first = speaking()
    floor.give(f.NodeDown(node=floor.call("L1").node, why="restart"))
    floor.give(f.NodeUp(node=floor.call("L1").node, core="core-1"))
    floor.wait(1.0)
    # When the node is surveyed
    told = floor.seen(leg_seen("L1"))
    # Then the first part is closed and kept, and he is recorded on without another greeting
    assert told.the(o.MessageEnded).message == first
    assert told.the(o.MessageBegun).message != first
    assert not told.every(r.Play)
    floor.wait(5.0)
    floor.ended("L1")
    assert len(message_boards(floor.state)) == 2


def test_recovery_knows_the_messages() -> None:
    floor, _ = speaking()
    floor.pressed("L1", "#")
    assert floor.replayed().messages == floor.state.messages
