"""What people see of the floor, on floors that the real brain keeps."""

from __future__ import annotations

from ccswitch.floor.apply import apply
from ccswitch.floor.boards.agents import agent_boards
from ccswitch.floor.boards.calls import call_board, call_boards
from ccswitch.floor.boards.nodes import node_boards
from ccswitch.floor.boards.queues import queue_boards, queue_view
from ccswitch.floor.decide import decide, next_due
from ccswitch.floor.explaining import explain_call
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName, OrderId, QueueName
from ccswitch.model.nouns import Agent, CallPlace, Entry, FloorSettings, Queue

NODE, SALES, SUPPORT = NodeName("pbx1"), QueueName("sales"), QueueName("support")
LI, ZHAO = AgentId("li"), AgentId("zhao")

SETTINGS = FloorSettings(
    hash="h1",
    nodes=(NODE, NodeName("pbx2")),
    queues=(Queue(name=SALES), Queue(name=SUPPORT)),
    agents=(
        Agent(agent=ZHAO, phone="1002", queues=(SALES,)),
        Agent(agent=LI, name="Li Wei", phone="1001", queues=(SALES, SUPPORT)),
    ),
    entries=(Entry(name="main", queue=SALES), Entry(name="vip", queue=SALES, priority=5)),
)


class Floor:
    """A State that the real brain keeps."""

    def __init__(self) -> None:
        self.state = State()
        self.give(0.0, f.SettingsLoaded(settings=SETTINGS))
        self.give(0.0, f.NodeUp(node=NODE, core="core"))
        self.give(0.0, f.LegsSeen(node=NODE, core="core", asked_at=0.0, legs=()))

    def give(self, now: float, *inputs: f.Fact | d.Order) -> None:
        for given in inputs:
            for outcome in decide(self.state, given, now).outcomes:
                apply(self.state, outcome, now)
        due = next_due(self.state)
        if due is not None and due <= now:
            self.give(now, f.TimePassed())

    def arrives(self, now: float, call: str, entry: str = "main") -> None:
        self.give(
            now, f.LegParked(leg=LegId(call), node=NODE, call=CallId(call), entry=entry, caller_number=f"n-{call}")
        )

    def ready(self, now: float, agent: AgentId) -> None:
        self.give(now, d.LogIn(order=OrderId("o"), author="t", agent=agent))
        self.give(now, d.MakeReady(order=OrderId("o"), author="t", agent=agent))

    def rings(self, now: float) -> LegId:
        """The phone of the only offer rings."""
        (offer,) = self.state.offers.values()
        self.give(now, f.LegRinging(leg=offer.leg))
        return offer.leg

    def talks(self, now: float) -> None:
        """The agent of the only offer answers and is joined to his caller."""
        (offer,) = self.state.offers.values()
        agent_leg = f.LegParked(leg=offer.leg, node=NODE, call=offer.call, agent_leg=True)
        joined = f.LegsJoined(leg=LegId(offer.call), other=offer.leg)
        self.give(now, f.LegAnswered(leg=offer.leg), agent_leg, joined)


def test_a_queue_s_board_counts_callers_and_agents() -> None:
    # Given one agent who talks, one on break, and two callers who wait
    floor = Floor()
    floor.ready(0.0, LI)
    floor.arrives(10.0, "a")
    floor.talks(15.0)
    floor.give(15.0, d.TakeBreak(order=OrderId("o"), author="t", agent=ZHAO, reason="lunch"))
    floor.arrives(20.0, "b")
    floor.arrives(25.0, "c")
    # When the boards are asked for at 60
    sales, support = queue_boards(floor.state, 60.0)
    # Then each is counted once, and Li, who serves both queues, stands in both
    assert (sales.waiting, sales.offered, sales.longest_wait, sales.talking) == (2, 0, 40.0, 1)
    assert (sales.agents, sales.free, sales.talking_agents, sales.on_break, sales.wrapup) == (2, 0, 1, 1, 0)
    assert (support.waiting, support.longest_wait, support.talking) == (0, 0.0, 0)
    assert (support.agents, support.talking_agents) == (1, 1)


def test_a_caller_whose_agent_is_being_rung_still_waits() -> None:
    floor = Floor()
    floor.ready(0.0, LI)
    floor.arrives(10.0, "a")
    (sales, _) = queue_boards(floor.state, 12.0)
    assert (sales.waiting, sales.offered, sales.free) == (1, 1, 0)


def test_callers_stand_in_the_order_of_service() -> None:
    # Given two callers, and then one with a higher priority
    floor = Floor()
    floor.arrives(10.0, "b")
    floor.arrives(11.0, "a")
    floor.arrives(12.0, "v", entry="vip")
    # When the queue is looked at
    view = queue_view(floor.state, "sales", 20.0)
    # Then priority goes first, then arrival; the same as the brain's own line
    assert view is not None
    assert [(caller.call, caller.position) for caller in view.callers] == [("v", 1), ("b", 2), ("a", 3)]
    assert [caller.call for caller in view.callers] == [place.call for place in floor.state.waiting[SALES]]
    assert [agent.agent for agent in view.agents] == [LI, ZHAO]
    assert [call.position for call in call_boards(floor.state)] == [2, 3, 1]


def test_a_queue_that_left_the_settings_is_shown_while_somebody_waits_in_it() -> None:
    floor = Floor()
    floor.arrives(10.0, "a")
    # an agent whom an order gave this queue serves it on
    floor.give(10.0, d.AddAgent(order=OrderId("o"), author="t", agent=Agent(agent=ZHAO, queues=(SALES,))))
    floor.give(11.0, f.SettingsLoaded(settings=FloorSettings(hash="h2", queues=(Queue(name=SUPPORT),))))
    assert [(board.queue, board.waiting) for board in queue_boards(floor.state, 12.0)] == [("support", 0), ("sales", 1)]
    assert queue_view(floor.state, "sales", 12.0) is not None
    assert queue_view(floor.state, "nope", 12.0) is None


def test_an_agent_s_note_says_what_keeps_him_from_the_next_call() -> None:
    # Given Li, who is ready and talks, and says break meanwhile; and Zhao, who let a phone ring out
    floor = Floor()
    notes = lambda now: {board.agent: board.note for board in agent_boards(floor.state, now)}  # noqa: E731
    assert notes(0.0) == {LI: "offline", ZHAO: "offline"}
    floor.ready(1.0, LI)
    assert notes(2.0)[LI] == "takes the next call"
    floor.arrives(10.0, "a")
    floor.rings(11.0)
    assert notes(11.0)[LI] == "ringing"
    floor.talks(12.0)
    floor.give(13.0, d.TakeBreak(order=OrderId("o"), author="t", agent=LI, reason="lunch"))
    assert notes(14.0)[LI] == "talking, then break (lunch)"
    floor.ready(20.0, ZHAO)
    floor.arrives(21.0, "b")
    (offer,) = floor.state.offers.values()
    floor.give(22.0, f.LegEnded(leg=offer.leg, cause="USER_BUSY"))
    # Then the rest is told with its reason, and ends
    board = {board.agent: board for board in agent_boards(floor.state, 23.0)}[ZHAO]
    assert board.note == "rests for 9 s: phone was busy"
    assert (board.free, board.rest_until) == (False, 32.0)


def test_a_talking_call_names_its_agent_and_has_no_position() -> None:
    floor = Floor()
    floor.ready(0.0, LI)
    floor.arrives(10.0, "a")
    offered = call_board(floor.state, "a")
    floor.talks(15.0)
    talking = call_board(floor.state, "a")
    assert offered is not None and talking is not None
    assert (offered.place, offered.agent, offered.position, offered.waiting_since) == (CallPlace.WAITING, LI, 1, 10.0)
    assert (talking.place, talking.agent, talking.position, talking.waiting_since) == (CallPlace.TALKING, LI, 0, 0.0)
    assert talking.legs == ("a", "a-a3")
    assert call_board(floor.state, "x") is None


def test_nodes_are_up_syncing_or_down() -> None:
    floor = Floor()
    floor.arrives(1.0, "a")
    assert [(node.node, node.state, node.calls) for node in node_boards(floor.state)] == [
        ("pbx1", "up", 1),
        ("pbx2", "down", 0),
    ]
    floor.give(2.0, f.NodeDown(node=NODE, why="reset"))
    floor.give(3.0, f.NodeUp(node=NODE, core="core"))
    assert node_boards(floor.state)[0].state == "syncing"


def test_why_a_caller_waits() -> None:
    # Given a caller and nobody there
    floor = Floor()
    floor.arrives(10.0, "a")
    assert explain_call(floor.state, "a", 30.0) == (
        "The caller waits in sales, for 20 s.",
        "Position 1 by arrival; waiting 20.0 s.",
        "No agent of sales is free: 2 offline.",
        "li: offline.",
        "zhao: offline.",
    )
    # When an agent gets ready and is rung
    floor.ready(31.0, LI)
    sentences = explain_call(floor.state, "a", 32.0)
    # Then the offer stands there with its own reason
    assert sentences[2].startswith("Offered to li (the only free agent, idle 0 s;")
    # And once he talks, that is all there is to say
    floor.talks(33.0)
    assert explain_call(floor.state, "a", 40.0) == ("The caller talks with li, for 7 s.",)


def test_a_caller_on_a_node_that_is_away_is_told_so() -> None:
    floor = Floor()
    floor.arrives(10.0, "a")
    floor.give(11.0, f.NodeDown(node=NODE, why="reset"))
    assert explain_call(floor.state, "a", 12.0)[-1].startswith("Node pbx1 cannot be reached now")


def test_a_call_that_is_not_live_has_no_explanation() -> None:
    assert explain_call(Floor().state, "a", 1.0) == ()


def test_looking_changes_nothing() -> None:
    floor = Floor()
    floor.ready(0.0, LI)
    floor.arrives(10.0, "a")
    before = repr(floor.state)
    queue_boards(floor.state, 20.0)
    queue_view(floor.state, "sales", 20.0)
    agent_boards(floor.state, 20.0)
    call_boards(floor.state)
    node_boards(floor.state)
    explain_call(floor.state, "a", 20.0)
    assert repr(floor.state) == before
