"""A whole controller on a simulated switch: calls, records, stops and starts, reloads, health and figures."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gevent
import gevent.subprocess
import pytest
from gevent.event import Event as Flag

from ccswitch.controller import bootstrap, drafts, snapshots
from ccswitch.controller import config as configuration
from ccswitch.controller.bootstrap import Controller
from ccswitch.controller.config import Config
from ccswitch.controller.hub import Gap
from ccswitch.controller.journal import Journal
from ccswitch.controller.lock import JournalLock
from ccswitch.errors import ConfigError, JournalError
from ccswitch.ivr.script import script_hash
from ccswitch.model import orders as d
from ccswitch.model.ids import AgentId, CallId, NodeName, OrderId
from ccswitch.model.nouns import Agent, AgentStatus, CallPlace, ScriptSource
from ccswitch.model.outcomes import OrderAccepted
from ccswitch.records import agents as agent_records
from ccswitch.records import queries, tokens
from ccswitch.records.migrate import upgrade
from ccswitch.records.store import open_store
from ccswitch.simulator.callers import SimCaller
from ccswitch.simulator.phones import answers
from ccswitch.simulator.switch import SimulatedSwitch
from ccswitch.switch.dialplan import render
from tests.controller.decisions import decisions
from tests.controller.waiting import PATIENCE, soon
from tests.servers import free_port
from tests.speech.voices import write_wav

PBX = NodeName("pbx1")
LI = AgentId("li")
A1 = "0123456789abcdef0123456789abcdef"
ROOT = Path(__file__).parents[2]

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
        self.controllers.remove(controller)
        controller.stop()


@pytest.fixture
def site(
    tmp_path: Path, switch: SimulatedSwitch, empty_records: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SiteFolder]:
    monkeypatch.setattr(bootstrap, "RECORDS_WITHIN", 0.5)
    shutil.copy(empty_records, tmp_path / "records.db")
    one = SiteFolder(tmp_path, switch)
    yield one
    for controller in list(one.controllers):
        one.stop(controller)


def ready(controller: Controller, agent: str = "li") -> None:
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
    status, body = gevent.get_hub().threadpool.apply(_fetch, (url,))
    return status, body


def _fetch(url: str, token: str = "") -> tuple[int, str]:
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
    return caller.state == "talking"


# ---- the main job -------------------------------------------------------------------------------------------


def test_a_call_goes_through_a_script_to_an_agent_and_is_in_sql(site: SiteFolder, switch: SimulatedSwitch) -> None:
    # Given an agent who is ready
    switch.phone("1001", answers(0.1))
    controller = site.started()
    ready(controller)
    # When somebody calls, and presses 1 at the menu
    caller = switch.call(number="13800138000", to="4000", name="李 雷")
    soon(lambda: any("440" in heard for heard in caller.heard))
    caller.press("1")
    soon(lambda: talks(caller))
    # Then he talks with the agent, and the link is kept awake
    assert switch.phone("1001").talks_with == [caller.uuid]
    soon(lambda: controller.nodes.by_name[PBX].link.counters.nudges > 0)
    # When the agent hangs up, the script goes on behind its queue step, and the call ends
    switch.phone("1001").hangup()
    soon(lambda: caller.state == "ended")
    assert "600" in caller.heard[-1]
    soon(lambda: not controller.engine.state.calls)
    # Then SQL tells the whole of it
    record = recorded(controller, caller.uuid)
    assert (record.call["caller_number"], record.call["caller_name"]) == ("13800138000", "李 雷")
    assert record.call["result"] == "answered"
    assert [visit["result"] for visit in record.visits] == ["answered"]
    assert [talk["agent"] for talk in record.talks] == ["li"]
    assert len(record.legs) == 2 and all(leg["ended"] for leg in record.legs)
    assert queries.call_trace(controller.store, CallId(caller.uuid))
    # And the agent is free again
    soon(lambda: controller.engine.state.agents[LI].is_free(controller.clock.now()))
    assert controller.engine.stats.failed_inputs == controller.engine.stats.failed_requests == 0


def test_calls_live_on_while_the_controller_is_stopped_and_started_again(
    site: SiteFolder, switch: SimulatedSwitch
) -> None:
    # Given a pair that talks and a caller who waits
    switch.phone("1001", answers(0.05))
    first = site.started()
    ready(first)
    one, other = switch.call(number="1", to="4001"), None
    soon(lambda: talks(one))
    other = switch.call(number="2", to="4001")
    soon(lambda: first.engine.state.waiting.get("support"))  # type: ignore[call-overload]
    since = first.engine.state.calls[CallId(other.uuid)].waiting_since
    pairs = switch.bridges
    # When the controller is stopped
    site.stop(first)
    # Then nobody noticed, and the watchdog waits for a successor
    assert switch.bridges == pairs and other.state != "ended"
    assert switch.variables["ccs_beat_limit"] == "40"
    # When another starts
    second = site.started()
    # Then it has both where they were
    assert switch.variables["ccs_beat_limit"] == "15"
    calls = second.engine.state.calls
    assert calls[CallId(one.uuid)].place is CallPlace.TALKING and talks(one)
    assert calls[CallId(other.uuid)].place is CallPlace.WAITING
    assert calls[CallId(other.uuid)].waiting_since == since
    soon(lambda: second.nodes.by_name[PBX].link.counters.nudges > 0)
    # And goes on with them: the talk ends, and who waited is served
    one.hangup()
    soon(lambda: talks(other))
    other.hangup()
    soon(lambda: not second.engine.state.calls)
    for caller in (one, other):
        record = recorded(second, caller.uuid)
        assert record.call["result"] == "answered"
        assert [talk["agent"] for talk in record.talks] == ["li"]
        assert len(record.visits) == 1


def test_a_node_that_is_away_at_the_start_is_waited_for(site: SiteFolder, switch: SimulatedSwitch) -> None:
    # Given a controller that starts while its FreeSWITCH is down
    config = site.config
    switch.stop()
    controller = site.controller(config)
    controller.start()
    status, body = fetch(controller, "/health")
    assert status == 503 and "no link to pbx1" in body
    unwatched(controller)
    # When it comes up
    switch.start()
    # Then all is well
    soon(lambda: PBX in controller.engine.state.nodes and controller.engine.state.nodes[PBX].synced)
    assert fetch(controller, "/health") == (200, '{"status":"ok","reasons":[],"warnings":[]}')


# ---- journal, snapshot, lock --------------------------------------------------------------------------------


def test_a_stop_leaves_a_snapshot_of_the_very_end(site: SiteFolder) -> None:
    # Given a controller that decided something
    first = site.started()
    ready(first)
    site.stop(first)
    # Then the next one has it from the snapshot alone
    snapshot = snapshots.load(first.journal.folder)
    assert snapshot is not None and snapshot.n == first.engine.n
    assert snapshot.state == first.engine.state
    second = site.controller()
    assert second.engine.n == first.engine.n
    assert second.engine.state.agents[LI].status is AgentStatus.READY


def test_a_killed_controller_is_followed_by_one_that_knows_all_it_knew(site: SiteFolder, tmp_path: Path) -> None:
    # Given a controller, and its folder as it is when the process is killed
    first = site.started()
    ready(first)
    n, state = first.engine.n, first.engine.state
    folder = tmp_path / "killed"
    shutil.copytree(first.journal.folder, folder)
    # Then recovery comes to the same
    journal = Journal(folder)
    journal.open()
    recovered = bootstrap.recover(journal)
    journal.close()
    assert (recovered.n, recovered.replayed) == (n, n)
    assert recovered.state == state


def test_a_snapshot_is_never_ahead_of_what_the_disk_has(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    controller = site.started()
    order: list[str] = []
    sync, store = controller.journal.sync, snapshots.store
    monkeypatch.setattr(controller.journal, "sync", lambda: [order.append("journal"), sync()])
    monkeypatch.setattr(snapshots, "store", lambda *given: [order.append("snapshot"), store(*given)])
    controller._snapshot()
    assert order == ["journal", "snapshot"]


def test_a_disk_that_takes_no_snapshot_stops_nothing(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a disk that refuses both to take and to give
    controller = site.started()

    def full(*given: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshots, "store", full)
    monkeypatch.setattr(controller.journal, "forget", full)
    # When it is time for a snapshot
    controller._snapshot()
    controller._forget()
    # Then it is told, and the controller goes on
    assert "the journal is kept instead" in caplog.text and "cannot be deleted" in caplog.text
    ready(controller)


def test_a_journal_that_is_deleted_under_a_running_controller_costs_neither_lock_nor_state(site: SiteFolder) -> None:
    # Given a running controller that knows that Li is ready
    ready(site.started())
    # When its journal is deleted
    shutil.rmtree(site.folder / "journal")
    # Then there soon is a snapshot of all it knows, and the lock is held again
    made = soon(lambda: snapshots.load(site.folder / "journal"))
    assert made.state.agents[LI].status is AgentStatus.READY
    with pytest.raises(JournalError, match="another controller"):
        JournalLock(site.folder / "journal").take(0.1)


def test_old_segments_go_when_snapshot_and_records_have_passed_them(site: SiteFolder) -> None:
    # Given a journal of an earlier life in many segments, all of them long ago
    journal = Journal(site.config.folder("journal"), segment_bytes=1)
    journal.open()
    for decision in decisions(1, 20):
        journal.append(decision)
    journal.close()
    for segment in journal.segments():
        os.utime(segment, (1000, 1000))
    controller = site.started()
    # When records have caught up
    assert controller.feeder.wait_for(controller.engine.n, PATIENCE)
    controller._forget()
    # Then only what is still needed is there
    assert len(controller.journal.segments()) == 1


def test_a_second_controller_waits_for_the_journal_and_is_refused_in_the_end(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a running controller
    first = site.started()
    # When another one wants its journal, and waits in vain
    monkeypatch.setattr(bootstrap, "LOCK_WITHIN", 0.1)
    with pytest.raises(JournalError, match=f"another controller .pid {os.getpid()}. writes this journal"):
        site.controller()
    # When it is more patient, and the first one stops
    monkeypatch.setattr(bootstrap, "LOCK_WITHIN", PATIENCE)
    tries: list[JournalLock] = []
    take = JournalLock.try_take
    monkeypatch.setattr(JournalLock, "try_take", lambda lock: (tries.append(lock), take(lock))[1])
    waiting = gevent.spawn(site.controller)
    soon(lambda: len(tries) > 1)
    assert not waiting.ready()
    site.stop(first)
    # Then it takes over where the first one was
    second = waiting.get(timeout=PATIENCE)
    assert second.engine.n == first.engine.n


def test_a_successor_need_not_wait_for_a_slow_database(site: SiteFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a controller that waits for its database at its stop
    first = site.started()
    let_go = Flag()
    monkeypatch.setattr(first.feeder, "wait_for", lambda n, timeout: let_go.wait(PATIENCE))
    stopping = gevent.spawn(site.stop, first)
    # When a successor wants the journal, then he has it meanwhile
    second = site.controller()
    assert not stopping.ready()
    assert second.engine.n == first.engine.n
    let_go.set()
    stopping.get(timeout=PATIENCE)


# ---- settings -----------------------------------------------------------------------------------------------


def test_scripts_are_parsed_beside_the_hub_before_the_settings_hold(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given where scripts are parsed
    threads: dict[str, int] = {}
    parse = bootstrap.script_of

    def parse_here(source: Any) -> Any:
        threads[source.name] = threading.get_ident()
        return parse(source)

    monkeypatch.setattr(bootstrap, "script_of", parse_here)
    # When a controller starts, then it is in a thread of its own
    site.started()
    assert threads.keys() == {"main"}
    assert threading.get_ident() not in threads.values()


def test_a_reload_holds_for_what_begins_from_now_on(
    site: SiteFolder, switch: SimulatedSwitch, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a caller in a script
    controller = site.started()
    caller = switch.call(number="1", to="4000")
    soon(lambda: any("440" in heard for heard in caller.heard))
    old = controller.engine.state.calls[CallId(caller.uuid)].script_hash
    # When the script and the queues change, and the node's port too
    (site.folder / "scripts" / "main.yaml").write_text(SCRIPT.replace("440", "550"))
    more = '[[queue]]\nname = "sales"\n'
    site.write(desk=8471, more=more)
    controller.reload(site.config)
    soon(lambda: len(controller.engine.state.settings.queues) == 2)
    # Then he goes on by the script that he began with, and the next one hears the new one
    assert set(controller.engine.state.scripts) > {old}
    newcomer = switch.call(number="2", to="4000")
    soon(lambda: any("550" in heard for heard in newcomer.heard))
    # And what a reload cannot change is told
    assert "desk changed in the files: that takes effect at the next start" in caplog.text


def test_a_file_is_in_force_as_soon_as_it_is_saved(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a site that watches its files
    monkeypatch.setattr(drafts, "LOOK_EVERY", 0.02)
    site.file.write_text(site.file.read_text().replace('dir = "scripts"', 'dir = "scripts"\nwatch = true'))
    controller = site.started()
    file = site.folder / "scripts" / "main.yaml"
    # When a file is saved that is wrong, and then mended
    file.write_text("steps: {a: {play: x, then: b}}")
    soon(lambda: "refused, the version before it stays" in caplog.text)
    assert controller.engine.state.settings.scripts[0].text == SCRIPT
    file.write_text(SCRIPT.replace("440", "550"))
    # Then it is in force
    soon(lambda: "550" in controller.engine.state.settings.scripts[0].text)
    # And what is published stays, whatever is saved
    source = ScriptSource(name="main", hash=script_hash(SCRIPT), text=SCRIPT)
    controller.engine.ask(d.PublishScript(order=OrderId("o1"), author="ann", source=source))
    file.write_text(SCRIPT.replace("440", "660"))
    soon(lambda: "660" in controller.engine.state.settings.scripts[0].text)
    state = controller.engine.state
    assert state.editions[state.edition]["main"].hash == source.hash


def test_a_draft_that_is_half_done_stops_no_start(site: SiteFolder) -> None:
    # Given a site whose designer saves half a script before the controller is started again
    site.stop(site.started())
    (site.folder / "scripts" / "main.yaml").write_text("steps: {a: {play: x, then: b}}")
    half = configuration.load(site.file, environ={}, drafts=True)
    # Then the version before it stays; with a new journal there is none
    again = site.controller(half)
    again.start()
    soon(lambda: again.engine.n > 0 and again.config.scripts)
    assert [source.text for source in again.config.scripts] == [SCRIPT]
    site.stop(again)
    shutil.rmtree(site.folder / "journal")
    new = site.controller(half)
    with pytest.raises(ConfigError, match="no step 'b'"):
        new.start()


def test_agents_accounts_come_from_the_records(site: SiteFolder, switch: SimulatedSwitch) -> None:
    # Given an agent with a secret in SQL
    store = open_store(site.config.store.url)
    secret = agent_records.PhoneSecret(agent=LI, sip_user="1001", a1_hash=A1, realm="127.0.0.1")
    agent_records.put_phone_secret(store, secret, now=1.0)
    # When the node comes up, then it knows him
    controller = site.started()
    soon(lambda: A1 in switch.core.hashes.values())
    # When another is taken on, then the node knows him at once
    other = agent_records.PhoneSecret(agent=AgentId("wang"), sip_user="1002", a1_hash=A1[::-1], realm="127.0.0.1")
    agent_records.put_phone_secret(store, other, now=1.0)
    store.close()
    wang = Agent(agent=AgentId("wang"), phone="1002")
    controller.engine.ask(d.AddAgent(order=OrderId("o1"), author="ann", agent=wang))
    soon(lambda: A1[::-1] in switch.core.hashes.values())
    # And no secret is in journal or snapshot
    controller._snapshot()
    assert not any(
        A1 in path.read_text() or A1[::-1] in path.read_text() for path in controller.journal.folder.iterdir()
    )


# ---- health and figures -------------------------------------------------------------------------------------


def gone(path: Path) -> None:
    for file in path.parent.glob(path.name + "*"):
        file.unlink()


TROUBLES: list[tuple[Callable[[Controller, pytest.MonkeyPatch], Any], str]] = [
    (lambda c, patch: patch.setattr(Journal, "trouble", "no space"), "journal: no space: free the disk"),
    (lambda c, patch: patch.setattr(c.engine, "alive", lambda: False), "the engine does not come round"),
    (
        lambda c, patch: c.hub._note(int(c.clock.now()) + 60, Gap(0.3)),
        "the hub was blocked for 300 ms in the last 10 s",
    ),
    (lambda c, patch: gone(c.config.folder("records.db")), "decisions behind: sqlite:"),
]


@pytest.mark.parametrize(("trouble", "says"), TROUBLES)
def test_what_is_wrong_is_told_with_its_remedy(
    site: SiteFolder, monkeypatch: pytest.MonkeyPatch, trouble: Callable[..., Any], says: str
) -> None:
    # Given a controller that feels well
    controller = site.started()
    soon(lambda: controller.feeder.lag == 0)
    unwatched(controller)
    assert controller.desk and fetch(controller, "/health")[0] == 200
    # When something goes wrong
    trouble(controller, monkeypatch)
    ready(controller)
    soon(lambda: any(says in reason() for reason in controller._reasons()))
    # Then health says what
    status, body = fetch(controller, "/health")
    assert status == 503 and says in body


def test_figures_are_on_metrics(site: SiteFolder, switch: SimulatedSwitch) -> None:
    controller = site.started()
    caller = switch.call(number="1", to="4001")
    calls = controller.engine.state.calls
    soon(lambda: caller.uuid in calls and calls[CallId(caller.uuid)].place is CallPlace.WAITING)
    status, text = fetch(controller, "/metrics")
    assert status == 200
    for line in (
        'ccswitch_calls{place="waiting"} 1.0',
        'ccswitch_waiting{queue="support"} 1.0',
        'ccswitch_link_up{node="pbx1"} 1.0',
        "ccswitch_failed_inputs_total 0.0",
    ):
        assert line in text.splitlines()


def test_a_database_that_is_away_costs_no_call(site: SiteFolder, switch: SimulatedSwitch) -> None:
    # Given a controller whose database vanishes
    switch.phone("1001", answers(0.05))
    controller = site.started()
    ready(controller)
    assert controller.feeder.wait_for(controller.engine.n, PATIENCE)
    database = site.folder / "records.db"
    away = site.folder / "away"
    database.rename(away)
    database.mkdir()  # which no SQLite can open
    # When somebody calls, then he talks all the same
    caller = switch.call(number="1", to="4001")
    soon(lambda: talks(caller))
    soon(lambda: controller.feeder.last_error)
    # When it is back, then it has all of it
    database.rmdir()
    away.rename(database)
    caller.hangup()
    soon(lambda: not controller.engine.state.calls)
    assert recorded(controller, caller.uuid).call["result"] == "answered"


# ---- as a process -------------------------------------------------------------------------------------------


STARTS_WITHIN = 60.0  # seconds; where others keep all processors busy the imports alone take ten


class Process:
    """`python -m ccswitch serve` on the site, with its log in a file."""

    def __init__(self, site: SiteFolder) -> None:
        self.log = site.folder / "log"
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with self.log.open("wb") as log:
            command = [sys.executable, "-m", "ccswitch", "serve", "--config", str(site.file)]
            # gevent's own: the hub's handler of SIGCHLD, which speech needs, takes the end of every child of ours
            self.process = gevent.subprocess.Popen(command, cwd=site.folder, env=environment, stdout=log, stderr=log)

    def says(self, words: str) -> None:
        """Wait until the log says so."""

        def said() -> bool:
            assert self.process.poll() is None, self.log.read_text()
            return words in self.log.read_text()

        soon(said, within=STARTS_WITHIN)

    def ended(self) -> int:
        soon(lambda: self.process.poll() is not None, within=STARTS_WITHIN)
        return self.process.returncode


def test_a_published_script_speaks_before_anybody_calls(site: SiteFolder) -> None:
    # Given a controller whose engine copies a sound
    sound = write_wav(site.folder / "sound.wav")
    site.write(desk=0, more=f'[speech]\ndir = "speech"\nengine = "command"\ncommand = ["cp", "{sound}", "{{out}}"]\n')
    controller = site.started()
    assert list(site.folder.glob("speech/*.wav")) == []
    # When a version that speaks two languages is published
    text = SCRIPT.replace("menu: tone_stream://%(50,50,440)", "menu: {say: {zh: 请按一, en: Press one}}")
    text = f"languages: [zh, en]\n{text}"
    source = ScriptSource(name="main", hash=script_hash(text), text=text)
    answer = controller.engine.ask(d.PublishScript(order=OrderId("o1"), author="ann", source=source))
    assert isinstance(answer, OrderAccepted)
    # Then both texts are rendered, with nobody on the line
    soon(lambda: controller.gate.speaker.counters.rendered == 2)  # counted after the file is there
    assert len(list(site.folder.glob("speech/[!.]*.wav"))) == 2
    # And a stop ends it all
    controller.stop()


def test_a_process_serves_reloads_holds_its_journal_and_stops(
    site: SiteFolder, switch: SimulatedSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a process that serves
    port = free_port()
    site.write(desk=port)
    site.file.write_text(site.file.read_text().replace('"warning"', '"info"'))
    store = open_store(site.config.store.url)
    token = tokens.add_token(store, name="ann", role="admin", now=1.0)
    store.close()
    process = Process(site)
    try:
        process.says("event=NodeSynced")
        # Then no other one gets its journal
        monkeypatch.setattr(bootstrap, "LOCK_WITHIN", 0.1)
        with pytest.raises(JournalError, match=f"pid {process.process.pid}"):
            site.controller()
        # When the files change and it is told so, then it takes them
        site.file.write_text(site.file.read_text() + '[[queue]]\nname = "sales"\n')
        process.process.send_signal(signal.SIGHUP)
        process.says("the files were read again")
        url = f"http://127.0.0.1:{port}/api/v1/queues"

        def queues() -> set[str]:
            status, body = gevent.get_hub().threadpool.apply(_fetch, (url, token))
            assert status == 200, body
            return {queue["queue"] for queue in json.loads(body)["queues"]}

        soon(lambda: {"sales", "support"} <= queues())
        # When the files are wrong, then it says where and goes on
        right = site.file.read_text()
        site.file.write_text(right + "[[queu]]\n")
        process.process.send_signal(signal.SIGHUP)
        process.says("the files are wrong, nothing was changed")
        # When it is to stop, then it does, and asks the watchdog for patience
        process.process.send_signal(signal.SIGTERM)
        assert process.ended() == 0, process.log.read_text()
        assert switch.variables["ccs_beat_limit"] == "40"
        assert "Traceback" not in process.log.read_text()
    finally:
        process.process.kill()
        process.process.wait(5)


def test_a_wrong_configuration_is_told_line_by_line_and_nothing_is_started(site: SiteFolder) -> None:
    # Given a file with two mistakes
    site.file.write_text(site.file.read_text() + '[[queue]]\nname = "a b"\nringtimeout = 3\n')
    process = Process(site)
    # Then both are told with their places, and the process is gone
    assert process.ended() == 1
    told = [line for line in process.log.read_text().splitlines() if line.startswith(str(site.file))]
    assert len(told) == 2, process.log.read_text()
    assert not (site.folder / "journal").exists()


def test_stopping_is_not_logged_as_trouble(site: SiteFolder, caplog: pytest.LogCaptureFixture) -> None:
    controller = site.started()
    unwatched(controller)
    caplog.clear()
    site.stop(controller)
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_new_journal_goes_on_where_the_records_stand(site: SiteFolder) -> None:
    # Given records of a journal that somebody deleted
    before = site.started()
    assert before.feeder.wait_for(before.engine.n, PATIENCE)
    site.stop(before)
    stood = before.engine.n
    shutil.rmtree(site.folder / "journal")
    # When a controller begins a new one and a call comes
    after = site.started()
    ready(after)
    caller = site.switch.call(number="13800138000", to="4001")
    soon(lambda: caller.uuid in after.engine.state.calls)
    # Then its decisions are numbered behind those, and recorded
    assert after.journal.segments()[0].name == f"{stood + 1:012d}.jsonl"
    assert recorded(after, caller.uuid).call["caller_number"] == "13800138000"
