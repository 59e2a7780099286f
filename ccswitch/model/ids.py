"""Names of things. All are plain strings at run time; the types keep them apart for readers and mypy.

Ids that ccswitch gives are derived from State, never drawn at random, so that the same inputs give the same ids:
a call is named by the FreeSWITCH uuid of the leg it arrived on; everything made for a call (an agent's leg, a
script step, an offer) is that name with a serial number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    CallId = NewType("CallId", str)
    LegId = NewType("LegId", str)
    AgentId = NewType("AgentId", str)
    QueueName = NewType("QueueName", str)
    OfferId = NewType("OfferId", str)
    NodeName = NewType("NodeName", str)
    ScriptHash = NewType("ScriptHash", str)
    ExecuteId = NewType("ExecuteId", str)
    OrderId = NewType("OrderId", str)
    MessageId = NewType("MessageId", str)
else:  # to call a NewType takes six times as long as to call str, and a call is named thirty times
    CallId = LegId = AgentId = QueueName = OfferId = NodeName = ScriptHash = ExecuteId = OrderId = MessageId = str

Seconds = float


def offer_id(call: CallId, serial: int) -> OfferId:
    """The name of the `serial`-th thing made for `call`, as an offer."""
    return OfferId(f"{call}-o{serial}")


def agent_leg_id(call: CallId, serial: int) -> LegId:
    """The channel uuid that we choose for the agent's leg of the offer with the same serial."""
    return LegId(f"{call}-a{serial}")


def nailed_leg_id(serial: int, at: Seconds) -> LegId:
    """The channel uuid of the `serial`-th leg that is to stand between calls, rung at `at`; it is of no call."""
    return LegId(f"nailed-{round(at * 1000)}-a{serial}")


def customer_leg_id(call: CallId, serial: int) -> LegId:
    """The channel uuid that we choose for the leg of a customer whom we dial."""
    return LegId(f"{call}-c{serial}")


def promise_id(call: CallId, serial: int) -> CallId:
    """The name of a promise to call back that was made in `call`; it stands in line under it."""
    return CallId(f"{call}-p{serial}")


def callback_id(promise: CallId, serial: int) -> CallId:
    """The `serial`-th call by which a promise is to be kept."""
    return CallId(f"{promise}-{serial}")


def execute_id(call: CallId, serial: int) -> ExecuteId:
    """The Event-UUID under which an application runs on the caller's leg (freeswitch-facts 7)."""
    return ExecuteId(f"{call}-x{serial}")
