"""`tag`: the call is marked with what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Self

from ccswitch.ivr.fields import Fields
from ccswitch.ivr.notes import Tagged
from ccswitch.ivr.step import Exit, Here, Passing, TimelessStep, Way
from ccswitch.reading.findings import Place

TAGS_LIMIT = 10
_TAG = re.compile(r"\w[\w-]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TagStep(TimelessStep):
    """Mark the call with `tags`, then go on. A call keeps every tag that it was given, each once."""

    WORD: ClassVar[str] = "tag"

    tags: tuple[str, ...]
    then: Way
    at: Place = field(default=Place(), compare=False)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """One tag or a list of them, and where it goes on."""
        return cls(tags=tags_of(fields), then=fields.onward("then"), at=fields.at)

    def exits(self) -> Iterable[Exit]:
        """One."""
        return (Exit("", self.then, silent=True),)

    def does(self) -> str:
        """The tags."""
        return f"{self.WORD} {', '.join(self.tags)}"

    def passing(self, here: Here) -> Passing:
        """On, with the tags noted."""
        return Passing(here.cursor, self.then.to, ", ".join(self.tags), (Tagged(self.tags),))


def tags_of(fields: Fields, *, required: bool = True) -> tuple[str, ...]:
    """What stands at `tag`: one tag, or a list of up to TAGS_LIMIT."""
    return fields.words(TagStep.WORD, _TAG, TAGS_LIMIT, "complaint", required=required)
