"""`lookup`: somebody outside is asked (the site's look-ups, or who the customer is), and what he says is taken."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Self

from ccswitch.ivr.acts import Act, LookUp
from ccswitch.ivr.expressions import Template
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.heard import Found, Heard, NotFound
from ccswitch.ivr.prompts import Prompt, asked_by, short
from ccswitch.ivr.step import Exit, GoOn, Here, TimedStep, Turn, Way
from ccswitch.reading.findings import Place, shown

OUTPUTS_LIMIT = 20
NAME = re.compile(r"\w[\w-]{0,63}", re.ASCII)  # without dots: `lookup.NAME.path` tells a rehearsal what it answers
PATH = re.compile(r"[\w-]{1,64}(\.[\w-]{1,64}){0,9}", re.ASCII)
_ALONE = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpStep(TimedStep):
    """Ask `lookup` with the parameters `given` and take what `into` names from its answer (variable, path).

    `plays` are heard meanwhile. A variable of `into` is empty when nothing was found, and when the answer has no text
    or number there.
    """

    WORD: ClassVar[str] = "lookup"
    BESIDE: ClassVar[tuple[str, ...]] = ("play",)

    lookup: str
    given: tuple[tuple[str, Template], ...]
    into: tuple[tuple[str, str], ...]
    plays: tuple[Prompt, ...]
    then: Way
    not_found: Way
    otherwise: Way
    at: Place = field(default=Place(), compare=False)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The look-up, what it is given, what is taken from its answer, and the three ways on."""
        otherwise = fields.onward("otherwise")  # an answer may always fail to come
        return cls(
            lookup=fields.text("lookup", NAME, "the name of a look-up"),
            given=tuple(
                (name.value, fields.template(text))
                for name, text in fields.pairs("with", 'account: "{{ account }}"', required=False)
            ),
            into=_into(fields),
            plays=fields.prompts("play", required=False),
            then=fields.onward("then"),
            not_found=fields.way("not_found") or otherwise,
            otherwise=otherwise,
            at=fields.at,
        )

    def exits(self) -> Iterable[Exit]:
        """By the answer. Nobody pressed a key for any of them."""
        yield Exit("found", self.then, silent=True)
        yield Exit("not found", self.not_found, silent=True)
        yield Exit("failed", self.otherwise, silent=True)

    def sets(self) -> tuple[str, ...]:
        """What is taken from the answer."""
        return tuple(name for name, _ in self.into)

    def asks(self) -> frozenset[str]:
        """What stands in the parameters, and in what is heard."""
        return asked_by(self.plays).union(*(value.names for _, value in self.given))

    def hands_over(self) -> frozenset[str]:
        """The names that stand alone in a parameter, and in no other text."""
        shows = asked_by(self.plays).union(*(value.names for _, value in self.given if _alone(value) is None))
        return frozenset(name for _, value in self.given if (name := _alone(value))) - shows

    def forgets(self, name: str) -> bool:
        """What it took is forgotten with the answer."""
        return name in self.hands_over()

    def masked(self, masked: Iterable[str]) -> tuple[str, ...]:
        """The parameters that are given one of the `masked` variables."""
        names = frozenset(masked)
        return tuple(name for name, value in self.given if _alone(value) in names)

    def does(self) -> str:
        """The look-up, what it is given and what is taken."""
        takes = f" → {', '.join(name for name, _ in self.into)}" if self.into else ""
        heard = f": {short(self.plays)}" if self.plays else ""
        return f"{self.WORD} {self.lookup}({', '.join(name for name, _ in self.given)}){takes}{heard}"

    def says(self) -> tuple[Prompt, ...]:
        """What is heard meanwhile."""
        return self.plays

    def act(self, here: Here, before: tuple[Prompt, ...]) -> Act:
        """Ask. A masked variable goes as its reference, which only the switch can read."""
        references, scope, heard = here.cursor.secrets, here.scope(), here.says(before + self.plays)
        secrets = {name: references[alone] for name, value in self.given if (alone := _alone(value)) in references}
        plain = ((name, value.filled(scope)) for name, value in self.given if name not in secrets)
        return LookUp(
            lookup=self.lookup,
            given=tuple((name, str(worked.value)) for name, worked in plain),
            secrets=tuple(secrets.items()),
            wanted=tuple(dict.fromkeys(path for _, path in self.into)),
            files=heard.said,
            unsaid=heard.unsaid,
        )

    def after(self, here: Here, heard: Heard) -> Turn:
        """On by the answer, with its variables set and the masked digits that it took forgotten."""
        values = dict(heard.values) if isinstance(heard, Found) else {}
        cursor = here.cursor.without(self.hands_over() & here.cursor.secrets.keys())
        for name, path in self.into:
            cursor = cursor.having(name, values.get(path, ""))
        way = self.then if isinstance(heard, Found) else self.not_found if isinstance(heard, NotFound) else None
        return GoOn(cursor, (way or self.otherwise).to)


def _alone(value: Template) -> str | None:
    """The name that is all there is in a value: `{{ pin }}`."""
    found = _ALONE.fullmatch(value.text.strip())
    return found[1] if found else None


def _into(fields: Fields) -> tuple[tuple[str, str], ...]:
    """`{name: customer.name, balance: accounts.0.balance}`: variables, each with the path of its value."""
    found = []
    for name, path in fields.pairs("into", "balance: account.balance", required=False):
        if PATH.fullmatch(path.value) is None:
            what = f"`into`: {shown(path.value)} is no path in an answer"
            fields.report(path.at, what, "names and numbers with dots between, as accounts.0.balance")
        found.append((fields.free_name(name), path.value))
    if len(found) > OUTPUTS_LIMIT:
        fields.report(fields.place("into"), f"`into` has {len(found)} variables", f"at most {OUTPUTS_LIMIT}")
    return tuple(found)
