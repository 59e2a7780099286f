"""`ccswitch serve`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from ccswitch.cli import main
from ccswitch.controller import bootstrap


def test_the_controller_is_given_its_configuration(elsewhere: Path, monkeypatch: pytest.MonkeyPatch):
    served: list[Path] = []
    monkeypatch.setattr(bootstrap, "serve", served.append)
    assert CliRunner().invoke(main, ["serve", "--config", "site.toml"]).exit_code == 0
    monkeypatch.setenv("CCSWITCH_CONFIG", "other.toml")
    assert CliRunner().invoke(main, ["serve"]).exit_code == 0
    assert served == [Path("site.toml"), Path("other.toml")]
