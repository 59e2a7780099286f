"""A desk that listens in a thread of its own, and the command line in front of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from click.testing import CliRunner, Result
from prometheus_client import CollectorRegistry

from ccswitch.cli import main
from ccswitch.desk.app import make_app
from tests.desk.fakes import Fakes, small_floor

Run = Callable[..., Result]


class Quiet(WSGIRequestHandler):
    """A server of WSGI that logs no request."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def fakes() -> Fakes:
    """A small floor behind the API, with nobody on it yet but its agents."""
    return Fakes(floor=small_floor())


@pytest.fixture
def url(fakes: Fakes) -> Iterator[str]:
    """Where the desk of the fakes listens."""
    server = make_server("127.0.0.1", 0, make_app(fakes.ports, CollectorRegistry()), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without configuration, and no environment of ours."""
    for name in ("CCSWITCH_URL", "CCSWITCH_TOKEN", "CCSWITCH_CONFIG", "CCSWITCH_STORE_URL", "CCSWITCH_ESL_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(url: str, elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`ccswitch …` as a supervisor."""
    monkeypatch.setenv("CCSWITCH_URL", url)
    monkeypatch.setenv("CCSWITCH_TOKEN", "good")
    return lambda *arguments, **more: CliRunner().invoke(main, list(arguments), prog_name="ccswitch", **more)
