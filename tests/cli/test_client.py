"""The API over HTTP, and what is said when it cannot be asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import click
import pytest

from ccswitch.cli.client import Desk
from ccswitch.cli.failures import Failed, NotFound, Unreachable
from tests.desk.fakes import Fakes


@pytest.fixture
def stranger() -> Iterator[socket.socket]:
    """Somebody who listens and is no desk."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def answering(listener: socket.socket, data: bytes) -> str:
    """The stranger's address; he says `data` to whoever comes first, and hangs up."""

    def answer() -> None:
        peer, _ = listener.accept()
        with peer:
            peer.recv(4096)
            peer.sendall(data)

    threading.Thread(target=answer, daemon=True).start()
    return f"127.0.0.1:{listener.getsockname()[1]}"


def test_documents_are_asked_for_on_one_connection(url: str):
    desk = Desk(url, "good")
    assert [queue["queue"] for queue in desk.get("queues")["queues"]] == ["sales", "support"]
    assert desk.get("calls", limit=1, queue=None)["live"] == []


def test_an_order_goes_out_and_its_answer_comes_back(url: str, fakes: Fakes):
    assert Desk(url, "good").post("agents", "li", "break", reason="午餐")["what"] == "agent li: break (午餐)"
    assert len(fakes.floor.orders) == 1


def test_what_is_not_there_is_not_found(url: str):
    with pytest.raises(NotFound, match="no agent named 'nobody'"):
        Desk(url, "good").post("agents", "nobody", "ready")


@pytest.mark.parametrize("name", ["../nodes", "a/b", "a?x=1", "a b", "a\r\nX-Y: z", "a#b", "王 王"])
def test_a_hostile_name_stays_one_part_of_the_path(url: str, fakes: Fakes, name: str):
    with pytest.raises(NotFound):
        Desk(url, "good").post("agents", name, "ready")
    assert fakes.floor.orders == []


def test_without_a_token_nothing_is_asked(url: str, fakes: Fakes):
    with pytest.raises(Failed, match="no token"):
        Desk(url, "").get("queues")
    assert fakes.records.asked_tokens == []


def test_a_wrong_token_is_refused(url: str):
    with pytest.raises(Failed, match="unknown or revoked") as refused:
        Desk(url, "bad").get("queues")
    assert refused.value.exit_code == 1


@pytest.mark.parametrize("token", ["two\nlines", "t\u00f6ken", "nul\x00"])
def test_a_token_that_cannot_be_one_is_a_mistake_of_usage(token: str):
    with pytest.raises(click.UsageError):
        Desk("http://127.0.0.1:1", token)


@pytest.mark.parametrize("url", ["http://", "ftp://x", "http://x:99999", "http://x:port", ""])
def test_an_address_that_is_none_is_a_mistake_of_usage(url: str):
    with pytest.raises(click.UsageError):
        Desk(url, "t")


def test_nothing_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable, match=f"nothing listens at http://127.0.0.1:{port}: start `ccswitch serve`"):
        Desk(f"127.0.0.1:{port}", "t").get("queues")


def test_somebody_who_never_answers(stranger: socket.socket):
    with pytest.raises(Unreachable, match="timed out"):
        Desk(f"127.0.0.1:{stranger.getsockname()[1]}", "t", timeout=0.05).get("queues")


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", Failed, "not as a ccswitch desk does"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n[]", Failed, "not as a ccswitch desk does"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Unreachable, "no answer from"),
        (b"", Unreachable, "no answer from"),
    ],
)
def test_a_stranger_is_told_apart(stranger: socket.socket, data: bytes, kind: type[Failed], words: str):
    with pytest.raises(kind, match=words):
        Desk(answering(stranger, data), "t", timeout=60).get("queues")


def test_a_connection_that_broke_is_opened_again(url: str):
    desk = Desk(url, "good")
    desk.get("queues")
    desk._connection.sock and desk._connection.sock.close()
    desk._connection.close()
    assert desk.get("nodes")["nodes"][0]["node"] == "pbx1"


def test_an_address_never_shows_a_password():
    assert Desk("http://user:secret@127.0.0.1:1", "t").url == "http://127.0.0.1:1"
