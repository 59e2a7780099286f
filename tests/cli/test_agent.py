"""`ccswitch agent`."""

from __future__ import annotations

import json

import pytest

from ccswitch.model.orders import TakeBreak
from tests.cli.conftest import Run
from tests.desk.fakes import Fakes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["login", "li"], "agent li: break (login)\n"),
        (["ready", "li"], "agent li: ready\n"),
        (["break", "li", "--reason", "午餐"], "agent li: break (午餐)\n"),
        (["logout", "li"], "agent li: offline\n"),
    ],
)
def test_a_change_prints_what_changed(run: Run, fakes: Fakes, arguments: list[str], said: str):
    result = run("agent", *arguments)
    assert (result.exit_code, result.stdout) == (0, said)
    assert [order.author for order in fakes.floor.orders] == ["wang"]


def test_a_change_as_json(run: Run, fakes: Fakes):
    document = json.loads(run("agent", "break", "li", "--json").stdout)
    (order,) = fakes.floor.orders
    assert isinstance(order, TakeBreak)
    assert document == {"order": order.order, "author": "wang", "what": "agent li: break"}


def test_an_agent_is_taken_on_and_his_password_shown_once(run: Run, fakes: Fakes):
    arguments = ["agent", "add", "sun", "--phone", "1009", "--name", "Sun Li", "--queue", "sales", "--queue", "support"]
    first, second = run(*arguments).stdout.splitlines()
    assert first == "agent sun: phone 1009, sales, support"
    assert second.startswith("SIP user 1009, password (shown this once): ")
    assert fakes.floor.state().agents["sun"].agent.name == "Sun Li"
    assert run(*arguments).stdout.splitlines() == [first]


def test_a_password_is_asked_for_and_not_echoed(run: Run, fakes: Fakes):
    result = run("agent", "add", "sun", "--phone", "1009", "--password", "-", input="correct-horse\n")
    assert result.exit_code == 0
    assert "correct-horse" not in result.output
    assert fakes.records.secrets["sun"][0] == "1009"


def test_one_password_is_enough(run: Run):
    assert run("agent", "add", "sun", "--password", "correct-horse", "--new-password").exit_code == 2


def test_agents_as_lines(run: Run):
    run("agent", "ready", "li")
    head, chen, li, _zhao = run("agent", "list").stdout.splitlines()
    assert head == "agent\tname\tstatus\tstate\tfor\tcaller\tphone\tqueues\tnote"
    assert chen.split("\t")[2:4] == ["offline", "idle"]
    assert li.split("\t") == ["li", "Li Wei", "ready", "idle", "0:00", "", "1001", "sales", "takes the next call"]


def test_one_agent(run: Run):
    shown = dict(line.split("\t", 1) for line in run("agent", "show", "li").stdout.splitlines())
    assert (shown["name"], shown["status"], shown["next call"]) == ("Li Wei", "offline", "offline")
    assert "call" not in shown
    assert run("agent", "show", "nobody").exit_code == 4
