"""A call that is only pretended: the interpreter of live calls, with a keypad and a few words in place of a switch.

    rehearsal = Rehearsal(script)
    rehearsal.hear("1")          # presses 1 at the menu
    rehearsal.hear("")           # says nothing, or lets a prompt play to its end

What may be heard besides keys are the `WORDS`. A rehearsal never waits: a time-out has passed once it is heard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ccswitch.ivr.acts import Act, Answer, CallBack, Collect, HangUp, LookUp, Play, Queue, TakeMessage, Transfer
from ccswitch.ivr.answers import NO_SERVER, Answers
from ccswitch.ivr.around import Around, nothing_around
from ccswitch.ivr.heard import Done, Failed, Heard, Refused, TalkOver, result_word
from ccswitch.ivr.interpreter import Move, begin, kept_keys, resume
from ccswitch.ivr.keypad import typed
from ccswitch.ivr.script import Script, Scripts, no_scripts
from ccswitch.ivr.step import END
from ccswitch.model.ids import ScriptHash
from ccswitch.model.said import wording

HANGS_UP, FAILS, TALKS = "hangup", "fail", "talk"
WORDS: dict[str, str] = {
    HANGS_UP: "the caller hangs up",
    FAILS: "it cannot be done: no such file, queue closed, number not reached, no message left, a lost link",
    TALKS: "an agent answers, talks and leaves the caller on the line",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the script let go of the call: `queue` NAME, `transfer` NUMBER, `hangup` CAUSE, `left` at STEP, `return`."""

    kind: str
    what: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.what}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A step that was passed: what was said to the caller there, and what came of it.

    `result` is the word that records have (`done`, `keys`, `wrong`, `silence`, `failed`, `talk over`), `left`, or for
    a step that takes no time what came of it;
    `keys` are those that records would keep, so none of a masked input. `to` is the step that followed, `end`, or
    empty for who left; the same step once more is another try. In another script it is SCRIPT/STEP.
    """

    script: str
    step: str
    kind: str
    says: tuple[str, ...]
    result: str
    keys: str = ""
    to: str = ""


@dataclass(slots=True)
class Rehearsal:
    """One pretended call through `script`, from its beginning, with the parameters `given`; it may run `scripts`.

    `answers` are what look-ups say; the others fail.
    """

    script: Script
    around: Around = nothing_around
    scripts: Scripts = no_scripts
    given: Mapping[str, str] = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)
    passed: list[Passage] = field(default_factory=list)
    outcome: Outcome | None = None  # once the call is over, or waits in a queue or for a number
    _move: Move = field(init=False)

    def __post_init__(self) -> None:
        self._took(begin(self.script, self.around, self._known, self.given))

    @property
    def step(self) -> str:
        """The step where the caller is; of a script that was run as SCRIPT/STEP."""
        return _full(self.script, self._move.cursor.script, self._move.step)

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
    def returned(self) -> dict[str, str]:
        """What the script returned, by name, once it has."""
        return dict(self._move.returned or ())

    @property
    def asks(self) -> bool:
        """A look-up is asked, which is answered whatever the caller does; he may only hang up."""
        return isinstance(self._move.act, LookUp)

    @property
    def over(self) -> bool:
        """Nothing that could be heard leads on."""
        return self.outcome is not None and self.outcome.kind in ("hangup", "left", "return")

    @property
    def steps(self) -> list[str]:
        """The steps that the call came to, in order; each try counts as one."""
        over = bool(self.passed) and self.passed[-1].to.rpartition("/")[2] in ("", END)
        return [_full(self.script, one.script, one.step) for one in self.passed] + ([] if over else [self.step])

    def hear(self, said: str) -> None:
        """Go on: `said` is keys, nothing, or one of `WORDS`. Nothing follows once the call is over."""
        if self.over:
            return
        before = self._move
        if said == HANGS_UP:
            self.passed.append(_passage(before, "left"))
            self.outcome = Outcome(kind="left", what=self.step)
            return
        heard = self._heard(before.act, said)
        kept = kept_keys(self._present, before.cursor, heard)
        move = resume(self._present, before.cursor, heard, self.around, self._known)
        self.passed.append(_passage(before, result_word(heard), kept, _led_to(before, move)))
        self._took(move)

    def _known(self, name: str, version: ScriptHash) -> Script | None:
        return self.script if name == self.script.name else self.scripts(name, version)

    @property
    def _present(self) -> Script:
        """The script that has the caller."""
        cursor = self._move.cursor
        return self._known(cursor.script, cursor.hash) or self.script

    def _heard(self, act: Act, said: str) -> Heard:
        return self.answers.get(act.lookup, NO_SERVER) if isinstance(act, LookUp) else _heard(act, said)

    def _took(self, move: Move) -> None:
        self._move = move
        self.passed += [
            Passage(script=p.script, step=p.step, kind=p.kind, says=(), result=p.result, to=p.to) for p in move.passed
        ]
        self.outcome = _outcome(move.act) if move.returned is None else Outcome(kind="return")


def rehearse(
    script: Script,
    said: list[str],
    around: Around = nothing_around,
    scripts: Scripts = no_scripts,
    given: Mapping[str, str] | None = None,
    answers: Answers | None = None,
) -> Rehearsal:
    """A whole call: `said` is used up one by one wherever the caller's keys, a talk or a number are awaited.

    Prompts play to their end. A caller whose words are used up is silent at menus, and waits in queues for good.
    """
    rehearsal, left = Rehearsal(script, around, scripts, given or {}, answers or {}), list(said)
    while not rehearsal.over:
        answered = rehearsal.asks and left[:1] != [HANGS_UP]
        promised = isinstance(rehearsal.act, CallBack) and left[:1] != [FAILS]
        spoken = isinstance(rehearsal.act, TakeMessage) and not left
        if isinstance(rehearsal.act, Answer | Play) or answered or promised or spoken:
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
    if not isinstance(act, Play | Collect | LookUp):
        return ()
    unsaid = (f"({one.prompt} is left out: {one.why})" for one in act.unsaid)
    return (*(wording(said) for said in act.files), *unsaid)


def _passage(move: Move, result: str, keys: str = "", to: str = "") -> Passage:
    return Passage(
        script=move.cursor.script,
        step=move.step,
        kind=move.kind,
        says=says(move.act),
        result=result,
        keys=keys,
        to=to,
    )


def _full(script: Script, inside: str, step: str) -> str:
    """`step` as it is named in a call through `script`."""
    return step if inside == script.name else f"{inside}/{step}"


def _led_to(before: Move, move: Move) -> str:
    """The step that followed."""
    first = move.passed[0] if move.passed else None
    script, step = (first.script, first.step) if first else (move.cursor.script, move.step)
    ended = first is None and isinstance(move.act, HangUp) and (script, step) == (before.cursor.script, before.step)
    return ("" if script == before.cursor.script else f"{script}/") + (END if ended else step)


def _heard(act: Act, said: str) -> Heard:
    if said == FAILS:
        return Refused("rehearsed") if isinstance(act, Queue) else Failed("rehearsed")
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
