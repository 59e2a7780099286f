"""One controller, two FreeSWITCH servers: legs stay on the caller's node, and a node's trouble stays its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ccswitch.controller import bootstrap
from ccswitch.controller import config as configuration
from ccswitch.controller.bootstrap import Controller
from ccswitch.model import orders as d
from ccswitch.model.ids import AgentId, NodeName, OrderId
from ccswitch.model.nouns import CallPlace, CallResult
from ccswitch.records import agents as agent_records
from ccswitch.records import queries
from ccswitch.records.migrate import upgrade
from ccswitch.simulator.phones import answers
from ccswitch.simulator.switch import SimulatedSwitch
from ccswitch.switch.dialplan import render
from tests.controller.waiting import PATIENCE, soon
from tests.servers import free_port

NODES = ("north", "south")
A1 = "0123456789abcdef0123456789abcdef"
SETTINGS = """\
[[node]]
name = "north"
port = {north}
[[node]]
name = "south"
port = {south}
[store]
url = "sqlite:///{folder}/records.db"
[journal]
dir = "journal"
[desk]
port = {desk}
[[queue]]
name = "support"
wrapup = 0.1
[[agent]]
id = "li"
phone = "1001"
queues = ["support"]
[[entry]]
name = "support"
dids = ["4001"]
queue = "support"
[ivr]
dir = "scripts"
[log]
level = "warning"
"""


@pytest.fixture
def switches() -> Iterator[dict[str, SimulatedSwitch]]:
    with SimulatedSwitch(seed=1) as north, SimulatedSwitch(seed=2) as south:
        yield {"north": north, "south": south}


@pytest.fixture
def controller(
    tmp_path: Path, switches: dict[str, SimulatedSwitch], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Controller]:
    """A controller in step with both nodes; Li is ready and has a phone on each."""
    monkeypatch.setattr(bootstrap, "RECORDS_WITHIN", 0.5)
    ports = {name: switch.port for name, switch in switches.items()}
    file = tmp_path / "ccswitch.toml"
    (tmp_path / "scripts").mkdir()
    file.write_text(SETTINGS.format(**ports, folder=tmp_path, desk=free_port()))
    config = configuration.load(file, environ={})
    for node in config.nodes:
        plan = render(config.site(node))
        switches[node.name].use_dialplan([text for path, text in plan.items() if path.startswith("dialplan/")])
        switches[node.name].phone("1001", answers(after=0.05))
    upgrade(config.store.url)
    one = Controller(config)
    one.start()
    soon(lambda: len(one.engine.state.nodes) == 2 and all(node.synced for node in one.engine.state.nodes.values()))
    one.engine.ask(d.MakeReady(order=OrderId("ready"), author="ann", agent=AgentId("li")))
    yield one
    one.stop()


def place(controller: Controller, uuid: str) -> CallPlace | None:
    call = controller.engine.state.calls.get(uuid)  # type: ignore[call-overload]
    return call.place if call else None


@pytest.mark.parametrize("name", NODES)
def test_the_agent_is_dialled_from_the_callers_node(
    controller: Controller, switches: dict[str, SimulatedSwitch], name: str
) -> None:
    # When somebody calls one of the nodes
    caller = switches[name].call(number="13800138000", to="4001")
    soon(lambda: caller.state == "talking")
    # Then both legs are there, and the other node has none
    [other] = [switch for node, switch in switches.items() if node != name]
    assert len(switches[name].channels) == 2
    assert not other.channels
    # And the record says which node it was
    caller.hangup()
    soon(lambda: not controller.engine.state.calls)
    assert controller.feeder.wait_for(controller.engine.n, PATIENCE)
    record = queries.call_record(controller.store, caller.uuid)
    assert record is not None
    assert (record.call["node"], record.call["result"]) == (name, CallResult.ANSWERED.value)


def test_one_agent_is_never_in_two_calls(controller: Controller, switches: dict[str, SimulatedSwitch]) -> None:
    # Given Li, who talks with a caller of the one node
    first = switches["north"].call(number="13800138001", to="4001")
    soon(lambda: first.state == "talking")
    # When somebody calls the other node
    second = switches["south"].call(number="13800138002", to="4001")
    # Then he waits until Li is free
    soon(lambda: place(controller, second.uuid) is CallPlace.WAITING)
    assert len(switches["south"].channels) == 1
    first.hangup()
    soon(lambda: second.state == "talking")


def test_a_node_that_is_away_does_not_stop_the_other(
    controller: Controller, switches: dict[str, SimulatedSwitch]
) -> None:
    # Given a caller who talks on the one node, and one who waits on the other
    talking = switches["north"].call(number="13800138001", to="4001")
    soon(lambda: talking.state == "talking")
    waiting = switches["south"].call(number="13800138002", to="4001")
    soon(lambda: place(controller, waiting.uuid) is CallPlace.WAITING)
    # When the second node is gone and Li gets free
    switches["south"].stop()
    soon(lambda: not controller.engine.state.nodes[NodeName("south")].connected)
    talking.hangup()
    soon(lambda: place(controller, talking.uuid) is None)
    # Then a caller of the first node is served, ahead of the one who cannot be asked
    third = switches["north"].call(number="13800138003", to="4001")
    soon(lambda: third.state == "talking")
    # And when the node is back as another run, its caller is recorded as lost
    switches["south"].start()
    soon(lambda: place(controller, waiting.uuid) is None)
    assert controller.feeder.wait_for(controller.engine.n, PATIENCE)
    record = queries.call_record(controller.store, waiting.uuid)
    assert record is not None
    assert record.call["result"] == CallResult.LOST.value


def test_a_new_account_is_known_on_every_node(controller: Controller, switches: dict[str, SimulatedSwitch]) -> None:
    # Given an account in the records
    secret = agent_records.PhoneSecret(agent=AgentId("wang"), sip_user="1002", a1_hash=A1, realm="ccswitch")
    agent_records.put_phone_secret(controller.store, secret, now=controller.clock.now())
    # When the agent is taken on
    order = d.AddAgent(order=OrderId("add"), author="ann", agent=configured("wang", "1002"))
    controller.engine.ask(order)
    # Then both nodes know him
    for switch in switches.values():
        soon(lambda switch=switch: f"insert/ccs_agent/1002/{A1}" in " ".join(map(str, switch.commands)))


def configured(agent: str, phone: str) -> d.Agent:
    """An agent as somebody ordered him."""
    return d.Agent(agent=AgentId(agent), phone=phone, queues=())
