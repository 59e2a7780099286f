"""The agent's state machine is its table."""

from __future__ import annotations

from itertools import product

import pytest

from ccswitch.acd.agent_state import TRANSITIONS, AgentCause, advance
from ccswitch.errors import IllegalTransition
from ccswitch.model.nouns import AgentState


@pytest.mark.parametrize(("state", "cause"), list(product(AgentState, AgentCause)))
def test_what_is_in_the_table_happens_and_what_is_not_is_an_error(state: AgentState, cause: AgentCause) -> None:
    if (state, cause) in TRANSITIONS:
        assert advance(state, cause) is TRANSITIONS[state, cause]
        return
    # A cause that is not in the table names machine, state and cause
    with pytest.raises(IllegalTransition, match=f"agent: {cause.value} in state {state.value}"):
        advance(state, cause)


def test_a_call_from_offer_to_wrap_up() -> None:
    state = AgentState.IDLE
    path = []
    for cause in ("OFFERED", "RINGING", "TALK_STARTED", "HELD", "UNHELD", "TALK_ENDED", "WRAPUP_ENDED"):
        state = advance(state, AgentCause[cause])
        path.append(state.value)
    assert path == ["offered", "ringing", "talking", "holding", "talking", "wrapup", "idle"]


def test_every_state_is_reached_and_left() -> None:
    assert {before for before, _ in TRANSITIONS} == set(AgentState) == set(TRANSITIONS.values())


def test_nobody_is_offered_a_call_who_is_not_idle() -> None:
    assert [state for state, cause in TRANSITIONS if cause is AgentCause.OFFERED] == [AgentState.IDLE]
