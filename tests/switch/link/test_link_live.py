"""A real FreeSWITCH reads back what we built: the same proof as test_strings, with its parsers instead of our copy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random

import gevent
import pytest
from gevent.queue import Queue

from ccswitch.clock import SystemClock
from ccswitch.errors import CommandFailed, UnsafeString
from ccswitch.switch import strings
from ccswitch.switch.codec import Event
from ccswitch.switch.link import Link, LinkTimes
from tests.live.freeswitch import Esl, FreeSwitch

pytestmark = pytest.mark.live

PATIENCE = 10.0
MEANINGFUL = [*"\\'\",=|{}[]<>()$&^% \t:;_!@#-+*nrtsab张", "${", "\\$", "$$", "\\\\", "\\'", "^^", "%[", "name", "1"]


class Floor:
    """A link to a FreeSWITCH of its own, and the events that it told."""

    def __init__(self, switch: FreeSwitch, times: LinkTimes | None = None) -> None:
        self.switch = switch
        self.other = Esl(switch.esl_port)  # a second client of the switch
        self.events: Queue[Event] = Queue()
        self.up: Queue[bool] = Queue()
        self.down: Queue[str] = Queue()
        self.link = Link(
            "127.0.0.1",
            switch.esl_port,
            switch.password,
            on_event=lambda event, at: self.events.put(event),
            on_up=self.up.put,
            on_down=self.down.put,
            clock=SystemClock(),
            random=Random(1),
            times=times,
        )
        self.link.start()
        assert self.up.get(timeout=PATIENCE) is False
        self._serial = 0

    def leg(self, variables: dict[str, str]) -> str:
        """A parked leg with these variables."""
        self._serial += 1
        leg = f"leg-{self._serial}"
        command = strings.originate("null/1", {"origination_uuid": leg} | variables, f"job-{self._serial}")
        assert self.link.bgapi(command, PATIENCE) == f"+OK {leg}\n"
        return leg

    def variables(self, leg: str) -> dict[str, str]:
        dump = json.loads(self.link.api(strings.dump(leg)))
        return {name.removeprefix("variable_"): text for name, text in dump.items() if name.startswith("variable_")}

    def completed(self, event_uuid: str) -> Event:
        """The completion of what was executed under `event_uuid`."""
        return self.first("Application-UUID", event_uuid, "CHANNEL_EXECUTE_COMPLETE")

    def first(self, header: str, wanted: str, name: str) -> Event:
        """The next event `name` whose `header` is `wanted`."""
        with gevent.Timeout(PATIENCE, AssertionError(f"no {name} for {wanted}")):
            while True:
                event = self.events.get()
                if event.name == name and event.get(header) == wanted:
                    return event


@pytest.fixture(scope="module")
def floor() -> Iterator[Floor]:
    with FreeSwitch() as switch:
        floor = Floor(switch)
        yield floor
        floor.link.stop()


def texts(seed: int, count: int) -> list[str]:
    random = Random(seed)
    return ["".join(random.choices(MEANINGFUL, k=random.randint(1, 14))) for _ in range(count)]


def accepted(text: str) -> bool:
    try:
        strings.leg_variables({"v": text})
    except UnsafeString:
        return False
    return True


def test_leg_variables_arrive_exactly(floor: Floor) -> None:
    # Given 600 texts full of what means something to FreeSWITCH
    good = [text for text in texts(1, 1500) if accepted(text)][:600]
    assert len(good) == 600
    for start in range(0, len(good), 20):
        variables = {f"v{number}": text for number, text in enumerate(good[start : start + 20])}
        # When a leg is dialled with them, then it has them
        leg = floor.leg(variables)
        got = floor.variables(leg)
        assert {name: got.get(name) for name in variables} == variables
        floor.link.api(strings.kill(leg))


def test_set_variables_arrive_exactly(floor: Floor) -> None:
    leg = floor.leg({})
    good = [text for text in texts(2, 600) if accepted(text)][:200]
    floor.link.pipeline([strings.set_variable(leg, f"v{number}", text) for number, text in enumerate(good)])
    several = {f"m{number}": text for number, text in enumerate(good)}
    for start in range(0, len(good), 20):
        floor.link.api(strings.set_variables(leg, dict(list(several.items())[start : start + 20])))
    floor.link.pipeline(
        [strings.execute(leg, strings.set_(f"w{number}", text), f"w{number}") for number, text in enumerate(good)]
    )
    floor.link.pipeline([strings.set_global(f"g{number}", text) for number, text in enumerate(good)])
    floor.completed(f"w{len(good) - 1}")
    got = floor.variables(leg)
    assert [got.get(f"v{number}") for number in range(len(good))] == good
    assert [got.get(f"w{number}") for number in range(len(good))] == good
    assert {name: got.get(name) for name in several} == several
    globals_ = floor.link.pipeline([strings.get_global(f"g{number}") for number in range(len(good))])
    assert globals_ == good
    floor.link.api(strings.kill(leg))


def test_arguments_arrive_exactly(floor: Floor) -> None:
    # Given sounds that do not exist, under names full of traps
    leg = floor.leg({})
    sounds = []
    for text in texts(3, 400):
        try:
            sounds.append((text, strings.playback([text])))
        except UnsafeString:
            continue
    assert len(sounds) > 100
    for number, (text, application) in enumerate(sounds):
        # When they are played one after the other, then each is asked for by its own name
        floor.link.api(strings.execute(leg, application, f"p{number}"))
        event = floor.completed(f"p{number}")
        assert event.get("Application-Data") == text
    floor.link.api(strings.kill(leg))


def test_hostile_callers_names_are_shown_and_do_nothing(floor: Floor) -> None:
    name = strings.display_text('Bob"\r\n\r\napi shutdown %0d%0aX: ${system(touch /tmp/x)} mod_event_socket reload')
    leg = floor.leg({"origination_caller_id_name": name})
    assert json.loads(floor.link.api(strings.dump(leg)))["Caller-Orig-Caller-ID-Name"] == name
    floor.link.api(strings.kill(leg))


def test_refusals_and_the_core(floor: Floor) -> None:
    assert floor.link.api(strings.core_uuid()) == floor.link.core_uuid
    assert floor.link.api(strings.get_global("never_set_anywhere")) == ""
    with pytest.raises(CommandFailed, match="No such channel"):
        floor.link.api(strings.dump("nope"))
    with pytest.raises(CommandFailed, match="invalid session id"):
        floor.link.api(strings.hang_up("nope"))


def test_nudges_bring_events_sooner(floor: Floor) -> None:
    # Given one link that nudges and one that does not, and jobs that someone else starts at odd moments
    silent, nudging = (Floor(floor.switch, LinkTimes(nudge=every)) for every in (0.0, 0.002))
    clock, random = SystemClock(), Random(5)

    def typical(listening: Floor) -> float:
        spent = []
        for number in range(41):
            gevent.sleep(random.uniform(0.03, 0.06))
            job = f"other-{number}-{listening is nudging}"
            began = clock.now()
            floor.other.command(f"bgapi uptime\nJob-UUID: {job}")
            listening.first("Job-UUID", job, "BACKGROUND_JOB")
            spent.append(clock.now() - began)
        return sorted(spent)[20]

    # Then the one that nudges hears of their results sooner
    idle, nudged = typical(silent), typical(nudging)
    for one in (silent, nudging):
        one.link.stop()
    print(f"from a job to our knowing: p50 {idle * 1000:.1f} ms idle, {nudged * 1000:.1f} ms nudged")
    assert nudging.link.counters.nudges > 100 and silent.link.counters.nudges == 0
    assert nudged < idle / 2


def test_the_link_comes_back_to_a_restarted_switch_and_knows() -> None:
    with FreeSwitch() as switch:
        own = Floor(switch)
        switch.kill9()
        assert own.down.get(timeout=PATIENCE)
        switch.start()
        assert own.up.get(timeout=PATIENCE) is True
        own.link.stop()
