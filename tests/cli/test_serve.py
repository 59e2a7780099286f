"""`ccswitch serve`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from ccswitch.cli import main
from ccswitch.controller import bootstrap
from ccswitch.errors import Superseded


def test_the_controller_is_given_its_configuration(elsewhere: Path, monkeypatch: pytest.MonkeyPatch):
    served: list[Path] = []
    monkeypatch.setattr(bootstrap, "serve", served.append)
    assert CliRunner().invoke(main, ["serve", "--config", "site.toml"]).exit_code == 0
    monkeypatch.setenv("CCSWITCH_CONFIG", "other.toml")
    assert CliRunner().invoke(main, ["serve"]).exit_code == 0
    assert served == [Path("site.toml"), Path("other.toml")]


def test_it_stands_by_when_asked_to_and_ends_with_5_when_superseded(elsewhere: Path, monkeypatch: pytest.MonkeyPatch):
    def superseded(path: Path) -> None:
        raise Superseded("pbx-b has the lease, with token 7")

    monkeypatch.setattr(bootstrap, "stand_by", superseded)
    result = CliRunner().invoke(main, ["serve", "--standby"])
    assert (result.exit_code, result.output) == (5, "ccswitch: pbx-b has the lease, with token 7\n")
