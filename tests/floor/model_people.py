"""What people do to a floor in `test_floor_model`: agents, supervisors, who wants a call back, who writes files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from ccswitch.acd.strategies import STRATEGIES
from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model.ids import AgentId, CallId, NodeName, OrderId, QueueName
from ccswitch.model.nouns import AgentState
from tests.floor.floors import MENU, Floor, an_agent, script, settings_of
from tests.floor.tiny_switch import RINGING, TinySwitch

AGENTS = (
    replace(an_agent("li", skills=("zh=5",)), phones=("1004",)),
    an_agent("wang", "support", "sales", phone="1002", skills=("zh=2", "trainee")),
    replace(an_agent("zhao", "sales", phone="1003"), phones=("1004", "1005"), ring="in_turn"),
)
PHONES = {"li": "1001", "wang": "1002"}  # of who is read from files; the others share one
DIALLING = n.Dialling(out=("138[0-9]{8}",), prefix="0", ring_timeout=20.0, agent_timeout=10.0, wrapup=3.0)
DIALLED = ["*11", "*12", "*13", "*141", "*15", "*99", "1001", "1002", "zhao", "support", "300", "200", "8003"]
DIALLED += ["013800138000"] * 4 + ["0110", "?"]
OF_ZHAO = n.Entry(name="zhao", dids=("8003",), agent=AgentId("zhao"), queue=QueueName("sales"))
TEXT = MENU.replace("priority: 3,", "priority: 3, skills: zh >= 3,")  # of the menu's callers; the entries' need nothing
SKILLS = st.sampled_from([(), ("zh=2",), ("zh=9",), ("zh=3", "trainee")])
RINGS = ["together", "in_turn"]
FIELDS = [
    ("queue:sales", "in"),
    ("queue:sales", "out"),
    ("queue:support", "in"),
    ("skill:zh", "9"),
    ("skill:zh", "out"),
    ("connection", "nailed_up"),
    ("connection", "nailed_up"),
    ("connection", "on_demand"),
]
REASONS = (
    n.BreakReason(name="lunch", limit=5.0, then="ready"),
    n.BreakReason(name="doctor", limit=5.0, then="offline"),
)
TARGETS = ["", "queue:support", "queue:sales", "script:menu", "voicemail:sales", "number:+8621", "queue:none"]
TRUNKS = (NodeName("a"), NodeName("b"))
CAUSES = ("USER_BUSY", "CALL_REJECTED", "NO_ANSWER", "USER_NOT_REGISTERED", "NORMAL_TEMPORARY_FAILURE")


# What may happen to those who wait; the queues may be there or not, and lead round in a circle, which files may not.
WAITING: tuple[dict[str, Any], ...] = (
    {},
    {"rules": ("after 5s: add queue sales", "after 9s: anybody", "after 30s: to voicemail:support")},
    {"rules": ("when waiting > 1: to queue:sales", "at 50% of target: priority +1", "after 20s: to script:menu")},
    {"rules": ("when nobody is logged in: to queue:support", "on joining and when waiting > 2: to number:+8621")},
    {
        "exit_keys": ("1=voicemail:support", "2=queue:sales", "3=number:+8621"),
        "comfort": ("thanks.wav",),
        "announce_position": True,
        "announce_wait": True,
        "announce_first": 3.0,
        "announce_every": 10.0,
    },
)


class People:
    """A part of the model: all that somebody decides. Each method is named as what it does, draws the rest from `data`,
    and gives the floor an order or files."""

    floor: Floor
    switches: dict[str, TinySwitch]
    arrived: int
    files: int
    promised: int

    # ---- people

    def an_agent_is_ready(self, data: st.DataObject) -> None:
        self.give(d.MakeReady(order=OrderId("1"), author="ann", agent=data.draw(st.sampled_from(AGENTS)).agent))

    def an_agent_leaves(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from([d.LogIn, d.LogOut, d.TakeBreak]))
        name = data.draw(st.sampled_from(["li", "wang", "zhao", "nobody"]))
        why = {"reason": data.draw(st.sampled_from(["lunch", "doctor", "?"]))} if order is d.TakeBreak else {}
        self.give(order(order=OrderId("1"), author="ann", agent=AgentId(name), **why))

    def a_leg_is_nailed_up_by_order(self, data: st.DataObject) -> None:
        name = AgentId(data.draw(st.sampled_from(["li", "wang", "zhao", "nobody"])))
        self.give(d.NailUp(order=OrderId("9"), author="ann", agent=name, up=data.draw(st.booleans())))

    def an_agent_wraps_up_otherwise(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from([d.EndWrapup, d.ExtendWrapup]))
        wrapping_up = [name for name, live in self.floor.state.agents.items() if live.state is AgentState.WRAPUP]
        name = data.draw(st.sampled_from([*wrapping_up, AgentId("zhao")]))
        self.give(order(order=OrderId("1"), author="ann", agent=name))

    def a_call_is_ended_by_order(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from([*self.floor.state.calls, CallId("none")]))
        self.give(d.HangUpCall(order=OrderId("2"), author="ann", call=call))

    def an_order_changes_an_agent(self, data: st.DataObject) -> None:
        queues = data.draw(st.lists(st.sampled_from(["support", "sales", "none"]), max_size=2, unique=True))
        name, phone = data.draw(st.sampled_from(["li", "wang", "qian"])), data.draw(st.sampled_from(["1001", "1002"]))
        serves = tuple(QueueName(queue) for queue in queues)
        agent = n.Agent(agent=AgentId(name), phone=phone, queues=serves, skills=data.draw(SKILLS))
        self.give(d.AddAgent(order=OrderId("3"), author="ann", agent=agent))
        self.give(d.MakeReady(order=OrderId("4"), author="ann", agent=agent.agent))

    def a_supervisor_says_what_holds_for_a_queue(self, data: st.DataObject) -> None:
        queue = QueueName(data.draw(st.sampled_from(["support", "sales"])))
        mode = data.draw(st.sampled_from([n.QueueMode.OPEN, *n.QueueMode]))
        takes_all = mode in (n.QueueMode.OPEN, n.QueueMode.PAUSED)
        to = "" if takes_all else data.draw(st.sampled_from(TARGETS))
        until = data.draw(st.sampled_from([0.0, self.floor.now + 7.0]))
        self.give(d.ChangeQueue(order=OrderId("5"), author="ann", queue=queue, mode=mode, to=to, until=until))

    def callers_are_moved_by_order(self, data: st.DataObject) -> None:
        queue, to = QueueName(data.draw(st.sampled_from(["support", "sales"]))), data.draw(st.sampled_from(TARGETS))
        call = data.draw(st.sampled_from([CallId(""), *self.floor.state.calls]))
        self.give(d.MoveCallers(order=OrderId("6"), author="ann", queue=queue, to=to, call=call))

    def an_order_changes_a_field_of_an_agent(self, data: st.DataObject) -> None:
        name = AgentId(data.draw(st.sampled_from(["li", "wang", "zhao"])))
        field, value = data.draw(st.sampled_from(FIELDS))
        until = data.draw(st.sampled_from([0.0, 1.5, 30.0]))
        if data.draw(st.booleans()):
            self.give(d.FollowFiles(order=OrderId("5"), author="ann", agent=name))
        changes = (n.AgentChange(field=field, value=value),)
        until = until and self.floor.now + until
        self.give(d.ChangeAgent(order=OrderId("5"), author="ann", agent=name, changes=changes, until=until))

    # ---- own calls

    def a_phone_dials(self, data: st.DataObject) -> None:
        """A code, a colleague, an entry, an outside number; or what is none of these."""
        self.arrived += 1
        user, called = data.draw(st.sampled_from(["1001", "1002", "1003", "1009"])), data.draw(st.sampled_from(DIALLED))
        self.node(data).arrive(f"L{self.arrived}", "", user=user, called=called)

    def a_phone_is_in_another_call(self, data: st.DataObject) -> None:
        """It rings, calls or talks without us; mostly the switch says so."""
        switch, told = self.node(data), data.draw(st.integers(0, 3)) > 0
        user, answered = data.draw(st.sampled_from(["1001", "1002", "1003", "7777"])), data.draw(st.booleans())
        ringing = [one for one in switch.others.values() if not one.answered]
        if ringing and answered:
            one = ringing[0]
            switch.other_call(one.leg, one.user, outgoing=one.outgoing, answered=True, told=told)
            return
        self.arrived += 1
        outgoing = data.draw(st.booleans())
        switch.other_call(f"X{self.arrived}", user, outgoing=outgoing, answered=answered, told=told)

    def another_call_is_over(self, data: st.DataObject) -> None:
        switch = self.node(data)
        if switch.others:
            leg = data.draw(st.sampled_from(sorted(switch.others)))
            switch.other_call_over(leg, told=data.draw(st.integers(0, 3)) > 0)

    def an_agent_dials_by_order(self, data: st.DataObject) -> None:
        name = AgentId(data.draw(st.sampled_from(["li", "wang", "zhao"])))
        number = data.draw(st.sampled_from(["13800138000", "13800138000", "110"]))
        self.arrived += 1
        self.give(d.DialOut(order=OrderId(f"dial{self.arrived}"), author="ann", agent=name, number=number))

    def everybody_answers(self, data: st.DataObject) -> None:
        """Whoever is rung: agents, then those whom they dialled or call back."""
        park_first = data.draw(st.booleans())
        for agents in (True, False):
            self.deliver_all()
            for switch in self.switches.values():
                for leg in [one for one in switch.legs.values() if one.doing == RINGING and one.agent is agents]:
                    switch.pick_up(leg, park_first=park_first)

    def a_talk_begins(self, data: st.DataObject) -> None:
        """Somebody calls, everybody is there for him, and whoever is rung answers."""
        self.the_links_are_back(data)
        self.a_caller_arrives(data)
        for agent in AGENTS:
            self.give(d.MakeReady(order=OrderId("1"), author="ann", agent=agent.agent))
        self.everybody_answers(data)

    # ---- talks

    def a_talk_is_ordered_about(self, data: st.DataObject) -> None:
        """Held or taken back, sent on, its recording paused or resumed; or there is no such talk."""
        call, which = self.a_talk(data), data.draw(st.sampled_from(["hold", "transfer", "record"]))
        on = data.draw(st.booleans())
        if which == "hold":
            self.give(d.HoldCall(order=OrderId("9"), author="ann", call=call, on=on))
        elif which == "record":
            self.give(d.PauseRecording(order=OrderId("9"), author="ann", call=call, paused=on))
        else:
            to = data.draw(st.sampled_from([*TARGETS, "agent:li", "agent:zhao"]))
            self.give(d.TransferCall(order=OrderId("9"), author="ann", call=call, to=to))

    def a_guest_is_ordered_about(self, data: st.DataObject) -> None:
        """Rung for a talk, to go on in another mode, or sent away."""
        call, name = self.a_talk(data), AgentId(data.draw(st.sampled_from(["li", "wang", "zhao"])))
        mode = data.draw(st.sampled_from([None, *n.GuestMode]))  # two of them are no supervisor's
        if mode is None:
            self.give(d.LeaveCall(order=OrderId("9"), author="ann", call=call, agent=name))
        else:
            self.give(d.JoinCall(order=OrderId("9"), author="ann", call=call, agent=name, mode=mode))
            if data.draw(st.booleans()):
                self.guests_answer(park_first=data.draw(st.booleans()))

    def an_agent_asks_somebody(self, data: st.DataObject) -> None:
        """An agent by name, one of a queue, an outside number; mostly it is answered, and then something is settled."""
        call, how = self.a_talk(data), data.draw(st.sampled_from([None, None, *n.Settling]))
        if how is not None:
            self.give(d.SettleConsult(order=OrderId("9"), author="ann", call=call, how=how))
            return
        to = data.draw(st.sampled_from(["agent:li", "agent:wang", "agent:zhao", "queue:support", "number:+8621"]))
        self.give(d.ConsultCall(order=OrderId("9"), author="ann", call=call, to=to))
        if data.draw(st.booleans()):
            self.guests_answer(park_first=data.draw(st.booleans()))
            self.deliver_all()

    def guests_answer(self, *, park_first: bool) -> None:
        """Whoever is rung for a talk takes it at once."""
        self.deliver_all()
        for switch in self.switches.values():
            for leg in [one for one in switch.legs.values() if one.leg in self.floor.state.guests]:
                if leg.doing == RINGING:
                    switch.pick_up(leg, park_first=park_first)

    def a_talk(self, data: st.DataObject) -> CallId:
        """A call, mostly one that talks."""
        calls = self.floor.state.calls.values()
        talks = [call.call for call in calls if call.place is n.CallPlace.TALKING]
        return data.draw(st.sampled_from(talks or [*self.floor.state.calls, CallId("none")]))

    def a_priority_is_set(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from([*self.floor.state.calls, CallId("none")]))
        priority = data.draw(st.sampled_from([0, 7, 100, 101]))
        self.give(d.SetPriority(order=OrderId("9"), author="ann", call=call, priority=priority))

    # ---- promises

    def a_call_is_promised(self, data: st.DataObject) -> None:
        """By a supervisor: in line at once, or for later. One of the numbers is that of all callers."""
        queue = data.draw(st.sampled_from(["support", "sales", "none"]))
        number = data.draw(st.sampled_from(["138001", "138002", "", "anonymous", "300"]))
        at = data.draw(st.sampled_from([0.0, self.floor.now + 5.0]))
        self.promised += 1
        name = OrderId(f"promise{self.promised}")
        self.give(d.AddCallback(order=name, author="ann", queue=queue, number=number, at=at))

    def a_promise_is_cancelled(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from([*self.floor.state.promises, CallId("none")]))
        self.give(d.CancelCallback(order=OrderId("7"), author="ann", promise=name))

    def a_customer_answers(self, data: st.DataObject) -> None:
        if found := self.pick(data, agent=False, doing=RINGING):
            found[0].pick_up(found[1], park_first=data.draw(st.booleans()))

    def a_customer_is_not_had(self, data: st.DataObject) -> None:
        if found := self.pick(data, agent=False, doing=RINGING):
            found[0].end(found[1], data.draw(st.sampled_from(CAUSES)), by_phone=True)

    def a_customer_answers_as_his_agent_goes(self, data: st.DataObject) -> None:
        """The two at once, in either order."""
        if found := self.pick(data, agent=False, doing=RINGING):
            switch, customer = found
            self.deliver_all()
            if customer.leg not in switch.legs:
                return
            agents = [leg for leg in switch.legs.values() if leg.agent and leg.call == customer.call]
            customer_first = data.draw(st.booleans())
            if customer_first:
                switch.pick_up(customer, park_first=False)
            for leg in agents:
                switch.end(leg, by_phone=True)
            if not customer_first:
                switch.pick_up(customer, park_first=False)

    # ---- files

    def files_are_read(self, data: st.DataObject) -> None:
        """Queues, agents and entries come and go; nothing names what is not there, for such files are refused."""
        queues = data.draw(st.sampled_from([("support", "sales"), ("support", "sales"), ("support",), ("sales",)]))
        agents = []
        for name in data.draw(st.sampled_from([("li", "wang", "zhao"), ("li", "wang"), ("zhao",), ("li", "sun"), ()])):
            serves = data.draw(st.lists(st.sampled_from(queues), max_size=2, unique=True))
            lines, skills = tuple(map(QueueName, serves)), data.draw(SKILLS)
            more = {"phones": data.draw(st.sampled_from([(), ("1004",)])), "ring": data.draw(st.sampled_from(RINGS))}
            more["takes"] = data.draw(st.sampled_from(["one_order", "first_queue"]))
            agents.append(
                n.Agent(agent=AgentId(name), phone=PHONES.get(name, "1003"), queues=lines, skills=skills, **more)
            )
        leads = {
            name: data.draw(st.sampled_from([*queues, "menu", ""])) for name in ("support", "sales", "vip", "menu")
        }
        known = {name: to for name, to in leads.items() if to}
        text = TEXT if "support" in queues else TEXT.replace("queue: support", "queue: sales")
        self.files += 1
        files = settings_of(
            agents,
            hash=f"h{self.files}",
            queues=tuple(
                n.Queue(
                    name=QueueName(queue),
                    skills=data.draw(st.sampled_from(["", "not trainee"])),
                    prefers=data.draw(st.sampled_from(["", "", "zh >= 3, trainee"])),
                    strategy=data.draw(st.sampled_from(["longest_idle", "ring_all", *STRATEGIES])),
                    ring_most=2,
                    order=(AgentId("zhao"), AgentId("li")),
                    sticky_for=data.draw(st.sampled_from([0.0, 0.0, 600.0])),
                    sticky_wait=3.0,
                    record=data.draw(st.booleans()),
                    **data.draw(st.sampled_from(WAITING)),
                )
                for queue in queues
            ),
            entries=tuple(
                n.Entry(name=name, script="menu" if to == "menu" else "", queue=QueueName("" if to == "menu" else to))
                for name, to in known.items()
            )
            + ((OF_ZHAO,) if "sales" in queues else ()),
            dialling=DIALLING,
            scripts=(script("menu", text),),
            guard=data.draw(st.sampled_from([0.0, 0.0, 2.0])),
            reasons=REASONS,
            trunks=data.draw(st.sampled_from([TRUNKS, TRUNKS, TRUNKS[:1], ()])),
        )
        self.give(f.SettingsLoaded(settings=files))
