"""`ccswitch agent skill | queue | follow | wrapup`."""

from __future__ import annotations

import json

import pytest

from ccswitch.model.ids import AgentId
from ccswitch.model.nouns import AgentChange
from ccswitch.model.orders import ChangeAgent, EndWrapup, ExtendWrapup
from tests.cli.conftest import Run
from tests.desk.fakes import Fakes


@pytest.mark.parametrize(
    ("arguments", "said", "changes"),
    [
        (["skill", "li", "set", "billing=7", "zh=9"], "billing=7, zh=9", [("skill:billing", "7"), ("skill:zh", "9")]),
        (["queue", "li", "add", "support"], "in support", [("queue:support", "in")]),
        (["queue", "li", "drop", "sales"], "not in sales", [("queue:sales", "out")]),
        (["devices", "li", "1012", "sip:li@home"], "phones 1012, sip:li@home", [("phones", "1012, sip:li@home")]),
        (
            ["devices", "li", "--none", "--ring", "in_turn"],
            "phones none, ring in_turn",
            [("phones", ""), ("ring", "in_turn")],
        ),
    ],
)
def test_a_change_of_an_agent(run: Run, fakes: Fakes, arguments: list[str], said: str, changes: list[tuple[str, str]]):
    result = run("agent", *arguments)
    assert (result.exit_code, result.stdout) == (0, f"agent li: {said}\n")
    (order,) = fakes.floor.orders
    assert isinstance(order, ChangeAgent)
    assert (order.author, order.until) == ("wang", 0.0)
    assert order.changes == tuple(AgentChange(field=field, value=value) for field, value in changes)


def test_a_change_is_shown_with_who_said_it_and_taken_back(run: Run, fakes: Fakes):
    # Given a queue by order
    assert run("agent", "queue", "li", "add", "support").exit_code == 0
    # Then the agent is shown with it
    found = json.loads(run("agent", "show", "li", "--json").stdout)["agent"]
    (change,) = found["changes"]
    assert (change["field"], change["value"], change["author"], change["until"]) == ("queue:support", "in", "wang", 0.0)
    assert found["queues"] == ["sales", "support"]
    assert "queue:support\tin\twang" in run("agent", "show", "li").stdout
    # When he is to follow the files: then it is gone
    assert run("agent", "follow", "li").stdout == "agent li: queue:support as in the files\n"
    assert json.loads(run("agent", "show", "li", "--json").stdout)["agent"]["changes"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["skill", "li", "set", "billing"],
        ["skill", "li", "set"],
        ["queue", "li", "add", "sales", "--for", "2h", "--until", "18:00"],
        ["queue", "li", "add", "sales", "--for", "soon"],
        ["wrapup", "li", "extend", "--by", "much"],
        ["devices", "li"],
        ["devices", "li", "1012", "--none"],
        ["devices", "li", "1012", "--ring", "loud"],
    ],
)
def test_what_is_not_understood_is_no_order(run: Run, fakes: Fakes, arguments: list[str]):
    assert run("agent", *arguments).exit_code == 2
    assert fakes.floor.orders == []


def test_a_level_out_of_bounds_and_a_queue_that_is_none_are_refused(run: Run):
    too_good = run("agent", "skill", "li", "set", "billing=11")
    assert too_good.exit_code == 2 and "from 1 to 10: write billing=7" in too_good.stderr
    refused = run("agent", "queue", "li", "add", "care")
    assert refused.exit_code == 1 and "no queue 'care': sales, support" in refused.stderr


def test_wrap_up_is_ended_and_extended_by_order(run: Run, fakes: Fakes):
    for arguments in (["end"], ["extend", "--by", "2m"]):
        refused = run("agent", "wrapup", "li", *arguments)
        assert refused.exit_code == 1 and "agent li is not in wrap-up" in refused.stderr
    end, extend = fakes.floor.orders
    assert isinstance(end, EndWrapup) and isinstance(extend, ExtendWrapup) and extend.by == 120.0


def test_how_his_phone_is_reached_is_changed_and_his_leg_rung(run: Run, fakes: Fakes):
    # Given an agent who is rung on demand
    refused = run("agent", "leg", "li", "up")
    assert refused.exit_code == 1 and "rung on demand" in refused.stderr
    # When he is nailed up for two hours, then that is what is in force
    assert run("agent", "connection", "li", "nailed_up", "--for", "2h").exit_code == 0
    assert fakes.floor.state().agents[AgentId("li")].agent.connection == "nailed_up"
    down = run("agent", "leg", "li", "down")
    assert down.exit_code == 1 and "has no nailed-up leg" in down.stderr


def test_the_report_tells_breaks_by_reason_and_what_the_network_missed(run: Run):
    # Given an agent who has been at lunch since midnight
    document = json.loads(run("agent", "report", "--json").stdout)
    assert document["agents"][0]["breaks"] == {"lunch": document["until"] - document["since"]}
    # When the day is looked at
    head, row, breaks, lunch = filter(None, run("agent", "report").stdout.splitlines())
    # Then his talks, his break with its reason, and what he missed are told
    told = dict(zip(head.split("\t"), row.split("\t"), strict=True))
    assert (told["agent"], told["talking"], told["wrapup"]) == ("li", "1:40", "0:10")
    assert (told["offers"], told["answered"], told["rona"], told["network"]) == ("4", "1", "1", "2")
    assert breaks.split("\t") == ["agent", "break", "for", "paid"]
    assert lunch.split("\t")[:3] == ["li", "lunch", told["break"]]
    assert run("agent", "report", "--since", "soon").exit_code == 2
