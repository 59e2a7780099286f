"""`ccswitch customer`: a file in, what was refused out, and who is who."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ccswitch.cli import main
from ccswitch.records.migrate import upgrade

FILE = "name,phones,keys,level,tags\nLi Wei,13800138000,A-1,gold,late\nBad,x,,,\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with an empty database."""
    url = f"sqlite:///{tmp_path}/c.db"
    upgrade(url)
    (tmp_path / "ivr_scripts").mkdir()
    config = tmp_path / "ccswitch.toml"
    config.write_text(f'[[node]]\nname = "a"\n[store]\nurl = "{url}"\n[ivr]\ndir = "ivr_scripts"\n')
    (tmp_path / "c.csv").write_text(FILE)
    return config


def run(site: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["customer", *words, "-c", str(site)])


def test_a_file_is_looked_at_taken_found_and_tagged(site: Path) -> None:
    file = site.parent / "c.csv"
    # A dry run tells what would be, and keeps nothing
    dry = run(site, "import", str(file), "--dry-run")
    assert dry.exit_code == 1 and "would be added 1, changed 0, refused 1" in dry.output
    assert "c.csv:3: 'x' is no phone number" in dry.output
    assert not (site.parent / "c.csv.rejected.csv").exists() and "Li Wei" not in run(site, "find", "Li").output
    # The run itself keeps what is right, and gives back what is not
    assert "added 1, changed 0, refused 1" in run(site, "import", str(file)).output
    assert "Bad,x,,,,3,'x' is no phone number" in (site.parent / "c.csv.rejected.csv").read_text("utf-8-sig")
    assert "+8613800138000" in run(site, "find", "138 0013 8000").output
    assert "gold" in run(site, "show", "1").output
    tagged = run(site, "tag", "1", "+vip", "-late", "--json")
    assert tagged.exit_code == 0 and '"vip"' in tagged.output and "late" not in tagged.output


def test_what_is_not_there_and_what_makes_no_sense(site: Path) -> None:
    assert run(site, "show", "7").exit_code == 4
    assert run(site, "tag", "7", "+x").exit_code == 4
    assert "write +vip" in run(site, "tag", "1", "vip").output
    (site.parent / "c.csv").write_bytes("name\n李\n".encode("gb18030"))
    assert "name another with --encoding" in run(site, "import", str(site.parent / "c.csv")).output
    assert run(site, "import", str(site.parent / "c.csv"), "--encoding", "gb18030").exit_code == 0
