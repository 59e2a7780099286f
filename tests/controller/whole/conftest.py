"""A site in a folder of its own, its simulated switch, and the controllers that run on it."""

from __future__ import annotations

import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gevent
import gevent.subprocess
import pytest

from ccswitch.controller import bootstrap
from ccswitch.controller import config as configuration
from ccswitch.controller.bootstrap import Controller
from ccswitch.controller.config import Config
from ccswitch.model import orders as d
from ccswitch.model.ids import AgentId, CallId, NodeName, OrderId
from ccswitch.records import queries
from ccswitch.records.migrate import upgrade
from ccswitch.simulator.callers import SimCaller
from ccswitch.simulator.switch import SimulatedSwitch
from ccswitch.switch.dialplan import render
from tests.controller.waiting import PATIENCE, soon

PBX = NodeName("pbx1")
LI = AgentId("li")
A1 = "0123456789abcdef0123456789abcdef"
ROOT = Path(__file__).parents[3]

SETTINGS = """\
handover_grace = 25.0
[[node]]
name = "pbx1"
port = {esl}
sip_domain = "127.0.0.1"
[store]
url = "sqlite:///{folder}/records.db"
[journal]
dir = "journal"
[desk]
port = 0
[floor]
shortest_talk = 0.0
[[queue]]
name = "support"
wrapup = 0.2
[[agent]]
id = "li"
phone = "1001"
queues = ["support"]
[[entry]]
name = "main"
dids = ["4000"]
script = "main"
[[entry]]
name = "support"
dids = ["4001"]
queue = "support"
[ivr]
dir = "scripts"
[log]
level = "warning"
"""
SCRIPT = """\
steps:
  hello: {answer: , then: choice}
  choice:
    menu: tone_stream://%(50,50,440)
    keys: {1: support}
    timeout: 30s
    no_input: {then: end}
    wrong_input: {then: end}
  support: {queue: support, then: rate, otherwise: end}
  rate: {play: "tone_stream://%(50,50,600)", then: end}
"""


@pytest.fixture(scope="module")
def empty_records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the schema and nothing in it."""
    path = tmp_path_factory.mktemp("records") / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def switch() -> Iterator[SimulatedSwitch]:
    """The site's FreeSWITCH; its dialplan comes with the site."""
    with SimulatedSwitch(seed=5) as running:
        yield running


class SiteFolder:
    """The files of a site, and the controllers that ran on them."""

    def __init__(self, folder: Path, switch: SimulatedSwitch) -> None:
        self.folder, self.switch = folder, switch
        self.file = folder / "ccswitch.toml"
        (folder / "scripts").mkdir()
        (folder / "scripts" / "main.yaml").write_text(SCRIPT)
        self.write(desk=0)
        plan = render(self.config.site(self.config.nodes[0]))
        switch.use_dialplan([text for path, text in plan.items() if path.startswith("dialplan/")])
        self.controllers: list[Controller] = []

    def write(self, *, desk: int, more: str = "") -> None:
        """The configuration, with its desk at a port (0: any) and `more` at its end."""
        text = SETTINGS.format(esl=self.switch.port, folder=self.folder) + more
        self.file.write_text(text.replace("port = 0", f"port = {desk}" if desk else "port = 8470"))

    @property
    def config(self) -> Config:
        """What its files say now. ConfigError when they are wrong."""
        return configuration.load(self.file, environ={})

    def controller(self, config: Config | None = None) -> Controller:
        """A controller that is made and not started; its desk is at any free port."""
        config = config or self.config
        one = Controller(replace(config, desk=replace(config.desk, port=0)))
        self.controllers.append(one)
        return one

    def started(self) -> Controller:
        """A controller whose node is up and in step."""
        one = self.controller()
        one.start()
        soon(lambda: PBX in one.engine.state.nodes and one.engine.state.nodes[PBX].synced)
        return one

    def stop(self, controller: Controller) -> None:
        """Stop it cleanly; the end of the test need not."""
        self.controllers.remove(controller)
        controller.stop()


@pytest.fixture
def site(
    tmp_path: Path, switch: SimulatedSwitch, empty_records: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SiteFolder]:
    """A site with an empty database; whatever runs on it is stopped in the end."""
    monkeypatch.setattr(bootstrap, "RECORDS_WITHIN", 0.5)
    shutil.copy(empty_records, tmp_path / "records.db")
    one = SiteFolder(tmp_path, switch)
    yield one
    for controller in list(one.controllers):
        one.stop(controller)


def ready(controller: Controller, agent: str = "li") -> None:
    """The agent says that he is ready; whom that pairs him with is decided when this returns."""
    order = d.MakeReady(order=OrderId(f"ready-{controller.engine.n}"), author="ann", agent=AgentId(agent))
    controller.engine.ask(order)
    soon(lambda: ("match", "") not in controller.engine.state.deadlines.due)


def unwatched(controller: Controller) -> None:
    """From now on nobody looks how slow this machine is: a hub that was late is a trouble of its own."""
    controller.hub.stop()
    controller.hub._worst.clear()


def fetch(controller: Controller, path: str) -> tuple[int, str]:
    """Status and body of the desk's answer, asked from another thread: the hub serves meanwhile."""
    url = f"http://127.0.0.1:{controller.desk.port}{path}"
    status, body = gevent.get_hub().threadpool.apply(fetch_url, (url,))
    return status, body


def fetch_url(url: str, token: str = "") -> tuple[int, str]:
    """What a GET answers: status and body. An error's status is an answer too."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def recorded(controller: Controller, call: str) -> queries.CallRecord:
    """The call's rows, once SQL has all that was decided."""
    assert controller.feeder.wait_for(controller.engine.n, PATIENCE)
    record = queries.call_record(controller.store, CallId(call))
    assert record is not None
    return record


def talks(caller: SimCaller) -> bool:
    """He is in a bridge."""
    return caller.state == "talking"
