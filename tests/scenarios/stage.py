"""Where scenarios play: a switch (simulated or real), a controller process, a database, and the people around them.

    stage.phone("1001", answers(after=0.3))
    stage.controller.start()
    stage.ready("1001")
    caller = stage.caller("13800138000", MENU, keys=[(1.0, "1")])
    stage.eventually(lambda: caller.answered)

Scenarios look at what people notice: rows in SQL, the desk's JSON, what phones and callers saw.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from ccswitch.model.nouns import Entry, FloorSettings
from ccswitch.records.migrate import upgrade
from ccswitch.records.store import open_store, parse_url
from ccswitch.records.tokens import first_admin_token
from ccswitch.simulator.phones import Manner
from ccswitch.switch.dialplan import LastResort, Site
from ccswitch.switch.notes import noted_legs
from tests.live.freeswitch import LOOPBACK, PASSWORD, Esl, free_port
from tests.scenarios import written
from tests.scenarios.controller_process import ApiError, ControllerProcess
from tests.scenarios.link_proxy import LinkProxy
from tests.scenarios.world import Caller, Other, Phone, Switch

MENU, SALES, SUPPORT, EARLY = "4000", "4001", "4002", "4003"  # a menu, two queues, a greeting before the answer
SPOKEN = "4005"  # words, and a number, before a queue
MUTE = "4004"  # a menu whose prompt is not there
BOX, RATED = "4006", "4007"  # a message for sales; sales with notice, recording and a survey after the talk
ENTRIES = (
    Entry(name="main", dids=(MENU,), script="main"),
    Entry(name="sales", dids=(SALES,), queue="sales"),  # type: ignore[arg-type]
    Entry(name="support", dids=(SUPPORT,), queue="support"),  # type: ignore[arg-type]
    Entry(name="early", dids=(EARLY,), script="early"),
    Entry(name="mute", dids=(MUTE,), script="mute"),
    Entry(name="spoken", dids=(SPOKEN,), script="spoken"),
    Entry(name="box", dids=(BOX,), script="box"),
    Entry(name="rated", dids=(RATED,), script="rated"),
)
DIALLING = '[dialling]\ncaller_number = "4008008000"\nout = ["1[3-9][0-9]{9}"]\nwrapup = 0.5\n'
LAST_RESORT = LastResort(announcement="tone_stream://%(250,250,480);loops=2")
AGENTS = tuple(str(1001 + n) for n in range(16))

SCRIPTS = {
    "main": """\
name: main
start: pick_up
steps:
  pick_up: {answer: , then: choice}
  choice:
    menu: tone_stream://%(100,100,440)
    keys: {1: sales, 2: support}
    timeout: 3s
    tries: 2
    no_input: {then: sorry}
    wrong_input: {then: sorry}
  sales: {queue: sales, otherwise: sorry}
  support: {queue: support, otherwise: sorry}
  sorry: {play: "tone_stream://%(200,0,425)", then: end}
""",
    "mute": """\
name: mute
start: pick_up
steps:
  pick_up: {answer: , then: choice}
  choice:
    menu: /nowhere/press_one.wav
    keys: {1: sales}
    timeout: 3s
    tries: 2
    no_input: {then: sales}
    wrong_input: {then: sales}
  sales: {queue: sales, otherwise: end}
""",
    "spoken": """\
name: spoken
languages: [en, zh]
start: pick_up
steps:
  pick_up: {answer: , then: wait}
  wait: {play: "silence_stream://500", then: english}
  english:
    say:
      - {prompt: hello, say: {en: "Good morning, and thank you for calling us"}}
      - {number: "{{ called }}"}
    then: switch
  switch: {set: {language: zh}, then: chinese}
  chinese:
    menu: {say: {zh: "您好，请按一继续", en: "Press one to go on"}}
    keys: {1: sales}
    timeout: 1s
    tries: 1
    otherwise: sales
  sales: {queue: sales, otherwise: end}
""",
    "early": """\
name: early
start: greeting
steps:
  greeting: {play: "tone_stream://%(8000,0,440)", then: sales}
  sales: {queue: sales, otherwise: end}
""",
}

SCRIPTS |= {
    "box": """\
steps:
  pick_up: {answer: , then: mark}
  mark: {tag: [night, message], then: leave}
  leave: {voicemail: sales, play: "tone_stream://%(100,0,440)", longest: 30s, silence: 4s, then: bye, otherwise: none}
  bye: {hangup: }
  none: {hangup: USER_BUSY}
""",
    "rated": """\
steps:
  pick_up: {answer: , then: notice}
  notice: {record: yes, notice: "tone_stream://%(100,0,440)", then: sales}
  sales: {queue: sales, then: rate}
  rate: {survey: "tone_stream://%(100,0,660)", question: satisfaction, timeout: 5s, then: bye, otherwise: bye}
  bye: {hangup: }
""",
}

CONFIG = """\
handover_grace = 20.0
[[node]]
name = "pbx1"
port = {link_port}
password = "{password}"
[store]
url = "{store}"
[journal]
dir = "journal"
[desk]
port = {desk_port}
[floor]
recordings = "{recordings}"
rest_after_refusal = {rest_after_refusal}
rest_unreachable = {rest_after_refusal}
shortest_talk = {shortest_talk}
[ivr]
dir = "scripts"
[speech]
dir = "speech"
prompts = "prompts"
{speech}
[log]
level = "info"
"""


def site() -> Site:
    """What the switch's dialplan is rendered from."""
    return Site(entries=ENTRIES, last_resort=LAST_RESORT)


PATIENCE = 60.0  # seconds that a scenario waits for anything, on a slow machine
SHORTEST_TALK = FloorSettings(hash="").shortest_talk  # what is shorter, and the caller survives, was none


@dataclass(frozen=True, slots=True)
class Rules:
    """What a scenario may want otherwise. Seconds."""

    ring_timeout: float = 4.0
    wrapup: float = 0.5
    rest_after_refusal: float = 1.0
    shortest_talk: float = SHORTEST_TALK
    recordings: str = ""  # the folder; nothing is recorded without one
    speech: str = "engine = 'none'"  # lines of [speech]; the folders are `speech` and `prompts`
    sales: str = ""  # more lines of the queue `sales`
    accounts: bool = False  # agents' phones are accounts of the switch, and dial; mobiles by the trunk `carrier`
    nailed_up: bool = False  # agent 1001's leg stands between calls
    devices: str = ""  # how agent 1001's phones ring, who has those of 1002 and 1003 besides: together, or in_turn


class Stage:
    """One scenario's stage. `close` leaves the switch alone: it may serve the next scenario.

    The controller speaks to the switch through `link`, unless it is `direct`: what is measured needs no witness.
    """

    def __init__(
        self, switch: Switch, folder: Path, store_url: str = "", rules: Rules | None = None, direct: bool = False
    ) -> None:
        self.switch, self.live, self.folder = switch, switch.live, folder
        switch.clean()
        self.store_url = store_url or f"sqlite:///{folder}/records.db"
        self.link = LinkProxy(switch.esl_port)
        self.ports = {agent: free_port() for agent in AGENTS}
        self._people: list[Caller | Phone] = []
        self.others: list[Other] = []  # what a scenario has beside one controller
        self._serial = 0
        desk_port = free_port()
        self._configure(desk_port, switch.esl_port if direct else self.link.port, rules or Rules())
        self.controller = ControllerProcess(folder / "ccswitch.toml", desk_port, self._prepare_store())
        self.controller.forked = not switch.live
        self._engine = create_engine(parse_url(self.store_url), poolclass=NullPool)
        self.esl = Esl(switch.esl_port)  # a second, independent ear and hand at the switch

    # ---- people

    def caller(self, number: str = "", to: str = SALES, **manner: Any) -> Caller:
        """Somebody calls; every caller has a number of his own, so that rows can be told apart."""
        self._serial += 1
        caller = self.switch.caller(number or f"138{self._serial:08d}", to, **manner)
        self._people.append(caller)
        return caller

    def phone(self, agent: str, manner: Manner) -> Phone:
        """The agent's phone."""
        phone = self.switch.phone(agent, self.ports[agent], manner)
        self._people.append(phone)
        return phone

    def phones(self, count: int, manner: Manner) -> list[Phone]:
        """The first so many agents' phones, all of one manner."""
        return [self.phone(agent, manner) for agent in AGENTS[:count]]

    def ready(self, *agents: str) -> None:
        """The agents log in and say that they are ready."""
        for agent in agents:
            self.api("POST", f"/agents/{agent}/login")
            self.api("POST", f"/agents/{agent}/ready")

    def talks_with(self, phones: Sequence[Phone]) -> list[Caller]:
        """A caller for each of these phones, once all of them talk, and long enough for it to count as a talk."""
        self.ready(*(phone.user for phone in phones))
        callers = [self.caller() for _ in phones]
        self.eventually(lambda: self.talking() == len(phones))
        self.eventually(lambda: all(self._talks_for(caller) > SHORTEST_TALK for caller in callers))
        return callers

    def _talks_for(self, caller: Caller) -> float:
        return time.time() - float(self.board(caller)["place_since"])

    def waiting(self, count: int, to: str = SALES) -> list[Caller]:
        """So many callers one after the other, once all of them wait."""
        callers = []
        for _ in range(count):
            caller = self.caller(to=to)
            callers.append(caller)
            self.eventually(lambda caller=caller: self.place(caller) == "waiting")
        return callers

    # ---- what can be seen

    def api(self, method: str, path: str, body: object = None) -> Any:
        """The desk's HTTP API."""
        return self.controller.api(method, path, body)

    def rows(self, table: str, **where: object) -> list[dict[str, Any]]:
        """Rows of the records whose columns are so, oldest first."""
        order = {"trace": "n, i", "queue_visits": "started, n, i", "talks": "started, n, i", "agent_spans": "n, i"}
        condition = " AND ".join(f"{column} = :{column}" for column in where) or "1 = 1"
        query = f"SELECT * FROM {table} WHERE {condition} ORDER BY {order.get(table, 'started')}"
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(query), where).mappings()]

    def rows_by(self, table: str, order: str, **where: object) -> list[dict[str, Any]]:
        """Rows of a table that has no `started`, by column `order`."""
        condition = " AND ".join(f"{column} = :{column}" for column in where)
        query = text(f"SELECT * FROM {table} WHERE {condition} ORDER BY {order}")
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query, where).mappings()]

    def row(self, caller: Caller) -> dict[str, Any]:
        """The caller's row in `calls`; an empty one while there is none."""
        found = self.rows("calls", caller_number=caller.number)
        assert len(found) <= 1, f"{caller.number} has {len(found)} calls"
        return found[0] if found else {}

    def of(self, table: str, caller: Caller) -> list[dict[str, Any]]:
        """The rows of the caller's call in another table."""
        call = self.row(caller).get("call_id")
        return self.rows(table, call_id=call) if call else []

    def result(self, caller: Caller) -> str:
        """How his call ended, empty while it lasts."""
        return str(self.row(caller).get("result") or "")

    def live_calls(self) -> list[dict[str, Any]]:
        """The calls that the floor has."""
        found: list[dict[str, Any]] = self.api("GET", "/calls?limit=1")["live"]
        return found

    def board(self, caller: Caller) -> dict[str, Any]:
        """The caller's call as the floor has it; empty when it does not."""
        return next((call for call in self.live_calls() if call["caller_number"] == caller.number), {})

    def place(self, caller: Caller) -> str:
        """Where the floor has him; empty when it does not."""
        return str(self.board(caller).get("place", ""))

    def talking(self) -> int:
        """How many of the floor's calls talk."""
        return sum(call["place"] == "talking" for call in self.live_calls())

    def channels(self) -> set[str]:
        """The switch's own channels."""
        lines = self.esl.api("show channels").splitlines()
        return {line.split(",", 1)[0] for line in lines[1:] if line.count(",") > 5}

    def eventually(self, holds: Callable[[], Any], within: float = PATIENCE) -> Any:
        """Wait until `holds()` is true, and raises no AssertionError; give its value. What is empty is not true."""
        deadline = time.monotonic() + within
        while True:
            error: AssertionError | None = None
            value = None
            try:
                value = holds()
            except AssertionError as raised:
                error = raised
            except (SQLAlchemyError, ApiError, OSError) as raised:  # away for a moment, as the scenario wants it
                error = AssertionError(str(raised))
            if error is None and value:
                return value
            if time.monotonic() > deadline:
                raise error or AssertionError(f"not within {within} s (last: {value!r})")
            time.sleep(0.03)

    def promised(self, seconds: float) -> float:
        """A time that is promised: as it stands with a real switch; a simulated one shares its processors with other
        tests, and has four times as long."""
        return seconds if self.live else 4 * seconds

    def always(self, holds: Callable[[], Any], seconds: float) -> None:
        """Fail at the first moment at which `holds()` is not true."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert holds(), "it did not stay so"
            time.sleep(0.1)

    def notes(self) -> dict[str, str]:
        """What the switch noted of callers whom the last resort had, and was not told to forget, by leg."""
        return {
            leg: self.esl.api(f"db select/ccs_wayout/{leg}") for leg in noted_legs(self.esl.api("db list/ccs_wayout"))
        }

    # ---- what goes wrong

    def when_told(self, verb: bytes, act: Callable[[bytes], None], after: float = 0.0) -> Callable[[], None]:
        """`act(command)` once, `after` s after the controller's next command that begins so. Gives an undo."""

        def watch(command: bytes) -> None:
            """Act, once, on a command that begins so."""
            if command.startswith(verb) and watch in self.link.watchers:
                self.link.watchers.remove(watch)
                threading.Timer(after, act, (command,)).start()

        self.link.watchers.append(watch)
        return lambda: self.link.watchers.remove(watch) if watch in self.link.watchers else None

    @contextlib.contextmanager
    def cut_link(self) -> Iterator[None]:
        """No link between controller and switch inside this block."""
        self.link.cut()
        try:
            yield
        finally:
            self.link.mend()

    def restart_switch(self) -> None:
        """The switch dies and comes back, all calls gone."""
        self.esl.close()
        self.switch.kill()
        self.switch.start()
        self.listen_again()

    def listen_again(self) -> None:
        """A fresh ear and hand at a switch that was restarted."""
        self.esl = Esl(self.switch.esl_port)

    # ---- life

    def close(self) -> None:
        """Everybody goes home."""
        for one in self._people:
            one.close()
        for one in (self.controller, *self.others):
            one.close()
        self.link.close()
        self.esl.close()
        self._engine.dispose()

    def report(self) -> str:
        """What a failed scenario should show."""
        told = "\n".join(one.log_tail() for one in (self.controller, *self.others))
        return f"---- controller\n{told}\n---- switch\n{self.switch.log_tail()}"

    def _configure(self, desk_port: int, link_port: int, rules: Rules) -> None:
        (self.folder / "scripts").mkdir()
        for name, script in SCRIPTS.items():
            (self.folder / "scripts" / f"{name}.yaml").write_text(script)
        places = {"link_port": link_port, "desk_port": desk_port, "store": self.store_url}
        parts = [
            CONFIG.format(password=PASSWORD, **places, **(asdict(rules) | {"recordings": rules.recordings or "/tmp"}))
        ]
        times = f"ring_timeout = {rules.ring_timeout}\nwrapup = {rules.wrapup}\n"
        for queue in ("sales", "support"):
            more = rules.sales if queue == "sales" else ""
            record = f"record = {str(bool(rules.recordings)).lower()}\n"
            parts.append(f'[[queue]]\nname = "{queue}"\n{record}{times}{more}')
        for agent, port in self.ports.items():
            phone = agent if rules.accounts else f"sip:{agent}@{LOOPBACK}:{port}"
            parts.append(f'[[agent]]\nid = "{agent}"\nphone = "{phone}"\nqueues = ["sales", "support"]\n')
            if rules.nailed_up and agent == AGENTS[0]:
                parts.append('connection = "nailed_up"\n')
            if rules.devices and agent == AGENTS[0]:
                more = [f"sip:{other}@{LOOPBACK}:{self.ports[other]}" for other in AGENTS[1:3]]
                parts.append(f'phones = {more}\nring = "{rules.devices}"\nauto_answer = true\n')
        parts.append(written.entries(ENTRIES))
        if rules.accounts:
            parts[0] = parts[0].replace('name = "pbx1"\n', 'name = "pbx1"\ngateway = "carrier"\n')
            parts.append(DIALLING)
        (self.folder / "ccswitch.toml").write_text("\n".join(parts))

    def _prepare_store(self) -> str:
        upgrade(self.store_url)
        store = open_store(self.store_url)
        try:
            token = first_admin_token(store, now=time.time())
        finally:
            store.close()
        assert token is not None, "the database was used before"
        return token
