"""Skills on the floor: a call goes to who can do what it requires, in the one order of callers."""

from __future__ import annotations

from ccswitch.floor.explaining import explain_call
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, QueueName
from ccswitch.model.nouns import Agent, Queue
from tests.floor.floors import Floor, a_floor, script

TEXT = """\
steps:
  help: {queue: support, skills: lang.zh >= 5}
"""


def person(name: str, *skills: str) -> Agent:
    return Agent(agent=AgentId(name), phone="1001", queues=(QueueName("support"),), skills=skills)


def centre(*agents: Agent, ready: bool = True, queue: str = "") -> Floor:
    """Entry `menu` requires Chinese, entry `support` what the queue does."""
    queues = (Queue(name=QueueName("support"), skills=queue), Queue(name=QueueName("sales")))
    return a_floor(*agents, scripts=(script(text=TEXT),), ready=ready, queues=queues)


def offered(floor: Floor) -> list[tuple[str, str]]:
    return [(offer.call, offer.agent) for offer in floor.everything(o.OfferMade)]


def test_the_longest_idle_of_those_who_can_do_it() -> None:
    # Given Li who has been idle longest and speaks little Chinese, and Zhao and Chen who do
    floor = centre(person("li", "lang.zh=2"), person("zhao", "lang.zh=5"), person("chen", "lang.zh=9"))
    # When a caller needs it
    floor.parked("L1", entry="menu")
    # Then Zhao is rung
    assert offered(floor) == [("L1", "zhao")]


def test_who_needs_nothing_special_does_not_wait_for_a_specialist() -> None:
    # Given a caller who needs Chinese, which nobody free speaks, and one who came later and does not
    floor = centre(person("li"), person("zhao", "lang.zh=9"), ready=False)
    floor.parked("L1", entry="menu")
    floor.parked("L2", entry="support")
    # When Li is free
    floor.ready("li")
    # Then he takes the second; the first keeps his place until Zhao comes
    assert offered(floor) == [("L2", "li")]
    floor.ready("zhao")
    assert offered(floor)[1:] == [("L1", "zhao")]


def test_a_specialist_takes_callers_in_their_order() -> None:
    # Given a caller without requirement, and one behind him with it
    floor = centre(person("zhao", "lang.zh=9"), ready=False)
    floor.parked("L1", entry="support")
    floor.wait(1.0)
    floor.parked("L2", entry="menu")
    # When a specialist is free, the one order holds: who came first is served first
    floor.ready("zhao")
    assert offered(floor) == [("L1", "zhao")]


def test_what_the_queue_requires_and_what_the_script_does_are_both_required() -> None:
    floor = centre(person("li", "lang.zh=9", "trainee"), person("zhao", "lang.zh=9"), queue="not trainee")
    floor.parked("L1", entry="menu")
    assert offered(floor) == [("L1", "zhao")]
    assert floor.call("L1").requires == "(not trainee) and (lang.zh >= 5)"


def test_a_skill_learned_while_a_caller_waits_helps_at_once() -> None:
    # Given a caller whom nobody can help
    floor = centre(person("li"))
    floor.parked("L1", entry="menu")
    assert offered(floor) == []
    assert "0 of the 1 agents of support can do that" in " ".join(explain_call(floor.state, "L1", floor.now))
    # When a supervisor gives Li the skill
    floor.order(d.AddAgent, agent=person("li", "lang.zh=6"))
    # Then he is rung
    assert offered(floor) == [("L1", "li")]


def test_who_is_refused_by_one_goes_back_to_his_line() -> None:
    # Given a caller who is offered to the only one who can
    floor = centre(person("li"), person("zhao", "lang.zh=9"))
    floor.parked("L1", entry="menu")
    leg = floor.agent_leg("L1")
    # When that phone is busy
    floor.ended(leg, "USER_BUSY")
    # Then Li, who is free and cannot, is not rung, and later Zhao is again
    assert floor.call("L1").offer == ""
    floor.wait(15.0)
    assert [agent for _, agent in offered(floor)] == ["zhao", "zhao"]


def test_recovery_knows_what_was_required() -> None:
    floor = centre(person("li"), person("zhao", "lang.zh=9"), ready=False)
    floor.parked("L1", entry="menu")
    again = floor.replayed()
    assert again == floor.state
    assert again.waiting.keys() == {"support?lang.zh >= 5"}
