"""Whether a look-up's server is there."""

from __future__ import annotations

from ccswitch.bench.stage.ports import free_port
from ccswitch.lookups.checking import trouble
from ccswitch.lookups.definition import Definition
from tests.lookups.web import web


def test_a_connection_is_enough_unless_a_path_is_named() -> None:
    with web() as server:
        one = Definition(name="a", url=f"{server.url}/x/{{n}}", parameters=("n",))
        assert trouble(one, {}) == "" and not server.asked
        asked = Definition(name="a", url=one.url, check="/health")
        server.answers = [(200, b"", 0.0), (500, b"", 0.0), (404, b"", 0.0)]
        assert [trouble(asked, {"X-Key": "k"}) for _ in range(3)] == [
            "",
            "it answered with status 500",
            "it knows no /health",
        ]
        assert server.asked[0].path == "/health" and server.asked[0].headers["X-Key"] == "k"
        tls = Definition(name="a", url=one.url.replace("http:", "https:"))
        assert trouble(tls, {}) != ""


def test_nobody_there() -> None:
    assert "Connection refused" in trouble(Definition(name="a", url=f"http://127.0.0.1:{free_port()}/"), {})
