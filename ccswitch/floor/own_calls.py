"""Calls that agents make on their own phones. Each is a call like any other, and who makes it is busy.

Who calls is who knew the account's password (`LegParked.user`). What he dialled is, in this order: a code, a number of
the house, or nothing that he may have.
"""

from __future__ import annotations

from ccswitch.floor import farewell, feature_codes
from ccswitch.floor.decided import Decided
from ccswitch.floor.state import LiveAgent, LiveCall, State
from ccswitch.model.ids import Seconds
from ccswitch.model.nouns import AgentStatus


def whose(state: State, user: str) -> LiveAgent | None:
    """The agent whose phone registers with the account `user`. Of several who share it, the one who is logged in."""
    if not user:
        return None
    sharing = [live for live in state.agents.values() if live.agent.phone == user and state.lists(live)]
    if len(sharing) > 1:
        sharing = [live for live in sharing if live.status is not AgentStatus.OFFLINE]
    return sharing[0] if len(sharing) == 1 else None


def wish(state: State, call: LiveCall, now: Seconds) -> Decided | None:
    """What follows from what an agent dialled; None when it is neither a code nor a colleague."""
    dialled = feature_codes.code_of(state.settings.codes, call.called_number)
    if dialled is None:
        return None
    if not call.by:
        return farewell.refused(state, call, "phone-not-yours", "no agent has this phone", now)
    return feature_codes.carry_out(state, call, call.by, dialled, now)


def nothing_known(state: State, call: LiveCall, now: Seconds) -> Decided:
    """A phone dialled what is nothing of the house."""
    return farewell.refused(state, call, "phone-unknown", f"there is no {call.called_number[:40]!r}", now)
