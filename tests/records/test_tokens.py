"""API tokens: seen once, kept as a digest, gone when revoked."""

from __future__ import annotations

import pytest

from ccswitch.errors import StoreError
from ccswitch.records.store import Store
from ccswitch.records.tokens import Token, add_token, first_admin_token, list_tokens, revoke_token, verify_token
from tests.records.journals import all_rows


def test_a_token_names_its_holder_until_it_is_revoked(store: Store) -> None:
    token = add_token(store, name="wallboard", role="viewer", now=1.0)
    assert verify_token(store, token) == Token(name="wallboard", role="viewer", created=1.0)
    assert revoke_token(store, name="wallboard", now=2.0)
    assert verify_token(store, token) is None
    assert list_tokens(store) == [Token(name="wallboard", role="viewer", created=1.0, revoked=2.0)]
    # A second revocation finds nothing; the name is free again
    assert not revoke_token(store, name="wallboard", now=3.0)
    assert verify_token(store, add_token(store, name="wallboard", role="admin", now=4.0))


def test_the_token_itself_is_nowhere(store: Store) -> None:
    token = add_token(store, name="a", role="admin", now=1.0)
    assert token.startswith("ccs_") and len(token) > 40
    assert token.removeprefix("ccs_") not in str(all_rows(store))


@pytest.mark.parametrize("token", ["", "ccs_", "x" * 10_000, "\x00", "\ud800", "' OR '1'='1"])
def test_what_is_no_token_is_nobody(store: Store, token: str) -> None:
    add_token(store, name="a", role="admin", now=1.0)
    assert verify_token(store, token) is None


@pytest.mark.parametrize("name", ["", "a\x00", "a\nb", "x" * 129])
def test_names_are_names(store: Store, name: str) -> None:
    with pytest.raises(StoreError, match="1 to 128 printable"):
        add_token(store, name=name, role="admin", now=1.0)


def test_a_name_is_held_by_one_token(store: Store) -> None:
    add_token(store, name="a", role="admin", now=1.0)
    with pytest.raises(StoreError, match="a token 'a' already"):
        add_token(store, name="a", role="viewer", now=2.0)


def test_the_first_administrator_gets_a_token_once(store: Store) -> None:
    token = first_admin_token(store, now=1.0)
    assert token is not None
    admin = verify_token(store, token)
    assert admin is not None and (admin.name, admin.role) == ("admin", "admin")
    # Not again, not even after it was revoked: who can upgrade the schema must not win back what was taken
    assert first_admin_token(store, now=2.0) is None
    revoke_token(store, name="admin", now=3.0)
    assert first_admin_token(store, now=4.0) is None
