"""One question over HTTP to a real server on loopback."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import orjson
import pytest

from ccswitch.bench.stage.ports import free_port
from ccswitch.lookups.answers import FAILED, FOUND, NOT_FOUND
from ccswitch.lookups.client import Client
from ccswitch.lookups.definition import Definition
from tests.controller.waiting import PATIENCE
from tests.lookups.web import Web, web


@pytest.fixture
def server() -> Iterator[Web]:
    with web() as running:
        yield running


def client(server: Web, **fields: object) -> Client:
    known: dict[str, object] = {"name": "a", "url": server.url + "/x", "timeout": PATIENCE, **fields}
    return Client(Definition(**known), {"Authorization": "Bearer t0ken"})  # type: ignore[arg-type]


def test_a_get_sends_its_headers_and_no_body(server: Web) -> None:
    server.answers = [(200, b'{"a": {"b": "c"}}', 0.0)]
    told = client(server).ask(server.url + "/x/1?y=2", None, ("a.b",))
    assert (told.answer, told.values) == (FOUND, (("a.b", "c"),))
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.body) == ("GET", "/x/1?y=2", b"")
    assert asked.headers["Authorization"] == "Bearer t0ken" and asked.headers["Accept-Encoding"] == "identity"


def test_a_post_sends_json(server: Web) -> None:
    told = client(server, method="POST").ask(server.url + "/x", {"pin": '4"711'}, ())
    (asked,) = server.asked
    assert (asked.method, orjson.loads(asked.body)) == ("POST", {"pin": '4"711'})
    assert asked.headers["Content-Type"] == "application/json" and told.answer is FOUND


def test_not_found_and_refusals(server: Web) -> None:
    server.answers = [(404, b"", 0.0), (500, b"", 0.0)]
    asking = client(server)
    assert asking.ask(server.url, None, ()).answer is NOT_FOUND
    assert asking.ask(server.url, None, ()).answer is FAILED


def test_a_redirect_is_not_followed(server: Web) -> None:
    with web() as other:
        server.answers, server.headers = [(302, b"", 0.0)], {"Location": other.url}
        assert client(server).ask(server.url, None, ()).answer is FAILED
        assert not other.asked and len(server.asked) == 1


def test_a_slow_server_is_not_waited_for(server: Web) -> None:
    server.answers = [(200, b"{}", 1.0)]
    told = client(server, timeout=0.15).ask(server.url, None, ())
    assert (told.answer, told.why, told.again) == (FAILED, "no answer within 0.15 s", True)


def test_an_answer_that_is_too_large_is_not_read_and_the_next_is_right(server: Web) -> None:
    server.answers = [(200, b"x" * 100_000, 0.0), (200, b'{"a": 1}', 0.0)]
    asking = client(server, largest=1000)
    assert asking.ask(server.url, None, ("a",)).why == "its answer is larger than 1000 bytes"
    assert asking.ask(server.url, None, ("a",)).values == (("a", "1"),)


def test_a_compressed_answer_does_not_unfold(server: Web) -> None:
    server.answers, server.headers = [(200, b"\x1f\x8b" + b"0" * 20, 0.0)], {"Content-Encoding": "gzip"}
    assert client(server).ask(server.url, None, ("a",)).why == "its answer is not JSON"


def test_nobody_there_and_no_tls() -> None:
    gone = Web(port=free_port())
    told = client(gone).ask(gone.url, None, ())
    assert told.answer is FAILED and told.again and "cannot be reached: Connection refused" in told.why
    with web() as plain:
        url = plain.url.replace("http:", "https:")
        told = client(plain, url=url).ask(url, None, ())
        assert told.answer is FAILED and not told.again and "TLS" in told.why


def test_the_library_writes_no_address_into_a_log(server: Web, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client(server).ask(server.url + "/138?pin=4711", None, ())
        client(Web(port=free_port())).ask("http://127.0.0.1:1/138", None, ())
    assert "138" not in caplog.text
