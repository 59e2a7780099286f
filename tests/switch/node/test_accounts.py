"""Agents' accounts are made known to a node, and taken away again."""

from __future__ import annotations

import pytest

from ccswitch.errors import StoreError
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId
from ccswitch.simulator.switch import SimulatedSwitch
from ccswitch.switch.node import Account, Node
from tests.simulator.esl_client import EslClient
from tests.switch.fake_peer import soon
from tests.switch.node.conftest import Floor, arrived

A1 = "0123456789abcdef0123456789abcdef"
B1 = "fedcba9876543210fedcba9876543210"


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
