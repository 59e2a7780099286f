"""An office: a real FreeSWITCH, its controller, two agents at registered phones, and the world outside."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from ccswitch.bench.stage.site import metric
from ccswitch.model.ids import AgentId, QueueName
from ccswitch.model.nouns import Dialling, Entry
from ccswitch.records.migrate import upgrade
from ccswitch.records.store import open_store, parse_url
from ccswitch.records.tokens import first_admin_token
from ccswitch.simulator.phones import Manner
from tests.live.carrier import carrier
from tests.live.freeswitch import FreeSwitch, free_port
from tests.live.sip_phone import Dialog, SipPhone
from tests.scenarios import written
from tests.scenarios.controller_process import ControllerProcess
from tests.scenarios.sipp import SippPhone

MOBILE = "13800138000"
EMERGENCY = "110"
ENTRIES = (
    Entry(name="sales", dids=("4000",), queue=QueueName("sales")),
    Entry(name="all", dids=("4001",), queue=QueueName("all")),
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
[[queue]]
name = "all"
strategy = "ring_all"
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
[dialling]
caller_number = "4008008000"
out = ["1[3-9][0-9]{{9}}"]
wrapup = 0.5
record = true
"""


class Office:
    """A switch, its controller, two agents at their phones, and the world outside."""

    def __init__(self, folder: Path, more: Mapping[str, str] | None = None) -> None:
        self.outside = free_port()
        files = carrier(self.outside) | dict(more or {})
        dialling = Dialling(caller_number="4008008000", emergency=(EMERGENCY,))
        self.switch = FreeSwitch(loglevel="info", gateway="carrier", dialling=dialling, entries=ENTRIES, files=files)
        self.switch.start()
        store, desk_port = f"sqlite:///{folder}/records.db", free_port()
        switch = self.switch
        (folder / "scripts").mkdir()
        places = {"esl_port": switch.esl_port, "password": switch.password, "domain": switch.domain}
        (folder / "ccswitch.toml").write_text(
            CONFIG.format(**places, store=store, desk_port=desk_port, recordings=switch.recordings)
            + written.entries(ENTRIES)
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
        """What the records say, once all that was decided until now is in them."""
        self.eventually(lambda: metric(self.controller, "ccswitch_ledger_lag") == 0)
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


@contextmanager
def open_office(folder: Path, more: Mapping[str, str] | None = None) -> Iterator[Office]:
    """The office with both agents at their phones; `more` files are laid over the switch's configuration."""
    office = Office(folder, more)
    try:
        office.eventually(lambda: office.api("GET", "/nodes")["nodes"][0]["state"] == "up")
        office.seat("li", "1001")
        office.seat("wang", "1002")
        yield office
    finally:
        office.close()
