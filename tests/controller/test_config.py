"""The site's configuration file: defaults, reading, everything that is wrong with it at once."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.controller import config
from ccswitch.controller.config_source import places
from ccswitch.errors import ConfigError
from ccswitch.lookups.definition import Definition
from ccswitch.model.nouns import Agent, BreakReason, Entry, FloorSettings, Mark, OtherSite, Queue
from ccswitch.reading.findings import Place

ACCOUNT = "http://127.0.0.1:8080/accounts/{account}"
SHIPPED = Path(__file__).parents[2] / "conf" / "ccswitch.toml"
NODE = '[[node]]\nname = "pbx1"\n'
SCRIPT = "steps:\n  wait: {queue: sales}\n"


@pytest.fixture
def site(tmp_path):
    """Writes files of a site and gives the path of its configuration."""

    def write(text, **scripts):
        (tmp_path / "conf").mkdir(exist_ok=True)
        (tmp_path / "ivr_scripts").mkdir(exist_ok=True)
        for name, script in scripts.items():
            (tmp_path / "ivr_scripts" / f"{name}.yaml").write_text(script)
        path = tmp_path / "conf" / "ccswitch.toml"
        path.write_text(text)
        return path

    return write


@pytest.fixture
def problems(site):
    """What `load` finds wrong: (line, what, mend) in order."""

    def find(text, environ=None, **scripts):
        with pytest.raises(ConfigError) as raised:
            config.load(site(text, **scripts), environ or {})
        return [(p.line, p.what, p.mend) for p in raised.value.problems]

    return find


class TestShippedFile:
    def test_it_is_the_defaults(self):
        # Given the annotated file of the repository, When it is read
        shipped = config.load(SHIPPED, {})
        # Then it says what holds without it, and names examples that say nothing but defaults
        assert shipped == config.Config(
            nodes=(config.NodeSettings(name="pbx1"),),
            queues=(Queue(name="sales"), Queue(name="support")),
            agents=(Agent(agent="li", name="Li Wei", phone="1001", queues=("sales", "support")),),
            marks=(Mark(name="gold"),),
            entries=(Entry(name="main", dids=("4000",), script="main"),),
            sites=(OtherSite(name="north", dial="sip:4000@192.0.2.9:5060", addresses=("192.0.2.9/32",)),),
            reasons=(BreakReason(name="lunch", label="Lunch"),),
            voices=(config.Voice(language="zh"),),
            lookups=(Definition(name="account", url=ACCOUNT, parameters=("account",)),),
            lookup_headers={"account": {}},
            scripts=shipped.scripts,
            almanac=shipped.almanac,
        )
        assert shipped.warnings == ()

    def test_every_key_is_there_in_order(self):
        data = tomllib.loads(SHIPPED.read_text())
        for table, (_, kind) in config.TABLES.items():
            assert list(data[table]) == [field.name for field in fields(kind)], table
        for table, (_, kind, aliases) in config.LISTS.items():
            keys = {name: key for key, name in aliases.items()}
            assert list(data[table][0]) == [keys.get(field.name, field.name) for field in fields(kind)], table
        assert set(data) == {*config.TABLES, *config.LISTS, "handover_grace"}

    def test_every_key_has_a_word_about_it(self):
        # Given the file cut at empty lines, Then each block of settings has a comment
        for block in re.split(r"\n\s*\n", SHIPPED.read_text()):
            assert "#" in block or block.startswith('[[queue]]\nname = "support"'), block

    def test_the_floor_s_timers_are_the_brain_s(self):
        of_floor = {field.name: field.default for field in fields(config.FloorTimers)}
        of_brain = {field.name: field.default for field in fields(FloorSettings) if field.name in of_floor}
        assert of_floor == of_brain


class TestReading:
    def test_a_whole_site(self, site):
        # Given a site with a script, a queue, an agent and an entry
        path = site(
            NODE
            + """
            [[queue]]
            name = "sales"
            wrapup = 5
            [[agent]]
            id = "li"
            phone = "1001"
            queues = ["sales"]
            [[entry]]
            name = "main"
            dids = ["4001234567", '^5\\d{3}$']
            script = "welcome"
            """,
            welcome=SCRIPT,
        )
        # When it is read
        loaded = config.load(path, {})
        # Then the nouns are there, and numbers are what they are meant to be
        assert loaded.queues == (Queue(name="sales", wrapup=5.0),)
        assert isinstance(loaded.queues[0].wrapup, float)
        assert loaded.agents == (Agent(agent="li", phone="1001", queues=("sales",)),)
        assert loaded.entries == (Entry(name="main", dids=("4001234567", r"^5\d{3}$"), script="welcome"),)
        assert [(script.name, script.text) for script in loaded.scripts] == [("welcome", SCRIPT)]
        # and the brain's settings carry them under a hash of their content
        settings = config.floor_settings(loaded)
        assert (settings.nodes, settings.queues, settings.scripts) == (("pbx1",), loaded.queues, loaded.scripts)
        assert re.fullmatch("[0-9a-f]{16}", settings.hash)

    def test_the_hash_changes_with_what_the_brain_sees_and_with_nothing_else(self, site):
        first = config.floor_settings(config.load(site(NODE), {}))
        same = config.floor_settings(config.load(site("# a word\n" + NODE + "[desk]\nport = 1\n"), {}))
        other = config.floor_settings(config.load(site(NODE + "[floor]\nrona_limit = 3\n"), {}))
        assert first.hash == same.hash != other.hash

    def test_secrets_come_from_the_environment(self, site):
        path = site(NODE + 'password_env = "PBX_ONE"\n[[node]]\nname = "pbx2"\npassword = "two"\n')
        loaded = config.load(path, {"PBX_ONE": "s3same", "CCSWITCH_STORE_URL": "postgresql://db/calls"})
        assert [node.password for node in loaded.nodes] == ["s3same", "two"]
        assert loaded.store.url == "postgresql://db/calls"
        # and are not printed
        assert "s3same" not in repr(loaded.nodes[0]) and "calls" not in repr(loaded.store)

    def test_folders_count_from_the_file(self, site):
        path = site(NODE + '[journal]\ndir = "../journal"\n')
        loaded = config.load(path, {})
        assert loaded.folder(loaded.journal.dir) == path.parent.parent / "journal"
        assert loaded.folder("/var/lib") == Path("/var/lib")

    def test_files_of_several_nodes_go_into_folders_of_their_own(self, site, tmp_path):
        loaded = config.load(site(NODE + '[[node]]\nname = "pbx2"\nport = 8022\n'), {})
        written = config.render_to(loaded, tmp_path / "out")
        assert "8022" in (tmp_path / "out/pbx2/autoload_configs/event_socket.conf.xml").read_text()
        assert tmp_path / "out/pbx1/dialplan/ccs_in.xml" in written


class TestProblems:
    def test_all_of_them_at_once_with_their_lines(self, problems):
        found = problems(
            """[[node]]
name = "pbx1"
prot = 8021
[[queue]]
name = "sales"
ring_timeout = "20"
[[agent]]
id = "li"
phone = "sofia/internal/1001"
queues = [
  "sales",
  "sale",
]
[[entry]]
name = "main"
dids = ["4000"]
queue = "slaes"
[lst_resort]
kind = "voicemail"
""",
        )
        assert [(line, what) for line, what, _ in found] == [
            (3, "[node] knows no 'prot'"),
            (6, "ring_timeout is a text"),
            (9, "phone = 'sofia/internal/1001'"),
            (10, "there is no queue 'sale'"),
            (17, "there is no queue 'slaes'"),
            (18, "this file knows no 'lst_resort'"),
        ]
        mends = [mend for *_, mend in found]
        assert mends[0] == "did you mean 'port'?"
        assert mends[1] == "write a number"
        assert "write 1001" in mends[2]
        assert mends[3] == mends[4] == "did you mean 'sales'?"
        assert mends[5] == "did you mean 'last_resort'?"

    @pytest.mark.parametrize(
        ("text", "line", "what"),
        [
            ("port = \n", 1, "this is not TOML"),
            ("[desk]\nport = 1\nport = 2\n", 3, "this is not TOML"),
            ('[desk\nhost = "x"', 1, "this is not TOML"),
            ("", 1, "no FreeSWITCH to drive"),
            ("[[node]]\nport = 1\n", 1, "[[node]] without 'name'"),
            ("node = 1\n", 1, "'node' is a list of tables"),
            (NODE + "[[desk]]\nport = 1\n", 3, "'desk' is a table"),
            (NODE + "port = 0\n", 3, "port = '0'"),
            (NODE + "port = 65536\n", 3, "port = '65536'"),
            (NODE + "port = true\n", 3, "port is true or false"),
            (NODE + "port = 80.5\n", 3, "port is a number"),
            (NODE + "port = 1979-05-27\n", 3, "port is a date or time"),
            (NODE + 'host = "a b"\n', 3, "host = 'a b'"),
            (NODE + 'controllers = ["10.0.0.0/33"]\n', 3, "controllers = '10.0.0.0/33'"),
            (NODE + 'controllers = "10.0.0.0/8"\n', 3, "controllers is a text"),
            (NODE + 'sip_ip = "everywhere"\n', 3, "sip_ip = 'everywhere'"),
            (NODE + 'password = "a\\nb"\n', 3, "password = 'a\\nb'"),
            (NODE + 'password_env = "NOT_SET"\n', 3, "NOT_SET is not in the environment"),
            (NODE + 'gateway = "a/b"\n', 3, "gateway = 'a/b'"),
            (NODE + 'phones_profile = "../x"\n', 3, "phones_profile = '../x'"),
            (NODE + NODE, 4, "node 'pbx1' is already on line 2"),
            (NODE + '[[node]]\nname = "b"\nsip_domain = "other"\n', 5, "other here, ccswitch above"),
            (NODE + '[store]\nurl = "mysql://x/y"\n', 4, "url = 'mysql://x/y'"),
            (NODE + '[store]\nurl = ""\n', 4, "url = ''"),
            (NODE + '[journal]\ndurability = "disk"\n', 4, "durability = 'disk'"),
            (NODE + "[floor]\nrona_limit = 0\n", 4, "rona_limit = '0'"),
            (NODE + "[floor]\nbridge_within = nan\n", 4, "bridge_within = 'nan'"),
            ("handover_grace = -1\n" + NODE, 1, "handover_grace = -1"),
            ('handover_grace = "long"\n' + NODE, 1, "handover_grace is a text"),
            (NODE + '[[queue]]\nname = "a b"\n', 4, "name = 'a b'"),
            (NODE + '[[queue]]\nname = "q"\nmusic = "${system(reboot)}"\n', 5, "music = '${system(reboot)}'"),
            (NODE + '[[queue]]\nname = "q"\n[[queue]]\nname = "q"\n', 6, "queue 'q' is already on line 4"),
            (NODE + '[[agent]]\nid = "li"\nphone = "trunk:gw/123"\n', 5, "no node has a gateway to dial it"),
            (NODE + '[[agent]]\nid = "li"\nphone = "10+01"\n', 5, "phone = '10+01'"),
            (NODE + '[last_resort]\nkind = "nuber"\n', 4, "kind = 'nuber'"),
            (NODE + '[speech]\nengine = "flite"\n', 4, "engine = 'flite'"),
            (NODE + '[speech]\ndir = "/var/lib/my speech"\n', 4, "dir = '/var/lib/my speech'"),
            (NODE + "[speech]\nlimit = 60\n", 4, "limit = '60'"),
            (NODE + '[speech]\nengine = "command"\n', 3, "which command?"),
            (NODE + '[speech]\nengine = "command"\ncommand = ["say-it"]\n', 5, "a command that writes no {out}"),
            (NODE + '[speech]\ncommand = ["say-it", "{out}"]\n', 4, "this command is not used"),
            (NODE + '[[voice]]\nlanguage = "chinese"\n', 4, "language = 'chinese'"),
            (NODE + '[[voice]]\nlanguage = "zh"\nvoice = "a b"\n', 5, "voice = 'a b'"),
            (NODE + '[floor]\nrecording_path = "{date}/{call}.wav"\n', 4, "recording_path = '{date}/{call}.wav'"),
            (NODE + '[floor]\nkeep_recordings = "90"\n', 4, "keep_recordings = '90'"),
            (NODE + '[[queue]]\nname = "q"\nrecording_path = "../{call}-{talk}.wav"\n', 5, "recording_path = '../"),
            (NODE + '[[queue]]\nname = "q"\nkeep_recordings = "1y"\n', 5, "keep_recordings = '1y'"),
            (NODE + '[[site]]\nname = "n"\ndial = "1001"\n', 5, "dial = '1001'"),
            (NODE + '[[site]]\nname = "n"\n', 3, "[[site]] without 'dial'"),
            (NODE + '[[site]]\nname = "n"\ndial = "sip:1@x"\naddresses = ["x"]\n', 6, "addresses = 'x'"),
            (NODE + '[[voice]]\nlanguage = "zh"\n[[voice]]\nlanguage = "zh"\n', 6, "voice 'zh' is already on line 4"),
            (NODE + 'gateway = "gw"\n[last_resort]\nkind = "number"\n', 5, "the last resort is a number, but which?"),
            (NODE + '[last_resort]\nannouncement = "a$b"\n', 4, "announcement = 'a$b'"),
            (NODE + '[log]\nlevel = "verbose"\n', 4, "level = 'verbose'"),
        ],
    )
    def test_each_where_it_stands(self, problems, text, line, what):
        at, found, _ = problems(text)[0]
        assert (at, found[: len(what)]) == (line, what)

    @pytest.mark.parametrize(
        ("entry", "what"),
        [
            ('dids = ["4000"]', "entry 'main' has neither script nor queue"),
            ('dids = ["4000"]\nqueue = "sales"\nscript = "welcome"', "entry 'main' has both script and queue"),
            ('queue = "sales"', "entry 'main' has no number"),
            ('queue = "sales"\ndids = ["4000", "4000"]', "4000 leads to 'main' already"),
            ('queue = "sales"\ndids = ["40 00"]', "dids = '40 00'"),
            ('queue = "sales"\ndids = ["^("]', "dids = '^('"),
            ('queue = "sales"\ndids = ["^${x}"]', "dids = '^${x}'"),
            ('dids = ["4000"]\nscript = "welcom"', "there is no script 'welcom'"),
        ],
    )
    def test_entries(self, problems, entry, what):
        text = NODE + '[[queue]]\nname = "sales"\n[[entry]]\nname = "main"\n' + entry
        assert what in [found for _, found, _ in problems(text, welcome=SCRIPT)]

    def test_scripts_are_read_with_it(self, site):
        # Given an entry that leads to a broken script, and one whose script knows another queue
        path = site(
            NODE + '[[entry]]\nname = "a"\ndids = ["1"]\nscript = "broken"\n',
            broken="steps:\n  wait: {quuee: sales}\n",
            lost="steps:\n  wait: {queue: sales}\n",
        )
        # When all is read, Then each problem is told in its own file, and the entry is not blamed
        with pytest.raises(ConfigError) as raised:
            config.load(path, {})
        found = {(Path(p.file).name, p.line) for p in raised.value.problems}
        assert {("broken.yaml", 2), ("lost.yaml", 2)} == found

    def test_a_file_that_cannot_be_read(self, tmp_path):
        with pytest.raises(ConfigError, match=r"nowhere\.toml:1:1: cannot be read"):
            config.load(tmp_path / "nowhere.toml", {})
        (tmp_path / "latin.toml").write_bytes(b"\xe9")
        with pytest.raises(ConfigError, match="is not UTF-8"):
            config.load(tmp_path / "latin.toml", {})

    @given(text=st.text(alphabet=st.sampled_from("[]{}=\"'#\n ,.a1_-node"), max_size=80))
    def test_no_text_does_worse_than_a_config_error(self, tmp_path_factory, text):
        path = tmp_path_factory.mktemp("site") / "ccswitch.toml"
        path.write_text(text)
        try:
            config.load(path, {})
        except ConfigError as error:
            assert error.problems


class TestWarnings:
    def test_freeswitch_s_own_password_over_the_network(self, site):
        loaded = config.load(site(NODE + 'host = "10.0.0.7"\n'), {})
        assert [(w.line, "ESL password" in w.what) for w in loaded.warnings] == [(1, True)]

    def test_a_number_that_an_earlier_pattern_swallows(self, site):
        text = NODE + '[[queue]]\nname = "q"\n[[entry]]\nname = "all"\nqueue = "q"\ndids = ["^4"]\n'
        loaded = config.load(site(text + '[[entry]]\nname = "vip"\nqueue = "q"\ndids = ["4000"]\n'), {})
        assert [(w.line, w.what) for w in loaded.warnings] == [(12, "4000 goes to all by ^4")]


def test_places_are_found_past_strings_comments_and_lists():
    text = '# [a]\n[a]\nx = """\n[b]\ny = 1\n""" # [c]\nlist = [\n  "]",  # ]\n  "z = 1",\n]\n'
    text += "  y.z = 2\n[[b]]\n[[ b ]]\nq=1\n"
    assert places(text) == {
        ("a",): Place(2, 2),
        ("a", "x"): Place(3, 1),
        ("a", "list"): Place(7, 1),
        ("a", "list", 0): Place(8, 3),
        ("a", "list", 1): Place(9, 3),
        ("a", "y"): Place(11, 3),
        ("b", 0): Place(12, 3),
        ("b", 1): Place(13, 4),
        ("b", 1, "q"): Place(14, 1),
    }


class TestServiceUnit:
    UNIT = SHIPPED.parent / "ccswitch.service"

    def test_it_starts_again_for_ever_and_may_do_little(self):
        unit = configparser.RawConfigParser(strict=True)
        unit.optionxform = str
        unit.read(self.UNIT)
        assert unit["Service"]["Restart"] == "always"
        assert unit["Unit"]["StartLimitIntervalSec"] == "0"
        assert unit["Service"]["NoNewPrivileges"] == unit["Service"]["ProtectHome"] == "true"
        assert unit["Service"]["ProtectSystem"] == "strict"
        # what it may write to is where the defaults put journal and database
        assert f"/var/lib/{unit['Service']['StateDirectory']}/" in config.JournalSettings().dir

    def test_systemd_understands_it(self, tmp_path):
        analyze = shutil.which("systemd-analyze")
        if analyze is None:
            pytest.skip("no systemd here: systemd-analyze comes with it")
        # Given the unit with a program that is there
        unit = tmp_path / "ccswitch.service"
        unit.write_text(self.UNIT.read_text().replace("/opt/ccswitch/bin/ccswitch", "/bin/true"))
        # When systemd reads it, Then it has nothing to say
        found = subprocess.run([analyze, "verify", "--man=no", str(unit)], capture_output=True, text=True, timeout=30)
        assert [line for line in found.stderr.splitlines() if "ccswitch.service" in line] == []

    def test_systemd_understands_it_as_one_of_two(self, tmp_path):
        analyze = shutil.which("systemd-analyze")
        if analyze is None:
            pytest.skip("no systemd here: systemd-analyze comes with it")
        # Given the unit with the drop-in for two controllers, in the way that systemd would see them
        drop_in = self.UNIT.with_suffix(".service.d") / "pair.conf"
        (tmp_path / "ccswitch.service.d").mkdir()
        for source, target in ((self.UNIT, "ccswitch.service"), (drop_in, "ccswitch.service.d/pair.conf")):
            (tmp_path / target).write_text(source.read_text().replace("/opt/ccswitch/bin/ccswitch", "/bin/true"))
        # When systemd reads both, Then it has nothing to say
        command = [analyze, "verify", "--man=no", str(tmp_path / "ccswitch.service")]
        found = subprocess.run(command, capture_output=True, text=True, timeout=30)
        assert [line for line in found.stderr.splitlines() if "ccswitch" in line or "pair.conf" in line] == []
        # And it is started as a standby, in the place of the usual way
        assert drop_in.read_text().count("ExecStart=") == 2 and "serve --standby" in drop_in.read_text()


class TestTwoControllers:
    def test_what_the_engineer_is_told_to_write_is_right(self, site):
        # Given the lines of docs/engineer.md for a pair
        page = (SHIPPED.parents[1] / "docs" / "engineer.md").read_text()
        lines = page.partition("## Two controllers")[2].partition("```toml\n")[2].partition("```")[0]
        # When they stand in a site's file, Then they are understood, and the rest has its defaults
        pair = config.load(site(NODE + lines), {"CCSWITCH_LIVE_PASSWORD": "s3same"})
        assert (pair.journal.dir, pair.journal.durability) == ("/srv/ccswitch/journal", "power")
        assert pair.live == config.LiveSettings(url="redis://redis.example:6379/0")
        assert pair.live_password == "s3same" and "s3same" not in repr(pair)
        assert pair.controller

    def test_a_controller_is_named_after_its_host_unless_it_is_told_otherwise(self, site, monkeypatch):
        monkeypatch.setattr(config.settings.socket, "gethostname", lambda: "pbx-a.example.com")
        assert config.load(site(NODE), {}).controller == "pbx-a"
        assert config.load(site(NODE + '[live]\nname = "left"\n'), {}).controller == "left"

    def test_what_is_wrong_about_them_is_said(self, problems):
        found = problems(NODE + '[live]\nurl = "http://x"\nlease = 9.0\nname = "a b"\nprefix = ""\n')
        assert [line for line, _, _ in found] == [4, 5, 6, 7]
        assert "redis://HOST" in " ".join(str(one) for one in found[0])
