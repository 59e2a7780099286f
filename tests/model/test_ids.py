"""Ids are derived, so that the same inputs give the same ids, and tell what they are of."""

from __future__ import annotations

from ccswitch.model.ids import CallId, agent_leg_id, execute_id, offer_id

CALL = CallId("0b1c")


def test_what_is_made_for_a_call_bears_its_name_and_a_serial_number() -> None:
    assert (offer_id(CALL, 3), agent_leg_id(CALL, 3), execute_id(CALL, 4)) == ("0b1c-o3", "0b1c-a3", "0b1c-x4")


def test_no_two_things_of_a_call_share_a_name() -> None:
    names = [make(CALL, serial) for make in (offer_id, agent_leg_id, execute_id) for serial in range(50)]
    assert len(set(names)) == len(names)
