"""The simulated switch as a stage, in a thread with a gevent hub of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar
from urllib.parse import unquote

import gevent
from gevent.event import Event as Flag

from ccswitch.simulator.callers import ANSWERED, ENDED, SimCaller
from ccswitch.simulator.channel import Channel
from ccswitch.simulator.phones import Manner, Phone, PhoneLeg
from ccswitch.simulator.switch import SimulatedSwitch
from ccswitch.switch.dialplan import Site, render
from tests.live.freeswitch import PASSWORD, free_port

T = TypeVar("T")
TRUNK = "carrier"


class HubThread:
    """A thread in which gevent runs; `do` has a function run there and gives what it returns."""

    def __init__(self) -> None:
        self._ready = threading.Event()
        self._loop: Any = None
        self._over: Any = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait(60)

    def do(self, work: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Run `work` in a greenlet of the thread."""
        result: Future[T] = Future()

        def run() -> None:
            """The work, with whatever it gives or raises handed to the asker."""
            try:
                result.set_result(work(*arguments, **named))
            except BaseException as error:  # noqa: BLE001  handed to the asker
                result.set_exception(error)

        self._loop.run_callback_threadsafe(gevent.spawn, run)
        return result.result(120)

    def close(self) -> None:
        """End the thread."""
        self._loop.run_callback_threadsafe(self._over.set)
        self._thread.join(5)

    def _run(self) -> None:
        self._loop, self._over = gevent.get_hub().loop, Flag()
        self._ready.set()
        while not self._over.wait(60):  # with no timer at all the hub would think that it waits for nothing
            pass


def _decoded(user: str) -> str:
    """The user of a SIP address as the switch has it: `%0A` has become a line feed."""
    return unquote(user, errors="surrogateescape")


class StageCaller:
    """A simulated caller with the manners of `SippCaller`, and two more: `hangs_up_at` a state of his call; and he may
    be the phone of an `account`, that dials.

    The times of his keys count from when he hears something after the answer: a slow machine asks later.
    """

    def __init__(
        self,
        hub: HubThread,
        switch: SimulatedSwitch,
        number: str,
        to: str,
        *,
        name: str = "",
        keys: Sequence[tuple[float, str]] = (),
        hangs_up_after: float | None = None,
        patience: float | None = None,
        hangs_up_at: str = "",
        extra: str = "",
        account: str = "",
    ) -> None:
        self.number, self._hub = number, hub
        self._keys, self._hangs_up_after = tuple(keys), hangs_up_after
        self._hangs_up_at = hangs_up_at
        self._hung_up = self._timed = False
        self._heard_before = -1  # the answer
        headers = dict(line.split(": ", 1) for line in extra.strip().splitlines())
        variables = {f"variable_sip_h_{header}": value for header, value in headers.items()}
        if account:  # a phone of the house, which knew the password
            variables |= {"sip_auth_username": account, "domain_name": Site(entries=()).sip_domain}
        self._sim: SimCaller = hub.do(
            switch.call,
            number=_decoded(number),
            to=to,
            name=name,
            context="ccs_phone" if account else "public",
            hangs_up_when=self._watch,
            variables=variables,
        )
        if patience is not None:
            hub.do(gevent.spawn_later, patience, self._give_up)

    @property
    def answered(self) -> bool:
        """The call was answered."""
        return ANSWERED in self._sim.times

    @property
    def answered_at(self) -> float | None:
        """When, in seconds since the epoch."""
        return self._sim.times.get(ANSWERED)

    @property
    def ended(self) -> bool:
        """The call is over."""
        return self._sim.state == ENDED

    @property
    def ended_by(self) -> str:
        """`caller`, `switch`, or empty while the call lasts."""
        if not self.ended:
            return ""
        return "caller" if self._hung_up else "switch"

    def hang_up(self) -> None:
        """BYE now, or CANCEL when nobody answered yet."""
        self._hub.do(self._hang_up)

    def close(self) -> None:
        """Done with it."""
        if not self.ended:
            self.hang_up()

    def _hang_up(self) -> None:
        if not self.ended:
            self._hung_up = True
            self._sim.hangup()

    def _give_up(self) -> None:
        if not self.answered:
            self._hang_up()

    def _watch(self, caller: SimCaller) -> bool:
        """Called at every change; after the answer it sets the clocks of hang-up and keys."""
        if ANSWERED in caller.times and self._heard_before < 0:
            self._heard_before = len(caller.heard)
            if self._hangs_up_after is not None:
                gevent.spawn_later(self._hangs_up_after, self._hang_up)
        if len(caller.heard) > self._heard_before >= 0 and not self._timed:
            self._timed = True
            for at, digits in self._keys:
                gevent.spawn_later(at, caller.press, digits)
        if caller.state == self._hangs_up_at:
            self._hung_up = True
        return caller.state == self._hangs_up_at


class _Legs(list[PhoneLeg]):
    """The legs of a phone; remembers the channels of those that are gone."""

    def __init__(self) -> None:
        super().__init__()
        self.channels: list[Channel] = []
        self.most = 0

    def append(self, leg: PhoneLeg) -> None:
        """A leg more, whose channel is remembered and which may be one too many at once."""
        super().append(leg)
        assert leg.session is not None
        self.channels.append(leg.session.channel)
        self.most = max(self.most, len(self))


class StagePhone:
    """A simulated phone with the manners of `SippPhone`."""

    def __init__(self, hub: HubThread, phone: Phone) -> None:
        self.user, self._hub, self._phone = phone.user, hub, phone
        self._legs = _Legs()
        phone.legs = self._legs

    @property
    def rung(self) -> int:
        """How often it was called."""
        return len(self._legs.channels)

    @property
    def rang_at(self) -> list[float]:
        """When, in seconds since the epoch."""
        return [channel.profile.times.created / 1e6 for channel in self._legs.channels]

    @property
    def answered(self) -> int:
        """How many of its calls it answered."""
        return sum(channel.profile.times.answered > 0 for channel in self._legs.channels)

    @property
    def most_at_once(self) -> int:
        """The most calls that it had at the same time."""
        return self._legs.most

    @property
    def calls(self) -> list[str]:
        """What is on now."""
        return [leg.session.channel.uuid for leg in list(self._legs) if leg.session is not None]

    def behave(self, manner: Manner) -> None:
        """From the next call on."""
        self._phone.manner = manner

    def hang_up(self) -> None:
        """BYE to whatever is on (or a refusal while it rings)."""
        self._hub.do(self._hang_up)

    def answer(self) -> None:
        """Answer what rings, whatever the manner."""
        self._hub.do(self._phone.answer)

    def transfer(self, to: str) -> None:
        """The transfer key: a REFER that sends the other side to `to`."""
        self._hub.do(self._phone.transfer, to)

    def close(self) -> None:
        """Done with it."""

    def _hang_up(self) -> None:
        for leg in list(self._legs):
            answered = leg.session is not None and leg.session.channel.flags.answered
            leg.hangup("NORMAL_CLEARING" if answered else "CALL_REJECTED")


class SimStage:
    """A simulated FreeSWITCH that callers, phones and a controller meet at."""

    live = False

    def __init__(self, site: Site) -> None:
        self.hub = HubThread()
        files = render(site)
        dialplan = [text for path, text in files.items() if path.startswith("dialplan/")]
        self.switch = SimulatedSwitch(password=PASSWORD, port=free_port(), dialplan=dialplan)
        self.hub.do(self.switch.start)

    @property
    def esl_port(self) -> int:
        """Where it speaks ESL."""
        return self.switch.port

    def caller(self, number: str, to: str, **manner: Any) -> StageCaller:
        """Somebody calls `to`."""
        return StageCaller(self.hub, self.switch, number, to, **manner)

    def phone(self, user: str, port: int, manner: Manner) -> StagePhone:
        """The phone at `sip:USER@127.0.0.1:PORT`."""
        return StagePhone(self.hub, self.hub.do(self.switch.phone, user, manner))

    def outside(self, manner: Manner) -> None:
        """How numbers of the outside are answered, by the trunk `TRUNK`."""
        self.hub.do(self.switch.outside, manner, TRUNK)

    def kill(self) -> None:
        """The power goes; all calls with it."""
        self.hub.do(self.switch.stop)

    def start(self) -> None:
        """And comes back."""
        self.hub.do(self.switch.start)

    def clean(self) -> None:
        """No calls from the scenario before."""

    def close(self) -> None:
        """The end."""
        self.hub.do(self.switch.stop)
        self.hub.close()

    def log_tail(self) -> str:
        """What the switch was told last."""
        return "\n".join(self.switch.commands[-40:])
