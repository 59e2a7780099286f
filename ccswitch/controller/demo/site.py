"""The demo's centre: a folder with a configuration, a simulated switch, the real controller, and agents at work.

Everything is under one temporary folder, which goes with the demo:

    conf/ccswitch.toml   as a site would have it    journal/       ccswitch.db
    freeswitch/          rendered for the switch    admin.token    ccswitch.log
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from random import Random
from typing import TextIO

import gevent
import structlog

from ccswitch.clock import Seconds
from ccswitch.controller import config as configuration
from ccswitch.controller import outcome_log
from ccswitch.controller.bootstrap import Controller
from ccswitch.controller.config import Config
from ccswitch.controller.demo.people import DID, STAFF, Staff
from ccswitch.errors import CcswitchError
from ccswitch.model.decision import Decision
from ccswitch.model.ids import NodeName
from ccswitch.records import migrate, tokens
from ccswitch.records.store import open_store
from ccswitch.simulator.switch import SimulatedSwitch

SCRIPTS = Path(__file__).parent.parent / "shipped" / "ivr_scripts"  # a link to ivr_scripts/ of the repository
NODE = NodeName("demo")
TARGET: Seconds = 10.0  # everything is brisker than in a real centre: a viewer has a minute
UP_WITHIN: Seconds = 10.0
STOPPED_WITHIN: Seconds = 10.0

QUEUE = """
[[queue]]
name = {name}
ring_timeout = 6.0
wrapup = 3.0
short_abandon = 2.0
target = {target}
"""
AGENT = """
[[agent]]
id = {agent}
name = {name}
phone = {phone}
queues = {queues}
"""
SITE = """# The demo's centre. Everything else is as conf/ccswitch.toml has it.
handover_grace = 0.0

[[node]]
name = {node}
port = {port}

[store]
url = {store}

[journal]
dir = "../journal"

[desk]
port = {desk}

[floor]
rest_after_refusal = 4.0
recordings = {recordings}

[[entry]]
name = "main"
dids = [{did}]
script = "main"

[ivr]
dir = {scripts}
"""


class Centre:
    """The demo's running parts."""

    def __init__(self, folder: Path, switch: SimulatedSwitch, controller: Controller, log: ErrorCount) -> None:
        self.folder, self.switch, self.controller = folder, switch, controller
        self.staff = Staff(switch, controller.engine)
        self._log = log

    @property
    def config(self) -> Config:
        """The configuration that was written for it."""
        return self.controller.config

    def troubles(self) -> list[str]:
        """What must not be: inputs that failed, errors in the log. Empty when all is well."""
        stats = self.controller.engine.stats
        failed = {field.name: getattr(stats, field.name) for field in fields(stats) if field.name.startswith("failed_")}
        counts = {**failed, "errors_in_the_log": self._log.errors}
        return [f"{number} {name.replace('_', ' ')}" for name, number in counts.items() if number]

    def wait_until_up(self) -> None:
        """Wait until the switch and the controller know each other. Raises CcswitchError when that takes too long."""
        with gevent.Timeout(UP_WITHIN, CcswitchError(f"the simulated switch was not up within {UP_WITHIN:g} s")):
            while not self.controller.engine.state.reachable(NODE):
                gevent.sleep(0.02)


@dataclass(slots=True)
class Folder:
    """The demo's folder; it goes at the end unless it `stays`."""

    path: Path
    stays: bool


@contextmanager
def temporary_folder(*, stays: bool) -> Iterator[Folder]:
    """A folder where temporary files go."""
    folder = Folder(Path(tempfile.mkdtemp(prefix="ccswitch-demo-")), stays)
    try:
        yield folder
    finally:
        if not folder.stays:
            shutil.rmtree(folder.path, ignore_errors=True)


@contextmanager
def running(folder: Path, *, seed: int, listen: Callable[[Decision], None]) -> Iterator[Centre]:
    """A centre under `folder`, everybody ready; stopped in bounded time, the records complete.

    `listen` hears every decision.
    """
    with ExitStack() as stack:
        log = stack.enter_context(log_to(folder / "ccswitch.log"))
        switch = stack.enter_context(SimulatedSwitch(seed=seed))
        config = write_site(folder, switch.port)
        configuration.render_to(config, folder / "freeswitch")
        switch.use_dialplan(folder / "freeswitch" / "dialplan")
        prepare_records(config, folder)
        controller = Controller(config, random=Random(seed), listeners=(listen,))
        controller.start()
        stack.callback(_stop, controller)
        centre = Centre(folder, switch, controller, log)
        centre.wait_until_up()
        stack.callback(centre.staff.go_home)
        centre.staff.come_in()
        yield centre


def _stop(controller: Controller) -> None:
    with gevent.Timeout(STOPPED_WITHIN, False):
        controller.stop()


def write_site(folder: Path, switch_port: int) -> Config:
    """The configuration, written as a site has it and read back."""
    said = {
        "node": NODE,
        "port": switch_port,
        "store": f"sqlite:///{folder}/ccswitch.db",
        "desk": _free_port(),
        "recordings": f"{folder}/recordings",
        "did": DID,
        "scripts": str(SCRIPTS),
    }
    queues = sorted({queue for member in STAFF for queue in member.queues})
    parts = [_fill(SITE, said)]
    parts += [_fill(QUEUE, {"name": name, "target": TARGET}) for name in queues]
    parts += [
        _fill(AGENT, {"agent": one.agent, "name": one.name, "phone": one.phone, "queues": one.queues}) for one in STAFF
    ]
    file = folder / "conf" / "ccswitch.toml"
    file.parent.mkdir()
    file.write_text("".join(parts), encoding="utf-8")
    return configuration.load(file, environ={})


def _fill(template: str, values: dict[str, object]) -> str:
    """JSON's strings, numbers and lists are TOML's too."""
    return template.format(**{name: json.dumps(value, ensure_ascii=False) for name, value in values.items()})


def _free_port() -> int:
    """A port that nobody listens on. Somebody might take it before we do; then the demo says so."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def prepare_records(config: Config, folder: Path) -> None:
    """The schema, and a token in a file where `ccswitch queue watch` and the others look for it."""
    migrate.upgrade(config.store.url)
    store = open_store(config.store.url)
    try:
        token = tokens.add_token(store, name="demo", role="admin", now=0.0)
    finally:
        store.close()
    with open(os.open(folder / "admin.token", os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
        file.write(token + "\n")


# ---- the log ------------------------------------------------------------------------------------------------


class ErrorCount(logging.Handler):
    """Counts what is logged as an error; also the stream to which gevent tells of greenlets that died."""

    def __init__(self, file: TextIO) -> None:
        super().__init__(logging.ERROR)
        self.errors = 0
        self._file = file

    def emit(self, record: logging.LogRecord) -> None:
        """One more."""
        self.errors += 1

    def write(self, text: str) -> None:
        """A piece of a traceback; its first line counts."""
        self.errors += text.count("Traceback (most recent call last)")
        self._file.write(text)

    def flush(self) -> None:
        """Nothing is held back."""
        self._file.flush()


@contextmanager
def log_to(path: Path) -> Iterator[ErrorCount]:
    """Every log of the process goes to a file meanwhile, not over the board."""
    root, hub = logging.getLogger(), gevent.get_hub()
    before = root.handlers[:], root.level, hub.exception_stream, structlog.get_config()
    with path.open("w", encoding="utf-8", buffering=1) as file:
        count = ErrorCount(file)
        outcome_log.configure("info", "text", file)
        root.addHandler(count)
        hub.exception_stream = count
        try:
            yield count
        finally:
            root.handlers[:], level, hub.exception_stream, processors = before
            root.setLevel(level)
            structlog.configure(**processors)
            outcome_log.say_no_more()
