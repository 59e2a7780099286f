"""Between controller and switch: a TCP proxy that keeps what the controller says, and cuts, slows or refuses the link.

It sees each command at the moment at which it is handed to the switch, on the simulator as on a real FreeSWITCH.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable

from tests.live.freeswitch import LOOPBACK

Watcher = Callable[[bytes], None]


class LinkProxy:
    """Listens on `port`, hands on to port `target`; `cut` and `mend` the link. `commands` is what was said."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.delay = 0.0  # seconds that every piece of the switch's speech is held back
        self.commands: list[bytes] = []  # whole commands without their empty line, in order
        self.watchers: list[Watcher] = []
        self._open = self._mended = True
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server((LOOPBACK, 0), backlog=16)
        self.port: int = self._listener.getsockname()[1]
        self._spawn(self._accept)

    def __enter__(self) -> LinkProxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def connected(self) -> bool:
        """A controller is connected to the switch."""
        return bool(self._pairs)

    def cut(self) -> None:
        """Drop the link, and every new one at once, until `mend`."""
        self._mended = False
        self._drop_all()

    def mend(self) -> None:
        """Let links through again."""
        self._mended = True

    def close(self) -> None:
        """The end."""
        self._open = False
        self._listener.close()
        self._drop_all()

    def _spawn(self, work: Callable[..., None], *arguments: object) -> None:
        threading.Thread(target=work, args=arguments, daemon=True).start()

    def _accept(self) -> None:
        while self._open:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self._join(near)

    def _join(self, near: socket.socket) -> None:
        try:
            if not self._mended:
                raise ConnectionRefusedError
            far = socket.create_connection((LOOPBACK, self.target), 5)
        except OSError:
            near.close()
            return
        for end in (near, far):
            end.settimeout(None)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._pairs.append((near, far))
        self._spawn(self._hand_on, near, far, self._heard())
        self._spawn(self._hand_on, far, near, self._held_back)

    def _hand_on(self, source: socket.socket, target: socket.socket, after: Callable[[bytes], None]) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if after == self._held_back:
                    after(data)
                    target.sendall(data)
                else:
                    target.sendall(data)
                    after(data)
        self._drop(source, target)

    def _held_back(self, _: bytes) -> None:
        if self.delay:
            time.sleep(self.delay)

    def _heard(self) -> Callable[[bytes], None]:
        """Cuts what one controller says into commands."""
        pending = b""

        def hear(data: bytes) -> None:
            """Some bytes more; each command that they complete is kept and shown to the watchers."""
            nonlocal pending
            pending = (pending + data).lstrip(b"\n")
            while b"\n\n" in pending:
                command, _, pending = pending.partition(b"\n\n")
                pending = pending.lstrip(b"\n")
                self.commands.append(command)
                for watcher in list(self.watchers):
                    watcher(command)

        return hear

    def _drop(self, *ends: socket.socket) -> None:
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        with self._lock:
            self._pairs = [pair for pair in self._pairs if pair[0] not in ends]

    def _drop_all(self) -> None:
        for pair in list(self._pairs):
            self._drop(*pair)
