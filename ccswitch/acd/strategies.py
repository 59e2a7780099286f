"""Whose turn it is among the agents who fit a caller: each strategy is a number, and the lowest is rung.

The number is made when an agent joins a line, of what is known of him then, so that lines stay sorted and a match costs
what it finds. Ties: who has been idle longest, then by name. Before any number, who meets more of what the caller
prefers goes first.

=================  ==============================================================================================
longest_idle       idle longest; a break, a talk and an offer that he did not take begin it anew
round_robin        whose last offer, taken or not, is longest ago
fewest_calls       fewest talks since he came in (was offline last)
least_occupied     least of his time at work: talk, hold, wrap-up, own calls, others' talks, of that and the time that
                   he was ready without them, since he came in, until he became free
weighted_random    by chance, as often as his `weight` has it; see `draw`
best_skill         highest sum of his levels in the skills that the caller requires and prefers
lowest_sufficient  lowest such sum: who can do more is kept for those who need more
ordered            first in the queue's `order`; who is not in it comes last
ring_all           all at once, up to the queue's `ring_most`, by idle time; who answers first has the call
=================  ==============================================================================================
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from typing import Protocol

from ccswitch.acd.pools import Wanted
from ccswitch.model.ids import AgentId, Seconds
from ccswitch.model.nouns import Agent, Queue
from ccswitch.model.skills import Skills, joint, skills_of, terms

RING_ALL = "ring_all"
ORDERED = "ordered"
WEIGHTED_RANDOM = "weighted_random"

ONE_ORDER, FIRST_QUEUE = "one_order", "first_queue"  # how an agent who is free takes callers: `Agent.takes`


class Figures(Protocol):
    """What is counted of an agent (floor/state.py)."""

    idle_since: Seconds
    offered_at: Seconds  # last; 0: never
    talks: int  # since he came in
    worked: Seconds  # since he came in
    idled: Seconds  # since he came in
    draw: float


Key = Callable[[Figures], float]


def _constant(number: float) -> Key:
    return lambda agent: number


def _occupied(agent: Figures) -> float:
    """The share of his time that he was at work; 0 of nobody who has only just come."""
    counted = agent.worked + agent.idled
    return agent.worked / counted if counted > 0 else 0.0


def _levels(skills: Skills, wanted: Wanted) -> int:
    asked = [joint(wanted.requires)] if wanted.requires else []
    names = {name for one in [*asked, *terms(wanted.prefers)] for name in one.skills}
    return sum(skills.get(name, 0) for name in names)


def _place(queue: Queue, agent: Agent, wanted: Wanted) -> Key:
    order = queue.order
    return _constant(order.index(agent.agent) if agent.agent in order else len(order))


def _longest_idle(agent: Figures) -> float:
    return agent.idle_since


STRATEGIES: dict[str, Callable[[Queue, Agent, Wanted], Key]] = {
    "longest_idle": lambda queue, agent, wanted: _longest_idle,
    "round_robin": lambda queue, agent, wanted: lambda figures: figures.offered_at,
    "fewest_calls": lambda queue, agent, wanted: lambda figures: figures.talks,
    "least_occupied": lambda queue, agent, wanted: _occupied,
    WEIGHTED_RANDOM: lambda queue, agent, wanted: lambda figures: figures.draw,
    "best_skill": lambda queue, agent, wanted: _constant(-_levels(skills_of(agent.skills), wanted)),
    "lowest_sufficient": lambda queue, agent, wanted: _constant(_levels(skills_of(agent.skills), wanted)),
    ORDERED: _place,
    RING_ALL: lambda queue, agent, wanted: _longest_idle,
}


_WORDS: dict[str, Callable[[Figures], str]] = {
    "longest_idle": lambda agent: "longest idle",
    "round_robin": lambda agent: "least lately offered a call",
    "fewest_calls": lambda agent: f"fewest calls ({agent.talks})",
    "least_occupied": lambda agent: f"least occupied ({_occupied(agent):.0%})",
    WEIGHTED_RANDOM: lambda agent: "chosen by weight and chance",
    "best_skill": lambda agent: "best in what is asked",
    "lowest_sufficient": lambda agent: "least of what is enough",
    ORDERED: lambda agent: "first in the queue's order",
    RING_ALL: lambda agent: "rung with others, one",
}


def words(strategy: str, agent: Figures) -> str:
    """Why he, in a few words that `of 3` can follow."""
    return _WORDS[strategy](agent)


def key(queue: Queue, agent: Agent, wanted: Wanted) -> Key:
    """By what `agent` stands in the line of those who want that of `queue`."""
    return STRATEGIES[queue.strategy](queue, agent, wanted)


def unmet(agent: Agent, prefers: str) -> int:
    """How many of the preferred terms he does not meet."""
    return sum(1 for term in terms(prefers) if not term.met(skills_of(agent.skills))) if prefers else 0


def draw(after: float, agent: AgentId, turn: int, weight: int) -> float:
    """The number of his next turn by chance: so far behind `after`, the greatest that was served yet, as the hash of
    his name and of the count of his turns says, exponentially with the mean 1 / weight.

    Of several such numbers each is the lowest with a chance of weight / sum of weights, and what is left of the others
    is as if drawn anew (the exponential law has no memory). So every choice is independent of those before, no source
    of chance is needed, and nobody who drew a great number once stands behind for ever.
    Source: Efraimidis and Spirakis, Weighted random sampling with a reservoir, 2006, in the form of exponential clocks.
    """
    digest = hashlib.blake2b(f"{agent}:{turn}".encode(), digest_size=8).digest()
    return after - math.log((int.from_bytes(digest) + 1) / 2**64) / max(weight, 1)
