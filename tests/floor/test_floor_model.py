"""The floor against a small switch that delays, loses and doubles its news: the laws hold after every step."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ccswitch.floor.apply import apply
from ccswitch.floor.decide import next_due
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, CallId, ExecuteId, LegId, OrderId
from ccswitch.model.nouns import AgentState, CallPlace
from ccswitch.model.wire import from_wire, from_wire_as, to_plain, to_wire
from tests.floor.floors import Floor, Given, a_floor, script
from tests.floor.laws import hold_laws
from tests.floor.model_people import AGENTS, CAUSES, DIALLING, TEXT, TRUNKS, People
from tests.floor.tiny_switch import (
    BRIDGED,
    BY_AGENT,
    BY_CALLER,
    LAST_RESORT,
    LISTENING,
    OUTSIDE,
    PARKED,
    RINGING,
    TOLD_LATE,
    TinyLeg,
    TinySwitch,
)
from tests.searching import examples

WHAT_HAPPENS = [
    name
    for name, weight in {
        "news_travels": 6,
        "time_passes": 5,
        "a_caller_arrives": 6,
        "a_caller_hangs_up": 2,
        "a_caller_presses": 3,
        "an_outside_number_is_not_reached": 1,
        "a_phone_rings": 2,
        "an_agent_answers": 8,
        "an_agent_answers_too_late": 2,
        "an_answer_whose_news_are_late": 2,
        "a_bridge_breaks": 3,
        "a_phone_holds": 1,
        "a_phone_transfers": 1,
        "an_agent_refuses": 1,
        "an_agent_hangs_up": 3,
        "an_agent_is_ready": 4,
        "an_agent_leaves": 1,
        "an_agent_wraps_up_otherwise": 2,
        "a_leg_is_nailed_up_by_order": 2,
        "a_call_is_ended_by_order": 1,
        "a_talk_begins": 8,
        "everybody_answers": 6,
        "a_phone_dials": 4,
        "an_agent_dials_by_order": 3,
        "a_phone_is_in_another_call": 2,
        "another_call_is_over": 3,
        "a_talk_is_ordered_about": 7,
        "a_guest_is_ordered_about": 8,
        "an_agent_asks_somebody": 6,
        "a_priority_is_set": 1,
        "a_call_is_promised": 2,
        "a_promise_is_cancelled": 1,
        "a_customer_answers": 6,
        "a_customer_is_not_had": 2,
        "a_customer_answers_as_his_agent_goes": 2,
        "a_node_suffers": 2,
        "the_links_are_back": 3,
        "files_are_read": 2,
        "an_order_changes_an_agent": 1,
        "a_supervisor_says_what_holds_for_a_queue": 1,
        "callers_are_moved_by_order": 1,
        "an_order_changes_a_field_of_an_agent": 1,
        "the_controller_restarts": 1,
        "the_engine_is_late": 2,
        "news_of_the_past": 1,
        "news_of_nobody": 1,
    }.items()
    for _ in range(weight)
]
A_MOMENT = 0.000_01  # no two decisions are made at one instant
OF_A_LEG = (
    f.LegParked,
    f.LegRinging,
    f.LegAnswered,
    f.LegEnded,
    f.LegsJoined,
    f.ExecuteEnded,
    f.ExecuteFailed,
    f.BridgeFailed,
)
OF_NOBODY: tuple[Callable[[LegId, LegId], f.Fact], ...] = (
    lambda leg, other: f.LegRinging(leg=leg),
    lambda leg, other: f.LegAnswered(leg=leg),
    lambda leg, other: f.LegEnded(leg=leg, cause="NORMAL_CLEARING", by_phone=True),
    lambda leg, other: f.LegsJoined(leg=other, other=leg),
    lambda leg, other: f.LegsJoined(leg=leg, other=other),
    lambda leg, other: f.LegHeld(leg=leg),
    lambda leg, other: f.LegUnheld(leg=leg),
    lambda leg, other: f.ExecuteEnded(leg=leg, execute=ExecuteId(f"{other}-x1"), digits="1"),
    lambda leg, other: f.ExecuteEnded(leg=other, execute=ExecuteId("stranger"), digits="1"),
    lambda leg, other: f.ExecuteFailed(leg=leg, execute=ExecuteId("x"), why="-ERR"),
    lambda leg, other: f.BridgeFailed(leg=other, other=leg, why="-ERR"),
)


class FloorAndSwitch(People, RuleBasedStateMachine):
    """Two nodes, three agents, any number of callers; news and commands take as long as they like."""

    def __init__(self) -> None:
        super().__init__()
        rules = {"scripts": (script(text=TEXT),), "trunks": TRUNKS, "dialling": DIALLING, "transfers_out": ("^[+]86",)}
        self.floor = a_floor(*AGENTS, ready=False, node=False, **rules)
        self.switches = {name: TinySwitch(name) for name in ("a", "b")}
        self.arrived = 0
        self.names: list[str] = []
        self.told: deque[f.Fact] = deque(maxlen=60)
        self.files = 1
        self.promised = 0
        self.at_the_last_resort: set[CallId] = set()
        self.kept = (0, to_plain(self.floor.state))  # the last snapshot: so many outcomes are in it

    # ---- the engine

    def give(self, given_: Any) -> None:
        self.floor.now += A_MOMENT
        if isinstance(given_, OF_A_LEG):
            self.told.append(given_)
        told = self.floor.give(given_)
        self.carry(
            told, by_order=isinstance(given_, d.HangUpCall | d.TransferCall), restarted=isinstance(given_, f.NodeUp)
        )

    def carry(self, told: Given, *, by_order: bool = False, restarted: bool = False) -> None:
        for ended in told.every(o.TalkEnded):
            legs = [leg for switch in self.switches.values() for leg in switch.legs.values()]
            still = [leg for leg in legs if leg.leg == ended.leg and leg.peer is not None]  # a guest may have taken him
            assert by_order or restarted or not still, f"a live talk was ended: {ended}"
        self.names += [x.call for x in told.every(o.CallStarted)] + [x.offer for x in told.every(o.OfferMade)]
        self.names += [x.stay or x.leg for x in told.every(o.LegOpened) if x.agent and x.leg != x.call]
        for request in told.requests:
            if isinstance(request, r.Play | r.Collect | r.TakeMessage | r.Answer):
                self.names.append(request.execute)
            if not isinstance(request, r.ProvisionPhone):
                self.switches[request.node].carry(request, self.floor.now)

    # ---- news and commands on their way

    @initialize(callers=st.integers(0, 3), nailed_up=st.sampled_from(["", "li", "wang"]))
    def begin(self, callers: int, nailed_up: str) -> None:
        for switch in self.switches.values():
            self.give(switch.connect())
        self.deliver_all()
        if nailed_up:
            change = n.AgentChange(field="connection", value=n.NAILED_UP)
            self.give(d.ChangeAgent(order=OrderId("0"), author="ann", agent=AgentId(nailed_up), changes=(change,)))
        for agent in AGENTS:
            self.give(d.MakeReady(order=OrderId("0"), author="ann", agent=agent.agent))
        for _ in range(callers):
            self.arrives(self.switches["a"], "support")

    def deliver_all(self, *, twice: bool = False) -> None:
        """Everything under way comes through, once or twice."""
        while any(switch.commands or switch.events or switch.answers for switch in self.switches.values()):
            for switch in self.switches.values():
                switch.work()
                for way in (switch.events, switch.answers):
                    if way:
                        (self.twice if twice else self.give)(way.popleft())

    def twice(self, given_: Any) -> None:
        """News that comes doubled changes nothing the second time; a park may be claimed and gone on from anew, and who
        is asked again to free his phone rests that moment longer."""
        self.give(given_)
        if isinstance(given_, f.LegsSeen) or (isinstance(given_, f.LegParked) and not given_.agent_leg):
            return
        self.floor.now += A_MOMENT
        self.carry(self.floor.give(f.TimePassed()))  # what is due just now is no change by the second news
        resting = {name for name, agent in self.floor.state.agents.items() if agent.rest_until > self.floor.now}
        again = self.floor.give(given_)
        changed = [x for x in again.outcomes if not isinstance(x, o.DeadlinePassed)]
        changed = [x for x in changed if not (isinstance(x, o.AgentRested) and x.agent in resting)]
        assert not changed or again.every(o.OfferMade), changed
        self.carry(again)

    @rule(data=st.data(), what=st.sampled_from(WHAT_HAPPENS), told=st.sampled_from(["once", "twice", "later"]))
    def something_happens(self, data: st.DataObject, what: str, told: str) -> None:
        """One rule for all, because what is drawn among rules is drawn unevenly: long chains would be rare."""
        getattr(self, what)(data)
        if told != "later":
            self.deliver_all(twice=told == "twice")

    def news_travels(self, data: st.DataObject) -> None:
        switch = self.node(data)
        what = data.draw(st.sampled_from(["work", BY_AGENT, BY_CALLER, TOLD_LATE, "events", "answers"]))
        ways = {"events": switch.events, "answers": switch.answers}
        for _ in range(data.draw(st.integers(1, 6))):
            if ways.get(what):
                (self.twice if data.draw(st.booleans()) else self.give)(ways[what].popleft())
            elif what not in ways:
                switch.work(bridge_breaks=what.removeprefix("work"))

    def time_passes(self, data: st.DataObject) -> None:
        self.pass_time(data.draw(st.sampled_from([0.01, 0.3, 1.0, 2.5, 6.0, 11.0, 31.0])))

    def pass_time(self, seconds: float) -> None:
        until = self.floor.now + seconds
        while (due := next_due(self.floor.state)) is not None and due <= until:
            self.floor.now = max(self.floor.now, due)
            self.give(f.TimePassed())
        self.floor.now = max(self.floor.now, until)

    # ---- the world

    def node(self, data: st.DataObject) -> TinySwitch:
        return self.switches[data.draw(st.sampled_from(["a", "a", "b"]))]

    def a_caller_arrives(self, data: st.DataObject) -> None:
        self.arrives(self.node(data), data.draw(st.sampled_from(["support", "sales", "vip", "menu", "menu", "?"])))

    def arrives(self, switch: TinySwitch, entry: str) -> None:
        self.arrived += 1
        switch.arrive(f"L{self.arrived}", entry)

    def a_caller_hangs_up(self, data: st.DataObject) -> None:
        if found := self.pick(data, agent=False):
            found[0].end(found[1], peer_first=data.draw(st.booleans()), by_phone=True)

    def a_caller_presses(self, data: st.DataObject) -> None:
        found = self.pick(data, agent=False)
        if found and found[1].doing == PARKED:
            found[0].quiet(found[1], data.draw(st.sampled_from(["1", "1", "2", "3", ""])))

    def an_outside_number_is_not_reached(self, data: st.DataObject) -> None:
        if found := self.pick(data, agent=False, doing=OUTSIDE):
            found[0].park(found[1])

    def a_phone_rings(self, data: st.DataObject) -> None:
        if found := self.pick(data, agent=True, doing=RINGING):
            found[0].ring(found[1])

    def an_agent_answers(self, data: st.DataObject) -> None:
        if found := self.pick(data, agent=True, doing=RINGING):
            found[0].pick_up(found[1], park_first=data.draw(st.booleans()))

    def an_agent_answers_too_late(self, data: st.DataObject) -> None:
        """His lease is over, and the news of his answer comes before anybody has looked at the clock."""
        if found := self.pick(data, agent=True, doing=RINGING):
            self.deliver_all()
            offer = next((x for x in self.floor.state.offers.values() if x.leg == found[1].leg), None)
            found[0].pick_up(found[1], park_first=data.draw(st.booleans()))
            self.floor.now = max(self.floor.now, offer.deadline if offer else 0.0) + 0.5
            while found[0].events:
                self.floor.decide(found[0].events.popleft(), told := Given())
                self.carry(told)
            self.give(f.TimePassed())

    def an_answer_whose_news_are_late(self, data: st.DataObject) -> None:
        """The bridge stands at once, and is heard of when it is overdue."""
        if found := self.pick(data, agent=True, doing=RINGING):
            switch = found[0]
            self.deliver_all()
            switch.pick_up(found[1], park_first=False)
            while switch.events:
                self.give(switch.events.popleft())
            while switch.commands:
                switch.work()
            self.pass_time(2.5)

    def a_bridge_breaks(self, data: st.DataObject) -> None:
        """One of the two is gone before it stands."""
        breaks = data.draw(st.sampled_from([BY_AGENT, BY_CALLER, TOLD_LATE]))
        if found := self.pick(data, agent=True, doing=RINGING):
            switch = found[0]
            self.deliver_all()
            switch.pick_up(found[1], park_first=False)
            while switch.events:
                self.give(switch.events.popleft())
            while switch.commands:
                switch.work(bridge_breaks=breaks)

    def a_phone_holds(self, data: st.DataObject) -> None:
        """Once or twice; and the other is taken back."""
        if found := self.pick(data, agent=True, doing=BRIDGED):
            self.deliver_all()
            for fact in (f.LegHeld, f.LegUnheld):
                self.twice(fact(leg=found[1].leg))

    def a_phone_transfers(self, data: st.DataObject) -> None:
        """A REFER of an agent, or of the caller's own phone."""
        if found := self.pick(data, agent=False, doing=data.draw(st.sampled_from([PARKED, BRIDGED]))):
            switch, leg = found
            peer = switch.legs.get(leg.peer) if leg.peer else None
            switch.park(leg, transfer_to=data.draw(st.sampled_from(["support", "sales", "300", "0900"])))
            if peer is not None:
                peer.peer = None
                switch.let_go(peer)

    def an_agent_refuses(self, data: st.DataObject) -> None:
        if found := self.pick(data, agent=True, doing=RINGING):
            found[0].end(found[1], data.draw(st.sampled_from(CAUSES)), by_phone=True)

    def an_agent_hangs_up(self, data: st.DataObject) -> None:
        if found := self.pick(data, agent=True, doing=data.draw(st.sampled_from([PARKED, BRIDGED, LISTENING]))):
            found[0].end(found[1], peer_first=data.draw(st.booleans()), by_phone=True)

    def pick(self, data: st.DataObject, *, agent: bool, doing: str = "") -> tuple[TinySwitch, TinyLeg] | None:
        pairs = [(switch, leg) for switch in self.switches.values() for leg in switch.legs.values()]
        found = [(switch, leg) for switch, leg in pairs if leg.agent is agent and doing in ("", leg.doing)]
        return data.draw(st.sampled_from(found)) if found else None

    def a_node_suffers(self, data: st.DataObject) -> None:
        switch = self.node(data)
        if switch.linked:
            self.give(switch.cut())
        mishap = data.draw(st.sampled_from(["cut", "cut and back", "restart", "watchdog", "last resort"]))
        if mishap == "restart":  # who dies with his switch before anybody has heard of him leaves no trace
            self.at_the_last_resort -= {leg.call for leg in switch.legs.values() if leg.doing == LAST_RESORT}
            switch.restart()
        if mishap in ("watchdog", "last resort"):
            switch.watchdog()
        if mishap == "last resort":
            switch.last_resort()
            self.at_the_last_resort |= {leg.call for leg in switch.legs.values() if leg.doing == LAST_RESORT}
        if mishap == "cut and back":
            self.give(switch.connect())

    def the_links_are_back(self, data: st.DataObject) -> None:
        for switch in self.switches.values():
            if not switch.linked:
                self.give(switch.connect())

    # ---- what an engine may meet

    def the_controller_restarts(self, data: st.DataObject) -> None:
        """From the last snapshot and what was kept since, the same floor comes to be; time has gone on meanwhile."""
        count, plain = self.kept
        state = from_wire_as(State, json.loads(json.dumps(plain)))
        for at, outcome in self.floor.journal[count:]:
            apply(state, from_wire(to_wire(outcome)), at)
        assert to_plain(state) == to_plain(self.floor.state)
        assert state == self.floor.state
        self.floor.state = state
        if data.draw(st.booleans()):
            self.kept = (len(self.floor.journal), to_plain(state))
        for switch in self.switches.values():
            if switch.linked:
                self.give(switch.cut())
        self.floor.now += data.draw(st.sampled_from([0.1, 3.0, 40.0]))
        self.give(f.TimePassed())

    def the_engine_is_late(self, data: st.DataObject) -> None:
        """Inputs come before deadlines: what was overdue meanwhile has its turn only after the news is in."""
        self.floor.now += data.draw(st.sampled_from([0.4, 2.5, 6.0, 25.0]))
        for switch in self.switches.values():
            switch.work()
            if switch.events:
                self.give(switch.events.popleft())
        self.give(f.TimePassed())

    def news_of_the_past(self, data: st.DataObject) -> None:
        """What was told before of a leg that is no more, within the time for which news of it may be under way."""
        gone = [fact for fact in self.told if self.floor.state.gone.get(leg_of(fact), 0.0) > self.floor.now - 50.0]
        if gone:
            before = to_plain(self.floor.state)
            told = self.floor.give(data.draw(st.sampled_from(gone)))
            changed = [x for x in told.outcomes if not isinstance(x, o.DeadlinePassed | o.OfferMade | o.LegOpened)]
            assert not changed and to_plain(self.floor.state)["agents"] == before["agents"], told.outcomes

    def news_of_nobody(self, data: st.DataObject) -> None:
        """News of a leg that never was, or beside one of ours that has nothing to do with it."""
        legs = [LegId("nobody"), LegId("nobody-a3"), *self.floor.state.legs]
        other = data.draw(st.sampled_from(legs))
        news = data.draw(st.sampled_from(OF_NOBODY))(LegId("nobody"), other)
        call = self.floor.state.call_of(other)
        after_talk = call is not None and call.leg == other and call.place in (CallPlace.TALKING, CallPlace.RETURNING)
        if isinstance(news, f.LegsJoined) and after_talk:
            return  # a phone may have joined him to a stranger: test_talking
        told = self.floor.give(news)
        assert told.is_nothing, told.outcomes

    # ---- the laws

    @invariant()
    def the_floor_agrees_with_itself(self) -> None:
        hold_laws(self.floor.state, self.floor.now)

    @invariant()
    def no_name_is_given_twice(self) -> None:
        assert len(self.names) == len(set(self.names))

    def teardown(self) -> None:
        self.after_a_while_floor_and_switch_agree()
        self.when_all_have_hung_up_nothing_is_left()
        self.outcomes_alone_make_the_same_state()

    def settle(self, seconds: float) -> None:
        """The world rests; whatever is under way comes through."""
        for switch in self.switches.values():
            if not switch.linked:
                self.give(switch.connect())
        until = self.floor.now + seconds
        self.deliver_all()
        while (due := next_due(self.floor.state)) is not None and due <= until:
            self.pass_time(max(0.0, due - self.floor.now))
            self.deliver_all()
        self.floor.now = max(self.floor.now, until)

    def after_a_while_floor_and_switch_agree(self) -> None:
        self.settle(75.0)
        state = self.floor.state
        talks = {(call.leg, call.agent_leg) for call in state.calls.values() if call.place is CallPlace.TALKING}
        talks |= {(call.leg, call.outside) for call in state.calls.values() if call.outside in state.legs}
        legs = [leg for switch in self.switches.values() for leg in switch.legs.values()]
        legs = [leg for leg in legs if leg.doing != LAST_RESORT or leg.call in state.calls]  # else he comes as a note
        assert talks == {(leg.leg, leg.peer) for leg in legs if leg.peer and not leg.agent}
        assert {leg.leg for leg in legs} == state.legs.keys() | state.nailed.keys()
        others = [one for switch in self.switches.values() for one in switch.others.values()]
        assert set(state.others) <= {one.leg for one in others}, "somebody is stuck in a call"
        assert {one.leg for one in others if state.at_phone(one.user)} <= set(state.others), "a call past us is unknown"
        for leg in legs:
            call = state.call_of(leg.leg)
            if call is None:
                assert leg.doing in (PARKED, RINGING) and leg.nailed and not leg.peer, f"of no call: {leg}"
            elif leg.agent:
                assert leg.peer or call.offer or leg.doing == LISTENING, f"an agent is left in silence: {leg}"
                assert leg.doing != LISTENING or leg.leg in state.guests, f"nobody knows who listens: {leg}"
            elif leg.doing == PARKED:
                assert call.place in (CallPlace.SCRIPT, CallPlace.WAITING), f"{leg} is {call.place}"
                assert leg.claimed and not leg.orphaned, f"nobody claimed {leg}"
                assert leg.runs or state.deadlines.due.get(("music", leg.call)), f"in silence: {leg}"

    def when_all_have_hung_up_nothing_is_left(self) -> None:
        for _ in range(2):  # the second time those who were called back meanwhile
            for switch in self.switches.values():
                switch.others.clear()  # and nobody says so
                for leg in list(switch.legs.values()):
                    if leg.leg in switch.legs:
                        switch.end(leg)
            self.settle(75.0)
            for name in list(self.floor.state.promises):
                self.give(d.CancelCallback(order=OrderId("8"), author="ann", promise=name))
        self.settle(75.0)
        state = self.floor.state
        left = state.calls or state.legs or state.offers or state.others or state.nailed
        assert not left, f"left: {left}"
        assert not any(state.waiting.values())
        assert {agent.state for agent in state.agents.values()} <= {AgentState.IDLE}
        assert {kind for kind, _ in state.deadlines.due} <= {"survey", "rest", "break", "changes"}
        assert one_end_each(self.floor)
        assert not any(switch.notes for switch in self.switches.values()), "a note is kept for ever"
        ended = [x.call for cls in (o.CallEnded, o.CallUnattended) for x in self.floor.everything(cls)]
        assert len(ended) == len(set(ended)), "a call ended twice"
        missing = self.at_the_last_resort - set(ended)
        assert not missing, f"callers of the last resort are in no record: {missing}"

    def outcomes_alone_make_the_same_state(self) -> None:
        again = self.floor.replayed()
        assert to_plain(again) == to_plain(self.floor.state)
        assert again == self.floor.state


def leg_of(fact: Any) -> LegId:
    """Whose news it is; of two legs the second, which is an agent's."""
    leg: LegId = getattr(fact, "other", fact.leg)
    return leg


def one_end_each(floor: Floor) -> bool:
    """Calls, offers, visits, talks and legs begin once and end once."""
    pairs = (
        (o.CallStarted, o.CallEnded, "call"),
        (o.OfferMade, o.OfferEnded, "offer"),
        (o.LegOpened, o.LegClosed, "leg"),
        (o.CallEnqueued, o.VisitEnded, "call"),
        (o.TalkStarted, o.TalkEnded, "leg"),
        (o.CallbackPromised, o.CallbackEnded, "promise"),
        (o.NailedRung, o.NailedEnded, "leg"),
    )
    for begins, ends, name in pairs:
        begun, ended = (sorted(getattr(x, name) for x in floor.everything(cls)) for cls in (begins, ends))
        assert begun == ended, f"{begins.__name__} and {ends.__name__} do not pair"
    return True


TestFloorAndSwitch = FloorAndSwitch.TestCase
TestFloorAndSwitch.settings = settings(
    max_examples=examples(20),
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.soak
class TestFloorAndSwitchForLong(FloorAndSwitch.TestCase):  # type: ignore[name-defined,misc]
    """The same with twenty times as many stories, each of them longer."""

    settings = settings(TestFloorAndSwitch.settings, max_examples=1600, stateful_step_count=90)
