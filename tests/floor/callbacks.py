"""Floors with a gateway, on which somebody is promised a call back."""

from __future__ import annotations

from typing import Any

from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model.ids import NodeName
from tests.floor.floors import Floor, Given, a_floor

NUMBER = "13900139000"


def floor_with_gateway(*agents: n.Agent | str, ready: bool = False, **rules: Any) -> Floor:
    """A floor whose node has a gateway."""
    return a_floor(*agents, ready=ready, trunks=(NodeName("a"),), **rules)


def promised(floor: Floor, number: str = NUMBER, **fields: Any) -> Given:
    """A supervisor promises a call."""
    return floor.order(d.AddCallback, **{"queue": "support", "number": number, **fields})


class Ringing:
    """A floor on which an agent is rung for the one promise: its call and its two legs."""

    def __init__(self, *agents: n.Agent | str, **rules: Any) -> None:
        self.floor = floor_with_gateway(*agents, **rules)
        promised(self.floor)
        [self.promise] = self.floor.state.promises
        for agent in self.floor.state.agents:
            self.floor.ready(agent)
        self.look()

    def look(self) -> None:
        """Whose call it is now."""
        [self.call] = [call.call for call in self.floor.state.calls.values() if call.promise]
        self.customer = self.floor.call(self.call).leg
        self.agent = self.floor.agent_leg(self.call)


class Dialled(Ringing):
    """And the agent is on the line, so the customer is rung."""

    def __init__(self, *agents: n.Agent | str, **rules: Any) -> None:
        super().__init__(*agents, **rules)
        self.told = self.floor.agent_parked(self.agent)

    def answered(self) -> Given:
        """The customer answers and is parked."""
        return self.floor.parked(self.customer, answered=True)
