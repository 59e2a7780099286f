"""The controller as a process: it serves, reloads, holds its journal, and stops."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import sys

import gevent
import gevent.subprocess
import pytest

from ccswitch.controller import bootstrap
from ccswitch.errors import JournalError
from ccswitch.ivr.script import script_hash
from ccswitch.model import orders as d
from ccswitch.model.ids import OrderId
from ccswitch.model.nouns import ScriptSource
from ccswitch.model.outcomes import OrderAccepted
from ccswitch.records import tokens
from ccswitch.records.store import open_store
from ccswitch.simulator.switch import SimulatedSwitch
from tests.controller.waiting import PATIENCE, soon
from tests.controller.whole.conftest import ROOT, SCRIPT, SiteFolder, fetch_url, ready, recorded, unwatched
from tests.servers import free_port
from tests.speech.voices import write_wav

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
        """Its exit code, once it has ended."""
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
            status, body = gevent.get_hub().threadpool.apply(fetch_url, (url, token))
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
