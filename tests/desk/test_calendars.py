"""Calendars over HTTP."""

from __future__ import annotations

from dataclasses import replace

import pytest
from falcon.testing import TestClient

from ccswitch.model import facts as f
from ccswitch.model.calendars import Almanac, Calendar, Week, Zone
from tests.desk.conftest import client_of
from tests.desk.fakes import Fakes

ALWAYS = Calendar(name="office", zone=Zone(), weeks=(Week(days=(((0, 1440),),) * 7),))


@pytest.fixture
def office(fakes: Fakes) -> None:
    """A site with a calendar that never closes by itself."""
    settings = replace(fakes.floor.state().settings, hash="with a calendar", almanac=Almanac(calendars=(ALWAYS,)))
    fakes.floor.give(f.SettingsLoaded(settings=settings))


def board(desk: TestClient) -> dict[str, object]:
    (found,) = desk.simulate_get("/api/v1/calendars").json["calendars"]
    return dict(found)


@pytest.mark.usefixtures("office")
def test_a_calendar_is_closed_opened_and_left_to_its_hours(desk: TestClient, fakes: Fakes):
    # Given a calendar that is open
    assert (board(desk)["open"], board(desk)["by"]) == (True, "")
    # When a supervisor closes it for an hour
    until = fakes.floor.now() + 3600
    done = desk.simulate_post("/api/v1/calendars/office/close", json={"reason": "drill", "until": until}).json
    # Then it is closed by his word until then
    assert done["what"] == "calendar office is closed for 60 min"
    assert (board(desk)["open"], board(desk)["note"], board(desk)["until"]) == (False, "drill", until)
    assert board(desk)["by"] == done["author"]
    # And open by the next one, and by its hours when he says so
    assert desk.simulate_post("/api/v1/calendars/office/open", json={}).status_code == 200
    assert (board(desk)["open"], board(desk)["until"]) == (True, None)
    assert "follows its hours" in desk.simulate_post("/api/v1/calendars/office/follow", json={}).json["what"]
    assert board(desk)["by"] == ""


@pytest.mark.usefixtures("office")
def test_one_calendar_has_its_coming_days(desk: TestClient):
    shown = desk.simulate_get("/api/v1/calendars/office").json
    assert [day["hours"] for day in shown["days"]] == [["00:00-24:00"]] * 7
    assert shown["calendar"]["name"] == "office"


@pytest.mark.usefixtures("office")
def test_what_cannot_be(desk: TestClient, fakes: Fakes):
    assert desk.simulate_get("/api/v1/calendars/nope").status_code == 404
    assert desk.simulate_post("/api/v1/calendars/nope/close", json={}).status_code == 404
    assert desk.simulate_post("/api/v1/calendars/office/close", json={"until": 1.0}).status_code == 409
    assert desk.simulate_post("/api/v1/calendars/office/close", json={"untill": 1.0}).status_code == 422
    agent = client_of(fakes, "li")
    assert agent.simulate_post("/api/v1/calendars/office/close", json={}).status_code in (401, 403)
    assert board(desk)["open"] is True
