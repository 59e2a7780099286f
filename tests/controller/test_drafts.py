"""Script files are drafts: taken when saved and right, refused with reasons, never in the place of a release."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from ccswitch.controller import drafts
from ccswitch.controller.config import Config, IvrSettings, with_scripts
from ccswitch.controller.drafts import DraftWatch, check, look, misfits, newest, standing_in
from ccswitch.errors import ConfigError, Problem
from ccswitch.ivr.parse import parse_script
from ccswitch.model.nouns import Entry

RIGHT = "steps: {bye: {hangup: }}"
OTHER = "steps: {busy: {hangup: USER_BUSY}}"
WRONG = "steps: {a: {play: x.wav, then: b}}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "scripts"
    inside.mkdir()
    (inside / "main.yaml").write_text(RIGHT)
    (inside / "other.yaml").write_text(RIGHT)
    return inside


@pytest.fixture
def config(folder: Path) -> Config:
    """A site with two scripts, as it was read at the start."""
    settings = IvrSettings(dir="scripts", watch=True)
    entries = (Entry(name="main", dids=("1",), script="main"),)
    return with_scripts(Config(file=folder.parent / "ccswitch.toml", ivr=settings, entries=entries))


def texts(config: Config) -> dict[str, str]:
    return {source.name: source.text for source in config.scripts}


def test_a_draft_that_is_right_is_taken(config: Config, folder: Path) -> None:
    (folder / "main.yaml").write_text(OTHER)
    (folder / "new.yaml").write_text(RIGHT)
    (folder / "new.ivrtest.yaml").write_text("calls: {}")
    assert texts(newest(config)) == {"main": OTHER, "new": RIGHT, "other": RIGHT}


def test_a_draft_that_is_wrong_is_told_and_the_version_before_it_stays(
    config: Config, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a file that is wrong, and another one that is right
    (folder / "main.yaml").write_text(WRONG)
    (folder / "other.yaml").write_text(OTHER)
    # When they are read
    with caplog.at_level(logging.ERROR):
        taken = newest(config)
    # Then the right one is taken, the wrong one told with its place, and once it is mended it is taken too
    assert texts(taken) == {"main": RIGHT, "other": OTHER}
    assert f"{folder / 'main.yaml'}:1:32: there is no step 'b'" in caplog.text
    (folder / "main.yaml").write_text(OTHER)
    assert texts(newest(taken)) == {"main": OTHER, "other": OTHER}


def test_a_file_that_is_gone_is_kept_while_an_entry_leads_to_it(config: Config, folder: Path) -> None:
    (folder / "main.yaml").unlink()
    (folder / "other.yaml").unlink()
    assert texts(newest(config)) == {"main": RIGHT}


def test_a_wrong_draft_of_a_published_script_is_only_told(config: Config, caplog: pytest.LogCaptureFixture) -> None:
    broken = (Problem("scripts/main.yaml", 1, 31, "there is no step 'b'", ""),)
    with caplog.at_level(logging.WARNING):
        check(replace(config, broken=broken), {"main"})
    assert "the version before it stays: scripts/main.yaml:1:31" in caplog.text
    with pytest.raises(ConfigError, match="no step 'b'"):
        check(replace(config, broken=broken), set())


def test_at_a_start_the_version_that_the_journal_knows_stands_in_for_a_wrong_file(config: Config, folder: Path) -> None:
    # Given a file that was saved half done before a restart
    known = config.scripts
    (folder / "main.yaml").write_text(WRONG)
    read = with_scripts(config)
    assert texts(read) == {"other": RIGHT}
    # Then the start goes on with the version before; a published one needs none; without either it is refused
    assert texts(standing_in(read, set(), known)) == {"main": RIGHT, "other": RIGHT}
    assert texts(standing_in(read, {"main"}, known)) == {"other": RIGHT}
    with pytest.raises(ConfigError, match="no step 'b'"):
        standing_in(read, set(), ())


def test_published_versions_and_files_that_do_not_fit_are_told(config: Config, folder: Path) -> None:
    # Given a published script that runs one which the files no longer have, and sends callers to a queue that is gone
    text = "steps: {a: {run: helper, then: b, otherwise: b}, b: {queue: sales}}"
    published = {"main": parse_script(text, "main.yaml", name="main")}
    told = [str(problem) for problem in misfits(config, published)]
    assert [one for one in told if "there is no script 'helper'" in one]
    assert [one for one in told if "there is no queue 'sales'" in one]
    assert misfits(config, {}) == []


def test_each_change_of_the_folder_is_seen_once(folder: Path) -> None:
    # Given a watch that began
    seen: list[str] = []
    watch = DraftWatch(lambda: folder, lambda: seen.append("changed"))
    watch.start()
    watch.look_once()
    assert seen == []
    # When a file is saved, when one comes, when one goes
    for change in (
        lambda: (folder / "main.yaml").write_text(OTHER),
        lambda: (folder / "new.yaml").write_text(RIGHT),
        (folder / "other.yaml").unlink,
    ):
        change()
        watch.look_once()
        watch.look_once()
    # Then each is told once
    assert seen == ["changed"] * 3
    watch.stop()


def test_what_cannot_be_read_ends_no_watch(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    def refuse() -> None:
        raise ConfigError([Problem("x.yaml", 1, 1, "cannot be read", "")])

    watch = DraftWatch(lambda: folder, refuse)
    (folder / "new.yaml").write_text(RIGHT)
    watch.look_once()
    assert "nothing was changed" in caplog.text
    assert drafts.look(folder / "nowhere") == {}
    assert len(look(folder)) == 3
