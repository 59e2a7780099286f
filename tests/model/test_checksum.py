"""Check digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.model.checksum import luhn


@pytest.mark.parametrize("number", ["79927398713", "4111111111111111", "5500005555555559", "0"])
def test_numbers_known_to_be_right(number: str) -> None:
    assert luhn(number)


@pytest.mark.parametrize("number", ["", "x", "12a", "²", "٣", "79927398710", "4111111111111112"])
def test_what_is_none_or_wrong(number: str) -> None:
    assert not luhn(number)


@given(digits=st.text("0123456789", min_size=1, max_size=30), at=st.integers(0, 29), other=st.sampled_from("123456789"))
def test_one_digit_has_one_check_digit_and_every_slip_is_found(digits: str, at: int, other: str) -> None:
    # Given any number with its check digit
    [right] = [digits + check for check in "0123456789" if luhn(digits + check)]
    # When one digit is mistyped
    place = at % len(right)
    slip = right[:place] + str((int(right[place]) + int(other)) % 10) + right[place + 1 :]
    # Then it is found
    assert not luhn(slip)
