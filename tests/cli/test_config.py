"""`ccswitch config check | render`."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from ccswitch.cli import main

GOOD = """
[ivr]
dir = "scripts"
[[node]]
name = "pbx1"
[[queue]]
name = "sales"
[[entry]]
name = "main"
dids = ["4000"]
queue = "sales"
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["config", *arguments])


def test_a_right_configuration_says_what_is_in_it(elsewhere: Path):
    (elsewhere / "site.toml").write_text(GOOD)
    result = run("check", "--config", "site.toml")
    assert (result.exit_code, result.stdout) == (
        0,
        "site.toml: right: 1 nodes, 1 queues, 0 agents, 1 entries, 0 scripts\n",
    )


def test_everything_wrong_is_told_a_line_each(elsewhere: Path):
    # Given a file with two mistakes
    (elsewhere / "site.toml").write_text(GOOD.replace('queue = "sales"', 'queue = "sale"') + "bogus = 1\n")
    result = run("check", "--config", "site.toml")
    # Then each has its place, and a hint
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert len(lines) == 2
    assert all(line.startswith("site.toml:") for line in lines)
    document = json.loads(run("check", "--config", "site.toml", "--json").stdout)
    assert [problem["file"] for problem in document["problems"]] == ["site.toml", "site.toml"]


def test_warnings_do_not_fail(elsewhere: Path):
    (elsewhere / "site.toml").write_text(GOOD.replace('name = "pbx1"', 'name = "pbx1"\nhost = "10.0.0.9"'))
    result = run("check", "--config", "site.toml")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].endswith("[warning]")


def test_a_file_that_is_not_there_is_told(elsewhere: Path):
    result = run("check")
    assert (result.exit_code, result.stdout.splitlines()[0][:31]) == (1, "/etc/ccswitch/ccswitch.toml:1:1")


def test_what_freeswitch_needs_is_written(elsewhere: Path):
    (elsewhere / "site.toml").write_text(GOOD)
    result = run("render", "--config", "site.toml", "--to", "out")
    assert result.exit_code == 0
    written = [Path(line) for line in result.stdout.splitlines()]
    assert Path("out/dialplan/ccs_in.xml") in written
    assert all(path.is_file() for path in written)


def test_nothing_is_written_of_a_wrong_configuration(elsewhere: Path):
    (elsewhere / "site.toml").write_text(GOOD + "bogus = 1\n")
    result = run("render", "--config", "site.toml", "--to", "out")
    assert result.exit_code == 1
    assert result.stderr.startswith("site.toml:")
    assert not (elsewhere / "out").exists()
