"""Addresses: written by the engineer, filled with what anybody may have typed."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.lookups.address import Unfit, filled, places, trouble

URL = "https://crm.example.com:8443/api/accounts/{account}/v1?by={number}&x=1"


@pytest.mark.parametrize("url", [URL, "http://127.0.0.1/", "http://[::1]:80/{a}", "https://crm"])
def test_right_ones(url: str) -> None:
    assert trouble(url) == ""


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://crm/x", "write http://HOST/PATH"),
        ("file:///etc/passwd", "write http://HOST/PATH"),
        ("crm.example.com/x", "write http://HOST/PATH"),
        ("http://{host}/x", "parameters stand behind the host"),
        ("http://crm:{port}/x", "no address"),
        ("http://crm.{a}/x", "parameters stand behind the host"),
        ("http://user:word@crm/x", "no user or password in the address"),
        ("http://crm:99999/", "no address"),
        ("http://crm/{Account}", "parameters are written {account}"),
        ("http://crm/{a", "parameters are written {account}"),
        ("http://crm/${TOKEN}", "parameters are written {account}"),
        ("http://crm/a b", "printable ASCII"),
        ("http://crm/\n", "printable ASCII"),
        ("http://crm/#x", "leave out what follows #"),
        ("http://crm/" + "x" * 2000, "at most 2000"),
        ("", "write http://HOST/PATH"),
    ],
)
def test_wrong_ones_are_told(url: str, why: str) -> None:
    assert why in trouble(url)


def test_parameters_are_found_in_order_and_once() -> None:
    assert places("http://crm/{b}/{a}?x={b}") == ("b", "a")


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_value_that_would_lead_elsewhere_is_refused(value: str) -> None:
    with pytest.raises(Unfit):
        filled(URL, {"account": value, "number": "1"})


def test_a_value_that_only_with_its_neighbours_leads_elsewhere() -> None:
    with pytest.raises(Unfit):
        filled("http://crm/{a}{b}/x", {"a": ".", "b": "."})


@given(account=st.text(min_size=1), number=st.text())
def test_whatever_is_typed_the_address_is_the_engineers(account: str, number: str) -> None:
    try:
        parts = urlsplit(filled(URL, {"account": account, "number": number}))
    except (Unfit, UnicodeEncodeError):  # a lone surrogate cannot be typed
        return
    # Then host, path and query are as written, and the values arrive as they were
    assert parts.netloc == "crm.example.com:8443" and parts.fragment == ""
    api, accounts, typed, version = parts.path.strip("/").split("/")
    assert (api, accounts, version) == ("api", "accounts", "v1") and unquote(typed) == account
    by, one = parts.query.split("&")
    assert unquote(by.removeprefix("by=")) == number and one == "x=1"
