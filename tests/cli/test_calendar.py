"""`ccswitch calendar`."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from ccswitch.cli.calendar import draw_calendars
from ccswitch.model import facts as f
from ccswitch.model.calendars import Almanac
from tests.cli.conftest import Run
from tests.desk.fakes import Fakes
from tests.desk.test_calendars import ALWAYS


@pytest.fixture
def office(fakes: Fakes) -> None:
    """A site with a calendar that never closes by itself."""
    settings = replace(fakes.floor.state().settings, hash="with a calendar", almanac=Almanac(calendars=(ALWAYS,)))
    fakes.floor.give(f.SettingsLoaded(settings=settings))


@pytest.mark.usefixtures("office")
def test_close_show_and_follow(run: Run, fakes: Fakes):
    # Given a calendar whose clock is the floor's, When it is closed by an option or by another
    fakes.floor.clock.advance(time.time() - fakes.floor.now())
    assert "calendar office is closed for 120 min" in run("calendar", "close-now", "office", "--for", "2h").stdout
    head, office = run("calendar", "list").stdout.splitlines()
    assert head.split("\t")[:4] == ["calendar", "stands", "until", "by"]
    assert office.split("\t")[:2] == ["office", "closed"] and office.split("\t")[2]
    said = run("calendar", "open-now", "office", "--reason", "fair").stdout
    assert "open until it is told to follow its hours" in said
    shown = run("calendar", "show", "office", "--week").stdout
    assert "fair" in shown and shown.count("00:00-24:00") == 7
    assert "follows its hours: it is open" in run("calendar", "follow", "office").stdout
    assert "00:00-24:00" not in run("calendar", "show", "office").stdout


@pytest.mark.usefixtures("office")
def test_mistakes(run: Run):
    assert run("calendar", "close-now", "office", "--for", "2h", "--until", "18:00").exit_code == 2
    assert "is no duration" in run("calendar", "close-now", "office", "--for", "soon").stderr
    assert "is over" in run("calendar", "close-now", "office", "--until", "2020-01-01").stderr
    assert run("calendar", "show", "nope").exit_code == 4


def test_a_site_without_calendars_is_told_how_to_have_some():
    (sheet,) = draw_calendars({"now": 0.0, "calendars": []})
    assert "conf/calendars.yaml" in sheet.empty
