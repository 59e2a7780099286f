"""What every step of a script is. Each kind of step is a file in `steps/` that says all there is to say about it.

A step is asked two things by the interpreter: what is to be done (`act`), and what follows what was heard (`after`). It
answers with values and never moves the call itself. A step without time is asked once, where it leads (`passing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from ccswitch.ivr.acts import Act
from ccswitch.ivr.around import Around
from ccswitch.ivr.cursor import Cursor
from ccswitch.ivr.expressions import Template, Worked
from ccswitch.ivr.heard import Heard
from ccswitch.ivr.notes import Note
from ccswitch.ivr.prompts import NO_WORDS, Prompt, Speech, Uttered, all_said
from ccswitch.reading.findings import Place

if TYPE_CHECKING:
    from ccswitch.ivr.fields import Fields

END = "end"  # a way to here ends the call; no step may have this name
LANGUAGE = "language"  # the variable that says in which language a call is spoken to
CLEARING = "NORMAL_CLEARING"
FAILURE = "NORMAL_TEMPORARY_FAILURE"


@dataclass(frozen=True, slots=True)
class Way:
    """A way on to the step `to`, or to `END`."""

    to: str
    at: Place = field(default=Place(), compare=False)


class Exit(NamedTuple):
    """A way out of a step and when it is taken (`1`, `no input`). `silent`: although the caller pressed nothing and
    nobody spoke to him."""

    when: str
    way: Way
    silent: bool = False


class Here(NamedTuple):
    """Where a call stands, and what it may ask for."""

    cursor: Cursor
    around: Around
    languages: tuple[str, ...] = ()  # of the script, its usual one first

    @property
    def language(self) -> str:
        """In which the call is spoken to: what the variable `language` says, if the script has it."""
        chosen = dict(self.cursor.variables).get(LANGUAGE, "")
        return chosen if chosen in self.languages else next(iter(self.languages), "")

    def scope(self) -> Mapping[str, Any]:
        """What conditions and templates see: the call and the queues, and the script's own variables."""
        usual = {LANGUAGE: self.languages[0]} if self.languages else {}
        return {**usual, **self.around(), **dict(self.cursor.variables)}

    def filled(self, template: Template) -> Worked:
        """A text as this call has it. One that names nothing is not worth a look around."""
        return template.filled(self.scope() if template.names else {})

    def queue(self, name: str) -> Mapping[str, float]:
        """A queue's figures by name (`around.QUEUE_NUMBERS`); those that are not known are not there."""
        queues = self.around().get("queue", {})
        try:
            figures: Mapping[str, float] = queues[name]
        except LookupError:
            return {}
        return figures

    def says(self, prompts: tuple[Prompt, ...]) -> Uttered:
        """Prompts as this call hears them."""
        if all(prompt.FILE for prompt in prompts):  # most are, and need to know nothing of the call
            return all_said(prompts, NO_WORDS)
        return all_said(prompts, Speech(self.language, self.languages, self.scope()))


# ---- what follows a step ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GoOn:
    """Go on to the step `to`, or to `END`. `notes` are what is now known of the call."""

    cursor: Cursor
    to: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Again:
    """The same step once more, with `before` played ahead of its own prompts."""

    cursor: Cursor
    before: tuple[Prompt, ...] = ()


@dataclass(frozen=True, slots=True)
class Over:
    """The script has ended; the call with it, by a FreeSWITCH hang-up cause."""

    cause: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """The step failed and says no way for that: on where the script was run (`otherwise`), else the call ends as a
    failure."""


Turn = GoOn | Again | Over | Stuck

Values = tuple[tuple[str, str], ...]  # names with values that go from script to script


class Passing(NamedTuple):
    """Where a step without time leads, with the variables it set, what came of it in a few words, and what is now
    known of the call."""

    cursor: Cursor
    to: str
    result: str
    notes: tuple[Note, ...] = ()


class Running(NamedTuple):
    """Another script has the call now, with these parameters; it comes back to this step (`RunStep`)."""

    script: str
    given: Values
    result: str


class Returning(NamedTuple):
    """Back to the script that runs this one, with these values."""

    values: Values
    result: str


# ---- steps --------------------------------------------------------------------------------------------------


class Step:
    """One step. `at` is where it stands in the file."""

    __slots__ = ()

    WORD: ClassVar[str]  # the key that makes a table a step of this kind
    BESIDE: ClassVar[tuple[str, ...]] = ()  # words of other kinds that are keys of this one
    TAKES_KEYS: ClassVar[bool] = False
    OFFERS: ClassVar[bool] = False  # a key may answer one of its acts, and need not
    DESCRIBED: ClassVar[Mapping[str, Any]] = {}  # JSON Schema of what it reads by itself
    BEFORE_ANSWER: ClassVar[str] = ""  # what speaks against it on a call that is not answered yet
    at: Place

    @classmethod
    def read(cls, fields: Fields) -> Step:
        """The step written in `fields`; what is wrong is reported there."""
        raise NotImplementedError

    def exits(self) -> Iterable[Exit]:
        """Every way out."""
        return ()

    def sets(self) -> tuple[str, ...]:
        """The variables that it sets."""
        return ()

    def asks(self) -> frozenset[str]:
        """The names that its conditions and templates ask for."""
        return frozenset()

    def masks(self) -> tuple[str, ...]:
        """Of these, the ones whose values nobody may know; the script has references to them."""
        return ()

    def hands_over(self) -> frozenset[str]:
        """The names that it asks for without showing their values to anybody: a look-up's parameters."""
        return frozenset()

    def forgets(self, name: str) -> bool:
        """Behind it the masked variable `name` is known no more."""
        return False

    def does(self) -> str:
        """What it does, in a few words for a picture."""
        return self.WORD

    def says(self) -> tuple[Prompt, ...]:
        """The prompts that it plays each time."""
        return ()

    def prompts(self) -> tuple[Prompt, ...]:
        """Every prompt that may be heard in it."""
        return self.says()

    def ways(self) -> Iterator[Way]:
        """Every way out, without the when."""
        return (out.way for out in self.exits())

    def may_strand(self) -> bool:
        """Whether it may fail, although the caller pressed nothing, without saying a way for that (`Stuck`)."""
        return getattr(self, "otherwise", END) is None

    def silent_ways(self) -> Iterator[Way]:
        """The ways that a call takes although the caller pressed nothing and nobody spoke to him."""
        return (out.way for out in self.exits() if out.silent)


class TimedStep(Step):
    """A step that takes time, or ends the call."""

    __slots__ = ()

    def act(self, here: Here, before: tuple[Prompt, ...]) -> Act:
        """What is to be done, with the prompts `before` ahead of its own."""
        raise NotImplementedError

    def after(self, here: Here, heard: Heard) -> Turn:
        """What follows `heard`."""
        raise NotImplementedError

    def keeps(self, digits: str) -> str:
        """What records may keep of the keys that were heard."""
        return digits


class TimelessStep(Step):
    """A step that takes no time."""

    __slots__ = ()

    def passing(self, here: Here) -> Passing | Running | Returning:
        """Where it leads. Never raises: what cannot be worked out is empty or does not hold."""
        raise NotImplementedError


def go_or_end(cursor: Cursor, way: Way | None) -> Turn:
    """On over `way`; without one the script is stuck."""
    return Stuck() if way is None else GoOn(cursor, way.to)
