"""What a site may say of a look-up."""

from __future__ import annotations

import pytest

from ccswitch.lookups.definition import Definition, contradictions, header_trouble, headers_of, secrets_in, unsendable


def defined(**fields: object) -> Definition:
    known: dict[str, object] = {"name": "account", "url": "http://crm/{account}", "parameters": ("account",)}
    return Definition(**{**known, **fields})  # type: ignore[arg-type]


def test_a_post_has_in_its_body_what_is_not_in_its_address() -> None:
    one = defined(method="POST", parameters=("account", "pin"))
    assert (one.in_body, defined().in_body) == (("pin",), ())


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ({}, []),
        ({"parameters": ()}, ["url"]),
        ({"parameters": ("account", "pin")}, ["parameters"]),
        ({"parameters": ("account", "pin"), "method": "POST"}, []),
        ({"name": "customer"}, ["name"]),
        ({"timeout": 9.0}, ["timeout"]),
    ],
)
def test_what_does_not_fit_together(fields: dict[str, object], keys: list[str]) -> None:
    assert [key for key, _, _ in contradictions(defined(**fields))] == keys


@pytest.mark.parametrize("line", ["Authorization: Bearer ${CRM_TOKEN}", "X-Team:ivr", "X-A: a b, c"])
def test_right_headers(line: str) -> None:
    assert header_trouble(line) == ""


@pytest.mark.parametrize(
    "line", ["X", "X:", ": y", "X: a\r\nY: b", "X Y: z", "Host: evil", "content-length: 3", "X: ${a b}", "X: ü"]
)
def test_wrong_headers(line: str) -> None:
    assert header_trouble(line) != ""


def test_secrets_come_from_the_environment() -> None:
    one = defined(headers=("Authorization: Bearer ${CRM_TOKEN}", "X-Both: ${A}-${CRM_TOKEN}"))
    assert secrets_in(one) == ("CRM_TOKEN", "A")
    sent = headers_of(one, {"CRM_TOKEN": "t0ken", "A": "a"})
    assert sent == {"Authorization": "Bearer t0ken", "X-Both": "a-t0ken"}
    assert "t0ken" not in repr(one)
    assert [unsendable(value) for value in ("ok", "a\nb", "ü")] == [False, True, True]
