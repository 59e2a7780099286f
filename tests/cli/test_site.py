"""Where the desk and the token are."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccswitch.cli import site
from ccswitch.controller.config import Config


def written(folder: Path, text: str) -> Path:
    path = folder / "ccswitch.toml"
    path.write_text(text)
    return path


def test_the_usual_desk_is_the_configuration_s_own_default(tmp_path: Path):
    # Given a configuration that says nothing
    usual = Config()
    found = site.read(written(tmp_path, ""))
    # Then both agree on what that means
    assert found.url == f"http://{usual.desk.host}:{usual.desk.port}"
    assert found.token_file == site.token_path(Path(usual.journal.dir))


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ('[desk]\nhost = "10.0.0.5"\nport = 9000\n', "http://10.0.0.5:9000"),
        ('[desk]\nhost = "0.0.0.0"\n', "http://127.0.0.1:8470"),
        ('[desk]\nhost = "::"\n', "http://[::1]:8470"),
        ('[desk]\nport = "nonsense"\n', "http://127.0.0.1:8470"),
        ("desk = 5\n", "http://127.0.0.1:8470"),
        ("this is [ no TOML", "http://127.0.0.1:8470"),
    ],
)
def test_a_wrong_file_is_read_as_far_as_it_goes(tmp_path: Path, text: str, url: str):
    assert site.read(written(tmp_path, text)).url == url


def test_the_token_is_beside_the_journal(tmp_path: Path):
    path = written(tmp_path, '[journal]\ndir = "state/journal"\n')
    kept = site.keep_token(tmp_path / "state/journal", "ccs_x")
    found = site.read(path)
    assert kept == found.token_file == tmp_path / "state/admin.token"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert site.token(found) == "ccs_x"


def test_a_token_file_is_replaced_and_never_followed(tmp_path: Path):
    # Given somebody else's file at the end of a link
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "admin.token").symlink_to(victim)
    # When a token is kept, the link gives way
    site.keep_token(tmp_path / "journal", "ccs_y")
    assert victim.read_text() == "mine"
    assert (tmp_path / "admin.token").read_text() == "ccs_y\n"
    site.keep_token(tmp_path / "journal", "ccs_z")
    assert (tmp_path / "admin.token").read_text() == "ccs_z\n"


def test_no_file_no_token(tmp_path: Path):
    assert site.token(site.read(written(tmp_path, '[journal]\ndir = "nowhere/journal"\n'))) == ""


def test_the_configuration_is_named_by_the_environment_first(elsewhere: Path, monkeypatch: pytest.MonkeyPatch):
    assert site.config_path() == Path("/etc/ccswitch/ccswitch.toml")
    monkeypatch.setenv("CCSWITCH_CONFIG", "/somewhere/else.toml")
    assert site.config_path() == Path("/somewhere/else.toml")


def test_a_deployed_site_goes_before_a_checkout_one_stands_in(elsewhere: Path, monkeypatch: pytest.MonkeyPatch):
    # Given a checkout, in which an engineer types, and a site of this machine
    deployed, checkout = elsewhere / "deployed.toml", elsewhere / "conf/ccswitch.toml"
    monkeypatch.setattr(site, "PLACES", (str(deployed), site.PLACES[1]))
    checkout.parent.mkdir()
    checkout.write_text("")
    assert site.config_path() == Path("conf/ccswitch.toml")
    deployed.write_text("")
    assert site.config_path() == deployed
