"""The secrets of agents' phones."""

from __future__ import annotations

import pytest

from ccswitch.errors import StoreError
from ccswitch.model.ids import AgentId
from ccswitch.records.agents import (
    PhoneSecret,
    a1_hash,
    phone_secret,
    phone_secrets,
    put_phone_secret,
    remove_phone_secret,
)
from ccswitch.records.store import Store

LI = PhoneSecret(agent=AgentId("li"), sip_user="1001", a1_hash="a" * 32, realm="pbx")


def test_the_hash_is_the_one_of_the_rfc() -> None:
    # RFC 2617, 3.5: user Mufasa, realm testrealm@host.com, password Circle Of Life
    assert a1_hash("Mufasa", "testrealm@host.com", "Circle Of Life") == "939e7578ed9e3c518a452acee763bce9"


def test_an_account_is_kept_changed_and_forgotten(store: Store) -> None:
    put_phone_secret(store, LI, now=1.0)
    assert phone_secret(store, AgentId("li")) == LI
    changed = PhoneSecret(agent=AgentId("li"), sip_user="1009", a1_hash="b" * 32)
    put_phone_secret(store, changed, now=2.0)
    assert phone_secrets(store) == [changed]
    assert remove_phone_secret(store, AgentId("li"))
    assert not remove_phone_secret(store, AgentId("li"))
    assert phone_secret(store, AgentId("li")) is None


def test_two_agents_do_not_share_an_account(store: Store) -> None:
    put_phone_secret(store, LI, now=1.0)
    with pytest.raises(StoreError, match="the SIP user '1001' belongs to agent 'li'"):
        put_phone_secret(store, PhoneSecret(agent=AgentId("wu"), sip_user="1001", a1_hash="c" * 32), now=2.0)
    assert phone_secrets(store) == [LI]


def test_a_secret_is_not_shown_by_mistake() -> None:
    assert "a" * 32 not in repr(LI)


@pytest.mark.parametrize("name", ["\x00", "\ud800", "x" * 1000])
def test_hostile_names_are_found_again(store: Store, name: str) -> None:
    put_phone_secret(store, PhoneSecret(agent=AgentId(name), sip_user=name, a1_hash="d"), now=1.0)
    assert phone_secret(store, AgentId(name)) is not None
