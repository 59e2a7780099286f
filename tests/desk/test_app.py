"""The application as a whole: paths, names in paths."""

from __future__ import annotations

import pytest
from falcon.testing import TestClient

from ccswitch.desk.app import CallIdConverter, NameConverter
from tests.desk.fakes import Fakes


@pytest.mark.parametrize("name", ["li", "li.wei-2", "王小明", "9", "a" * 64])
def test_a_name_can_stand_in_a_path(name: str):
    assert NameConverter().convert(name) == name


@pytest.mark.parametrize(
    "name", ["", ".", "..", "-x", "a b", "a\nb", "a\r\n", "a\x00", "li\n", "a" * 65, "${x}", "a'b"]
)
def test_what_is_no_name_is_no_path(name: str):
    assert NameConverter().convert(name) is None


@pytest.mark.parametrize("name", ["", "a_b", "x/y", "a\n", "a" * 129, "王"])
def test_what_is_no_call_id_is_no_path(name: str):
    assert CallIdConverter().convert(name) is None


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nope",
        "/api/v1",
        "/api/v2/queues",
        "/api/v1/agents/li%0d%0aX/ready",
        "/api/v1/agents/%00/ready",
        "/api/v1/agents/%ff%fe/ready",
        "/api/v1/agents/..%2f..%2fetc/ready",
        "/api/v1/calls/" + "a" * 5000 + "/hangup",
        "/api/v1/calls/${system(reboot)}/hangup",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_path_that_is_not_there_is_not_found(desk: TestClient, fakes: Fakes, method: str, path: str):
    answer = desk.simulate_request(method, path)
    assert answer.status_code == 404, answer.text
    assert answer.json["what"] == "There is no such path"
    assert fakes.floor.orders == []


def test_a_method_that_a_path_has_not_is_refused_with_those_that_it_has(desk: TestClient):
    answer = desk.simulate_request("DELETE", "/api/v1/queues")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, OPTIONS")
    assert answer.json["what"] == "The path has no such method"


def test_a_slash_at_the_end_makes_no_difference(desk: TestClient):
    assert desk.simulate_get("/api/v1/queues/").status_code == 200
