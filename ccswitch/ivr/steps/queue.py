"""`queue`: the caller waits for an agent and talks to him."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from ccswitch.ivr.acts import NO_TERMINATOR, Act, CallBack, Collect, Play, Queue, whole
from ccswitch.ivr.expressions import Template
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.heard import Done, Heard, Keys, Refused, TalkOver
from ccswitch.ivr.prompts import Prompt, asked_by
from ccswitch.ivr.step import END, Again, Exit, GoOn, Here, TimedStep, Turn, Way, go_or_end
from ccswitch.ivr.steps.callback import number_of
from ccswitch.ivr.steps.tag import TagStep, tags_of
from ccswitch.model.ids import Seconds
from ccswitch.model.skills import WrongSkill, preference, requirement
from ccswitch.reading.findings import Place
from ccswitch.reading.yaml_nodes import Text

_TAG = re.compile(r"\w[\w-]{0,31}")  # as `tag` steps take them
_QUEUE = re.compile(r"\w[\w.-]{0,63}")
_KEY = re.compile(r"[0-9*#]", re.ASCII)

# What the step is at, as the cursor's `tries` has it: it tells him, offers him a call, promises it, lets him wait.
TELLS, OFFERS, PROMISES, WAITS = range(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """To keep one's place and be called back, at a key, instead of waiting on the line."""

    plays: tuple[Prompt, ...]
    key: str
    starts: Seconds  # the expected wait from which it is offered; 0: always
    timeout: Seconds
    number: Template
    then: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStep(TimedStep):
    """Wait for an agent and talk to him; `then` follows when the talk is over and the caller stayed.

    With `announce_wait` the caller is first told how long it will take, when that is known and long enough to be worth
    it; with `offer_callback` he may keep his place by a key and be called back.
    """

    WORD: ClassVar[str] = "queue"
    BESIDE: ClassVar[tuple[str, ...]] = (TagStep.WORD,)
    OFFERS: ClassVar[bool] = True
    BEFORE_ANSWER: ClassVar[str] = "carriers end unanswered calls after a minute or two"

    queue: str
    priority: int = 0
    skills: str = ""  # required of whoever answers, besides what the queue requires
    prefers: str = ""  # liked in whoever answers
    agent: Template = Template("")  # the customer's own
    level: Template = Template("")  # of the customer: a tag of the call
    tags: tuple[str, ...] = ()  # the call gets them when it joins
    announce: tuple[Prompt, ...] = ()
    announce_from: Seconds = 30.0
    offer: Offer | None = None
    then: Way = Way(END)
    otherwise: Way | None = None
    at: Place = field(default=Place(), compare=False)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The queue, and where it goes on after the talk or when the queue cannot take him."""
        return cls(
            queue=fields.text("queue", _QUEUE, "the name of a queue"),
            priority=fields.whole("priority", 0, 0, 100),
            skills=_skills(fields, "skills", requirement),
            prefers=_skills(fields, "prefers", preference),
            agent=_filled(fields, "agent"),
            level=_filled(fields, "level"),
            tags=tags_of(fields, required=False),
            announce=fields.prompts("announce_wait", required=False),
            announce_from=fields.seconds("announce_from", 30.0, 0.0, 3600.0),
            offer=_offer(fields),
            then=fields.way("then") or Way(END, fields.at),
            otherwise=fields.way("otherwise"),
            at=fields.at,
        )

    def exits(self) -> Iterable[Exit]:
        """After the talk, at the key, and when there is no talk."""
        yield Exit("after the talk", self.then)
        if self.offer is not None:
            yield Exit(f"{self.offer.key}: called back", self.offer.then)
        if self.otherwise is not None:
            yield Exit("otherwise", self.otherwise, silent=True)

    def forgets(self, name: str) -> bool:
        """It lets go of the caller."""
        return True

    def does(self) -> str:
        """The queue."""
        return f"{self.WORD} {self.queue}" + (f", priority {self.priority}" if self.priority else "")

    def asks(self) -> frozenset[str]:
        """What stands in the announcement and the offer, and where the customer's agent and level are found."""
        asked = asked_by(self.prompts()) | self.agent.names | self.level.names
        return asked | (self.offer.number.names if self.offer else frozenset())

    def says(self) -> tuple[Prompt, ...]:
        """The announcement."""
        return self.announce

    def prompts(self) -> tuple[Prompt, ...]:
        """And the offer."""
        return self.announce + (self.offer.plays if self.offer else ())

    def act(self, here: Here, before: tuple[Prompt, ...]) -> Act:
        """Tell him how long it will take and offer him a call, where that is worth it; then wait."""
        stage, offer = here.cursor.tries, self.offer
        if stage == TELLS and self._tells(here):
            heard = here.says(before + self.announce)
            return Play(files=heard.said, unsaid=heard.unsaid)
        if offer is not None and stage == PROMISES:
            number = here.filled(offer.number).value
            return CallBack(queue=self.queue, number=number, priority=self.priority, skills=self.skills)
        if offer is not None and stage in (TELLS, OFFERS) and self._offers(here, offer):
            heard = here.says(before + offer.plays)
            return Collect(
                files=heard.said,
                unsaid=heard.unsaid,
                least=1,
                most=1,
                timeout=offer.timeout,
                between=offer.timeout,
                terminators=NO_TERMINATOR,
                pattern=whole(re.escape(offer.key)),
            )
        agent, level = (str(here.filled(one).value).strip() for one in (self.agent, self.level))
        return Queue(
            queue=self.queue,
            priority=self.priority,
            skills=self.skills,
            prefers=self.prefers,
            agent=agent,
            tags=(*self.tags, level) if _TAG.fullmatch(level) else self.tags,
        )

    def _tells(self, here: Here) -> bool:
        return bool(self.announce) and self._expects(here, self.announce_from)

    def _offers(self, here: Here, offer: Offer) -> bool:
        return not offer.starts or self._expects(here, offer.starts)

    def _expects(self, here: Here, least: Seconds) -> bool:
        wait = here.queue(self.queue).get("expected_wait")
        return wait is not None and wait >= least

    def after(self, here: Here, heard: Heard) -> Turn:
        """Only a talk leads on, or a promise; a queue that would not have the caller is a failure."""
        stage = here.cursor.tries
        if isinstance(heard, TalkOver):
            return GoOn(here.cursor, self.then.to)
        if isinstance(heard, Refused):
            return go_or_end(here.cursor, self.otherwise)
        if self.offer is not None and stage == PROMISES:
            return GoOn(here.cursor, self.offer.then.to) if isinstance(heard, Done) else self._at(here, WAITS)
        if self.offer is not None and isinstance(heard, Keys):
            return self._at(here, PROMISES)
        if self.announce and stage == TELLS and (self.offer is None or self._tells(here)):
            return self._at(here, OFFERS)
        if self.offer is not None and stage in (TELLS, OFFERS):  # he did not want it
            return self._at(here, WAITS)
        return go_or_end(here.cursor, self.otherwise)

    def _at(self, here: Here, stage: int) -> Again:
        return Again(replace(here.cursor, tries=stage))


def _offer(fields: Fields) -> Offer | None:
    within = fields.table("offer_callback")
    if within is None:
        return None
    offer = Offer(
        plays=within.prompts("play"),
        key=within.text("key", _KEY, "one key, as 1", "1"),
        starts=within.seconds("from", 0.0, 0.0, 3600.0),
        timeout=within.seconds("timeout", 5.0, 1.0, 60.0),
        number=number_of(within),
        then=within.onward("then"),
    )
    within.finish()
    return offer


def _skills(fields: Fields, key: str, check: Callable[[str], object]) -> str:
    """A requirement, or a preference, that can be read; empty without one."""
    written = fields.anything(key)
    try:
        if written:
            check(written)
        return written
    except WrongSkill as wrong:
        fields.report(fields.place(key), f"`{key}` is not right: {wrong}", "as lang.zh >= 5 and billing")
        return ""


def _filled(fields: Fields, key: str) -> Template:
    """A text which may have `{{ … }}` in it; empty without one."""
    written, node = fields.anything(key), fields.node(key)
    return fields.template(node) if written and isinstance(node, Text) else Template("")
