"""What the switch makes of the keys that a caller presses: the rules of `play_and_get_digits` without a switch.

Rehearsals and script tests type on this keypad, so that they hear what a live call would (freeswitch-facts 8,
`switch_ivr_play_and_get_digits`): a key that ends the input is no part of it, what does not fit the pattern is wrong,
and no key at all is silence.
"""

from __future__ import annotations

import re

from ccswitch.ivr.acts import Collect
from ccswitch.ivr.heard import Heard, Keys, Silence, Wrong
from ccswitch.model.checksum import luhn

REFERENCE = "masked"  # what a masked input is known by in a rehearsal; live calls have a reference of their own


def typed(collect: Collect, keys: str) -> Heard:
    """What `collect` hears of a caller who types `keys` and then pauses; an empty text is a caller who is silent."""
    digits = _taken(collect, keys)
    if len(digits) < collect.least:
        return Silence()
    if re.search(collect.pattern, digits) is None:
        return Wrong(digits)
    if not collect.masked:
        return Keys(digits)
    return Wrong(digits) if collect.checksum and not luhn(digits) else Keys(REFERENCE)


def _taken(collect: Collect, keys: str) -> str:
    """The keys up to one that ends the input, and no more than it takes; what was typed ahead is lost."""
    ends = (at for at, key in enumerate(keys) if key in collect.terminators)
    return keys[: min(next(ends, len(keys)), collect.most)]
