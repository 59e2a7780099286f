"""The document of the API says of every path what it takes and what it answers."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
from falcon.testing import TestClient

from ccswitch.desk.app import OPEN_PATHS
from tests.desk.fakes import OLD, Fakes


@pytest.fixture
def document(desk: TestClient) -> dict[str, Any]:
    return desk.simulate_get("/openapi.json").json


PARTS = ("Health", "Nodes", "Queues", "Agents", "Messages", "Calls", "Calendars", "Scripts")


def operations(document: dict[str, Any]):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_path_that_is_served_is_documented(desk: TestClient, document: dict[str, Any]):
    served = {
        (re.sub(r":[^}]*}", "}", node.uri_template), method)
        for node in _nodes(desk.app._router._roots)
        for method, responder in node.method_map.items()
        if responder.__qualname__.startswith(
            (
                "Health",
                "Nodes",
                "Queues",
                "Agents",
                "Days",
                "Messages",
                "Calls",
                "Callbacks",
                "Talks",
                "Calendars",
                "Scripts",
                "Customers",
                "Overrides",
                "Audit",
                "Recordings",
                "DaysOfQueues",
            )
        )
    }
    assert {(path, method.upper()) for path, method, _ in operations(document)} == served
    assert len(served) >= 40


def _nodes(roots):
    for node in roots:
        if node.resource:
            yield node
        yield from _nodes(node.children)


def test_every_answer_has_a_schema_and_words(document: dict[str, Any]):
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        assert operation["summary"].endswith("."), where
        assert "200" in operation["responses"], where
        if path not in OPEN_PATHS:
            assert {"401", "403", "404", "422", "503"} <= operation["responses"].keys(), where
        for answer in operation["responses"].values():
            schema = answer["content"]["application/json"]["schema"]
            assert schema["$ref"].rpartition("/")[2] in document["components"]["schemas"], where


def test_every_reference_leads_somewhere(document: dict[str, Any]):
    schemas = document["components"]["schemas"]
    found = list(_references(document))
    assert found
    assert {ref.rpartition("/")[2] for ref in found} <= schemas.keys()
    for name, schema in schemas.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert name == name.strip("_")


def _references(value: Any):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def test_only_health_needs_no_token(document: dict[str, Any]):
    assert document["openapi"].startswith("3.1")
    assert document["security"] == [{"token": []}]
    for path, _, operation in operations(document):
        assert ("security" in operation) == (path == "/health")


PATHS = ["nodes", "queues", "queues/sales", "agents", "agents/li", "calls", "calls/live-1", f"calls/{OLD}"]
PATHS += [f"calls/{OLD}/trace", f"calls/{OLD}/explain", "audit"]


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_as_the_document_says(desk: TestClient, fakes: Fakes, document: dict[str, Any], path: str):
    # Given a floor with somebody on it
    fakes.floor.arrives("live-1")
    # When a path is asked for
    answer = desk.simulate_get(f"/api/v1/{path}")
    # Then the answer fits its schema, with nothing that the schema does not name
    template = f"/api/v1/{path}".replace("/sales", "/{queue}").replace("/li", "/{agent}")
    template = template.replace("/{agent}ve-1", "/{call}").replace(f"/{OLD}", "/{call}")
    schema = document["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer.status_code == 200
    jsonschema.validate(answer.json, {**schema, "components": document["components"]})


def test_there_is_no_page_that_loads_from_other_servers(desk: TestClient):
    for path in ("/apidoc/swagger", "/apidoc/redoc", "/apidoc/scalar"):
        assert desk.simulate_get(path).status_code == 404
