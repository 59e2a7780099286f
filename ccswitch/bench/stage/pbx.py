"""The simulated switch in a process of its own, with callers and phones, told by lines what to do (`program.py`)."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence

import gevent
from gevent.fileobject import FileObject

from ccswitch.bench.stage.program import serve
from ccswitch.model.ids import QueueName
from ccswitch.model.nouns import Entry
from ccswitch.simulator.callers import SimCaller
from ccswitch.simulator.phones import answers
from ccswitch.simulator.switch import SimulatedSwitch
from ccswitch.switch.dialplan import Site, render


class Pbx:
    """What can be asked of it. Times are seconds."""

    def __init__(self) -> None:
        self._callers: list[SimCaller] = []
        self._switch: SimulatedSwitch | None = None
        self._coming: gevent.Greenlet | None = None

    def start(self, password: str, entry: str) -> int:
        """Start the switch; callers of the number `entry` are handed over. Gives its ESL port."""
        entries = (Entry(name="main", dids=(entry,), queue=QueueName("sales")),)
        dialplan = [text for path, text in render(Site(entries=entries)).items() if path.startswith("dialplan/")]
        self._switch = SimulatedSwitch(password=password, dialplan=dialplan).start()
        return self._switch.port

    def phones(self, users: Sequence[str], answer_after: float, talk: float | None) -> None:
        """Phones that are picked up after so long; who has talked for `talk` hangs up, or does not for None."""
        for user in users:
            self._there.phone(user, answers(after=answer_after, drops_after_bridge=talk))

    def come(self, count: int, per_second: float, to: str) -> None:
        """So many callers come at an even pace, from now on."""
        self._coming = gevent.spawn(self._come, count, per_second, to)

    def arrived(self) -> None:
        """Wait until all who were to come have come."""
        if self._coming is not None:
            self._coming.join()

    def over(self, within: float) -> int:
        """Wait until every call is over, so long at most; gives how many are not."""
        with gevent.Timeout(within, False):
            for caller in self._callers:
                caller.ended.wait()
        return sum(not caller.ended.is_set() for caller in self._callers)

    def counts(self) -> dict[str, int]:
        """How many callers are in which state."""
        return dict(Counter(caller.state for caller in self._callers))

    def hang_up(self) -> None:
        """Every caller hangs up."""
        for caller in self._callers:
            caller.hangup()
        self._callers.clear()

    @property
    def _there(self) -> SimulatedSwitch:
        if self._switch is None:
            raise RuntimeError("start comes first")
        return self._switch

    def _come(self, count: int, per_second: float, to: str) -> None:
        loop = gevent.get_hub().loop
        loop.update_now()
        began = loop.now()
        for serial in range(count):
            gevent.sleep(max(0.0, began + serial / per_second - loop.now()))
            self._callers.append(self._there.call(number=f"138{len(self._callers):08d}", to=to))


def main() -> None:
    """Serve until the input ends."""
    pbx = Pbx()
    asked = ("start", "phones", "come", "arrived", "over", "counts", "hang_up")
    serve({name: getattr(pbx, name) for name in asked}, FileObject(sys.stdin.fileno(), "r"))


if __name__ == "__main__":
    main()
