"""A switch with the captures' dialplan, a client on it, and a caller who was answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from ccswitch.simulator.callers import SimCaller
from ccswitch.simulator.switch import SimulatedSwitch
from tests.simulator.esl_client import EslClient, eventually
from tests.simulator.stages import DIALPLAN


@pytest.fixture
def switch() -> Iterator[SimulatedSwitch]:
    """A running switch."""
    with SimulatedSwitch(dialplan=DIALPLAN, seed=7) as running:
        yield running


@pytest.fixture
def client(switch: SimulatedSwitch) -> Iterator[EslClient]:
    """A client that gets every event as JSON."""
    one = EslClient(switch.port)
    yield one
    one.close()


@pytest.fixture
def answered(switch: SimulatedSwitch, client: EslClient) -> Callable[..., SimCaller]:
    """Makes a caller who is parked, claimed and answered."""

    def make(**about: object) -> SimCaller:
        """One more; `about` as `SimulatedSwitch.call` takes it."""
        caller = switch.call(**about)  # type: ignore[arg-type]
        client.wait_event(Event_Name="CHANNEL_PARK", Unique_ID=caller.uuid)
        client.api(f"sched_del {caller.uuid}")
        client.execute(caller.uuid, "answer", event_uuid="answer")
        client.wait_event(Event_Name="CHANNEL_EXECUTE_COMPLETE", Unique_ID=caller.uuid, Application="answer")
        return caller

    return make


@pytest.fixture
def agent_leg(switch: SimulatedSwitch, client: EslClient) -> Callable[..., str]:
    """Makes an answered, parked agent leg and gives its uuid."""

    def make(uuid: str = "agent", extra: str = "", user: str = "1001") -> str:
        """One more, with `extra` channel variables, to the phone `user`."""
        client.say(f"bgapi originate {{origination_uuid={uuid},ignore_early_media=true{extra}}}user/{user}@x &park()")
        eventually(lambda: client.of(uuid, "CHANNEL_PARK"))
        return uuid

    return make
