"""What a node has is told whole: legs, talks and notes, in pieces where there is much."""

from __future__ import annotations

import gevent
import pytest

from ccswitch.errors import CommandFailed
from ccswitch.model import facts as f
from ccswitch.model import requests as r
from ccswitch.model.ids import ExecuteId, LegId
from ccswitch.simulator.phones import answers
from ccswitch.simulator.switch import SimulatedSwitch
from ccswitch.switch import node as module
from ccswitch.switch import strings
from ccswitch.switch.node import Node
from tests.simulator.esl_client import EslClient
from tests.switch.fake_peer import soon
from tests.switch.node.conftest import NODE, Floor, arrived, ring


def test_a_survey_tells_of_every_leg_of_ours_and_of_no_other(switch: SimulatedSwitch, up: Node, floor: Floor) -> None:
    # Given two callers of ours, and a channel of somebody else
    legs = {arrived(switch, floor, "李 雷"), arrived(switch, floor)}
    switch.phone("9000", answers(0.0))
    EslClient(switch.port).api("originate {origination_uuid=theirs}user/9000 &park()")
    # When the node is asked for its truth, with a leg that is not there and one that cannot be said
    asked = up.clock.now()
    up.carry(r.Survey(node=NODE, expected=(LegId("gone"), LegId("no leg\n"), *legs)))
    seen = floor.first(f.LegsSeen)
    # Then it tells of those two
    assert {one.leg for one in seen.legs} == legs
    assert all(one.parked and not one.agent_leg and one.entry == "support" for one in seen.legs)
    assert {one.caller_name for one in seen.legs} == {"李 雷", "Li Lei"}
    assert (seen.node, seen.core) == (NODE, switch.core_uuid) and asked <= seen.asked_at <= up.clock.now()


def test_a_node_tells_of_it_by_event_and_by_survey(switch: SimulatedSwitch, up: Node, floor: Floor) -> None:
    # Given a phone that answers a call of somebody else's
    switch.phone("9000", answers(0.0))
    EslClient(switch.port).api("originate {origination_uuid=theirs}user/9000 &park()")
    # Then the floor hears of it
    assert floor.first(f.OtherCallHeard).user == "9000"
    # And the survey has it, and nothing of it among ours
    up.survey(())
    seen = floor.first(f.LegsSeen)
    assert [(one.leg, one.user, one.answered) for one in seen.others] == [("theirs", "9000", True)]
    assert seen.legs == ()
    # And its end
    EslClient(switch.port).api("uuid_kill theirs")
    assert floor.first(f.OtherCallOver).leg == "theirs"


def test_a_survey_begins_with_what_the_node_noted_of_callers(
    switch: SimulatedSwitch, up: Node, floor: Floor, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a caller whom the last resort had, a note that somebody else wrote, and one under a name that cannot be said
    client = EslClient(switch.port)
    leg = arrived(switch, floor, "李 雷|\n")
    client.api(f"uuid_transfer {leg} last_resort XML ccs_last_resort")
    soon(lambda: switch.channels[leg].get("api_hangup_hook"))
    client.api(f"uuid_kill {leg}")
    floor.first(f.LegEnded)
    client.api("db insert/ccs_wayout/L9/what is this")
    # When the node is asked for its truth
    up.carry(r.Survey(node=NODE, expected=()))
    # Then the note comes first, whole
    assert floor.first(f.LegsSeen).legs == ()
    [note] = floor.of(f.WayOutNoted)
    assert floor.facts.index(note) < floor.facts.index(floor.first(f.LegsSeen))
    assert (note.node, note.leg, note.call, note.cause) == (NODE, leg, leg, "NORMAL_CLEARING")
    assert (note.entry, note.caller_number, note.caller_name, note.called_number) == (
        "support", "13800138000", "李 雷|\n", "7300"
    )  # fmt: skip
    assert 0 < note.arrived <= note.since <= note.ended <= note.arrived + 60
    # And it stays until it is asked to be forgotten, while what cannot be read does not
    assert "the note of L9 cannot be read" in caplog.text
    soon(lambda: client.api("db list/ccs_wayout") == leg)
    up.carry(r.ForgetNote(node=NODE, leg=leg))
    soon(lambda: client.api("db list/ccs_wayout") == "-ERR no reply\n")


def test_notes_for_which_one_answer_has_no_room_are_told_in_rounds(switch: SimulatedSwitch, up: Node) -> None:
    # Given more notes than one answer holds, each forgotten when it is told
    client = EslClient(switch.port)
    legs = [f"{n:036d}" for n in range(150)]
    for leg in legs:
        client.api(f"db insert/ccs_wayout/{leg}/1|2|3|NORMAL_CLEARING|{leg}|support|7300|138|")
    # When the node looks for them
    told = []
    for note in up._notes():
        told.append(note.leg)
        up.carry(r.ForgetNote(node=NODE, leg=note.leg))
    # Then each is told once
    assert sorted(told) == legs


def test_a_node_without_notes_is_surveyed(
    switch: SimulatedSwitch, up: Node, floor: Floor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    leg = arrived(switch, floor)
    monkeypatch.setattr(module.notes, "list_command", lambda: strings.api("dbx", "list/ccs_wayout"))
    up.carry(r.Survey(node=NODE, expected=(leg,)))
    assert [one.leg for one in floor.first(f.LegsSeen).legs] == [leg]
    assert "no notes of callers" in caplog.text


def test_a_survey_counts_from_when_it_was_asked_for(up: Node, floor: Floor) -> None:
    # When a survey is asked for, and its greenlet does not come to run at once
    up.survey(())
    asked = up.clock.now()
    # Then it tells nothing of what is begun after that
    assert floor.first(f.LegsSeen).asked_at <= asked


def test_a_survey_of_many_legs_comes_in_pieces(
    switch: SimulatedSwitch, up: Node, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a node with five callers, and pieces of two
    monkeypatch.setattr(module, "PIECE", 2)
    monkeypatch.setattr(module, "ASKED_AT_ONCE", 2)
    legs = [arrived(switch, floor) for _ in range(5)]
    # When it is asked
    up.carry(r.Survey(node=NODE, expected=tuple(legs)))
    last = floor.first(f.LegsSeen, 2)
    # Then each is told of once, all by one question, and the last names those before it
    first, second, _ = told = floor.of(f.LegsSeen)
    assert [leg.leg for fact in told for leg in fact.legs] == legs
    assert [fact.more for fact in told] == [True, True, False] and len({fact.asked_at for fact in told}) == 1
    assert (first.told, second.told, last.told) == ((), (), tuple(legs[:4]))


def test_surveys_asked_for_while_one_is_under_way_are_one_behind_it(
    switch: SimulatedSwitch, up: Node, floor: Floor
) -> None:
    # Given two callers
    legs = [arrived(switch, floor) for _ in range(2)]
    # When the node is asked, and thrice again before it can have answered
    up.carry(r.Survey(node=NODE, expected=tuple(legs)))
    gevent.sleep(0)
    again = up.clock.now()
    for leg in (*legs, LegId("gone")):
        up.carry(r.Survey(node=NODE, expected=(leg,)))
    # Then it is surveyed twice, the second time behind the last question
    assert floor.first(f.LegsSeen, 1).asked_at >= again
    # And a question behind both is answered by a third
    up.carry(r.Survey(node=NODE, expected=tuple(legs)))
    assert {leg.leg for leg in floor.first(f.LegsSeen, 2).legs} == set(legs)
    assert len(floor.of(f.LegsSeen)) == 3


def test_a_survey_whose_link_is_lost_between_two_pieces_tells_no_last_one(
    switch: SimulatedSwitch, up: Node, floor: Floor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a node with three callers, whose link is lost behind the first piece
    monkeypatch.setattr(module, "PIECE", 1)
    legs = [arrived(switch, floor) for _ in range(3)]
    asking = strings.uptime()
    monkeypatch.setattr(strings, "uptime", lambda: (switch.faults.cut_links(), asking)[1])
    # When it is asked
    up.carry(r.Survey(node=NODE, expected=tuple(legs)))
    soon(lambda: "no survey" in caplog.text)
    # Then nobody whom it had not told of yet is taken for gone
    assert [fact.more for fact in floor.of(f.LegsSeen)] == [True]


def test_a_survey_tells_who_talks_to_whom(switch: SimulatedSwitch, up: Node, floor: Floor) -> None:
    # Given a caller and an agent in a talk
    switch.phone("1001", answers(0.0))
    leg = arrived(switch, floor)
    up.carry(r.Answer(node=NODE, leg=leg, execute=ExecuteId(f"{leg}-x1")))
    up.carry(ring(leg))
    soon(lambda: any(fact.agent_leg for fact in floor.of(f.LegParked)))
    up.carry(r.Bridge(node=NODE, leg=leg, other=LegId(f"{leg}-a1")))
    floor.first(f.LegsJoined)
    # Then the survey says so
    up.carry(r.Survey(node=NODE, expected=()))
    peers = {one.leg: one.peer for one in floor.first(f.LegsSeen).legs}
    assert peers == {leg: f"{leg}-a1", f"{leg}-a1": leg}


def test_a_refusal_other_than_no_such_channel_does_not_make_calls_gone(
    switch: SimulatedSwitch, up: Node, floor: Floor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a switch that lists legs but does not let us look at them
    leg = arrived(switch, floor)
    denied = CommandFailed("-ERR permission denied\n")
    monkeypatch.setattr(up.link, "pipeline", lambda commands, timeout: [denied] * len(commands))
    # When it is asked
    up.carry(r.Survey(node=NODE, expected=(leg,)))
    soon(lambda: "no survey" in caplog.text)
    # Then no survey says that the caller is gone
    assert floor.of(f.LegsSeen) == []


def test_a_dump_that_cannot_be_read_is_told_of(
    switch: SimulatedSwitch, up: Node, floor: Floor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    leg = arrived(switch, floor)
    monkeypatch.setattr(up.link, "pipeline", lambda commands, timeout: ["{"] * len(commands))
    up.carry(r.Survey(node=NODE, expected=(leg,)))
    assert floor.first(f.LegsSeen).legs == ()
    assert f"the dump of {leg} cannot be read" in caplog.text
