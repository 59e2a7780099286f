"""Numbers as they are kept."""

from __future__ import annotations

import pytest

from ccswitch.records.phone_numbers import e164


@pytest.mark.parametrize(
    ("written", "region", "kept"),
    [
        ("13800138000", "CN", "+8613800138000"),
        ("+86 138 0013 8000", "GB", "+8613800138000"),
        ("0086-138-0013-8000", "CN", "+8613800138000"),
        ("021 6234 5678", "CN", "+862162345678"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("anonymous", "CN", None),
        ("", "CN", None),
        ("12", "CN", None),
        ("1\napi hupall", "CN", None),
        ("9" * 5000, "CN", None),
    ],
)
def test_numbers_are_kept_as_e164(written: str, region: str, kept: str | None) -> None:
    assert e164(written, region) == kept
