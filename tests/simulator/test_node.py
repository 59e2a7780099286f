"""API commands about the node: show, variables, stores."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest

from ccswitch.simulator.callers import SimCaller
from ccswitch.simulator.phones import answers, unregistered
from ccswitch.simulator.switch import SimulatedSwitch
from tests.simulator.esl_client import EslClient, eventually


def test_show_lags_a_little_and_then_tells_the_truth(switch: SimulatedSwitch, client: EslClient) -> None:
    # Given a database inside the switch that lags behind
    switch.core.db.delay = 60
    caller = switch.call()
    client.wait_event(Event_Name="CHANNEL_PARK")
    # When it is asked at once, the call is not there yet
    assert client.api("show channels as json") == '{"row_count": 0}\n'
    assert client.api(f"uuid_exists {caller.uuid}") == "true"
    # Then, once the database has caught up, it is
    switch.core.db.delay = 0.011
    told = (caller.uuid, "CS_EXECUTE", "park")
    eventually(lambda: told in _shown(client))
    assert client.api("show channels count") == "\n1 total.\n"
    assert orjson.loads(client.api("show calls count as json")) == {"row_count": 1}
    caller.hangup()
    eventually(lambda: client.api("show channels") == "\n0 total.\n")


def test_registrations(switch: SimulatedSwitch, client: EslClient) -> None:
    switch.phone("1001")
    switch.phone("1002", unregistered())
    client.ask("event json CUSTOM sofia::register sofia::unregister")
    rows = orjson.loads(client.api("show registrations as json"))["rows"]
    assert [row["reg_user"] for row in rows] == ["1001"]
    switch.register("1002")
    event = client.wait_event(Event_Subclass="sofia::register")
    assert event["from-user"] == "1002"
    assert orjson.loads(client.api("show registrations as json"))["row_count"] == 2
    assert client.api("sofia_contact 1003@x") == "error/user_not_registered"


def test_node_variables_and_stores(client: EslClient) -> None:
    assert client.api("global_setvar ccs_beat=1") == "+OK"
    assert client.api("global_getvar ccs_beat") == "1"
    assert client.api("global_getvar nothing") == "-ERR no reply\n"
    assert client.api("db insert/ccs_agent/1001/hash") == "+OK"
    assert client.api("db select/ccs_agent/1001") == "hash"
    assert client.api("hash select/ccs_agent/1001") == "-ERR no reply\n"
    assert client.api("db list/ccs_agent") == "1001"
    assert client.api("db delete/ccs_agent/1001") == "+OK"
    assert client.api("eval ${hostname}") == "sim"
    assert client.api("expand global_getvar ${none}hostname") == "sim"


def test_a_checked_variable_refuses_an_expansion_and_uuid_setvar_does_not_check(
    switch: SimulatedSwitch, client: EslClient, answered: Callable[..., SimCaller]
) -> None:
    caller = answered()
    channel = switch.channels[caller.uuid]
    client.execute(caller.uuid, "set", r"evil=\${hostname}", "s")
    client.wait_event(Event_Name="CHANNEL_EXECUTE_COMPLETE", Application_UUID="s")
    assert channel.get("evil") is None
    client.api(f"uuid_setvar {caller.uuid} evil ${{hostname}}")
    assert channel.get("evil") == "${hostname}"


@pytest.mark.parametrize(
    "command", ["status", "version", "uptime", "sofia status", "fsctl shutdown_check", "reloadxml"]
)
def test_commands_that_doctor_asks(client: EslClient, command: str) -> None:
    assert not client.api(command).startswith("-ERR")


def test_modules(client: EslClient) -> None:
    assert client.api("module_exists mod_lua") == "true"
    assert client.api("module_exists mod_nothing") == "false"
    assert client.api("load mod_lua").endswith("+OK\n")


def test_a_paused_switch_refuses_calls(switch: SimulatedSwitch, client: EslClient) -> None:
    client.api("fsctl pause")
    caller = switch.call()
    assert (caller.state, caller.cause) == ("ended", "NORMAL_TEMPORARY_FAILURE")
    client.api("fsctl resume")
    switch.call()
    client.wait_event(Event_Name="CHANNEL_PARK")


def test_scripts(switch: SimulatedSwitch, client: EslClient) -> None:
    ran: list[str] = []
    switch.script("hello.lua", ran.append)
    assert client.api("luarun hello.lua a b") == "+OK\n"
    assert client.api("luarun nowhere.lua") == "+OK\n"
    assert ran == ["a b"]
    assert switch.core.scripts.unknown == ["nowhere.lua"]


def test_uuid_commands_on_a_call(
    switch: SimulatedSwitch, client: EslClient, answered: Callable[..., SimCaller]
) -> None:
    switch.phone("1001", answers(0.05))
    caller = switch.call()
    client.wait_event(Event_Name="CHANNEL_PARK")
    assert client.api(f"uuid_answer {caller.uuid}").startswith("+OK")
    assert caller.state == "answered"
    assert client.api(f"uuid_hold {caller.uuid}") == "+OK Success\n"
    assert client.api(f"uuid_hold off {caller.uuid}") == "+OK Success\n"
    client.wait_event(Event_Name="CHANNEL_UNHOLD")
    assert client.api(f"uuid_park {caller.uuid}") == "+OK\n"
    client.wait_event(Event_Name="CHANNEL_PARK", Channel_State="CS_PARK")
    client.api(f"uuid_send_dtmf {caller.uuid} 12")
    assert caller.dtmf == "12"


def _shown(client: EslClient) -> list[tuple[str, str, str]]:
    rows = orjson.loads(client.api("show channels as json")).get("rows", [])
    return [(row["uuid"], row["state"], row["application"]) for row in rows]
