"""`ccswitch audit`."""

from __future__ import annotations

import json
import re

from ccswitch.model import orders
from tests.cli.conftest import Run
from tests.desk.fakes import OLD, Fakes


def test_who_did_what(run: Run, fakes: Fakes) -> None:
    # Given nothing at first
    assert len(run("audit").stdout.splitlines()) == 1
    # When something was ordered, and something refused
    what = {"order": "o1", "author": "ann", "agent": "wu", "set": {"sales": 3}, "drop": [], "until": 0.5}
    fakes.records.audit(author="ann", kind="ChangeSkills", what=what, accepted=True, said="wu: sales 3")
    fakes.records.audit(author="li", kind="PauseQueue", what={"queue": "sales"}, accepted=False, said="may not")
    # Then both are listed, the newest first
    head, refused, done = run("audit").stdout.splitlines()
    assert head.split("\t") == ["at", "by", "what", "of what", "result", "said"]
    assert refused.split("\t")[1:] == ["li", "PauseQueue", "queue=sales", "refused", "may not"]
    assert done.split("\t")[1:] == ["ann", "ChangeSkills", "agent=wu set=sales:3 until=0.5", "done", "wu: sales 3"]
    # And as JSON, by whom, and by pages
    page = json.loads(run("audit", "--json", "--author", "ann").stdout)
    assert [one["kind"] for one in page["audit"]] == ["ChangeSkills"] and page["next"] is None
    assert "--before 2" in run("audit", "--limit", "1").stdout


def test_a_calls_recordings_are_kept(run: Run, fakes: Fakes) -> None:
    # When they are held, then the call shows by whom
    assert "kept" in run("call", "keep", OLD, "--why", "case 7").stdout
    assert "by wang since" in (shown := run("call", "show", OLD).stdout) and "case 7" in shown
    # And released once
    assert run("call", "keep", OLD, "--release").exit_code == 0
    assert run("call", "keep", OLD, "--release").exit_code == 4


def test_what_help_names_as_an_example_is_an_order(run: Run):
    named = re.search(r"part of its name:\s+(\w+)", run("audit", "--help").stdout)
    assert named is not None and hasattr(orders, named[1])
