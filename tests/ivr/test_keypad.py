"""Keys as the switch takes them."""

from __future__ import annotations

import pytest

from ccswitch.ivr.acts import NO_TERMINATOR, Collect
from ccswitch.ivr.heard import Keys, Silence, Wrong
from ccswitch.ivr.keypad import REFERENCE, typed

ORDER = Collect(files=(), least=1, most=6, timeout=5, between=3, terminators="#", pattern="^(?:[0-9]{4,6})$")
CHOICE = Collect(files=(), least=1, most=1, timeout=5, between=2, terminators=NO_TERMINATOR, pattern="^(?:[12#])$")


@pytest.mark.parametrize(
    ("collect", "keys", "heard"),
    [
        (ORDER, "1234#", Keys("1234")),  # the key that ends the input is no part of it
        (ORDER, "1234", Keys("1234")),  # a pause ends it too
        (ORDER, "12345678", Keys("123456")),  # no more than it takes
        (ORDER, "12#", Wrong("12")),
        (ORDER, "#", Silence()),
        (ORDER, "", Silence()),
        (CHOICE, "#", Keys("#")),  # no key ends this input, so # may be one
        (CHOICE, "7", Wrong("7")),
    ],
)
def test_what_is_heard_of_keys(collect, keys, heard):
    assert typed(collect, keys) == heard


def test_a_masked_input_is_known_by_a_reference_alone():
    masked = Collect(
        files=(), least=1, most=4, timeout=5, between=3, terminators="#", pattern="^[0-9]{4}$", masked=True
    )
    assert typed(masked, "4711") == Keys(REFERENCE)
