"""Settings, scripts and accounts that come into force while a whole controller runs."""

from __future__ import annotations

import shutil
import threading
from typing import Any

import pytest

from ccswitch.controller import bootstrap, drafts
from ccswitch.controller import config as configuration
from ccswitch.errors import ConfigError
from ccswitch.ivr.script import script_hash
from ccswitch.model import orders as d
from ccswitch.model.ids import AgentId, CallId, OrderId
from ccswitch.model.nouns import Agent, ScriptSource
from ccswitch.records import agents as agent_records
from ccswitch.records.store import open_store
from ccswitch.simulator.switch import SimulatedSwitch
from tests.controller.waiting import soon
from tests.controller.whole.conftest import A1, LI, SCRIPT, SiteFolder


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
    controller.keeper.take()
    assert not any(
        A1 in path.read_text() or A1[::-1] in path.read_text() for path in controller.journal.folder.iterdir()
    )
