"""What menus and collections have in common: a try that brought no input or a wrong one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ccswitch.ivr.fields import Fields
from ccswitch.ivr.heard import Failed, Heard, Keys, Wrong
from ccswitch.ivr.prompts import Prompt
from ccswitch.ivr.step import END, Again, Exit, GoOn, Here, Turn, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What follows a missed try: a prompt before the next one, a way after the last."""

    plays: tuple[Prompt, ...] = ()
    then: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Misses:
    """How often a caller may try, and what follows a silence or wrong keys. `tries` counts the first one too."""

    tries: int
    no_input: Missed
    wrong_input: Missed

    def after(self, here: Here, heard: Heard) -> Turn:
        """Another try after its prompt, or the way after the last; one that failed is not tried again."""
        missed = self.wrong_input if isinstance(heard, Keys | Wrong) else self.no_input
        tries = here.cursor.tries + 1
        if isinstance(heard, Failed) or tries >= self.tries:
            return GoOn(here.cursor, missed.then.to)
        return Again(replace(here.cursor, tries=tries), missed.plays)

    def prompts(self) -> tuple[Prompt, ...]:
        """What may be heard between two tries."""
        return self.no_input.plays + self.wrong_input.plays

    def exits(self) -> tuple[Exit, Exit]:
        """After the last try."""
        return Exit("no input", self.no_input.then, silent=True), Exit("wrong input", self.wrong_input.then)


def read_misses(fields: Fields) -> Misses:
    """`tries`, `no_input` and `wrong_input`, whose ways are their own, else `otherwise`."""
    otherwise = fields.way("otherwise")
    missed, silent = [], []
    for word in ("no_input", "wrong_input"):
        own = fields.table(word)
        way = own.way("then") if own else None
        plays = own.prompts("play", required=False) if own else ()
        missed.append(Missed(plays=plays, then=way or otherwise or Way(END, fields.at)))
        if not (way or otherwise):
            silent.append(word)
        if own:
            own.finish()
    if silent:
        fields.missing("otherwise", f"say where the call goes on after the last try ({' or '.join(silent)})")
    return Misses(tries=fields.whole("tries", 3, 1, 10), no_input=missed[0], wrong_input=missed[1])
