"""`menu`: prompts are played and a key is taken; each key has its way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from ccswitch.ivr.acts import NO_TERMINATOR, Act, Collect, whole
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.heard import Heard, Keys
from ccswitch.ivr.prompts import Prompt, short
from ccswitch.ivr.step import Exit, GoOn, Here, Turn, Way
from ccswitch.ivr.steps.asking import AskingStep
from ccswitch.ivr.steps.missed import read_misses
from ccswitch.model.ids import Seconds
from ccswitch.reading.findings import shown
from ccswitch.reading.yaml_nodes import Table, Text

KEYS_LIMIT = 200  # of one menu
_KEY = re.compile(r"[0-9*#]{1,4}", re.ASCII)
_RANGE = re.compile(r"([0-9]{1,4})-([0-9]{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuStep(AskingStep):
    """Play prompts and take a key; each key has its way."""

    WORD: ClassVar[str] = "menu"
    DESCRIBED: ClassVar[Mapping[str, Any]] = {
        "keys": {"type": "object", "additionalProperties": {"type": ["string", "number"]}, "minProperties": 1}
    }

    keys: dict[str, Way]
    between: Seconds  # silence between two keys
    barge_in: bool = True  # a key stops the prompt; else it is heard to its end first

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The prompts, the keys, how long to wait and what follows a miss."""
        return cls(
            plays=fields.prompts("menu"),
            keys=_keys(fields),
            misses=read_misses(fields),
            timeout=fields.seconds("timeout", 5.0, 1.0, 60.0),
            between=fields.seconds("between", 2.0, 0.2, 30.0),
            barge_in=fields.flag("barge_in", default=True),
            at=fields.at,
        )

    def exits(self) -> Iterable[Exit]:
        """Each key's, and those of misses."""
        yield from (Exit(key, way) for key, way in self.keys.items())
        yield from self.misses.exits()

    def does(self) -> str:
        """The prompts."""
        return f"{self.WORD}: {short(self.plays)}"

    def act(self, here: Here, before: tuple[Prompt, ...]) -> Act:
        """Take one of the keys. Where some are shorter than others, # ends a short one."""
        lengths = {len(key) for key in self.keys}
        takes_hash = any("#" in key for key in self.keys)
        heard = here.says(before + self.plays)
        return Collect(
            files=heard.said,
            unsaid=heard.unsaid,
            least=1,
            most=max(lengths, default=1),
            timeout=self.timeout,
            between=self.between,
            terminators="#" if len(lengths) > 1 and not takes_hash else NO_TERMINATOR,
            pattern=_pattern(self.keys),
            masked=False,
            barge_in=self.barge_in,
        )

    def after(self, here: Here, heard: Heard) -> Turn:
        """The key's way, or a miss."""
        if isinstance(heard, Keys) and heard.digits in self.keys:
            return GoOn(here.cursor, self.keys[heard.digits].to)
        return self.misses.after(here, heard)


def _pattern(keys: dict[str, Way]) -> str:
    """All keys as a regular expression without a backslash or a blank, which no layer of quoting can spoil."""
    single = "".join(key for key in keys if len(key) == 1)
    several = [key.replace("*", "[*]") for key in keys if len(key) > 1]
    return whole("|".join(([f"[{single}]"] if single else []) + several))


def _keys(fields: Fields) -> dict[str, Way]:
    """Each key with its way; ranges and lists (`1-3`, `7,9`) are spread out."""
    table = fields.node("keys")
    if not isinstance(table, Table) or not table.entries:
        fields.report(fields.place("keys"), "`keys` needs at least one key", "as `1: STEP` below it")
        return {}
    keys: dict[str, Way] = {}
    first: dict[str, Text] = {}
    for key, node in table.entries.values():
        way = fields.target(key.value, node)
        for digit in _spread(fields, key):
            if digit in keys:
                where = f"{shown(first[digit].value)} in line {first[digit].at.line}"
                fields.report(key.at, f"key {digit} is bound twice", f"{where} has it already")
            keys[digit], first[digit] = way, key
    if len(keys) > KEYS_LIMIT:
        fields.report(table.at, f"{len(keys)} keys", f"at most {KEYS_LIMIT}; use a collect step")
    return keys


def _spread(fields: Fields, key: Text) -> Iterator[str]:
    """The single keys that `1-3`, `7,9` or `0` stand for."""
    for part in key.value.replace(" ", "").split(","):
        span = _RANGE.fullmatch(part)
        if span is not None and len(span[1]) == len(span[2]) and int(span[1]) < int(span[2]):
            yield from (str(number).zfill(len(span[1])) for number in range(int(span[1]), int(span[2]) + 1))
        elif _KEY.fullmatch(part) is not None:
            yield part
        else:
            fields.report(key.at, f"{shown(key.value)} is no key", 'keys are 0-9, "*" and "#"; several: 1-3 or 7,9')
