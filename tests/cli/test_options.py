"""Options from the environment and the configuration; live names for the shell."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from ccswitch.cli import main, site
from tests.cli.conftest import Run
from tests.desk.fakes import Fakes


def completions(*words: str) -> list[str]:
    """What a Tab after `ccswitch WORDS…` offers."""
    shell = ShellComplete(main, {}, "ccswitch", "_CCSWITCH_COMPLETE")
    return [item.value for item in shell.get_completions(list(words[:-1]), words[-1])]


def test_names_are_completed_from_the_live_floor(run: Run, fakes: Fakes):
    fakes.floor.arrives("call-7")
    assert completions("agent", "ready", "") == ["chen", "li", "zhao"]
    assert completions("agent", "ready", "z") == ["zhao"]
    assert completions("queue", "show", "s") == ["sales", "support"]
    assert completions("call", "list", "--queue", "su") == ["support"]
    assert completions("call", "hangup", "c") == ["call-7"]
    assert completions("que") == ["queue"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "bogus://x"])
def test_a_tab_without_a_controller_offers_nothing_and_says_nothing(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], url: str
):
    monkeypatch.setenv("CCSWITCH_URL", url)
    monkeypatch.setenv("CCSWITCH_TOKEN", "t")
    assert completions("agent", "ready", "") == []
    assert capfd.readouterr() == ("", "")


def test_the_configuration_names_desk_and_token(url: str, elsewhere: Path):
    # Given a site with a token file, and nothing in the environment
    port = url.rpartition(":")[2]
    (elsewhere / "conf").mkdir()
    (elsewhere / "conf/ccswitch.toml").write_text(f'[desk]\nport = {port}\n[journal]\ndir = "state/journal"\n')
    site.keep_token(elsewhere / "conf/state/journal", "root")
    # When a command is run from the site's folder, it needs no options
    assert CliRunner().invoke(main, ["queue", "list"]).exit_code == 0
    # And an option goes before what the site says
    assert CliRunner().invoke(main, ["queue", "list", "--token", "bad"]).exit_code == 1
    assert CliRunner().invoke(main, ["queue", "list", "--url", "http://127.0.0.1:1"]).exit_code == 3
