"""One real FreeSWITCH with the rendered files, a caller and an agent as small SIP phones, and what they do there."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from ccswitch.model.nouns import Entry
from tests.live.freeswitch import FreeSwitch
from tests.live.sip_phone import Dialog, SipPhone

STRANGE = "销售 <&\"'>;,={}"
ENTRIES = (
    Entry(name="main", dids=("4000",), queue="sales"),
    Entry(name=STRANGE, dids=("+8610*#", r"^5\d{3}$"), queue="sales"),
)


@pytest.fixture(scope="package")
def shared() -> Iterator[FreeSwitch]:
    """One switch for all tests of this folder."""
    with FreeSwitch(entries=ENTRIES, loglevel="info") as switch:
        yield switch


@pytest.fixture
def switch(shared: FreeSwitch) -> Iterator[FreeSwitch]:
    """The shared switch without calls and without a watchdog."""
    shared.api("sched_del ccs_watchdog")
    beat(shared)
    yield shared
    shared.api("sched_del ccs_watchdog")
    shared.api("hupall")
    shared.wait_for(lambda: not shared.channels(), 5, "calls of the last test are still up")


@pytest.fixture
def caller(switch: FreeSwitch) -> Iterator[SipPhone]:
    """The caller's phone."""
    with SipPhone("caller") as phone:
        yield phone


@pytest.fixture
def agent(switch: FreeSwitch) -> Iterator[SipPhone]:
    """The agent's phone."""
    with SipPhone("agent") as phone:
        yield phone


def beat(switch: FreeSwitch, age: int = 0) -> None:
    """One beat of the controller; an old one when `age` is given."""
    switch.api(f"global_setvar ccs_beat={int(switch.api('strepoch')) - age}")


def run_watchdog(switch: FreeSwitch) -> None:
    """One run, waited for."""
    switch.api("global_setvar ccs_watchdog_ran=0")
    switch.api("luarun ccs_watchdog.lua")
    switch.wait_for(lambda: switch.api("global_getvar ccs_watchdog_ran") != "0", 5, "the watchdog did not run")


def getvar(switch: FreeSwitch, leg: str, name: str) -> str:
    """A variable of the leg, as the switch says it (`_undef_`: none)."""
    return switch.api(f"uuid_getvar {leg} {name}")


def place(switch: FreeSwitch, leg: str) -> tuple[str, str]:
    """The context a leg is in and the application it runs."""
    row = next((row for row in switch.channels() if row["uuid"] == leg), {})
    return row.get("context", ""), row.get("application", "")


def exists(switch: FreeSwitch, leg: str) -> bool:
    """The leg is still there."""
    return switch.api(f"uuid_exists {leg}") == "true"


def arrive(switch: FreeSwitch, phone: SipPhone, number: str = "4000", **header: str) -> tuple[str, Dialog]:
    """A call that rings in; gives its leg, found as the one that was not there before."""
    before = {row["uuid"] for row in switch.channels()}
    dialog = phone.call(number, switch.sip_port, **header)
    assert dialog.ringing.wait(5), "no 180 from the entry"
    leg = switch.wait_for(
        lambda: next(
            (r["uuid"] for r in switch.channels() if r["uuid"] not in before and r["application"] == "park"), None
        ),
        5,
        "the caller is not in park",
    )
    return leg, dialog


def claim(switch: FreeSwitch, leg: str) -> None:
    """Take the caller off his timer and under the watchdog, as the controller does."""
    assert switch.api(f"sched_del {leg}").startswith("+OK Deleted: 1")
    assert switch.api(f"uuid_setvar_multi {leg} ccs_claimed=true;ccs_orphan=false").startswith("+OK")


def waiting(switch: FreeSwitch, phone: SipPhone) -> tuple[str, Dialog]:
    """A claimed, answered caller."""
    leg, dialog = arrive(switch, phone)
    claim(switch, leg)
    switch.api(f"uuid_answer {leg}")
    assert dialog.answered.wait(5)
    return leg, dialog


def dial(switch: FreeSwitch, phone: SipPhone) -> str:
    """An agent's leg, as the controller dials it."""
    leg = str(uuid.uuid4())
    variables = (
        f"origination_uuid={leg},ccs_role=agent,ccs_claimed=true,ccs_wayout=hangup,"
        "force_transfer_context=ccs_transfer,originate_timeout=30"
    )
    switch.api(f"bgapi originate {{{variables}}}sofia/external/{phone.address} &park()")
    assert phone.called.wait(5), "the agent's phone was not called"
    phone.called.clear()
    return leg


def talking(switch: FreeSwitch, caller: SipPhone, agent: SipPhone) -> tuple[str, Dialog, str]:
    """Caller and agent joined; gives both legs and the caller's side."""
    leg, dialog = waiting(switch, caller)
    other = dial(switch, agent)
    switch.wait_for(lambda: place(switch, other)[1] == "park", 5, "the agent's leg is not parked")
    switch.api(f"uuid_bridge {leg} {other}")
    switch.wait_for(lambda: getvar(switch, leg, "bridge_uuid") == other, 5, "no bridge")
    return leg, dialog, other
