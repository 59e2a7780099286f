"""A node held over a real link to a simulated switch: beat, watchdog, accounts, survey, ups and downs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random
from typing import TypeVar

import gevent
import pytest
from gevent.event import Event as Flag

from ccswitch.clock import SystemClock
from ccswitch.errors import CommandFailed, StoreError
from ccswitch.model import facts as f
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, CallId, ExecuteId, LegId, NodeName, QueueName
from ccswitch.model.nouns import Entry
from ccswitch.simulator.phones import answers, busy, rings_on
from ccswitch.simulator.switch import SimulatedSwitch
from ccswitch.switch import node as module
from ccswitch.switch import strings
from ccswitch.switch.dialplan import Site, render
from ccswitch.switch.link import LinkTimes
from ccswitch.switch.node import Account, Node, NodeAddress
from tests.simulator.esl_client import EslClient
from tests.switch.fake_peer import PATIENCE, soon

F = TypeVar("F")
NODE = NodeName("a")
QUICK = LinkTimes(backoff=0.01, backoff_most=0.05)
A1 = "0123456789abcdef0123456789abcdef"
B1 = "fedcba9876543210fedcba9876543210"
SITE = Site(entries=(Entry(name="support", dids=("7300",), queue=QueueName("support")),))


class Floor:
    """What a node tells, and what it is given."""

    def __init__(self) -> None:
        self.facts: list[f.Fact] = []
        self.known: dict[str, Account] = {}
        self.away: Exception | None = None
        self.asked_for: list[str | None] = []
        self.alive, self.asked_alive = True, 0

    def accounts(self, agent: str | None) -> Iterable[Account]:
        self.asked_for.append(agent)
        if self.away is not None:
            raise self.away
        return [account for name, account in self.known.items() if agent in (None, name)]

    def is_alive(self) -> bool:
        self.asked_alive += 1
        return self.alive

    def of(self, cls: type[F]) -> list[F]:
        return [fact for fact in self.facts if isinstance(fact, cls)]

    def first(self, cls: type[F], after: int = 0) -> F:
        """The fact of that class with so many before it, when it comes."""
        soon(lambda: len(self.of(cls)) > after)
        return self.of(cls)[after]


@pytest.fixture
def switch() -> Iterator[SimulatedSwitch]:
    plan = [text for path, text in render(SITE).items() if path.startswith("dialplan/")]
    with SimulatedSwitch(dialplan=plan, seed=3) as running:
        yield running


@pytest.fixture
def floor() -> Floor:
    return Floor()


@pytest.fixture
def node(switch: SimulatedSwitch, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Node]:
    """A node that is not started; it beats fifty times a second."""
    monkeypatch.setattr(module, "BEAT_EVERY", 0.02)
    address = NodeAddress(
        name=NODE,
        host="127.0.0.1",
        port=switch.port,
        password="ClueCon",
        sip_domain="127.0.0.1",
        sip_profile="internal",
    )
    one = Node(
        address,
        on_fact=floor.facts.append,
        accounts=floor.accounts,
        alive=floor.is_alive,
        clock=SystemClock(),
        random=Random(1),
        times=QUICK,
    )
    yield one
    one.stop(hand_over=0)


@pytest.fixture
def up(node: Node, floor: Floor) -> Node:
    """A node that is up."""
    node.start()
    floor.first(f.NodeUp)
    return node


def arrived(switch: SimulatedSwitch, floor: Floor, name: str = "Li Lei") -> LegId:
    """A caller who is parked; gives his leg."""
    before = len(floor.of(f.LegParked))
    switch.call(number="13800138000", to="7300", name=name)
    return floor.first(f.LegParked, before).leg


def ring(leg: str, phone: str = "1001") -> r.RingAgent:
    return r.RingAgent(
        node=NODE, call=CallId(leg), leg=LegId(f"{leg}-a1"), agent=AgentId("li"), phone=phone,
        queue=QueueName("support"), caller_number="138", caller_name="Li Lei", timeout=5.0,
    )  # fmt: skip


# ---- up and down --------------------------------------------------------------------------------------------


def test_a_node_that_is_up_beats_and_has_its_watchdog_armed(switch: SimulatedSwitch, up: Node, floor: Floor) -> None:
    # Given a node that came up
    assert floor.of(f.NodeUp) == [f.NodeUp(node=NODE, core=switch.core_uuid)]
    # Then its beat is its own clock's time, its patience is set, and the script runs again and again
    soon(lambda: "sched_api @2 ccs_watchdog luarun ccs_watchdog.lua" in " ".join(switch.commands))
    soon(lambda: switch.variables.get("ccs_beat", "").isdigit())
    assert switch.variables["ccs_beat_limit"] == "15"
    assert "ccs_watchdog" in EslClient(switch.port).api("show tasks")


def test_there_is_one_watchdog_however_often_the_link_comes_up(switch: SimulatedSwitch, up: Node) -> None:
    # Given a link that comes up three times, and arms the watchdog each time
    for times in (1, 2, 3):
        soon(lambda times=times: sum("sched_api @2 ccs_watchdog" in line for line in switch.commands) == times)
        if times < 3:
            switch.faults.cut_links()
    # Then there is one task
    assert EslClient(switch.port).api("show tasks").count("ccs_watchdog,") == 1


def test_the_beat_goes_on(switch: SimulatedSwitch, up: Node) -> None:
    switch.variables["ccs_beat"] = "0"
    soon(lambda: switch.variables["ccs_beat"] != "0")


def test_a_node_whose_engine_is_stuck_does_not_beat(switch: SimulatedSwitch, up: Node, floor: Floor) -> None:
    # Given an engine that does not come round any more
    floor.alive = False
    up.link.api(strings.uptime())  # answered behind whatever beat was on its way
    # When time goes by
    switch.variables["ccs_beat"] = "0"
    asked = floor.asked_alive
    soon(lambda: floor.asked_alive > asked + 5)
    # Then the watchdog will find an old beat
    assert switch.variables["ccs_beat"] == "0"


def test_a_cut_link_is_told_and_mended(switch: SimulatedSwitch, up: Node, floor: Floor) -> None:
    # Given a call on a node
    leg = arrived(switch, floor)
    # When its link is cut
    switch.faults.cut_links()
    # Then it is down and up again, as the same FreeSWITCH
    assert floor.first(f.NodeDown).node == NODE
    assert floor.first(f.NodeUp, 1).core == switch.core_uuid
    # And its calls are there
    up.carry(r.Survey(node=NODE, expected=()))
    assert [one.leg for one in floor.first(f.LegsSeen).legs] == [leg]


def test_a_restarted_switch_comes_up_with_another_core(switch: SimulatedSwitch, up: Node, floor: Floor) -> None:
    before = switch.core_uuid
    switch.faults.restart()
    assert floor.first(f.NodeUp, 1).core == switch.core_uuid != before
    soon(lambda: switch.variables.get("ccs_beat_limit") == "15")


def test_commands_to_a_node_that_is_down_are_swallowed(node: Node, floor: Floor) -> None:
    # Given a node that was never started
    for request in (
        r.Claim(node=NODE, leg=LegId("L1")),
        r.Play(node=NODE, leg=LegId("L1"), execute=ExecuteId("L1-x1"), files=("a.wav",)),
        r.Bridge(node=NODE, leg=LegId("L1"), other=LegId("L1-a1")),
        ring("L1"),
        r.Survey(node=NODE, expected=(LegId("L1"),)),
        r.ProvisionPhone(agent=AgentId("li"), phone="1001"),
    ):
        node.carry(request)
    # Then nothing raises, and nothing is told: the survey finds out when the link is up
    for _ in range(10):  # whoever has something to say has had his turn
        gevent.sleep(0)
    assert floor.facts == []


def test_a_stop_asks_the_watchdog_for_patience(switch: SimulatedSwitch, up: Node, floor: Floor) -> None:
    # Given a beat that is old
    switch.variables["ccs_beat"] = "0"
    # When the node is stopped for a successor who may take half a minute
    up.stop(hand_over=30.0)
    # Then it left a fresh beat and a long patience, hung up nothing, and is down
    assert switch.variables["ccs_beat"] != "0"
    assert switch.variables["ccs_beat_limit"] == "45"
    assert isinstance(floor.facts[-1], f.NodeDown)
    assert not any("uuid_kill" in line or "sched_del ccs_watchdog" in line for line in switch.commands[-3:])


def test_a_node_that_is_down_can_be_stopped(node: Node) -> None:
    node.stop(hand_over=30.0)


# ---- accounts -----------------------------------------------------------------------------------------------


def stored(switch: SimulatedSwitch, user: str) -> str:
    return EslClient(switch.port).api(f"db select/ccs_agent/{user}").strip()


def test_all_accounts_are_made_known_when_the_node_comes_up(switch: SimulatedSwitch, node: Node, floor: Floor) -> None:
    floor.known = {"li": Account(user="1001", a1=A1), "wang": Account(user="1002", a1=B1)}
    node.start()
    soon(lambda: stored(switch, "1002") == B1)
    assert stored(switch, "1001") == A1
    assert set(floor.asked_for) == {None}


def test_a_new_agents_account_is_made_known_at_once(switch: SimulatedSwitch, up: Node, floor: Floor) -> None:
    soon(lambda: floor.asked_for == [None, None])  # nothing yet when the node came up
    floor.known = {"li": Account(user="1001", a1=A1), "wang": Account(user="1002", a1=B1)}
    up.carry(r.ProvisionPhone(agent=AgentId("wang"), phone="1002"))
    soon(lambda: stored(switch, "1002") == B1)
    assert stored(switch, "1001") != A1
    assert "wang" in floor.asked_for


def test_an_account_that_is_nobodys_any_more_is_taken_away(switch: SimulatedSwitch, up: Node, floor: Floor) -> None:
    # Given the account of an agent
    floor.known = {"li": Account(user="1001", a1=A1)}
    up.carry(r.ProvisionPhone(agent=AgentId("li"), phone="1001"))
    soon(lambda: stored(switch, "1001") == A1)
    # When he gets another phone
    floor.known = {"li": Account(user="1002", a1=B1)}
    up.carry(r.ProvisionPhone(agent=AgentId("li"), phone="1002"))
    # Then the old one can register no more
    soon(lambda: stored(switch, "1001") != A1)
    soon(lambda: stored(switch, "1002") == B1)


def test_records_without_any_account_take_nobodys_phone_away(switch: SimulatedSwitch, node: Node, floor: Floor) -> None:
    # Given an account on the node, and records that were lost and made anew
    EslClient(switch.port).api(f"db insert/ccs_agent/1001/{A1}")
    node.start()
    # When the node comes up and all is asked
    soon(lambda: floor.asked_for == [None, None])
    assert arrived(switch, floor)
    # Then the phone registers on
    assert stored(switch, "1001") == A1


def test_an_account_that_cannot_be_said_does_not_cost_the_others_theirs(
    switch: SimulatedSwitch, node: Node, floor: Floor, caplog: pytest.LogCaptureFixture
) -> None:
    floor.known = {
        "evil": Account(user="1\napi hupall", a1=A1),
        "odd": Account(user="1003", a1="no hash"),
        "li": Account(user="1001", a1=A1),
    }
    node.start()
    soon(lambda: stored(switch, "1001") == A1)
    assert caplog.text.count("account is left out") == 2 and "hupall" not in " ".join(switch.commands)


def test_a_store_that_is_away_costs_nothing_but_the_renewal(
    switch: SimulatedSwitch, node: Node, floor: Floor, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a database that is away
    floor.away = StoreError("the database is away")
    node.start()
    # Then the node is up, takes calls, and the log says what was not done
    soon(lambda: "accounts are not renewed: the database is away" in caplog.text)
    assert arrived(switch, floor)
    # And it is done when the link comes up the next time
    floor.away, floor.known = None, {"li": Account(user="1001", a1=A1)}
    switch.faults.cut_links()
    soon(lambda: stored(switch, "1001") == A1)


def test_an_account_is_a_secret_in_every_log(up: Node, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(up.link, "api", lambda command: said.append(repr(command)))
    floor.known = {"li": Account(user="1001", a1=A1)}
    up.provision("li")
    soon(lambda: said)
    assert A1 not in said[0]


# ---- customers whom we dial ---------------------------------------------------------------------------------


def dialled(leg: str = "L1-c2", gateway: str = "carrier") -> r.RingCustomer:
    return r.RingCustomer(
        node=NODE, call=CallId("L1"), leg=LegId(leg), number="13900139000", caller_number="4008008000",
        caller_name="Li Lei Ltd", timeout=5.0,
    )  # fmt: skip


def test_a_customer_who_answers_is_parked_with_all_that_a_callers_leg_has(
    switch: SimulatedSwitch, up: Node, floor: Floor
) -> None:
    # Given a gateway whose far end answers
    switch.outside(answers(0.02), "carrier")
    up.gateway = "carrier"
    # When a customer is dialled
    up.carry(dialled())
    # Then he is in park, and no agent's leg
    parked = floor.first(f.LegParked)
    assert (parked.leg, parked.call, parked.agent_leg, parked.answered) == ("L1-c2", "L1", False, True)
    assert [fact.leg for fact in floor.of(f.LegRinging)] == ["L1-c2"]
    assert [fact.leg for fact in floor.of(f.LegAnswered)] == ["L1-c2"]
    # And what guards a caller guards him: a claim timer, a way out, the way back to park, and REFERs are caught
    channel = switch.channels["L1-c2"]
    assert {name: channel.get(name) for name in GUARDS} == GUARDS
    assert EslClient(switch.port).api("sched_del L1-c2").startswith("+OK Deleted: 1")
    # And a survey sees him as a caller in park
    up.carry(r.Survey(node=NODE, expected=()))
    [seen] = floor.first(f.LegsSeen).legs
    assert (seen.leg, seen.call, seen.agent_leg, seen.parked) == ("L1-c2", "L1", False, True)


GUARDS = {
    "ccs_claimed": "false",
    "ccs_wayout": "orphan:XML:ccs_orphan",
    "transfer_after_bridge": "return:XML:ccs_return",
    "force_transfer_context": "ccs_transfer",
    "uuid_bridge_park_on_cancel": "true",
    "hangup_after_bridge": "false",
}


@pytest.mark.parametrize(("gateway", "cause"), [("carrier", "USER_BUSY"), ("nobody", "INVALID_GATEWAY")])
def test_a_customer_who_cannot_be_had_is_an_end_of_his_leg(
    switch: SimulatedSwitch, up: Node, floor: Floor, gateway: str, cause: str
) -> None:
    switch.outside(busy(), "carrier")
    up.gateway = gateway
    up.carry(dialled())
    ended = floor.first(f.LegEnded)
    assert (ended.leg, ended.cause) == ("L1-c2", cause)


# ---- survey -------------------------------------------------------------------------------------------------


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


# ---- calls --------------------------------------------------------------------------------------------------


def test_a_claim_takes_the_caller_off_his_timer_and_under_the_watchdog(
    switch: SimulatedSwitch, up: Node, floor: Floor
) -> None:
    leg = arrived(switch, floor)
    up.carry(r.Claim(node=NODE, leg=leg))
    soon(lambda: switch.channels[leg].get("ccs_claimed") == "true")
    soon(lambda: switch.channels[leg].get("ccs_orphan") == "false")
    assert leg not in EslClient(switch.port).api("show tasks")


def test_a_leg_that_is_hung_up_before_it_exists_does_not_ring_for_ever(
    switch: SimulatedSwitch, up: Node, floor: Floor
) -> None:
    # Given an agent's phone
    phone = switch.phone("1001", rings_on())
    leg = arrived(switch, floor)
    # When it is dialled and taken back in the same breath
    up.carry(ring(leg))
    up.carry(r.HangUp(node=NODE, leg=LegId(f"{leg}-a1"), cause="ORIGINATOR_CANCEL"))
    # Then the leg ends well before its ring time
    soon(lambda: any(fact.leg == f"{leg}-a1" for fact in floor.of(f.LegEnded)))
    soon(lambda: not phone.legs)


def test_an_application_on_a_leg_that_is_gone_has_failed(up: Node, floor: Floor) -> None:
    up.carry(r.Play(node=NODE, leg=LegId("gone"), execute=ExecuteId("gone-x1"), files=("a.wav",)))
    assert floor.first(f.ExecuteFailed).execute == "gone-x1"


def test_an_unreachable_phone_is_a_leg_that_ended(up: Node, floor: Floor) -> None:
    up.carry(ring("L1", phone="1999"))
    assert floor.first(f.LegEnded) == f.LegEnded(leg=LegId("L1-a1"), cause="SUBSCRIBER_ABSENT")


def test_accounts_that_take_their_time_hold_up_nothing(
    switch: SimulatedSwitch, node: Node, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a store that does not answer for now
    let_go = Flag()

    def slow(agent: str | None) -> list[Account]:
        let_go.wait(PATIENCE)
        return []

    monkeypatch.setattr(node, "_accounts", slow)
    node.start()
    # Then calls are heard meanwhile
    floor.first(f.NodeUp)
    assert arrived(switch, floor)
    let_go.set()
