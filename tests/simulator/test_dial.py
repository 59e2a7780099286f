"""originate: what each phone's manner leads to, and the bridge application that dials out."""

from __future__ import annotations

from collections.abc import Callable

import gevent
import pytest

from ccswitch.simulator.callers import SimCaller
from ccswitch.simulator.phones import Manner, answers, busy, declines, fails, rings_on, unavailable, unregistered
from ccswitch.simulator.switch import SimulatedSwitch
from ccswitch.switch import strings
from tests.controller.waiting import PATIENCE
from tests.simulator.esl_client import EslClient, eventually

Answered = Callable[..., SimCaller]


def job(client: EslClient, dial_string: str, target: str = "&park()", timeout: float = PATIENCE) -> str:
    """The outcome of a bgapi originate."""
    name = f"job-{len(client.replies)}"
    client.ask(f"bgapi originate {dial_string} {target}\nJob-UUID: {name}")
    return client.wait_event(timeout, Event_Name="BACKGROUND_JOB", Job_UUID=name)["_body"]


@pytest.mark.parametrize(
    ("manner", "outcome"),
    [
        (answers(0.1), "+OK leg\n"),
        (busy(), "-ERR USER_BUSY\n"),
        (declines(0.1), "-ERR CALL_REJECTED\n"),
        (unavailable(), "-ERR NO_USER_RESPONSE\n"),
        (fails("NORMAL_TEMPORARY_FAILURE"), "-ERR NORMAL_TEMPORARY_FAILURE\n"),
        (rings_on(), "-ERR NO_ANSWER\n"),
        (unregistered(), "-ERR USER_NOT_REGISTERED\n"),
    ],
)
def test_manners(switch: SimulatedSwitch, client: EslClient, manner: Manner, outcome: str) -> None:
    switch.phone("1001", manner)
    within = 1 if outcome == "-ERR NO_ANSWER\n" else 600
    leg = f"{{origination_uuid=leg,originate_timeout={within},ignore_early_media=true}}user/1001@x"
    assert job(client, leg) == outcome
    # A leg that failed left both its last events; one that was never born left none.
    if outcome.startswith("-ERR USER_NOT"):
        assert not client.of("leg")
    elif outcome.startswith("-ERR"):
        eventually(lambda: client.of("leg", "CHANNEL_DESTROY"))
        assert f"-ERR {client.of('leg', 'CHANNEL_HANGUP_COMPLETE')[0]['Hangup-Cause']}\n" == outcome


@pytest.mark.parametrize(
    ("target", "cause"),
    [
        ("user/4711@x", "SUBSCRIBER_ABSENT"),
        ("sofia/gateway/nowhere/1", "INVALID_GATEWAY"),
        ("sofia/noprofile/1@h", "INVALID_PROFILE"),
        ("sofia/external/1", "INVALID_URL"),
        ("nochannel/x", "CHAN_NOT_IMPLEMENTED"),
        ("error/USER_BUSY", "USER_BUSY"),
    ],
)
def test_targets_that_lead_nowhere(client: EslClient, target: str, cause: str) -> None:
    assert job(client, target) == f"-ERR {cause}\n"


def test_a_uuid_in_use_is_refused(switch: SimulatedSwitch, client: EslClient) -> None:
    switch.phone("1001", answers(0.05))
    assert job(client, "{origination_uuid=leg}user/1001@x") == "+OK leg\n"
    assert job(client, "{origination_uuid=leg}user/1001@x") == "-ERR DESTINATION_OUT_OF_ORDER\n"


def test_an_outside_line_with_early_media(switch: SimulatedSwitch, client: EslClient) -> None:
    # Given a carrier whose lines play ringing as early media before they are answered
    switch.outside(answers(0.4, early_media=True), "carrier")
    # When early media is to be ignored, the answer is waited for; otherwise it counts as one
    assert job(client, "{origination_uuid=a,ignore_early_media=true}sofia/gateway/carrier/139") == "+OK a\n"
    assert client.of("a", "CHANNEL_ANSWER") and client.of("a", "CHANNEL_PROGRESS_MEDIA")
    assert job(client, "{origination_uuid=b}sofia/gateway/carrier/139") == "+OK b\n"
    assert not client.of("b", "CHANNEL_ANSWER")


def test_lines_differ_by_number(switch: SimulatedSwitch, client: EslClient) -> None:
    switch.outside(lambda number: "UNALLOCATED_NUMBER" if number == "1" else answers(0.05), "carrier")
    assert job(client, "sofia/gateway/carrier/1") == "-ERR UNALLOCATED_NUMBER\n"
    assert job(client, "sofia/gateway/carrier/2").startswith("+OK")


def test_who_answers_first_wins_and_the_next_round_follows_a_failure(
    switch: SimulatedSwitch, client: EslClient
) -> None:
    switch.phone("1001", rings_on())
    switch.phone("1002", answers(0.1))
    switch.phone("1003", busy())
    both = "[origination_uuid=slow]user/1001@x,[origination_uuid=quick]user/1002@x"
    assert job(client, both) == "+OK quick\n"
    lost = client.wait_event(Event_Name="CHANNEL_HANGUP_COMPLETE", Unique_ID="slow")
    assert lost["Hangup-Cause"] == "LOSE_RACE"
    assert job(client, "user/1003@x|[origination_uuid=then]user/1002@x") == "+OK then\n"


def test_variables_and_caller_id_reach_the_leg(switch: SimulatedSwitch, client: EslClient) -> None:
    switch.phone("1001", answers(0.05))
    variables = {"origination_uuid": "leg", "origination_caller_id_number": "138", "sip_h_X-Card": "a, 'b' = \\c"}
    client.say(strings.originate("user/1001@x", variables, "job").wire.decode().strip())
    create = client.wait_event(Event_Name="CHANNEL_CREATE", Unique_ID="leg")
    assert create["Caller-Caller-ID-Number"] == "138"
    assert create["variable_sip_h_X-Card"] == "a, 'b' = \\c"


def test_quotes_around_a_value_are_gone_before_the_commas_count(switch: SimulatedSwitch, client: EslClient) -> None:
    switch.phone("1001", answers(0.05))
    job(client, "{origination_uuid=leg,origination_caller_id_name='Li Lei',sip_h_X-Card='a, b'}user/1001@x")
    create = client.of("leg", "CHANNEL_CREATE")[0]
    assert create["Caller-Caller-ID-Name"] == "Li Lei"
    assert create["variable_sip_h_X-Card"] == "a"


def test_an_extension_instead_of_an_application(switch: SimulatedSwitch, client: EslClient) -> None:
    switch.phone("1001", answers(0.05))
    assert job(client, "{origination_uuid=leg}user/1001@x", "7200 XML public") == "+OK leg\n"
    park = client.wait_event(Event_Name="CHANNEL_PARK", Unique_ID="leg")
    assert park["variable_ccs_entry"] == "main"


def test_the_bridge_application_dials_and_talks(switch: SimulatedSwitch, client: EslClient, answered: Answered) -> None:
    switch.outside(answers(0.1), "carrier")
    caller = answered()
    client.execute(caller.uuid, "bridge", "[leg_timeout=60]sofia/gateway/carrier/139", "b")
    eventually(lambda: caller.state == "talking")
    client.api(f"uuid_kill {caller.talked_with[0]}")
    client.wait_event(Event_Name="CHANNEL_UNBRIDGE", Unique_ID=caller.uuid)


def test_the_bridge_application_fails_and_the_dialplan_decides(
    switch: SimulatedSwitch, client: EslClient, answered: Answered
) -> None:
    switch.outside(busy(), "carrier")
    caller = answered()
    client.api(f"uuid_setvar {caller.uuid} continue_on_fail true")
    client.execute(caller.uuid, "bridge", "sofia/gateway/carrier/139", "b")
    done = client.wait_event(Event_Name="CHANNEL_EXECUTE_COMPLETE", Unique_ID=caller.uuid, Application_UUID="b")
    assert done["variable_originate_disposition"] == "USER_BUSY"
    client.api(f"uuid_setvar {caller.uuid} continue_on_fail")
    client.execute(caller.uuid, "bridge", "sofia/gateway/carrier/139")
    eventually(lambda: caller.state == "ended")
    assert caller.cause == "USER_BUSY"


def test_an_agent_who_ends_the_talk_and_one_who_presses_keys(
    switch: SimulatedSwitch, client: EslClient, answered: Answered
) -> None:
    switch.phone("1001", answers(0.05, drops_after_bridge=0.2, keys=((0.1, "1"),)))
    caller = answered()
    job(client, "{origination_uuid=leg}user/1001@x")
    client.wait_event(Event_Name="DTMF", Unique_ID="leg", DTMF_Digit="1")
    client.api(f"uuid_bridge {caller.uuid} leg")
    client.wait_event(Event_Name="CHANNEL_UNBRIDGE")
    assert client.of("leg", "CHANNEL_HANGUP")[0]["Hangup-Cause"] == "NORMAL_CLEARING"
    assert switch.phone("1001").rung == 1 and switch.phone("1001").legs == []


def test_an_agent_who_drops_before_the_bridge(switch: SimulatedSwitch, client: EslClient, answered: Answered) -> None:
    switch.phone("1001", answers(0.05, drops_after_order=0.0))
    caller = answered()
    client.api(f"uuid_setvar {caller.uuid} uuid_bridge_park_on_cancel true")
    job(client, "{origination_uuid=leg}user/1001@x")
    client.api(f"uuid_bridge {caller.uuid} leg")
    client.wait_event(Event_Name="CHANNEL_PARK", Unique_ID=caller.uuid, Channel_State="CS_PARK")
    gevent.sleep(0)
    assert not client.of(caller.uuid, "CHANNEL_BRIDGE")
