"""From the caller's enqueue to the INVITE at an idle agent's phone, beside mod_callcenter on the same FreeSWITCH.

Both stamps are taken outside FreeSWITCH, by one process that is the caller and the agents' phone (sip_clock.py). Three
ways in are called in turn, one call at a time:

    answered     the site's dialplan answers, then hands over to ccswitch's entry (a queue); A = 200 OK at the caller
    callcenter   the site's dialplan answers, then `callcenter sup@default`;                 A = 200 OK at the caller
    direct       ccswitch's entry itself: the caller is queued, dialled for and answered in one breath, so his 200 OK
                 comes beside the agent's INVITE and says nothing; counted from A' only

A' is the moment at which the caller's INVITE was sent. Both peers have the same number of idle agents, the same music
and no wrap-up; so many agents that one is free although mod_callcenter rests each for up to a second after a talk.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccswitch.controller.journal import from_line
from tests.live.freeswitch import LOOPBACK, FreeSwitch, free_port
from tests.live.measured import controller, cpu_seconds, machine, percentile, ready
from tests.scenarios.controller_process import ControllerProcess

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

CALLS = int(os.environ.get("CCSWITCH_LATENCY_CALLS", "90"))  # of each way in
ENTRY, ANSWERED, CALLCENTER = "4000", "7001", "7002"
AGENTS = ("a1", "a2", "a3", "a4")
IDLE = 5.0  # seconds over which the cost of an idle link is taken

WAYS_IN = f"""<include>
  <extension name="answered"><condition field="destination_number" expression="^{ANSWERED}$">
    <action application="answer"/><action application="transfer" data="{ENTRY} XML ccs_in"/>
  </condition></extension>
  <extension name="callcenter"><condition field="destination_number" expression="^{CALLCENTER}$">
    <action application="answer"/><action application="callcenter" data="sup@default"/>
  </condition></extension>
</include>
"""

CALLCENTER_XML = """<configuration name="callcenter.conf">
  <queues><queue name="sup@default">
    <param name="strategy" value="longest-idle-agent"/>
    <param name="moh-sound" value="local_stream://moh"/>
    <param name="time-base-score" value="system"/>
    <param name="max-wait-time" value="0"/>
    <param name="max-wait-time-with-no-agent" value="0"/>
    <param name="tier-rules-apply" value="false"/>
    <param name="discard-abandoned-after" value="1"/>
    <param name="abandoned-resume-allowed" value="false"/>
  </queue></queues>
  <agents>{agents}</agents>
  <tiers>{tiers}</tiers>
</configuration>
"""


def callcenter_xml(phone_port: int) -> str:
    """mod_callcenter's side of the comparison."""
    agents = "".join(
        f'<agent name="{name}" type="callback" contact="sofia/external/sip:{name}@{LOOPBACK}:{phone_port}" '
        'status="Available" max-no-answer="0" wrap-up-time="0" reject-delay-time="0" busy-delay-time="0" '
        'no-answer-delay-time="0"/>'
        for name in AGENTS
    )
    tiers = "".join(f'<tier agent="{name}" queue="sup@default" level="1" position="1"/>' for name in AGENTS)
    return CALLCENTER_XML.format(agents=agents, tiers=tiers)


@pytest.fixture
def phone_port() -> int:
    return free_port()


@pytest.fixture
def switch(phone_port: int) -> Iterator[FreeSwitch]:
    files = {
        "autoload_configs/callcenter.conf.xml": callcenter_xml(phone_port),
        "dialplan/public/90_ways_in.xml": WAYS_IN,
    }
    with FreeSwitch(modules=("mod_callcenter",), files=files) as switch:
        yield switch


@pytest.fixture
def running(switch: FreeSwitch, phone_port: int, tmp_path: Path) -> Iterator[ControllerProcess]:
    phones = {agent: f"sip:{agent}@{LOOPBACK}:{phone_port}" for agent in AGENTS}
    running = controller(tmp_path, switch.esl_port, ENTRY, phones)
    running.start()
    ready(running, AGENTS)
    yield running
    running.close()


def place_calls(phone_port: int, switch: FreeSwitch) -> list[dict[str, float | str]]:
    """All calls, interleaved; each as sip_clock.py printed it."""
    program = Path(__file__).with_name("sip_clock.py")
    numbers = (ANSWERED, CALLCENTER, ENTRY)
    arguments = [str(word) for word in (phone_port, switch.sip_port, CALLS, 7, *numbers)]
    done = subprocess.run([sys.executable, str(program), *arguments], capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def decided(folder: Path) -> dict[str, list[float]]:
    """When the controller decided what, from its journal: kind of outcome → instants in order."""
    found: dict[str, list[float]] = {}
    for segment in sorted((folder / "journal").glob("*.jsonl")):
        for line in segment.read_bytes().splitlines(keepends=True):
            decision = from_line(line)
            for outcome in decision.outcomes:
                found.setdefault(type(outcome).__name__, []).append(decision.t)
    return found


def between(calls: list[dict], number: str, start: str, end: str) -> list[float]:
    """The distances of one way in, in ms."""
    return [(call[end] - call[start]) * 1000 for call in calls if call["number"] == number]


def row(what: str, values: list[float]) -> str:
    """One line of a table."""
    figures = "".join(f"{percentile(values, share):9.1f}" for share in (0.5, 0.9, 0.99))
    return f"{what:58}{len(values):5}{figures}"


def test_an_idle_agents_phone_rings_sooner_than_with_mod_callcenter(switch, running, phone_port, tmp_path):
    # Given mod_callcenter and ccswitch on one FreeSWITCH, each with the same idle agents
    busy_before = machine()
    idle = idle_cost(switch, running)
    # When callers come to both in turn, one at a time
    calls = place_calls(phone_port, switch)
    # Then every one of them reached a phone
    lost = [call for call in calls if "rung" not in call or "ok" not in call]
    assert not lost and len(calls) == 3 * CALLS, f"{len(lost)} calls reached no phone: {lost[:3]}\n{running.log_tail()}"
    ours, theirs = between(calls, ANSWERED, "ok", "rung"), between(calls, CALLCENTER, "ok", "rung")
    print(f"\nfrom the enqueue to the INVITE at an idle agent's phone, ms; {busy_before}, after: {machine()}")
    print(f"{'':58}{'calls':>5}{'p50':>9}{'p90':>9}{'p99':>9}")
    print(row("ccswitch, A = caller's 200 OK", ours))
    print(row("mod_callcenter, A = caller's 200 OK", theirs))
    print(row("ccswitch, A' = caller's INVITE sent", between(calls, ANSWERED, "sent", "rung")))
    print(row("mod_callcenter, A' = caller's INVITE sent", between(calls, CALLCENTER, "sent", "rung")))
    print(row("ccswitch, its entry answers, A' = caller's INVITE sent", between(calls, ENTRY, "sent", "rung")))
    print_parts(calls, tmp_path)
    print(f"idle link: {idle}")
    # and with ccswitch the phone rings sooner
    ratio = percentile(ours, 0.5) / percentile(theirs, 0.5)
    print(f"p50 of ccswitch is {ratio:.2f} of mod_callcenter's")
    assert ratio < 1


def print_parts(calls: list[dict], folder: Path) -> None:
    """Where the time goes: the controller's own instants are in its journal."""
    instants = decided(folder)
    ours = [call for call in calls if call["number"] != CALLCENTER]
    heard, offered = instants["CallStarted"], instants["OfferMade"]
    assert len(heard) == len(offered) == len(ours), (len(heard), len(offered), len(ours))
    parts = [(call["number"], call, h, f) for call, h, f in zip(ours, heard, offered, strict=True)]
    for name, number, start in (("answered", ANSWERED, "ok"), ("direct", ENTRY, "sent")):
        mine = [(call, h, f) for way, call, h, f in parts if way == number]
        print(row(f"  {name}: A → the controller decides", [(h - call[start]) * 1000 for call, h, _ in mine]))
        print(row(f"  {name}: arrival decided → offer decided", [(f - h) * 1000 for _, h, f in mine]))
        print(row(f"  {name}: offer decided → INVITE at the phone", [(call["rung"] - f) * 1000 for call, _, f in mine]))


def idle_cost(switch: FreeSwitch, running: ControllerProcess) -> str:
    """Processor time of controller and FreeSWITCH while nobody calls."""
    assert switch.process is not None
    pids = {"controller": running.pid, "FreeSWITCH": switch.process.pid}
    before = {name: cpu_seconds(pid) for name, pid in pids.items()}
    time.sleep(IDLE)
    shares = (f"{name} {(cpu_seconds(pid) - before[name]) / IDLE:.1%}" for name, pid in pids.items())
    return ", ".join(shares) + " of a core while nobody calls"
