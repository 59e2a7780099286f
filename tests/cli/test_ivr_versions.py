"""`ccswitch ivr publish | rollback | versions | usage | list | draw --traffic`, against a desk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ccswitch.model.facts import SettingsLoaded
from tests.cli.conftest import Run
from tests.desk.fakes import Fakes
from tests.floor.floors import MENU, script, settings_of
from tests.floor.test_publishing import FILES, A, B


@pytest.fixture(autouse=True)
def site(run: Run, fakes: Fakes, elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose draft is version A, at a desk that has the files of yesterday in force."""
    (elsewhere / "conf").mkdir()
    (elsewhere / "conf" / "ccswitch.toml").write_text('[ivr]\ndir = "../scripts"\n')
    monkeypatch.setenv("CCSWITCH_CONFIG", str(elsewhere / "conf" / "ccswitch.toml"))
    (elsewhere / "scripts").mkdir()
    (elsewhere / "scripts" / "menu.yaml").write_text(A.text)
    fakes.floor.give(SettingsLoaded(settings=settings_of(hash="h2", scripts=(script(),))))
    fakes.scripts.known = [A, B]
    return elsewhere / "scripts"


def draft(site: Path, text: str) -> None:
    (site / "menu.yaml").write_text(text)


def test_what_would_change_is_told_and_nothing_changes(run: Run, fakes: Fakes, site: Path):
    draft(site, MENU.replace("3: pin}", "3: pin, 4: bye}"))
    said = run("ivr", "publish", "menu", "--dry-run").stdout.splitlines()
    assert said[:2] == ["--- menu in force", "+++ menu"]
    assert "-    keys: {1: support, 2: out, 3: pin}" in said
    assert said[-1] == "choice (4): leads to bye, and led nowhere"
    assert fakes.floor.orders == []


def test_a_draft_is_published_with_what_it_changes(run: Run, fakes: Fakes):
    done = run("ivr", "publish", "menu", "--comment", "shorter")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "choice: menu: ask.wav becomes menu: ask1.wav",
        f"script menu: version {A.hash} takes all new calls, in the place of {FILES.hash}",
    ]
    [order] = fakes.floor.orders
    assert (order.author, order.comment, order.share, order.source) == ("wang", "shorter", 1.0, A)
    # and again there is nothing to do
    again = run("ivr", "publish", "menu")
    assert (again.exit_code, "in force so already" in again.stderr) == (1, True)


def test_a_canary_is_published_promoted_and_rolled_back(run: Run, fakes: Fakes):
    assert "takes 0.1 of the new calls" in run("ivr", "publish", "menu", "--share", "10%").stdout
    assert f"version {A.hash} takes all new calls" in run("ivr", "publish", "menu", "--all").stdout
    assert f"version {FILES.hash} takes all new calls again" in run("ivr", "rollback", "menu", "--comment", "no").stdout
    assert fakes.floor.orders[-1].comment == "no"
    assert f"version {B.hash} takes all" in run("ivr", "rollback", "menu", "--to", B.hash[:5]).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (["publish", "menu", "--share", "10"], 2, "write 10% or 0.1"),
        (["publish", "menu", "--share", "0%"], 2, "write 10% or 0.1"),
        (["publish", "menu", "--share", "110%"], 2, "write 10% or 0.1"),
        (["publish", "menu", "--all", "--share", "10%"], 2, "it takes no --share"),
        (["publish", "menu", "--all"], 1, "has no canary"),
        (["publish", "mneu"], 4, "there is no script mneu"),
        (["rollback", "menu"], 1, "was never published"),
        (["rollback", "mneu"], 4, "no script named 'mneu'"),
        (["rollback", "menu", "--to", "ffff"], 4, "no released version"),
        (["rollback", "menu", "--to", "x"], 1, "the beginning of a version's hash"),
        (["versions", "mneu"], 4, "no script named 'mneu'"),
        (["usage", "mneu"], 4, "no script named 'mneu'"),
        (["draw", "menu", "--since", "2h"], 2, "go with --traffic"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, fakes: Fakes, arguments: list[str], code: int, why: str):
    got = run("ivr", *arguments)
    assert (got.exit_code, why in got.stderr) == (code, True), got.stderr
    assert not [order for order in fakes.floor.orders if type(order).__name__ == "PublishScript"]


def test_a_draft_that_is_wrong_is_refused_before_it_is_sent(run: Run, fakes: Fakes, site: Path):
    draft(site, "steps:\n  a: {play: x, then: b}\n")
    got = run("ivr", "publish", "menu")
    assert got.exit_code == 1
    assert f"{site / 'menu.yaml'}:2:22: there is no step 'b'" in got.stderr
    assert fakes.floor.orders == []


def test_a_draft_that_the_site_cannot_serve_is_refused_there(run: Run, fakes: Fakes, site: Path):
    draft(site, "steps: {a: {queue: nowhere}}")
    got = run("ivr", "publish", "menu")
    assert (got.exit_code, "no queue 'nowhere'" in got.stderr) == (1, True)


def test_versions_are_listed_with_what_they_are_now(run: Run, fakes: Fakes):
    run("ivr", "publish", "menu", "--share", "10%")
    known, released = run("ivr", "versions", "menu").stdout.split("\n\n")
    rows = [line.split("\t") for line in known.splitlines()[1:]]
    assert [(row[0], row[2], row[4]) for row in rows] == [(A.hash, "li", "canary, 10.0 %"), (B.hash, "li", "")]
    assert released.splitlines()[1].split("\t")[1:] == ["published", A.hash, "li", "shorter"]
    assert json.loads(run("ivr", "versions", "menu", "--json").stdout)["script"]["versions"]["canary"] == A.hash


def test_usage_is_told_by_version(run: Run, fakes: Fakes):
    head, ways, menus, steps = run("ivr", "usage", "menu", "--version", "aaaa").stdout.split("\n\n")
    assert "calls\t40" in head and "median time in it\t0:12" in head
    assert ways.splitlines()[1] == "queue\tsales\t30\t75.0 %"
    assert menus.splitlines()[1] == "choice\t50\t20.0 %\t10.0 %"
    assert steps.splitlines()[1] == "choice\tmenu\t40\t10\t25.0 %"
    assert fakes.scripts.asked[-1][3] == "aaaa"


def test_traffic_is_laid_over_the_version_in_force(run: Run):
    drawn = run("ivr", "draw", "menu", "--traffic", "--since", "2h").stdout
    assert "choice<br/>menu: ask.wav<br/>40 calls, 25% left" in drawn
    assert "ask1.wav" in run("ivr", "draw", "menu", "--traffic", "--version", A.hash[:6]).stdout


def test_the_list_says_what_is_in_force(run: Run, fakes: Fakes):
    # Given a caller in the version of the files, and a draft that is published for some
    fakes.floor.arrives("c1", entry="menu")
    before = json.loads(run("ivr", "list", "--json").stdout)["scripts"][0]
    assert (before["in_force"], before["published"], before["differs"]) == (FILES.hash, False, True)
    run("ivr", "publish", "menu")
    # Then file and what is in force are the same, and who began with the other is in it
    after = json.loads(run("ivr", "list", "--json").stdout)["scripts"][0]
    assert (after["in_force"], after["author"], after["differs"], after["live"]) == (
        A.hash,
        "wang",
        False,
        {FILES.hash: 1},
    )
    assert run("ivr", "list").stdout.splitlines()[1].split("\t")[5:] == [A.hash, "wang", "the same", "1"]


def test_without_a_controller_the_files_are_listed(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CCSWITCH_URL", "http://127.0.0.1:9")
    got = run("ivr", "list")
    assert got.exit_code == 0
    assert got.stdout.splitlines()[1].split("\t")[:2] == ["menu", "6"]
    assert "what is in force is not known: nothing listens" in got.stderr
    assert run("ivr", "publish", "menu").exit_code == 3
