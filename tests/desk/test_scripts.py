"""Scripts over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from falcon.testing import TestClient

from ccswitch.desk.bodies import LARGEST, LARGEST_SCRIPT
from ccswitch.model.facts import SettingsLoaded
from ccswitch.model.orders import PublishScript
from tests.desk.conftest import client_of
from tests.desk.fakes import Fakes
from tests.floor.floors import script, settings_of
from tests.floor.test_publishing import FILES, A, B

PATH = "/api/v1/scripts"


@pytest.fixture(autouse=True)
def menu(fakes: Fakes) -> None:
    """A script of the files, and versions that the records know."""
    fakes.floor.give(SettingsLoaded(settings=settings_of(hash="h2", scripts=(script(),))))
    fakes.scripts.known = [A, B]


def post(desk: TestClient, verb: str, name: str = "menu", **body: Any) -> Any:
    return desk.simulate_post(f"{PATH}/{name}/{verb}", json=body)


def test_scripts_are_listed_with_what_is_in_force(desk: TestClient, fakes: Fakes):
    # Given a caller in the files' version, and another one published
    fakes.floor.arrives("c1", entry="menu")
    assert post(desk, "publish", text=A.text, comment="shorter").json["what"].startswith("script menu: version")
    # Then it is told who did it, how the file differs, and who is in which
    [board] = desk.simulate_get(PATH).json["scripts"]
    assert (board["script"], board["versions"]["hash"], board["file"]) == ("menu", A.hash, FILES.hash)
    assert (board["published"], board["author"], board["comment"]) == (True, "wang", "shorter")
    assert board["calls"] == {FILES.hash: 1}
    one = desk.simulate_get(f"{PATH}/menu").json
    assert (one["text"], one["canary_text"]) == (A.text, "")


def test_a_canary_is_published_promoted_and_rolled_back(desk: TestClient, fakes: Fakes):
    post(desk, "publish", text=A.text)
    assert post(desk, "promote").json["why"] == "script menu has no canary"
    assert "takes 0.25 of the new calls" in post(desk, "publish", text=B.text, share=0.25).json["what"]
    assert desk.simulate_get(f"{PATH}/menu").json["canary_text"] == B.text
    assert f"version {B.hash} takes all new calls" in post(desk, "promote").json["what"]
    assert f"version {A.hash} takes all new calls again" in post(desk, "rollback", comment="wrong prompt").json["what"]
    refused = post(desk, "rollback")
    assert (refused.status_code, "name one" in refused.json["why"]) == (409, True)
    assert f"version {B.hash} takes all new calls" in post(desk, "rollback", to=B.hash[:6]).json["what"]


def test_a_script_that_is_wrong_is_refused_with_every_reason_and_noted(desk: TestClient, fakes: Fakes):
    answer = post(desk, "publish", text="steps:\n  a: {play: x, then: b}\n  c: {menu: y}\n", comment="oops")
    assert answer.status_code == 422
    assert "menu.yaml:2:22" in [problem["where"] for problem in answer.json["problems"]]
    assert len(answer.json["problems"]) > 2
    assert fakes.floor.orders == []
    [note] = fakes.records.notes
    assert (note["author"], note["kind"], note["accepted"], note["what"]["comment"]) == (
        "wang", "PublishScript", False, "oops",
    )  # fmt: skip
    # nor does it become right while the database is away
    fakes.records.away = True
    assert post(desk, "publish", text="steps: {}").status_code == 422


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": A.text, "share": 0}, {"text": A.text, "share": 1.5}, {"text": A.text, "x": 1}]
)
def test_what_cannot_be_meant_is_refused(desk: TestClient, fakes: Fakes, body: dict[str, Any]):
    assert post(desk, "publish", **body).status_code == 422
    assert fakes.floor.orders == []


def test_a_script_may_be_longer_than_other_bodies_and_not_for_ever(desk: TestClient):
    long = f"# {'x' * LARGEST}\n{A.text}"
    assert post(desk, "publish", text=long).status_code == 200
    assert post(desk, "rollback", comment="x" * LARGEST).status_code == 413
    assert post(desk, "publish", text="x" * LARGEST_SCRIPT).status_code == 413


def test_agents_may_not(fakes: Fakes):
    theirs = client_of(fakes, "lis")
    for verb in ("publish", "promote", "rollback"):
        assert post(theirs, verb, **({"text": A.text} if verb == "publish" else {})).status_code == 403
    assert not [order for order in fakes.floor.orders if isinstance(order, PublishScript)]


def test_versions_are_told(desk: TestClient):
    told = desk.simulate_get(f"{PATH}/menu/versions").json
    assert [row["hash"] for row in told["versions"]] == [A.hash, B.hash]
    assert told["releases"][0]["kind"] == "published"
    assert desk.simulate_get(f"{PATH}/menu/versions/{A.hash[:4]}").json["text"] == A.text
    assert desk.simulate_get(f"{PATH}/menu/versions/{FILES.hash}").json["text"] == FILES.text  # in force, in no record
    assert desk.simulate_get(f"{PATH}/menu/versions/ffff").status_code == 404
    assert desk.simulate_get(f"{PATH}/nobody/versions").status_code == 404
    assert post(desk, "rollback", to="xyz").status_code == 422


def test_usage_is_told(desk: TestClient, fakes: Fakes):
    told = desk.simulate_get(f"{PATH}/menu/usage?since=5&version=aaaa").json
    assert told["versions"][0]["ways_out"][0] == {"how": "queue", "step": "sales", "calls": 30}
    assert fakes.scripts.asked == [("menu", 5.0, None, "aaaa")]
    assert desk.simulate_get(f"{PATH}/nobody/usage").status_code == 404


def test_without_the_database_versions_are_published_all_the_same(desk: TestClient, fakes: Fakes):
    desk.simulate_get(PATH)
    fakes.scripts.away = fakes.records.away = True
    assert post(desk, "publish", text=A.text).status_code == 200
    assert post(desk, "rollback").status_code == 200
    assert desk.simulate_get(f"{PATH}/menu/usage").status_code == 503
