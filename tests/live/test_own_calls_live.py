"""Agents at registered phones, a real FreeSWITCH and a controller: codes, calls out, to each other, to one of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from ccswitch.model.ids import AgentId, QueueName
from ccswitch.model.nouns import Dialling, Entry
from ccswitch.records.migrate import upgrade
from ccswitch.records.store import open_store, parse_url
from ccswitch.records.tokens import first_admin_token
from ccswitch.simulator.phones import Manner, answers, busy
from tests.live.carrier import carrier
from tests.live.freeswitch import FreeSwitch, free_port
from tests.live.sip_phone import Dialog, SipPhone
from tests.scenarios.controller_process import ControllerProcess
from tests.scenarios.sipp import SippPhone

pytestmark = pytest.mark.live

MOBILE = "13800138000"
ENTRIES = (
    Entry(name="sales", dids=("4000",), queue=QueueName("sales")),
    Entry(name="wang", dids=("8002",), agent=AgentId("wang")),
)
CONFIG = """\
[[node]]
name = "pbx1"
port = {esl_port}
password = "{password}"
sip_domain = "{domain}"
gateway = "carrier"
[store]
url = "{store}"
[journal]
dir = "journal"
[desk]
port = {desk_port}
[floor]
recordings = "{recordings}"
[ivr]
dir = "scripts"
[speech]
engine = "none"
dir = "speech"
prompts = "prompts"
[[queue]]
name = "sales"
wrapup = 0.5
[[agent]]
id = "li"
name = "Li Wei"
phone = "1001"
queues = ["sales"]
[[agent]]
id = "wang"
phone = "1002"
queues = ["sales"]
[[entry]]
name = "sales"
dids = ["4000"]
queue = "sales"
[[entry]]
name = "wang"
dids = ["8002"]
agent = "wang"
[dialling]
caller_number = "4008008000"
out = ["1[3-9][0-9]{{9}}"]
wrapup = 0.5
record = true
"""


class Office:
    """A switch, its controller, two agents at their phones, and the world outside."""

    def __init__(self, folder: Path) -> None:
        self.outside = free_port()
        files = carrier(self.outside)
        dialling = Dialling(caller_number="4008008000")
        self.switch = FreeSwitch(loglevel="info", gateway="carrier", dialling=dialling, entries=ENTRIES, files=files)
        self.switch.start()
        store, desk_port = f"sqlite:///{folder}/records.db", free_port()
        switch = self.switch
        (folder / "scripts").mkdir()
        places = {"esl_port": switch.esl_port, "password": switch.password, "domain": switch.domain}
        (folder / "ccswitch.toml").write_text(
            CONFIG.format(**places, store=store, desk_port=desk_port, recordings=switch.recordings)
        )
        upgrade(store)
        records = open_store(store)
        token = first_admin_token(records, now=time.time())
        records.close()
        assert token is not None
        self.controller = ControllerProcess(folder / "ccswitch.toml", desk_port, token)
        self._engine = create_engine(parse_url(store), poolclass=NullPool)
        self.controller.start()
        self.phones: dict[str, SipPhone] = {}

    def seat(self, agent: str, number: str) -> None:
        """Give an agent a password, and let his phone register with it."""
        answer = self.api("POST", "/agents", {"agent": agent, "phone": number, "queues": ["sales"]})
        phone = self.phones[agent] = SipPhone(number)
        self.eventually(
            lambda: phone.register(number, answer["password"], self.switch.domain, self.switch.agents_port) == 200
        )

    def api(self, method: str, path: str, body: object = None) -> Any:
        """The desk's HTTP API."""
        return self.controller.api(method, path, body)

    def eventually(self, condition: Callable[[], Any], within: float = 20.0) -> Any:
        """What `condition` says, once that is true."""
        return self.switch.wait_for(condition, within, "it does not come to be")

    def agent(self, name: str) -> dict[str, Any]:
        """As the desk shows him."""
        found: dict[str, Any] = self.api("GET", f"/agents/{name}")["agent"]
        return found

    def dials(self, agent: str, number: str) -> Dialog:
        """An agent dials on his phone."""
        return self.phones[agent].call(number, self.switch.agents_port)

    def says(self, agent: str, code: str) -> None:
        """An agent dials a code, and hears his answer to the end."""
        dialog = self.dials(agent, code)
        assert dialog.answered.wait(20) and dialog.ended.wait(30)
        self.quiet()

    def customer(self, manner: Manner) -> SippPhone:
        """The far end of the gateway."""
        return SippPhone("customer", self.outside, manner)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What the records say."""
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(query)).mappings()]

    def last_call(self) -> dict[str, Any]:
        """The row of the call that began last, once it has ended."""
        query = "SELECT * FROM calls ORDER BY started DESC LIMIT 1"
        self.eventually(lambda: (rows := self.rows(query)) and rows[0]["ended"])
        return self.rows(query)[0]

    def quiet(self) -> None:
        """No calls."""
        self.eventually(lambda: not self.switch.channels())
        self.eventually(lambda: not self.api("GET", "/calls")["live"])

    def close(self) -> None:
        """The end."""
        for phone in self.phones.values():
            phone.close()
        self.controller.close()
        self.switch.close()


@pytest.fixture
def office(shared: Office) -> Iterator[Office]:
    """The office without calls, and both agents free."""
    yield shared
    shared.switch.api("hupall")
    shared.quiet()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office(tmp_path_factory.mktemp("office"))
    try:
        office.eventually(lambda: office.api("GET", "/nodes")["nodes"][0]["state"] == "up")
        office.seat("li", "1001")
        office.seat("wang", "1002")
        yield office
    finally:
        office.close()


def test_codes_log_in_make_ready_and_give_a_break(office: Office) -> None:
    # When an agent dials the codes on his registered phone, Then he is what they say, in his own name
    office.says("li", "*11")
    assert (office.agent("li")["status"], office.agent("li")["reason"]) == ("break", "login")
    office.says("li", "*13")
    assert office.agent("li")["status"] == "ready" and office.agent("li")["free"]
    office.says("li", "*141")
    assert (office.agent("li")["status"], office.agent("li")["reason"]) == ("break", "lunch")
    # And one that is refused changes nothing
    office.says("li", "*15")
    office.eventually(lambda: len(office.rows("SELECT * FROM audit WHERE author = 'li'")) == 4)
    audit = office.rows("SELECT kind, accepted FROM audit WHERE author = 'li' ORDER BY id")
    assert [row["kind"] for row in audit] == ["FeatureCode"] * 4
    assert [bool(row["accepted"]) for row in audit] == [True, True, True, False]


def test_an_agent_dials_out_and_is_busy(office: Office) -> None:
    # Given a customer outside, When an agent dials his number
    office.says("li", "*13")
    with office.customer(answers(0.5)):
        dialog = office.dials("li", MOBILE)
        office.eventually(lambda: office.agent("li")["state"] == "calling")
        # Then they talk, and it is a call of the records
        assert dialog.answered.wait(20)
        office.eventually(lambda: office.agent("li")["state"] == "talking")
        outside = [row for row in office.switch.channels() if row["direction"] == "outbound"]
        assert [MOBILE in row["name"] for row in outside] == [True]
        office.phones["li"].hang_up(dialog)
        office.quiet()
    call = office.last_call()
    assert (call["origin"], call["called_number"], call["result"]) == ("outbound", MOBILE, "answered")
    [talk] = office.rows(f"SELECT * FROM talks WHERE call_id = '{call['call_id']}'")
    assert (talk["agent"], talk["ended_by"]) == ("li", "agent")
    assert talk["recording"] == f"{office.switch.recordings}/{call['call_id']}.wav"
    office.eventually(lambda: office.agent("li")["free"])


def test_a_customer_who_hangs_up_frees_the_agents_phone(office: Office) -> None:
    with office.customer(answers(0.2).but(drops_after_bridge=1.0)):
        dialog = office.dials("li", MOBILE)
        assert dialog.answered.wait(20)
        assert dialog.ended.wait(20)
        office.quiet()
    assert office.last_call()["result"] == "answered"
    office.eventually(lambda: office.agent("li")["free"])


def test_who_is_busy_outside_and_what_is_not_allowed_is_heard(office: Office) -> None:
    with office.customer(busy()):
        dialog = office.dials("li", MOBILE)
        assert dialog.answered.wait(20) and dialog.ended.wait(30)
    assert office.last_call()["result"] == "unreached"
    dialog = office.dials("li", "0900123")
    assert dialog.answered.wait(20) and dialog.ended.wait(30)
    call = office.last_call()
    assert (call["result"], call["why"]) == ("refused", "0900123 may not be dialled")


def test_agents_call_each_other(office: Office) -> None:
    # When Li dials Wang's extension
    office.says("wang", "*13")
    dialog = office.dials("li", "1002")
    # Then Wang's phone rings, and both are busy
    assert dialog.answered.wait(20)
    office.eventually(lambda: office.agent("wang")["state"] == "talking")
    assert office.agent("li")["state"] == "calling"
    office.phones["li"].hang_up(dialog)
    office.quiet()
    call = office.last_call()
    assert (call["origin"], call["result"]) == ("internal", "answered")
    office.eventually(lambda: office.agent("wang")["free"] and office.agent("li")["free"])


def test_a_customer_calls_an_agent_by_his_number(office: Office) -> None:
    with SipPhone("caller") as caller:
        dialog = caller.call("8002", office.switch.sip_port)
        assert dialog.answered.wait(20)
        office.eventually(lambda: office.agent("wang")["state"] == "talking")
        # While he talks another who dials him hears busy
        second = caller.call("8002", office.switch.sip_port)
        assert second.ended.wait(20) and second.status == 486
        caller.hang_up(dialog)
    office.quiet()
    office.eventually(lambda: office.agent("wang")["free"])


def test_an_agent_dials_by_order(office: Office) -> None:
    # When a supervisor has Li call somebody, Then his phone rings first
    with office.customer(answers(0.5)):
        office.phones["li"].called.clear()
        office.api("POST", "/agents/li/dial", {"number": MOBILE})
        assert office.phones["li"].called.wait(10)
        office.eventually(lambda: office.agent("li")["state"] == "talking")
        [call] = office.api("GET", "/calls")["live"]
        office.api("POST", f"/calls/{call['call']}/hangup")
        office.quiet()
    assert office.last_call()["origin"] == "outbound"


def test_a_dead_controller_leaves_a_talk_and_the_next_call_is_heard(office: Office) -> None:
    # Given an agent who talks with a customer whom he called
    office.eventually(lambda: office.agent("li")["free"])
    with office.customer(answers(0.2)):
        dialog = office.dials("li", MOBILE)
        assert dialog.answered.wait(20)
        office.eventually(lambda: office.agent("li")["state"] == "talking")
        # When the controller is killed, Then the talk goes on
        office.controller.kill9()
        second = office.dials("wang", "1001")
        # And another phone's call is heard not to be taken up
        assert second.answered.wait(20)
        assert not dialog.ended.is_set()
        # And a new controller finds the talk
        office.controller.start()
        office.eventually(lambda: office.agent("li")["state"] == "talking", 40)
        office.phones["li"].hang_up(dialog)
        office.quiet()
