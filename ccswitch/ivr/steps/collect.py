"""`collect`: prompts are played and a number is taken into a variable."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self

from ccswitch.ivr.acts import NO_TERMINATOR, Act, Collect, whole
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.heard import Heard, Keys, Wrong
from ccswitch.ivr.prompts import Prompt, short
from ccswitch.ivr.step import Exit, GoOn, Here, Turn, Way
from ccswitch.ivr.steps.asking import AskingStep
from ccswitch.ivr.steps.missed import read_misses
from ccswitch.model.checksum import luhn
from ccswitch.model.ids import Seconds

DIGITS_LIMIT = 32  # of one collection
DTMF = frozenset("0123456789*#ABCDabcd")
HIDDEN = "****"  # stands for masked digits that came without a reference

_DIGITS = re.compile(r"([0-9]{1,2})(?:-([0-9]{1,2}))?", re.ASCII)
_END_KEY = re.compile(r"[0-9*#]|none", re.ASCII)
_CHECKSUM = re.compile("luhn")
_PATTERN = re.compile(r"[0-9*#.|()\[\]{},?+^$:\\d-]{1,200}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectStep(AskingStep):
    """Play prompts and take `least` to `most` keys that match `pattern`, into the variable `into`."""

    WORD: ClassVar[str] = "collect"

    least: int
    most: int
    between: Seconds  # silence between two keys
    terminators: str
    pattern: str
    masked: bool
    checksum: str = ""  # "luhn", or empty
    barge_in: bool = True  # a key stops the prompt; else it is heard to its end first
    into: str
    then: Way

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The prompts, what makes a right input, and where it goes on."""
        plays, (least, most) = fields.prompts("collect"), _digits(fields)
        misses = read_misses(fields)
        end_key = fields.text("end_key", _END_KEY, 'one key, as "#", or none', "#")
        return cls(
            plays=plays,
            least=least,
            most=most,
            timeout=fields.seconds("timeout", 5.0, 1.0, 60.0),
            between=fields.seconds("between", 3.0, 0.2, 30.0),
            terminators="" if end_key == "none" else end_key,
            pattern=_pattern(fields, f"[0-9]{{{least},{most}}}"),
            masked=fields.flag("masked"),
            checksum=fields.text("checksum", _CHECKSUM, "luhn", ""),
            barge_in=fields.flag("barge_in", default=True),
            into=fields.variable("into"),
            then=fields.onward("then"),
            misses=misses,
            at=fields.at,
        )

    def exits(self) -> Iterable[Exit]:
        """With a right input, and after misses."""
        return (Exit("input", self.then), *self.misses.exits())

    def sets(self) -> tuple[str, ...]:
        """What was typed."""
        return (self.into,)

    def masks(self) -> tuple[str, ...]:
        """What was typed, unless anybody may know it."""
        return (self.into,) if self.masked else ()

    def does(self) -> str:
        """The variable and the prompts."""
        return f"{self.WORD} {self.into}{' (masked)' if self.masked else ''}: {short(self.plays)}"

    def keeps(self, digits: str) -> str:
        """None of a masked collection."""
        return "" if self.masked else digits

    def act(self, here: Here, before: tuple[Prompt, ...]) -> Act:
        """Take the keys. The pattern counts them: an input below `least` is told as silence by the switch, not as a
        wrong one."""
        heard = here.says(before + self.plays)
        return Collect(
            files=heard.said,
            unsaid=heard.unsaid,
            least=1,
            most=self.most,
            timeout=self.timeout,
            between=self.between,
            terminators=self.terminators or NO_TERMINATOR,
            pattern=whole(self.pattern),
            masked=self.masked,
            checksum=self.checksum,
            barge_in=self.barge_in,
        )

    def after(self, here: Here, heard: Heard) -> Turn:
        """On with the variable set, or a miss. The check digit of a masked number is looked at where the number is."""
        if isinstance(heard, Keys) and self.checksum and not self.masked and not luhn(heard.digits):
            heard = Wrong(heard.digits)
        if not isinstance(heard, Keys):
            return self.misses.after(here, heard)
        value = HIDDEN if self.masked and DTMF.issuperset(heard.digits) else heard.digits
        return GoOn(here.cursor.having(self.into, value, masked=self.masked), self.then.to)


def _digits(fields: Fields) -> tuple[int, int]:
    """`4` or `4-6`."""
    written = fields.text("digits", _DIGITS, "how many keys, as 4 or 4-6")
    if (found := _DIGITS.fullmatch(written)) is None:
        return 1, 1
    least, most = int(found[1]), int(found[2] or found[1])
    if not 1 <= least <= most <= DIGITS_LIMIT:
        fields.report(
            fields.place("digits"), f"`digits` is {written}", f"write between 1 and {DIGITS_LIMIT}, the smaller first"
        )
    return least, most


def _pattern(fields: Fields, default: str) -> str:
    pattern = fields.text("pattern", _PATTERN, "a regular expression over keys, as 1[0-9]{3}", default)
    if "${" in pattern:
        fields.report(
            fields.place("pattern"), "`pattern` has `${`", "the switch takes that for a variable; leave it out"
        )
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as wrong:
        fields.report(fields.place("pattern"), f"`pattern` is no regular expression: {wrong}", "as 1[0-9]{3}")
    return pattern
