"""The desk over a real socket."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import gevent
import pytest
from gevent import socket as green
from prometheus_client import CollectorRegistry

from ccswitch.desk import server
from ccswitch.desk.app import make_app
from ccswitch.desk.server import Server
from tests.desk.fakes import Fakes

WITHIN = 30.0  # seconds, on a slow machine


@pytest.fixture
def listening(fakes: Fakes) -> Iterator[Server]:
    listening = Server(make_app(fakes.ports, CollectorRegistry()), "127.0.0.1", 0)
    listening.start()
    yield listening
    listening.stop(within=0.1)


class Peer:
    """A bare connection."""

    def __init__(self, listening: Server) -> None:
        self.socket = green.create_connection(("127.0.0.1", listening.port), timeout=WITHIN)
        self.file = self.socket.makefile("rb")

    def send(self, text: str | bytes) -> None:
        self.socket.sendall(text.encode() if isinstance(text, str) else text)

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body; status 0 when the connection is over."""
        line = self.file.readline()
        if not line:
            return 0, {}, b""
        headers = {}
        while (header := self.file.readline().strip()) != b"":
            name, _, value = header.decode().partition(":")
            headers[name.lower()] = value.strip()
        return int(line.split()[1]), headers, self.file.read(int(headers.get("content-length", 0)))


GET = "GET /api/v1/queues HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\n"


def test_requests_follow_each_other_on_one_connection(listening: Server):
    peer = Peer(listening)
    for _ in range(3):
        peer.send(GET)
        status, headers, body = peer.answer()
        assert (status, headers["content-type"]) == (200, "application/json")
        assert [queue["queue"] for queue in json.loads(body)["queues"]] == ["sales", "support"]


def test_an_order_over_the_socket(listening: Server, fakes: Fakes):
    peer = Peer(listening)
    body = '{"reason": "lunch"}'
    peer.send(
        "POST /api/v1/agents/li/break HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    status, _, answered = peer.answer()
    assert (status, json.loads(answered)["what"]) == (200, "agent li: break (lunch)")
    assert len(fakes.floor.orders) == 1


def test_a_body_without_end_is_refused_by_its_head(listening: Server):
    peer = Peer(listening)
    peer.send(
        "POST /api/v1/agents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nContent-Length: 9999999999\r\n\r\n"
    )
    status, headers, _ = peer.answer()
    assert (status, headers["connection"]) == (413, "close")
    assert peer.answer()[0] == 0


def test_a_chunked_body_is_refused(listening: Server):
    peer = Peer(listening)
    head = "POST /api/v1/agents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nTransfer-Encoding: chunked\r\n\r\n"
    peer.send(head + "fffffff\r\nxxxx")
    assert peer.answer()[0] == 411


@pytest.mark.parametrize(
    "noise",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"y" * 70000 + b"\r\n\r\n",
    ],
)
def test_noise_is_a_client_s_error_and_the_next_one_is_served(listening: Server, noise: bytes):
    peer = Peer(listening)
    peer.send(noise)
    assert peer.answer()[0] in (400, 404, 414, 0)
    peer = Peer(listening)
    peer.send(GET)
    assert peer.answer()[0] == 200


def test_a_peer_that_says_nothing_is_let_go(listening: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(server, "SILENCE", 0.05)
    peer = Peer(listening)
    peer.send("GET /health HTTP/1.1\r\n")
    assert peer.answer()[0] in (0, 400)


def test_a_body_that_does_not_come_is_408(listening: Server, fakes: Fakes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(server, "SILENCE", 0.05)
    peer = Peer(listening)
    peer.send(
        "POST /api/v1/agents/li/ready HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n"
        "Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{"
    )
    assert peer.answer()[0] == 408
    assert fakes.floor.orders == []


def test_answers_are_not_held_back(listening: Server):
    peer = Peer(listening)
    accepted = listening._server.socket
    assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    peer.send(GET)
    peer.answer()


def test_a_port_that_is_taken_is_an_error_at_once(listening: Server, fakes: Fakes):
    with pytest.raises(OSError, match="in use"):
        Server(make_app(fakes.ports, CollectorRegistry()), "127.0.0.1", listening.port)


def test_other_greenlets_run_while_many_are_served(listening: Server):
    # Given a hundred peers at once
    def one() -> int:
        peer = Peer(listening)
        peer.send(GET)
        return peer.answer()[0]

    jobs = [gevent.spawn(one) for _ in range(100)]
    gevent.joinall(jobs, timeout=WITHIN * 2)
    # Then all are served
    assert [job.value for job in jobs] == [200] * 100
