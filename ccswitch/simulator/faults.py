"""Things that go wrong on purpose: links cut, slowed, torn, poisoned; the switch restarted or frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccswitch.simulator.link import Faults

if TYPE_CHECKING:
    from ccswitch.simulator.switch import SimulatedSwitch


class FaultBox:
    """The faults of one simulated switch; `switch.faults`."""

    def __init__(self, switch: SimulatedSwitch) -> None:
        self._switch = switch
        self.links = Faults()  # shared by all links, also by those to come

    def cut_links(self) -> int:
        """Every link drops at once; gives how many there were."""
        links = list(self._switch.links)
        for link in links:
            link.close()
        return len(links)

    def slow_links(self, bytes_per_second: float | None = None, delay: float = 0.0) -> None:
        """Everything sent from now on creeps; call it without arguments to heal."""
        self.links.bytes_per_second, self.links.delay = bytes_per_second, delay

    def tear(self, after_bytes: int) -> None:
        """The links drop in the midst of a frame, after so many more bytes."""
        for link in self._switch.links:
            link.torn_at = max(1, after_bytes)

    def freeze(self, frozen: bool = True) -> None:
        """The switch neither reads nor sends; calls go on. `freeze(False)` thaws it."""
        self.links.frozen = frozen
        for link in self._switch.links:
            if not frozen:
                link.flush()

    def bad_utf8(self) -> None:
        """An event frame whose body is no UTF-8."""
        body = b'{"Event-Name":"CUSTOM","Caller-Caller-ID-Name":"\xff\xfe\x80"}'
        self.raw(b"Content-Length: %d\nContent-Type: text/event-json\n\n%s" % (len(body), body))

    def stray_reply(self) -> None:
        """A command/reply that nobody asked for."""
        self.raw(b"Content-Type: command/reply\nReply-Text: +OK\n\n")

    def raw(self, data: bytes) -> None:
        """Any bytes at all, between two frames of every link."""
        for link in list(self._switch.links):
            link.send(data)

    def restart(self) -> None:
        """The process dies and comes back on the same port: all calls gone, a new Core-UUID."""
        self.links.frozen = False
        self._switch.restart()
