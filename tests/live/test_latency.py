"""From the caller's phone to the INVITE at the agent's: ccswitch beside mod_callcenter, on one FreeSWITCH.

Both ends are stamped by phones, outside FreeSWITCH, when their thread has the packet. One call at a time, the two
systems in turn, each with one idle agent whose phone answers at once. ccswitch rings the agent while the caller is
still being answered, so that his 200 OK may come later than the agent's INVITE: the time is then negative.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.freeswitch import LOOPBACK
from tests.live.sip_phone import SipPhone
from tests.scenarios.freeswitch_stage import FreeSwitchStage
from tests.scenarios.stage import SALES, Rules, Stage, site

pytestmark = pytest.mark.live

CALLS = 90
PEER = "5000"
SLOWEST = 0.1  # seconds at the 99th percentile; mod_callcenter's loop alone takes so long

NAMES = {SALES: "ccswitch", PEER: "mod_callcenter"}
WAYS = ("from the caller's INVITE", "from the caller's 200 OK")

PEER_DIALPLAN = f"""<include>
  <extension name="peer">
    <condition field="destination_number" expression="^{PEER}$">
      <action application="answer"/>
      <action application="callcenter" data="peer@default"/>
    </condition>
  </extension>
</include>"""

PEER_CONF = """<configuration name="callcenter.conf">
  <settings/>
  <queues>
    <queue name="peer@default">
      <param name="strategy" value="longest-idle-agent"/>
      <param name="moh-sound" value="local_stream://moh"/>
      <param name="max-wait-time" value="0"/>
      <param name="tier-rules-apply" value="false"/>
    </queue>
  </queues>
  <agents>
    <agent name="peer" type="callback" contact="[leg_timeout=10]sofia/external/{address}" status="Available"
           max-no-answer="100" wrap-up-time="0" reject-delay-time="0" busy-delay-time="0"/>
  </agents>
  <tiers><tier agent="peer" queue="peer@default" level="1" position="1"/></tiers>
</configuration>"""


class StampedPhone(SipPhone):
    """A phone that knows when its first INVITE, or the 200 to its own, came since `forget`."""

    def __init__(self, user: str) -> None:
        self.stamps: dict[str, float] = {}
        self.stamped = threading.Condition()
        super().__init__(user)

    def forget(self) -> None:
        """Begin anew."""
        self.stamps.clear()

    def when(self, what: str, within: float = 10.0) -> float:
        """When `what` (INVITE, 200, BYE) came first, on the monotonic clock."""
        with self.stamped:
            assert self.stamped.wait_for(lambda: what in self.stamps, within), f"{self.user}: no {what}"
            return self.stamps[what]

    def _on_request(self, text: str, sender: tuple[str, int]) -> None:
        self._stamp(text.split(" ", 1)[0])
        super()._on_request(text, sender)

    def _on_reply(self, text: str, sender: tuple[str, int]) -> None:
        self._stamp(text[8:11])
        super()._on_reply(text, sender)

    def _stamp(self, what: str) -> None:
        now = time.monotonic()
        with self.stamped:
            self.stamps.setdefault(what, now)
            self.stamped.notify_all()


@pytest.fixture
def agents() -> Iterator[dict[str, StampedPhone]]:
    """Ours and the peer's, by the number that callers dial."""
    with StampedPhone("1001") as ours, StampedPhone("peer") as peers:
        yield {SALES: ours, PEER: peers}


@pytest.fixture
def stage(tmp_path: Path, agents: dict[str, StampedPhone]) -> Iterator[Stage]:
    """A FreeSWITCH with both systems on it."""
    files = {
        "dialplan/public/50_peer.xml": PEER_DIALPLAN,
        "autoload_configs/callcenter.conf.xml": PEER_CONF.format(address=agents[PEER].address),
    }
    switch = FreeSwitchStage(site(), modules=("mod_callcenter",), files=files)
    stage = Stage(switch, tmp_path, rules=Rules(wrapup=0.0), direct=True)
    yield stage
    stage.close()
    switch.close()


def test_the_way_from_the_queue_to_the_phone(stage: Stage, agents: dict[str, StampedPhone]) -> None:
    # Given one idle agent of each system
    stage.controller.start()
    phone = {"agent": "1001", "phone": f"sip:1001@{LOOPBACK}:{agents[SALES].port}", "queues": ["sales"]}
    stage.api("POST", "/agents", phone)
    stage.ready("1001")
    # When ninety calls come to each, one at a time
    since: dict[tuple[str, str], list[float]] = {(way, number): [] for way in WAYS for number in agents}
    with StampedPhone("caller") as caller:
        for _ in range(CALLS):
            for number, agent in agents.items():
                called, answered, rang = one_call(stage, caller, agent, number)
                since[WAYS[0], number].append(rang - called)
                since[WAYS[1], number].append(rang - answered)
    # Then ours is there sooner than the peer's loop comes round
    print(f"\n{CALLS} calls each, until the INVITE is at the agent's phone, ms")
    print(f"{'':44}{'p50':>8}{'p90':>8}{'p99':>8}{'max':>8}")
    for (way, number), seconds in since.items():
        figures = "".join(f"{value * 1000:8.1f}" for value in (*percentiles(seconds, 50, 90, 99), max(seconds)))
        print(f"{NAMES[number]:16}{way:28}{figures}")
        assert statistics.median(since[way, SALES]) < statistics.median(since[way, PEER])
    assert percentiles(since[WAYS[1], SALES], 99)[0] < SLOWEST


def one_call(stage: Stage, caller: StampedPhone, agent: StampedPhone, number: str) -> tuple[float, float, float]:
    """Call, be answered, reach the agent, hang up, and wait until both are idle: when called, answered, rang."""
    if number == SALES:
        stage.eventually(lambda: stage.api("GET", "/agents/1001")["agent"]["free"])
    caller.forget()
    agent.forget()
    assert isinstance(stage.switch, FreeSwitchStage)
    called = time.monotonic()
    dialog = caller.call(number, stage.switch.switch.sip_port)
    answered, rang = caller.when("200"), agent.when("INVITE")
    agent.when("ACK")
    caller.hang_up(dialog)
    agent.when("BYE")
    return called, answered, rang


def percentiles(values: list[float], *wanted: int) -> list[float]:
    """The values below which so many percent lie."""
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return [cuts[percent - 1] for percent in wanted]
