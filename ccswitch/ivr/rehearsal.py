"""A call that is only pretended: the interpreter of live calls, with a keypad and a few words in place of a switch.

    rehearsal = Rehearsal(script)
    rehearsal.hear("1")          # presses 1 at the menu
    rehearsal.hear("")           # says nothing, or lets a prompt play to its end

What may be heard besides keys are the `WORDS`. A rehearsal never waits: a time-out has passed once it is heard.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ccswitch.ivr.acts import Act, Answer, Collect, HangUp, Play, Queue, TakeMessage, Transfer
from ccswitch.ivr.around import Around, nothing_around
from ccswitch.ivr.heard import Done, Failed, Heard, TalkOver, result_word
from ccswitch.ivr.interpreter import Move, begin, kept_keys, resume
from ccswitch.ivr.keypad import typed
from ccswitch.ivr.script import Script
from ccswitch.ivr.step import END
from ccswitch.model.said import wording

HANGS_UP, FAILS, TALKS = "hangup", "fail", "talk"
WORDS: dict[str, str] = {
    HANGS_UP: "the caller hangs up",
    FAILS: "it cannot be done: no such file, queue closed, number not reached, no message left, a lost link",
    TALKS: "an agent answers, talks and leaves the caller on the line",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the script let go of the call: `queue` NAME, `transfer` NUMBER, `hangup` CAUSE, or `left` at STEP."""

    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind} {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A step that was passed: what was said to the caller there, and what came of it.

    `result` is the word that records have (`done`, `keys`, `wrong`, `silence`, `failed`, `talk over`), `left`, or for
    a step that takes no time what came of it;
    `keys` are those that records would keep, so none of a masked input. `to` is the step that followed, `end`, or
    empty for who left; the same step once more is another try.
    """

    step: str
    kind: str
    says: tuple[str, ...]
    result: str
    keys: str = ""
    to: str = ""


@dataclass(slots=True)
class Rehearsal:
    """One pretended call through `script`, from its beginning."""

    script: Script
    around: Around = nothing_around
    passed: list[Passage] = field(default_factory=list)
    outcome: Outcome | None = None  # once the call is over, or waits in a queue or for a number
    _move: Move = field(init=False)

    def __post_init__(self) -> None:
        self._took(begin(self.script, self.around))

    @property
    def step(self) -> str:
        """The step where the caller is."""
        return self._move.step

    @property
    def act(self) -> Act:
        """What the caller hears or waits for."""
        return self._move.act

    @property
    def says(self) -> tuple[str, ...]:
        """What is played and said now: files by their names, speech in words."""
        return says(self._move.act)

    @property
    def variables(self) -> dict[str, str]:
        """What was collected, by name; a masked value is only a reference."""
        return dict(self._move.cursor.variables)

    @property
    def over(self) -> bool:
        """Nothing that could be heard leads on."""
        return self.outcome is not None and self.outcome.kind in ("hangup", "left")

    @property
    def steps(self) -> list[str]:
        """The steps that the call came to, in order; each try counts as one."""
        here = [] if self.passed and self.passed[-1].to in ("", END) else [self.step]
        return [passage.step for passage in self.passed] + here

    def hear(self, said: str) -> None:
        """Go on: `said` is keys, nothing, or one of `WORDS`. Nothing follows once the call is over."""
        if self.over:
            return
        before = self._move
        if said == HANGS_UP:
            self.passed.append(_passage(before, "left"))
            self.outcome = Outcome(kind="left", what=self.step)
            return
        heard = _heard(before.act, said)
        kept = kept_keys(self.script, before.cursor, heard)
        move = resume(self.script, before.cursor, heard, self.around)
        to = END if isinstance(move.act, HangUp) and move.step == before.step else move.step
        first = move.passed[0].step if move.passed else to
        self.passed.append(_passage(before, result_word(heard), kept, first))
        self._took(move)

    def _took(self, move: Move) -> None:
        self._move = move
        self.passed += [Passage(step=p.step, kind=p.kind, says=(), result=p.result, to=p.to) for p in move.passed]
        self.outcome = _outcome(move.act)


def rehearse(script: Script, said: list[str], around: Around = nothing_around) -> Rehearsal:
    """A whole call: `said` is used up one by one wherever the caller's keys, a talk or a number are awaited.

    Prompts play to their end. A caller whose words are used up is silent at menus, and waits in queues for good.
    """
    rehearsal, left = Rehearsal(script, around), list(said)
    while not rehearsal.over:
        if isinstance(rehearsal.act, Answer | Play) or (isinstance(rehearsal.act, TakeMessage) and not left):
            rehearsal.hear("")
        elif left:
            rehearsal.hear(left.pop(0))
        elif isinstance(rehearsal.act, Collect):
            rehearsal.hear("")
        else:
            break
    return rehearsal


def says(act: Act) -> tuple[str, ...]:
    """What an act says, in words; none for one that says nothing."""
    return tuple(wording(said) for said in act.files) if isinstance(act, Play | Collect) else ()


def _passage(move: Move, result: str, keys: str = "", to: str = "") -> Passage:
    return Passage(step=move.step, kind=move.kind, says=says(move.act), result=result, keys=keys, to=to)


def _heard(act: Act, said: str) -> Heard:
    if said == FAILS:
        return Failed("rehearsed")
    if said == TALKS and isinstance(act, Queue):
        return TalkOver()
    return typed(act, said) if isinstance(act, Collect) else Done()


def _outcome(act: Act) -> Outcome | None:
    match act:
        case HangUp():
            return Outcome(kind="hangup", what=act.cause)
        case Queue():
            return Outcome(kind="queue", what=act.queue)
        case Transfer():
            return Outcome(kind="transfer", what=act.number)
    return None
