"""The listening socket: gevent's WSGI server with limits."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from gevent import socket as green
from gevent.pool import Pool
from gevent.pywsgi import WSGIHandler, WSGIServer

from ccswitch.desk.bodies import LARGEST
from ccswitch.model.ids import Seconds

SILENCE: Seconds = 30.0  # a connection that says nothing for so long is closed
MOST = 256  # connections at a time; more wait
BACKLOG = 128


class Handler(WSGIHandler):  # type: ignore[misc]
    """One connection. A peer that goes silent, or announces more than we take, is let go."""

    def handle(self) -> None:
        """Serve the connection's requests one after the other."""
        self.socket.settimeout(SILENCE)
        super().handle()

    def get_environ(self) -> dict[str, Any]:
        """The request's head. A body that will be refused is not drained first: it may be without end."""
        environ: dict[str, Any] = super().get_environ()
        if (self.content_length or 0) > LARGEST or self.headers.get("transfer-encoding"):
            self.wsgi_input.content_length, self.wsgi_input.chunked_input = 0, False
        return environ


class Server:
    """`app` at `host:port` (0 for any free one) once started."""

    def __init__(self, app: Callable[..., Any], host: str, port: int) -> None:
        listener = _listen(host, port)
        self.host, self.port = listener.getsockname()[:2]
        self._server = WSGIServer(listener, app, spawn=Pool(MOST), handler_class=Handler, log=None, error_log=None)

    def start(self) -> None:
        """Begin to serve, unless that was done; returns at once."""
        if not self._server.started:
            self._server.start()

    def serve(self, app: Callable[..., Any]) -> None:
        """Answer by this application from the next request on."""
        self._server.application = app

    def stop(self, within: Seconds = 1.0) -> None:
        """Take no more connections; those that are on have `within` to end."""
        self._server.stop(timeout=within)


def _listen(host: str, port: int) -> green.socket:
    """A listening socket whose connections answer at once: without TCP_NODELAY a request takes 44 ms."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = green.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
