"""What will happen in a random run, drawn beforehand from a seed: the same seed and length give the same plan.

Calls, agents' deeds and strikes are three streams with dice of their own, so that a change in how one is drawn leaves
the others as they were.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ccswitch.simulator.phones import Manner, answers, busy, declines, rings_on, talks
from tests.scenarios.stage import EARLY, MENU, SALES, SUPPORT
from tests.soak.faults import FAULTS, Fault

Moment = TypeVar("Moment", "Dialled", "Deed", "Strike")
CALM_AT_END = 30.0  # seconds before the end without new calls and strikes


@dataclass(frozen=True, slots=True)
class Dialled:
    """Somebody calls. `keys` are (seconds after the INVITE, digits); `patience` ends where a talk begins."""

    at: float
    to: str
    keys: tuple[tuple[float, str], ...]
    patience: float
    talk: float | None  # seconds until the caller ends it; None leaves that to the agent


@dataclass(frozen=True, slots=True)
class Deed:
    """What an agent does: says something to the desk, or answers his phone otherwise from now on."""

    at: float
    agent: str
    says: str = ""  # ready, break, logout
    manner: Manner | None = None


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault at a moment. It ends after its own time."""

    at: float
    fault: Fault


@dataclass(frozen=True, slots=True)
class Plan:
    """A random run. Instants are seconds from its beginning, each stream in order."""

    seed: int
    seconds: float
    calls: tuple[Dialled, ...]
    deeds: tuple[Deed, ...]
    strikes: tuple[Strike, ...]
    first: int = 0  # how many calls of the whole plan were before

    def part(self, begin: float, until: float) -> Plan:
        """What it has between two of its seconds, for who looks at one moment of an hour again. Agents begin as all
        their deeds before have left them."""
        earlier = [replace(deed, at=begin) for deed in self.deeds if deed.at < begin]
        return Plan(
            seed=self.seed,
            seconds=until - begin,
            calls=_between(self.calls, begin, until - CALM_AT_END),
            deeds=_between([*earlier, *self.deeds[len(earlier) :]], begin, until),
            strikes=_between(self.strikes, begin, until - CALM_AT_END),
            first=sum(call.at < begin for call in self.calls),
        )


@dataclass(frozen=True, slots=True)
class Load:
    """How much happens."""

    per_minute: float = 24.0
    agents: Sequence[str] = ()
    patience: float = 35.0  # mean seconds
    talk: float = 8.0
    mood: float = 40.0  # between an agent's changes of manner
    calm: float = 20.0  # between the end of a fault and the next; its half at least


def draw(seed: int, seconds: float, load: Load, faults: Sequence[Fault] = FAULTS) -> Plan:
    """The plan of a seed."""
    active = max(10.0, seconds - CALM_AT_END)
    return Plan(
        seed=seed,
        seconds=seconds,
        calls=tuple(_calls(random.Random(f"calls {seed}"), active, load)),
        deeds=tuple(sorted(_deeds(random.Random(f"deeds {seed}"), active, load), key=lambda deed: deed.at)),
        strikes=tuple(_strikes(random.Random(f"strikes {seed}"), active, load, faults)),
    )


def _between(moments: Sequence[Moment], begin: float, until: float) -> tuple[Moment, ...]:
    return tuple(replace(one, at=one.at - begin) for one in moments if begin <= one.at < until)


def _times(dice: random.Random, until: float, mean: float) -> Iterator[float]:
    at = dice.expovariate(1 / mean)
    while at < until:
        yield at
        at += dice.expovariate(1 / mean)


def _calls(dice: random.Random, until: float, load: Load) -> Iterator[Dialled]:
    for at in _times(dice, until, 60 / load.per_minute):
        yield Dialled(
            at=at,
            to=dice.choices((MENU, SALES, SUPPORT, EARLY), (6, 2, 2, 1))[0],
            keys=_keys(dice),
            patience=min(90.0, 0.3 + dice.expovariate(1 / load.patience)),
            talk=None if dice.random() < 0.4 else min(40.0, 0.1 + dice.expovariate(1 / load.talk)),
        )


def _keys(dice: random.Random) -> tuple[tuple[float, str], ...]:
    """Most choose, some choose what is not there, some do not choose."""
    first = dice.uniform(0.3, 3.0)
    kind = dice.random()
    if kind < 0.75:
        return ((first, dice.choice("12")),)
    if kind < 0.9:
        return ((first, dice.choice("3579#*")), (first + dice.uniform(1.0, 3.0), dice.choice("12")))
    return ()


def _deeds(dice: random.Random, until: float, load: Load) -> Iterator[Deed]:
    for agent in load.agents:
        yield Deed(0.0, agent, manner=answers(dice.uniform(0.1, 1.0), drops_after_bridge=_talk(dice, load)))
        yield Deed(0.0, agent, says="ready")
        for at in _times(dice, until, load.mood):
            if dice.random() < 0.3:
                yield Deed(at, agent, says=dice.choice(("break", "logout")))
                yield Deed(at + dice.uniform(1.0, 15.0), agent, says="ready")
            else:
                yield Deed(at, agent, manner=_manner(dice, load))
                yield Deed(at, agent, says="ready")  # who let it ring out twice was put on break


def _manner(dice: random.Random, load: Load) -> Manner:
    kind = dice.choices(("answers", "busy", "declines", "rings", "drops at once", "drops late"), (12, 1, 1, 1, 1, 1))[0]
    after = dice.uniform(0.1, 2.0)
    return {
        "answers": talks(_talk(dice, load), answer_after=after),
        "busy": busy(),
        "declines": declines(after),
        "rings": rings_on(),
        "drops at once": answers(after, drops_after_order=dice.uniform(0.0, 0.06)),
        "drops late": answers(after, drops_after_answer=dice.uniform(0.0, 0.5)),
    }[kind]


def _talk(dice: random.Random, load: Load) -> float:
    return min(60.0, 0.2 + dice.expovariate(1 / load.talk))


def _strikes(dice: random.Random, until: float, load: Load, faults: Sequence[Fault]) -> Iterator[Strike]:
    at = dice.uniform(0.5, 1.0) * load.calm
    while at < until:
        fault = dice.choice(faults)
        yield Strike(at, fault)
        at += fault.lasts + load.calm / 2 + dice.expovariate(2 / load.calm)
