"""An event socket that lets anybody in and, once he subscribes, pours out prepared bytes.

    python -m ccswitch.bench.stage.feed FILE

prints its port, serves one client with one thread and blocking calls, and ends with him.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from ccswitch.bench.stage.ports import LOOPBACK

REPLY = b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n"
API_REPLY = b"Content-Type: api/response\nContent-Length: 36\n\n00000000-0000-4000-8000-000000000000"


class Feed:
    """The program as a child process; a context manager."""

    def __init__(self, data: bytes) -> None:
        self._file = tempfile.NamedTemporaryFile(prefix="ccswitch-feed-")  # noqa: SIM115  closed in __exit__
        self._file.write(data)
        self._file.flush()
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, self._file.name], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def __enter__(self) -> Feed:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._file.close()


def main() -> None:
    """Serve one client."""
    data = Path(sys.argv[1]).read_bytes()
    listener = socket.create_server((LOOPBACK, 0))
    listener.settimeout(30)
    print(listener.getsockname()[1], flush=True)
    client, _ = listener.accept()
    client.settimeout(60)
    client.sendall(b"Content-Type: auth/request\n\n")
    heard = b""
    while more := client.recv(65536):
        heard = (heard + more).lstrip(b"\n")
        while b"\n\n" in heard:
            command, _, heard = heard.partition(b"\n\n")
            client.sendall(API_REPLY if command.startswith(b"api") else REPLY)
            if command.startswith(b"event"):
                client.sendall(data)
            heard = heard.lstrip(b"\n")


if __name__ == "__main__":
    main()
