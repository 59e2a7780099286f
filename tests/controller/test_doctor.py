"""What doctor finds on hosts and switches that lack one thing each (a real one: tests/live/dialplan/)."""

from __future__ import annotations

import http.server
import threading
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ccswitch.clock import ManualClock
from ccswitch.controller import doctor
from ccswitch.controller.config import (
    Config,
    DeskSettings,
    IvrSettings,
    JournalSettings,
    LastResort,
    NodeSettings,
    SpeechSettings,
    StoreSettings,
    load,
)
from ccswitch.controller.doctor import Health
from ccswitch.controller.doctor.speech import engine_speaks
from ccswitch.errors import LinkDown
from ccswitch.model.nouns import Agent, Entry, Queue, ScriptSource
from ccswitch.records import migrate
from ccswitch.records.agents import PhoneSecret, put_phone_secret
from ccswitch.records.store import open_store
from ccswitch.switch import dialplan
from tests.servers import free_port
from tests.speech.voices import write_wav

NODE = NodeSettings(name="pbx1", gateway="carrier")
CONFIG = Config(
    nodes=(NODE,),
    queues=(Queue(name="sales", record=True),),
    agents=(Agent(agent="li", phone="1001"), Agent(agent="wu", phone="sip:2@192.0.2.9"), Agent(agent="no")),
    entries=(Entry(name="main", dids=("4000",), queue="sales"),),
    scripts=(
        ScriptSource(
            name="hello",
            hash="0",
            text=(
                "steps:\n  hi: {play: /prompts/hi.wav, then: ask}\n  ask:\n    menu: ask.wav\n    keys: {1: end}\n"
                "    no_input: {play: /prompts/again.wav, then: end}\n    wrong_input: {then: end}\n"
            ),
        ),
    ),
)


SOFIA = """<configuration name="sofia.conf"><profiles>
  <profile name="external"><settings><param name="force-register-domain" value="elsewhere"/>
    <param name="disable-transfer" value="true"/></settings></profile>
  <profile name="internal"><settings>
    <param name="channel-xml-fetch-on-nightmare-transfer" value="true"/>
    <param name="make-every-transfer-a-nightmare" value="yes"/>
    <param name="force-register-domain" value="{domain}"/><param name="challenge-realm" value="{realm}"/>
  </settings></profile>
</profiles></configuration>"""
SOFIA_WELL = SOFIA.format(domain="ccswitch", realm="ccswitch")
ASK_SOFIA = "xml_locate configuration configuration name sofia.conf"
ASK_LUA = "xml_locate configuration configuration name lua.conf"
ASK_FILES = "xml_locate directory domain name ccswitch"
ASK_DOCTOR = "find_user_xml id ccs_doctor ccswitch"


class HealthySwitch:
    """Answers as a well-kept FreeSWITCH does; `says[command]` overrides one answer, None for -ERR."""

    def __init__(self, config=CONFIG, **says):
        files = dialplan.render(config.site(config.nodes[0]))
        trees = [ElementTree.fromstring(text) for path, text in files.items() if path.startswith("dialplan/")]
        self.contexts = {c.get("name"): ElementTree.tostring(c, "unicode") for t in trees for c in t.iter("context")}
        public = files["dialplan/public/00_ccswitch.xml"].split("<include>")[1].split("</include>")[0]
        self.contexts["public"] = f'<context name="public">{public}</context>'
        self.accounts, self.globals, self.says = {}, {"ccs_watchdog_ran": "999999", "script_dir": "/s"}, says
        self.globals |= {"intercept_unbridged_only": "true", "intercept_unanswered_only": "true"}

    def api(self, *words):
        command = " ".join(words)
        if command in self.says:
            return self.says[command]
        match words:
            case ("version", "short"):
                return "1.10.12-release"
            case ("module_exists", _) | ("file_exists", _):
                return "true"
            case ("xml_locate", "dialplan", "context", "name", name):
                return self.contexts.get(name, "can't find anything")
            case ("strepoch",):
                return "1000000"
            case ("global_getvar", name):
                return self.globals.get(name, "")
            case ("global_setvar", assignment):
                self.globals.update([assignment.split("=")])
            case ("luarun", "ccs_watchdog.lua"):
                self.globals["ccs_watchdog_ran"] = "1000000"
            case ("xml_locate", "configuration", "configuration", "name", name):
                return (
                    SOFIA.format(domain="ccswitch", realm="ccswitch") if name == "sofia.conf" else "ccs_directory.lua"
                )
            case ("xml_locate", "channels"):
                return '<param name="absolute-dial-string" value="error/CALL_REJECTED"/>'
            case ("db", "list/ccs_agent"):
                return ",".join(self.accounts)
            case ("user_exists", "id", *_):
                return "true"
            case ("db", request):
                verb, _, user, *rest = request.split("/")
                self.accounts.pop(user, None) if verb == "delete" else self.accounts.update({user: rest[0]})
            case ("find_user_xml", "id", user, _):
                return f'<param name="a1-hash" value="{self.accounts[user]}"/>'
            case ("sofia", "status", "profile", _):
                return "URL   \tsip:x"
            case ("sofia", "status", "gateway", "carrier"):
                return "Status  \tUP"
            case ("lua", *_):
                return self.says.get("lua", "written")
            case ("local_stream", "show"):
                return "moh,/music\nother,/x"
        return ""


def examined(switch, config=CONFIG, now=1_000_000.0):
    """The checks of a node by name."""
    patient = doctor.Patient(config, config.nodes[0], switch.api, ManualClock(now))
    return {check.name: check for check in doctor.examine_patient(patient)}


class TestNode:
    def test_a_well_kept_switch_is_well(self):
        checks = examined(HealthySwitch())
        assert {check.health for check in checks.values()} == {Health.OK}
        assert list(checks) == [name for name, *_ in doctor.NODE_CHECKS]
        assert not any(check.mend for check in checks.values())

    @pytest.mark.parametrize(
        ("says", "name", "health", "found"),
        [
            ({"version short": "1.8.7"}, "version", Health.FAIL, "FreeSWITCH 1.8.7"),
            ({"version short": ""}, "version", Health.FAIL, "it calls itself ''"),
            ({"module_exists mod_lua": "false"}, "modules", Health.FAIL, "not loaded: mod_lua"),
            (
                {"xml_locate dialplan context name ccs_orphan": "can't find anything"},
                "dialplan",
                Health.FAIL,
                "not loaded: ccs_orphan",
            ),
            (
                {"xml_locate dialplan context name ccs_in": '<context name="ccs_in"/>'},
                "dialplan",
                Health.WARN,
                "older than the configuration: ccs_in",
            ),
            (
                {"xml_locate dialplan context name public": "can't find anything"},
                "entries",
                Health.WARN,
                "context public does not lead to: main",
            ),
            (
                {"sofia status profile external": "Invalid Profile!"},
                "SIP profiles",
                Health.FAIL,
                "external does not run",
            ),
            (
                {ASK_SOFIA: SOFIA.format(domain="192.0.2.7", realm="auto_from")},
                "SIP profiles",
                Health.FAIL,
                "profile internal has force-register-domain 192.0.2.7, sip_domain is ccswitch",
            ),
            (
                {ASK_SOFIA: SOFIA.format(domain="", realm="pbx")},
                "SIP profiles",
                Health.FAIL,
                "profile internal has challenge-realm pbx, sip_domain is ccswitch",
            ),
            (
                {ASK_DOCTOR: "", "file_exists /s/ccs_directory.lua": "false"},
                "directory",
                Health.FAIL,
                "no file /s/ccs_d",
            ),
            ({ASK_DOCTOR: "", ASK_LUA: "<configuration/>"}, "directory", Health.FAIL, "lua.conf.xml does not name"),
            (
                {ASK_DOCTOR: ""},
                "directory",
                Health.FAIL,
                "another domain than ccswitch, or FreeSWITCH was not restarted",
            ),
            ({"user_exists id 1001 ccswitch": "false"}, "accounts", Health.WARN, "no account yet: li's 1001"),
            (
                {
                    ASK_FILES: '<domain><users><user id="1001"/><user id="7"/></users></domain>',
                    "db list/ccs_agent": "1001",
                },
                "accounts",
                Health.WARN,
                "hide users of the site's own directory, their passwords too: 1001",
            ),
            (
                {
                    ASK_SOFIA: SOFIA.format(domain="ccswitch", realm="ccswitch").replace(
                        '<profile name="external"><settings>',
                        '<profile name="external"><settings><param name="inbound-use-callid-as-uuid" value="True"/>',
                    )
                },
                "call ids",
                Health.FAIL,
                "Call-ID becomes the uuid of his leg in profile external",
            ),
            (
                {ASK_SOFIA: SOFIA_WELL.replace("channel-xml-fetch", "no-channel-xml-fetch", 1)},
                "transfers",
                Health.FAIL,
                "a REFER with Replaces dials past the dialplan in profile internal",
            ),
            (
                {ASK_SOFIA: SOFIA_WELL.replace("disable-transfer", "enable-transfer")},
                "transfers",
                Health.FAIL,
                "in profile external",
            ),
            (
                {"global_getvar intercept_unanswered_only": ""},
                "takeovers",
                Health.FAIL,
                "an INVITE with Replaces takes over any talk: intercept_unanswered_only is not true",
            ),
            (
                {"xml_locate channels": "can't find anything"},
                "transfers",
                Health.FAIL,
                "ccs_directory.lua is not asked",
            ),
            (
                {ASK_SOFIA: SOFIA_WELL.replace("make-every-transfer", "make-no-transfer")},
                "transfers",
                Health.WARN,
                "join two talks without the controller in profile internal",
            ),
            ({"sofia status gateway carrier": "Invalid Gateway!"}, "gateway", Health.FAIL, "no gateway carrier"),
            ({"sofia status gateway carrier": "Status \tDOWN"}, "gateway", Health.WARN, "carrier is DOWN"),
            ({"local_stream show": "moh2,/x"}, "music", Health.WARN, "missing: local_stream://moh"),
            ({"file_exists /prompts/hi.wav": "false"}, "prompts", Health.FAIL, "missing: /prompts/hi.wav"),
            ({"file_exists /prompts/again.wav": "false"}, "prompts", Health.FAIL, "missing: /prompts/again.wav"),
            ({"file_exists /ask.wav": "false"}, "prompts", Health.FAIL, "missing: /ask.wav"),
            (
                {"lua": "/rec/.ccs_doctor: Permission denied"},
                "recordings",
                Health.WARN,
                "the switch cannot write there: /rec/.ccs_doctor: Permission denied",
            ),
            ({"lua": "nil"}, "recordings", Health.WARN, "the switch cannot write there"),
            ({"strepoch": "1000030"}, "clock", Health.WARN, "+30 s from ours"),
            ({"strepoch": "nonsense"}, "clock", Health.WARN, ""),
        ],
    )
    def test_one_thing_is_missing(self, says, name, health, found):
        check = examined(HealthySwitch(**says))[name]
        assert check.health is health and found in check.found
        assert check.mend and check.node == "pbx1"

    def test_a_format_that_no_module_writes(self):
        # Given recordings as mp3, and a switch that knows wav
        config = replace(CONFIG, floor=replace(CONFIG.floor, recording_path="{call}-{talk}.mp3"))
        known = {"show file": "type,name,ikey\nfile,wav,mod_sndfile\n\n1 total.\n"}
        found = examined(HealthySwitch(config, **known), config)["recordings"]
        assert found.health is Health.WARN and found.found == "FreeSWITCH writes no mp3: load mod_shout"
        # When mod_shout is there, then all is well
        known = {"show file": "type,name,ikey\nfile,mp3,mod_shout\nfile,wav,mod_sndfile\n\n2 total.\n"}
        assert examined(HealthySwitch(config, **known), config)["recordings"].health is Health.OK

    def test_the_sample_configuration_is_well(self):
        # Given profiles that challenge for whatever host a phone names, and one stream of music for each rate
        sofia = SOFIA.format(domain="CCswitch", realm="auto_from")
        checks = examined(HealthySwitch(**{ASK_SOFIA: sofia, "local_stream show": "default,/m\nmoh/8000,/m"}))
        assert checks["SIP profiles"].health is checks["music"].health is Health.OK
        assert "agents' phones name ccswitch as their SIP server" in checks["SIP profiles"].found

    def test_a_directory_that_does_not_answer_and_nothing_is_left_behind(self):
        switch = HealthySwitch(**{"find_user_xml id ccs_doctor ccswitch": ""})
        assert examined(switch)["directory"].health is Health.FAIL
        assert switch.accounts == {}

    def test_a_watchdog_that_nobody_keeps_running_is_tried(self):
        switch = HealthySwitch()
        switch.globals["ccs_watchdog_ran"] = "999000"
        assert examined(switch)["watchdog"].found == "works when started; no controller keeps it running now"

    def test_a_watchdog_script_that_is_not_there(self):
        # Given a switch whose luarun does nothing, and a clock that does not wait
        switch = HealthySwitch(**{"luarun ccs_watchdog.lua": "+OK"})
        switch.globals["ccs_watchdog_ran"] = "0"
        clock = ManualClock()
        ask = switch.api

        def api(*words):
            clock.advance(0.5)
            return ask(*words)

        patient = doctor.Patient(CONFIG, NODE, api, clock)
        check = {check.name: check for check in doctor.examine_patient(patient)}["watchdog"]
        assert check.health is Health.FAIL and "/s" in check.found

    def test_without_gateway_and_prompts_there_is_nothing_to_find(self):
        config = replace(CONFIG, nodes=(NodeSettings(name="b"),), scripts=(), queues=(), last_resort=LastResort())
        checks = examined(HealthySwitch(config), config)
        assert checks["gateway"].found == "none configured"
        assert checks["recordings"].found == "nothing is recorded"
        assert checks["prompts"].health is checks["music"].health is Health.OK


class TestLink:
    def test_nobody_listens(self):
        node = replace(NODE, port=free_port())
        (check,) = doctor.examine_node(CONFIG, node, ManualClock())
        assert check.health is Health.FAIL and "cannot connect" in check.found and "start FreeSWITCH" in check.mend

    @pytest.mark.parametrize(
        ("trouble", "mend"),
        [
            ("pbx:8021 refuses the password (-ERR invalid)", "make [[node]] password of pbx1"),
            ("pbx:8021 does not speak like an event socket", "something else listens"),
        ],
    )
    def test_each_trouble_has_its_mending(self, monkeypatch, trouble, mend):
        def refuse(node, clock):
            raise LinkDown(trouble)

        monkeypatch.setattr(doctor, "linked", refuse)
        (check,) = doctor.examine_node(CONFIG, NODE, ManualClock())
        assert check.found == trouble and check.mend.startswith(mend)


class TestHost:
    @pytest.fixture
    def config(self, tmp_path):
        url = f"sqlite:///{tmp_path}/calls.db"
        migrate.upgrade(url)
        return Config(
            store=StoreSettings(url=url),
            journal=JournalSettings(dir=str(tmp_path / "journal")),
            desk=DeskSettings(port=free_port()),
            ivr=IvrSettings(dir=str(tmp_path)),
        )

    def found(self, config):
        return {check.name: check for check in doctor.examine(config)}

    def test_a_host_that_is_ready(self, config):
        checks = self.found(config)
        assert {check.health for check in checks.values()} <= {Health.OK, Health.WARN}
        assert checks["database"].health is checks["journal"].health is Health.OK
        assert checks["desk"].health is Health.WARN and "no controller runs" in checks["desk"].found
        assert doctor.is_well(list(checks.values()))

    def test_a_schema_that_is_behind(self, config, tmp_path):
        checks = self.found(replace(config, store=StoreSettings(url=f"sqlite:///{tmp_path}/other.db")))
        assert checks["database"].health is Health.FAIL
        assert "ccswitch db upgrade" in checks["database"].mend
        assert not doctor.is_well(list(checks.values()))

    def test_passwords_that_were_made_for_another_domain(self, config):
        # Given two agents, one of whom got his password before sip_domain was changed
        store = open_store(config.store.url)
        for agent, realm in (("li", "ccswitch"), ("wu", "192.0.2.7")):
            put_phone_secret(store, PhoneSecret(agent=agent, sip_user=agent, a1_hash="a" * 32, realm=realm), now=1.0)
        store.close()
        looks = {name: look for name, look, _ in doctor.HOST_CHECKS}
        # Then he is named, and nobody is when the domain is theirs
        assert looks["passwords"](replace(config, nodes=(NODE,))) == (
            Health.FAIL,
            "made for another domain than ccswitch: wu",
        )
        assert self.found(config)["passwords"].mend.startswith("give them new ones")

    def test_passwords_without_a_database(self, config, tmp_path):
        checks = self.found(replace(config, store=StoreSettings(url=f"sqlite:///{tmp_path}/other.db")))
        assert checks["passwords"].health is Health.WARN
        assert not (tmp_path / "other.db").exists()

    def test_a_database_that_is_not_there_is_not_made(self, config, tmp_path):
        # Given a host on which `db upgrade` has not run, Then a doctor called by root leaves nothing of root's behind
        missing = tmp_path / "none.db"
        check = self.found(replace(config, store=StoreSettings(url=f"sqlite:///{missing}")))["database"]
        assert check.health is Health.FAIL and "schema missing" in check.found
        assert not missing.exists()

    def test_a_database_that_is_away(self, config):
        url = f"postgresql://127.0.0.1:{free_port()}/calls"
        assert self.found(replace(config, store=StoreSettings(url=url)))["database"].health is Health.FAIL

    def test_a_journal_that_cannot_be(self, config, tmp_path):
        (tmp_path / "file").write_text("")
        checks = self.found(replace(config, journal=JournalSettings(dir=str(tmp_path / "file" / "journal"))))
        assert checks["journal"].health is Health.FAIL and "cannot be written" in checks["journal"].found

    @pytest.mark.parametrize(("free", "health"), [(10**12, Health.OK), (10**9, Health.WARN), (10**6, Health.FAIL)])
    def test_a_disk_that_is_full(self, config, monkeypatch, free, health):
        monkeypatch.setattr(doctor.host.shutil, "disk_usage", lambda path: type("Usage", (), {"free": free}))
        assert self.found(config)["journal"].health is health

    @pytest.mark.parametrize(
        ("answer", "health"), [(b'{"status": "degraded"}', Health.OK), (b"<h1>Welcome</h1>", Health.FAIL)]
    )
    def test_a_desk_port_that_is_taken(self, config, answer, health):
        # Given somebody who serves HTTP at the desk's port
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(503)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", config.desk.port), Handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            # Then a controller is told from a stranger
            assert self.found(config)["desk"].health is health
            server.shutdown()

    def test_an_address_that_is_not_ours(self, config):
        assert self.found(replace(config, desk=DeskSettings(host="192.0.2.1", port=80)))["desk"].health is Health.FAIL

    def test_warnings_of_the_configuration(self, tmp_path):
        path = tmp_path / "ccswitch.toml"
        path.write_text('[[node]]\nname = "a"\nhost = "10.1.2.3"\n[ivr]\ndir = "none"\n')
        health, found = doctor.HOST_CHECKS[0][1](load(Path(path), {}))
        assert health is Health.WARN and "ESL password" in found


class TestSpeech:
    """The engine, its folder, and the switch that reads it."""

    def site(self, folder, text="languages: [en]\nsteps:\n  a: {say: Hello, then: end}\n", **speech):
        settings = SpeechSettings(dir=str(folder / "kept"), prompts=str(folder / "prompts"), **speech)
        source = ScriptSource(name="hello", hash="0", text=text)
        return replace(CONFIG, speech=settings, scripts=(source,), file=folder / "ccswitch.toml")

    def speaking(self, folder, **speech):
        """A site whose engine is a program that copies a sound."""
        sound = write_wav(folder / "sound.wav")
        (folder / "kept").mkdir()
        return self.site(folder, engine="command", command=("cp", str(sound), "{out}"), **speech)

    def test_an_engine_that_speaks_is_well(self, tmp_path):
        health, found = engine_speaks(self.speaking(tmp_path))
        assert health is Health.OK
        assert found.startswith(f"command speaks en into {tmp_path}/kept")

    def test_without_a_script_that_speaks_nothing_is_asked_of_it(self, tmp_path):
        config = self.site(tmp_path, text="steps:\n  a: {play: x.wav, then: end}\n", engine="command", command=("no",))
        assert engine_speaks(config) == (Health.OK, "no script speaks")

    def test_an_engine_that_is_not_there_is_told(self, tmp_path):
        config = self.site(tmp_path, engine="command", command=("ccs-no-engine", "{out}"))
        assert engine_speaks(config) == (Health.FAIL, f"there is no folder {tmp_path}/kept")
        (tmp_path / "kept").mkdir()
        health, found = engine_speaks(config)
        assert (health, found) == (Health.FAIL, "en: ccs-no-engine cannot be started: No such file or directory")

    def test_a_folder_that_cannot_be_written_is_told(self, tmp_path):
        config = self.speaking(tmp_path)
        (tmp_path / "kept").rmdir()
        (tmp_path / "kept").symlink_to("/proc/self")
        health, found = engine_speaks(config)
        assert (health, "cannot" in found) == (Health.FAIL, True)

    def test_a_prompt_without_recording_and_text_is_remarked_on(self, tmp_path):
        text = "languages: [en]\nsteps:\n  a: {play: {prompt: hello}, then: end}\n"
        health, found = engine_speaks(self.site(tmp_path, text=text, engine="none"))
        assert (health, found) == (
            Health.WARN,
            "hello: step 'a': prompt 'hello' has no recording and no text in en",
        )
        write_wav(tmp_path / "prompts/en/hello.wav")
        assert engine_speaks(self.site(tmp_path, text=text, engine="none"))[0] is Health.OK

    @pytest.mark.parametrize(("said", "health"), [("read", Health.OK), ("no", Health.FAIL), ("", Health.FAIL)])
    def test_the_switch_reads_what_is_rendered(self, tmp_path, said, health):
        config = self.speaking(tmp_path)
        checks = examined(HealthySwitch(config, lua=said), config)
        assert checks["speech"].health is health
        assert (str(tmp_path / "kept") in checks["speech"].found) == (health is Health.FAIL)
