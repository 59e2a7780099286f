"""Phone numbers as they are kept: E.164, by the library of those who keep the world's numbering plans."""

from __future__ import annotations

import phonenumbers

LONGEST = 64  # characters; what is longer was never dialled


def e164(written: str, region: str) -> str | None:
    """`written` as +8613800138000; None when it is no number. `region` is its country when it names none."""
    try:
        number = phonenumbers.parse(written[:LONGEST], region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
