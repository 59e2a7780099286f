"""Why a promise is not kept yet, in sentences, wherever it is."""

from __future__ import annotations

from ccswitch.floor.explaining import explain_call
from ccswitch.floor.explaining_promises import explain_promise
from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model.ids import AgentId, NodeName, QueueName
from tests.floor.callbacks import NUMBER, Dialled, Ringing, floor_with_gateway, promised
from tests.floor.floors import Floor


def why(floor: Floor) -> tuple[str, ...]:
    """What is said of the one promise."""
    [name] = floor.state.promises
    return explain_promise(floor.state, name, floor.now)


def test_in_line_it_is_said_where_and_of_each_agent_why_not() -> None:
    # Given a caller who came first, a promise behind him, and Li on break
    queues = (n.Queue(name=QueueName("support"), rules=("after 60s: priority +1",)), n.Queue(name=QueueName("sales")))
    floor = floor_with_gateway(queues=queues)
    floor.ready("li")
    floor.order(d.TakeBreak, agent=AgentId("li"), reason="lunch")
    floor.parked("L1")
    floor.wait(5.0)
    promised(floor)
    floor.wait(10.0)
    said = why(floor)
    assert said[0] == f"{NUMBER} is promised a call by queue support; he was not rung yet."
    assert said[1] == "Stands in line at place 2 of 2; waiting 10.0 s."
    assert "li: break (lunch)." in said
    assert "Next rule in 50 s: after 60s: priority +1." in said
    assert said[-1] == f"It expires in {n.Queue(name=QueueName('q')).callback_within - 10:.0f} s."


def test_a_queue_that_is_paused_and_a_node_that_is_away() -> None:
    floor = floor_with_gateway()
    promised(floor)
    floor.order(d.ChangeQueue, queue=QueueName("support"), mode=n.QueueMode.PAUSED)
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    assert "Queue support is paused: nobody is called." in why(floor)
    assert "No node that has a gateway can be reached now." in why(floor)


def test_while_an_agent_is_rung_the_customer_is_and_the_next_try_is_to_come() -> None:
    ringing = Ringing()
    assert why(ringing.floor)[1] == f"Call {ringing.call} is under way for it; agent: li."
    dialled = Dialled()
    assert why(dialled.floor)[1] == f"He is rung by call {dialled.call}; agent: li."
    assert any(f"promise {dialled.promise}" in line for line in explain_call(dialled.floor.state, dialled.call, 0.0))
    dialled.floor.ended(dialled.customer, cause="USER_BUSY")
    dialled.floor.ended(dialled.agent)
    said = why(dialled.floor)
    assert said[0].endswith("1 of 3 tries were in vain.") and said[1] == "Try 2 comes in 300 s."


def test_one_for_later_and_none() -> None:
    floor = floor_with_gateway()
    promised(floor, at=floor.now + 3600.0)
    assert why(floor)[1] == "Its time comes in 3600 s."
    assert explain_promise(floor.state, "gone", floor.now) == ()
