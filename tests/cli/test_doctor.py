"""`ccswitch doctor`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ccswitch.cli import main
from ccswitch.controller import config, doctor
from ccswitch.controller.doctor import Check
from ccswitch.controller.doctor import Health as How


@pytest.mark.parametrize(("health", "code"), [(How.OK, 0), (How.WARN, 0), (How.FAIL, 1)])
def test_the_exit_code_says_whether_anything_failed(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, health: How, code: int
):
    checks = [
        Check(name="clock", health=How.OK, found="0.0 s"),
        Check(name="modules", health=health, found="x", mend="y"),
    ]
    monkeypatch.setattr(config, "load", lambda _path: config.Config())
    monkeypatch.setattr(doctor, "examine", lambda _config: checks)
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == code
    assert result.stdout.splitlines()[2] == f"{health.value}\t\tmodules\tx\ty"
    document = json.loads(CliRunner().invoke(main, ["doctor", "--json"]).stdout)
    assert (document["well"], document["checks"][1]["health"]) == (code == 0, health.value)
