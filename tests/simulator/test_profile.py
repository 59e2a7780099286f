"""Caller profiles."""

from __future__ import annotations

from ccswitch.simulator.profile import CallerProfile


def profile(**about: str) -> CallerProfile:
    base = {"uuid": "u", "direction": "outbound", "destination_number": "1", "context": "c", "channel_name": "n"}
    return CallerProfile(**{**base, **about})  # type: ignore[arg-type]


def test_a_caller_cannot_bring_an_expansion() -> None:
    assert profile(caller_id_name="x ${system(id)} $${y}").caller_id_name == "x %{system(id)} %{y}"


def test_a_line_feed_stays_and_a_nul_ends_the_value() -> None:
    assert profile(caller_id_number="1\nUnique-ID").caller_id_number == "1\nUnique-ID"
    assert profile(caller_id_number="1\x002").caller_id_number == "1"


def test_an_outbound_leg_that_executes_changes_places_with_whom_it_called() -> None:
    one = profile(caller_id_number="138", callee_id_number="1001", callee_id_name="Outbound Call")
    one.flip_caller_id()
    headers = one.headers("Caller")
    assert headers["Caller-Caller-ID-Number"] == "1001"
    assert headers["Caller-Caller-ID-Name"] == "Outbound Call"
    assert headers["Caller-Callee-ID-Number"] == "138"
    assert headers["Caller-Orig-Caller-ID-Number"] == "138"
    assert "Caller-Callee-ID-Name" not in headers, "empty values are left out"


def test_a_copy_keeps_its_own_times() -> None:
    one = profile()
    other = one.copy()
    one.times.answered = 5
    assert other.times.answered == 0
