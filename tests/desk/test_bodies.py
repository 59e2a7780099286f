"""Whatever is sent, the answer is a reason: never an error of ours, and never an order."""

from __future__ import annotations

import json

import pytest
from falcon.testing import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccswitch.desk.bodies import DEEPEST, LARGEST, too_deep
from tests.desk.fakes import Fakes
from tests.searching import examples

PATHS = ("/api/v1/agents", "/api/v1/agents/li/break", "/api/v1/agents/li/ready", "/api/v1/calls/c1/hangup")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"\x00", 400),
        (b"nan", 400),
        (b'{"reason": NaN}', 400),
        (b"[" * 2000 + b"]" * 2000, 400),
        (b"[" * 20 + b"]" * 20, 422),
        (b'{"reason":' * 20 + b"1" + b"}" * 20, 422),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b"1e999", 422),
        (b'{"bogus": 1}', 422),
        (b'{"__proto__": {}}', 422),
        (b"x" * (LARGEST + 1), 413),
    ],
)
def test_a_hostile_body_is_refused(desk: TestClient, fakes: Fakes, path: str, body: bytes, status: int):
    answer = desk.simulate_post(path, body=body, content_type="application/json")
    assert answer.status_code in (status, 400 if status == 422 else status), answer.text
    assert set(answer.json) == {"what", "why", "mend", "problems"}
    assert fakes.floor.orders == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "nonsense", "/"])
def test_only_json_is_read(desk: TestClient, fakes: Fakes, path: str, kind: str):
    answer = desk.simulate_post(path, body=b'{"agent": "sun"}', content_type=kind)
    assert answer.status_code == 415, answer.text
    assert fakes.floor.orders == []


BAD_AGENTS = [
    ("agent", 5),
    ("agent", ""),
    ("agent", None),
    ("agent", "li wei"),
    ("agent", "li\n"),
    ("agent", "li\r\napi reboot"),
    ("agent", "li\x00"),
    ("agent", "a" * 65),
    ("agent", "${system(reboot)}"),
    ("name", "Li\r\nWei"),
    ("name", "Li\u2028Wei"),
    ("name", "\x1b[31m"),
    ("name", "x" * 81),
    ("name", ["Li"]),
    ("phone", "1001\n"),
    ("phone", "{origination_uuid=1}1001"),
    ("phone", "1" * 129),
    ("phone", 1001),
    ("queues", "sales"),
    ("queues", ["sales\n"]),
    ("queues", [["sales"]]),
    ("queues", ["q"] * 201),
    ("password", "short"),
    ("password", "has a space in it"),
    ("password", "x" * 129),
    ("password", "tab\tinside"),
    ("new_password", "yes"),
    ("new_password", 1),
]


@pytest.mark.parametrize(("field", "value"), BAD_AGENTS)
def test_a_bad_field_is_named_and_its_value_is_not_repeated(desk: TestClient, fakes: Fakes, field: str, value: object):
    answer = desk.simulate_post("/api/v1/agents", json={"agent": "sun", field: value})
    assert answer.status_code == 422, answer.text
    assert answer.json["problems"][0]["where"].split(".")[0] == field
    if field == "password":
        assert str(value) not in answer.text
    assert fakes.floor.orders == []
    assert fakes.records.secrets == {}


def test_all_that_is_wrong_is_told_at_once(desk: TestClient):
    answer = desk.simulate_post("/api/v1/agents", json={"agent": "a b", "phone": 1, "bogus": True})
    assert [problem["where"] for problem in answer.json["problems"]] == ["agent", "phone", "bogus"]
    assert answer.json["problems"][0]["what"].startswith("letters, digits and _ . - only")


def test_a_body_without_length_is_refused(desk: TestClient):
    answer = desk.simulate_post("/api/v1/agents/li/ready", headers={"Transfer-Encoding": "chunked"})
    assert (answer.status_code, answer.headers["Connection"]) == (411, "close")


def test_how_deep_is_too_deep():
    def nested(levels: int) -> object:
        value: object = 1
        for level in range(levels):
            value = [value] if level % 2 else {"x": value}
        return value

    assert not too_deep(nested(DEEPEST))
    assert too_deep(nested(DEEPEST + 1))
    assert not too_deep([1] * 1000)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(["agent", "name", "phone", "queues", "password", "new_password", "reason"])


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(path=st.sampled_from(PATHS), body=ANY_JSON | st.dictionaries(FIELDS, ANY_JSON, max_size=7))
def test_no_body_is_an_error_of_ours(desk: TestClient, path: str, body: object):
    data = json.dumps(body).encode("utf-8", "surrogatepass")
    answer = desk.simulate_post(path, body=data, content_type="application/json")
    assert answer.status_code < 500, answer.text
    assert isinstance(answer.json, dict)


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(query=st.dictionaries(st.sampled_from(["queue", "since", "limit", "after", "result", "number", "x"]), st.text()))
def test_no_query_is_an_error_of_ours(desk: TestClient, query: dict[str, str]):
    params = {name: text.encode("utf-8", "replace").decode() for name, text in query.items()}
    assert desk.simulate_get("/api/v1/calls", params=params).status_code < 500


def test_good_json_with_charset_is_read(desk: TestClient, fakes: Fakes):
    data = json.dumps({"reason": "午餐"}, ensure_ascii=False).encode()
    answer = desk.simulate_post("/api/v1/agents/li/break", body=data, content_type="application/json; charset=utf-8")
    assert answer.status_code == 200
    assert fakes.floor.state().agents["li"].reason == "午餐"
