"""`ccswitch ivr …` as an IVR designer types it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from click.testing import CliRunner, Result

from ccswitch.cli import main

ROOT = Path(__file__).parents[2]
SCRIPT = """\
steps:
  pick_up: {answer: , then: choice}
  choice: {menu: ask.wav, keys: {1: sales}, tries: 2, otherwise: end}
  sales: {queue: sales}
"""
TESTS = """\
calls:
  sales: {keys: 1, outcome: queue sales}
"""


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site with one script and its tests."""
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "ccswitch.toml").write_text('[ivr]\ndir = "../scripts"\n')
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "main.yaml").write_text(SCRIPT)
    (scripts / "main.ivrtest.yaml").write_text(TESTS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CCSWITCH_CONFIG", str(tmp_path / "conf" / "ccswitch.toml"))
    return scripts


def ivr(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, ["ivr", *arguments], input=typed)


def test_scripts_are_listed_with_their_tests(site):
    listed = json.loads(ivr("list", "--json").stdout)["scripts"]
    assert listed == [{"script": "main", "steps": 3, "problems": 0, "calls": 1, "file": str(site / "main.yaml")}]


def test_a_right_script_is_said_to_be_right(site):
    got = ivr("check")
    assert (got.exit_code, got.stdout) == (0, "right: 1 script\n")


def test_a_prompt_that_is_neither_recorded_nor_written_is_remarked_on(site):
    # Given a script in two languages, a prompt with a text in one, and a folder with no recording
    speaks = "  hello: {play: {prompt: hello, say: {zh: 您好}}, then: choice}\n"
    (site / "main.yaml").write_text(
        "languages: [zh, en]\n" + SCRIPT.replace("then: choice}\n", "then: hello}\n") + speaks
    )
    config = site.parent / "conf" / "ccswitch.toml"
    config.write_text(config.read_text() + '[speech]\nprompts = "../prompts"\n')
    # When it is checked
    got = ivr("check")
    # Then what an English caller would not hear is told, with the file to record
    assert got.exit_code == 0
    recording = site.parent / "prompts/en/hello.wav"
    assert "main.yaml:6:18: step 'hello': prompt 'hello' has no recording and no text in en" in got.stdout
    assert f"(record {recording}, or add `say: {{en: …}}`) [warning]" in got.stdout
    # And no more once it is there
    recording.parent.mkdir(parents=True)
    recording.touch()
    assert ivr("check").stdout == "right: 1 script\n"


def test_a_rehearsal_shows_the_words_that_are_said(site):
    (site / "main.yaml").write_text(
        "languages: [zh, en]\nsteps:\n  a: {say: [{zh: 余额, en: Balance}, {number: 1023}], then: end}\n"
    )
    passed = json.loads(ivr("rehearse", "main", "--json").stdout)["passed"]
    assert passed[0]["says"] == ["余额", "一千零二十三"]


def test_a_test_names_the_words_that_are_said(site):
    (site / "main.yaml").write_text("languages: [en]\nsteps:\n  a: {say: [Balance, {number: 1023}], then: end}\n")
    says = "[Balance, one thousand and twenty-three]"
    (site / "main.ivrtest.yaml").write_text(f"calls:\n  x: {{says: {says}, outcome: hangup NORMAL_CLEARING}}\n")
    assert ivr("test").exit_code == 0
    (site / "main.ivrtest.yaml").write_text("calls:\n  x: {says: [nothing], outcome: hangup NORMAL_CLEARING}\n")
    assert "'nothing' is not heard" in ivr("test").stdout


def test_what_is_wrong_is_told_with_file_line_and_column(site):
    (site / "main.yaml").write_text(SCRIPT.replace("1: sales", "1: sails"))
    got = ivr("check", "main")
    assert got.exit_code == 1
    assert f"{site / 'main.yaml'}:3:37: there is no step 'sails' (did you mean 'sales'?)" in got.stdout
    (problem,) = [p for p in json.loads(ivr("check", "main", "--json").stdout)["problems"] if "sails" in p["what"]]
    assert (problem["line"], problem["column"]) == (3, 37)


def test_wrong_tests_are_told_by_check_too(site):
    (site / "main.ivrtest.yaml").write_text("calls: {a: {keys: 1}}")
    got = ivr("check")
    assert got.exit_code == 1 and "`outcome` needs one of queue NAME" in got.stdout


def test_a_script_that_is_not_there(site):
    got = ivr("check", "mian")
    assert got.exit_code == 4 and "did you mean 'main'?" in got.stderr


def test_a_script_is_drawn(site, tmp_path):
    assert ivr("draw", "main").stdout.startswith("flowchart TD\n")
    assert ivr("draw", "main", "--dot").stdout.startswith('digraph "main" {')
    assert ivr("draw", "main", "--to", "m.md").stdout == "m.md\n"
    assert (tmp_path / "m.md").read_text().startswith("flowchart TD")


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz (Debian: apt install graphviz)")
def test_a_script_is_drawn_as_an_image(site):
    assert "<svg" in ivr("draw", "main", "--svg").stdout


def test_without_graphviz_an_image_is_refused_with_a_way_out(site, monkeypatch):
    monkeypatch.setenv("PATH", "")
    got = ivr("draw", "main", "--svg")
    assert got.exit_code == 1 and "apt install graphviz" in got.stderr


def test_a_call_is_rehearsed(site):
    got = ivr("rehearse", "main", "--keys", "7,1")
    assert [line.split("\t") for line in got.stdout.splitlines()] == [
        ["step", "kind", "says", "heard", "goes to"],
        ["pick_up", "answer", "", "done", "choice"],
        ["choice", "menu", "ask.wav", "wrong 7", "choice"],
        ["choice", "menu", "ask.wav", "keys 1", "sales"],
        ["→ queue sales"],
    ]
    assert json.loads(ivr("rehearse", "main", "--keys", "silence", "--json").stdout)["outcome"].startswith("hangup")


def test_a_call_is_rehearsed_by_hand(site):
    got = ivr("rehearse", "main", typed="7\n1\ntalk\n")
    assert got.exit_code == 0
    assert "choice: ask.wav" in got.stdout and "sales: queue sales" in got.stdout
    assert got.stdout.rstrip().endswith("→ hangup NORMAL_CLEARING")


def test_what_no_caller_does_is_refused(site):
    got = ivr("rehearse", "main", "--keys", "one")
    assert got.exit_code == 1 and "'one' is nothing that a caller does" in got.stderr


def test_scripts_are_tested(site):
    got = ivr("test")
    assert (got.exit_code, got.stdout) == (0, "main: 1 passed, 0 failed; 100% of the steps, 50% of the ways\n")


def test_what_failed_is_told_with_its_place_and_for_ci(site, tmp_path):
    # Given a test that expects another queue
    (site / "main.ivrtest.yaml").write_text(TESTS.replace("queue sales", "queue care"))
    got = ivr("test", "main", "--junit", "results.xml")
    # Then the exit code, the line and the CI's file say so
    assert got.exit_code == 1
    assert f"{site / 'main.ivrtest.yaml'}:2:3: sales: the call ends with `queue sales`, not `queue care`" in got.stdout
    suite = Xml.parse(tmp_path / "results.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert next(failure.get("message") for failure in suite.iter("failure")).startswith("the call ends with")


def test_too_little_of_a_script_fails(site):
    (site / "main.ivrtest.yaml").write_text("calls: {silent: {outcome: hangup NORMAL_CLEARING}}")
    got = ivr("test")
    assert got.exit_code == 1 and "67% of the steps, not 100%: no call comes to sales" in got.stdout


def test_a_site_without_tests(site):
    (site / "main.ivrtest.yaml").unlink()
    assert "there are no tests" in ivr("test").stderr


def test_a_script_of_tests_is_no_script(site):
    # the controller's configuration passes the tests over
    got = CliRunner().invoke(main, ["config", "check", "--json"])
    assert not [told for told in json.loads(got.stdout)["problems"] if "ivrtest" in told["file"]]


def test_the_shipped_scripts_are_tested_to_the_last_way(monkeypatch):
    monkeypatch.chdir(ROOT)
    got = ivr("test", "--json", "ivr_scripts/main.yaml", "ivr_scripts/after_hours.yaml")
    assert got.exit_code == 0, got.stdout
    assert [script["covered"] for script in json.loads(got.stdout)["scripts"]] == [{"steps": 1.0, "ways": 1.0}] * 2


def test_scripts_that_run_others(site):
    # Given a script that runs another one beside it
    (site / "main.yaml").write_text("steps: {a: {run: other, with: {x: 1}, into: {v: y}, then: end}}")
    (site / "main.ivrtest.yaml").write_text("calls: {a: {keys: 1, outcome: hangup NORMAL_CLEARING, variables: {v: 1}}}")
    other = site / "other.yaml"
    other.write_text(
        "{parameters: [x], steps: {m: {menu: x, keys: {1: b}, otherwise: b}, b: {return: {y: '{{ x }}'}}}}"
    )
    # Then it is checked, tried and rehearsed through it
    assert ivr("check").stdout == "right: 2 scripts\n"
    assert ivr("test").exit_code == 0
    assert "other/m" in ivr("rehearse", "main", "--keys", "1").stdout
    assert "→ return (y = 7)" in ivr("rehearse", "other", "--keys", "1", "--with", "x=7").stdout
    assert "other needs a value for x" in ivr("rehearse", "other", "--keys", "1").stderr
    assert "run other" in ivr("draw", "main").stdout
    # and what does not fit together is told
    other.write_text("steps: {b: {return: }}")
    assert f"{site / 'main.yaml'}:1:32: script 'other' takes no parameter 'x'" in ivr("check", "main").stdout
    assert "takes no parameter 'x'" in ivr("test").stderr
