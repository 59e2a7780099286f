"""Between switch and controller: hands on what they say, and notes when each piece passed.

    python -m ccswitch.bench.stage.wire_clock SWITCH_PORT ECHO_PORT FILE

One thread, `poll` and blocking writes, nothing else in the process. A piece for the controller is stamped just before
it is put into his socket; a piece from him by the kernel, when it arrived, so that a busy machine does not add the time
that this process waits for a core. Beside them an idle process is asked to echo a byte every 20 ms: what that takes is
the machine's own share. Ends at the end of its input.
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ccswitch.bench.stage.ports import LOOPBACK

KERNEL_STAMPS = getattr(socket, "SO_TIMESTAMPNS", 35)  # Linux; of the last segment in a read
ECHO_EVERY = 0.02
TO_CONTROLLER, FROM_CONTROLLER, ECHO, CONNECTED = range(4)
_TIMESPEC = struct.Struct("qq")
_HEAD = struct.Struct("<dBI")


class Piece(NamedTuple):
    """Bytes that passed at `at`, seconds since the epoch. An ECHO carries its round trip as a double."""

    at: float
    way: int
    data: bytes


class WireClock:
    """The program as a child process; a context manager. `port` is for the controller; `pieces` once it is closed."""

    def __init__(self, switch_port: int, folder: Path) -> None:
        self._file = folder / "wire"
        self._echo = subprocess.Popen(_command("echo"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._process = subprocess.Popen(
            _command(switch_port, _said(self._echo), self._file),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = _said(self._process)

    def __enter__(self) -> WireClock:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it; once more is nothing."""
        for process in (self._process, self._echo):
            assert process.stdin is not None and process.stdout is not None
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
            process.stdout.close()

    def pieces(self) -> Iterator[Piece]:
        """What passed, in order."""
        with self._file.open("rb") as file:
            while head := file.read(_HEAD.size):
                at, way, length = _HEAD.unpack(head)
                yield Piece(at, way, file.read(length))


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", __name__, *map(str, arguments)]


def _said(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


# ---- the programs ---------------------------------------------------------------------------------------------


class _Relay:
    """Hands bytes on between one controller and the switch."""

    def __init__(self, switch_port: int, echo_port: int, path: Path) -> None:
        self._switch_port = switch_port
        self._listener = socket.create_server((LOOPBACK, 0))
        self._echo = socket.create_connection((LOOPBACK, echo_port))
        self._echo.setsockopt(socket.SOL_SOCKET, KERNEL_STAMPS, 1)
        self._pair: tuple[socket.socket, socket.socket] | None = None
        self._path = path
        self._poll = select.poll()
        self._asked_at = 0.0  # the echo that is out; 0: none
        self._ask_at = 0.0

    def run(self) -> None:
        """Until standard input ends."""
        print(self._listener.getsockname()[1], flush=True)
        for end in (sys.stdin, self._listener, self._echo):
            self._poll.register(end, select.POLLIN)
        with self._path.open("wb", buffering=1 << 20) as self._out:
            while True:
                ready = {number for number, _ in self._poll.poll(1000 * ECHO_EVERY)}
                if sys.stdin.fileno() in ready:
                    return
                self._serve(ready)

    def _serve(self, ready: set[int]) -> None:
        if self._pair is not None:
            controller, switch = self._pair
            if controller.fileno() in ready:
                self._hand_on(controller, switch, FROM_CONTROLLER)
            if self._pair is not None and switch.fileno() in ready:
                self._hand_on(switch, controller, TO_CONTROLLER)
        if self._listener.fileno() in ready:
            self._accept()
        if self._echo.fileno() in ready:
            _, at = _receive(self._echo)
            self._note(Piece(at, ECHO, struct.pack("<d", at - self._asked_at)))
            self._asked_at = 0.0
        if not self._asked_at and time.monotonic() >= self._ask_at:
            self._ask_at = time.monotonic() + ECHO_EVERY
            self._asked_at = time.time()
            self._echo.sendall(b"?")

    def _accept(self) -> None:
        controller, _ = self._listener.accept()
        switch = socket.create_connection((LOOPBACK, self._switch_port))
        controller.setsockopt(socket.SOL_SOCKET, KERNEL_STAMPS, 1)
        for end in (controller, switch):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._poll.register(end, select.POLLIN)
        self._pair = controller, switch
        self._note(Piece(time.time(), CONNECTED, b""))

    def _hand_on(self, source: socket.socket, target: socket.socket, way: int) -> None:
        try:
            data, at = _receive(source)
            if data:
                self._note(Piece(time.time() if way == TO_CONTROLLER else at, way, data))
                target.sendall(data)
                return
        except OSError:
            pass  # one of them is gone: so is the pair
        for end in (source, target):
            self._poll.unregister(end)
            end.close()
        self._pair = None

    def _note(self, piece: Piece) -> None:
        self._out.write(_HEAD.pack(piece.at, piece.way, len(piece.data)) + piece.data)


def _receive(source: socket.socket) -> tuple[bytes, float]:
    data, extra, _, _ = source.recvmsg(65536, 256)
    for level, kind, value in extra:
        if level == socket.SOL_SOCKET and kind == KERNEL_STAMPS:
            seconds, nanoseconds = _TIMESPEC.unpack(value[: _TIMESPEC.size])
            return data, seconds + nanoseconds / 1e9
    return data, time.time()


def echo() -> None:
    """Send back what comes, to one client."""
    listener = socket.create_server((LOOPBACK, 0))
    print(listener.getsockname()[1], flush=True)
    client, _ = listener.accept()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with contextlib.suppress(ConnectionResetError):  # the relay ended with an echo under way
        while data := client.recv(64):
            client.sendall(data)


def main() -> None:
    """The relay, or the process that echoes."""
    if sys.argv[1] == "echo":
        echo()
    else:
        _Relay(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])).run()


if __name__ == "__main__":
    main()
