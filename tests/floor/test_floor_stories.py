"""Long stories of the floor model by dice: the same rules and laws as in `test_floor_model`, evenly drawn.

Hypothesis prefers what is short and varies what it has found; here every story has all its steps, and every step is
drawn anew from the story's number and its own. So a story that fails is told again without the steps that it does not
need, each of the others as before. `make soak` tells STORIES of them, 2000, from those of SEED on.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.internal.conjecture.data import ConjectureData

from ccswitch.errors import CcswitchError
from tests.floor.test_floor_model import WHAT_HAPPENS, FloorAndSwitch

STEPS = 80
STORIES = int(os.environ.get("STORIES", 2000))
PARTS = 10
BREACHES = (AssertionError, CcswitchError, LookupError, TypeError, ValueError)


class Dice:
    """What step `step` of story `story` draws."""

    def __init__(self, story: int, step: int) -> None:
        self._data = ConjectureData(random=Random(f"{story} {step}"))

    def draw(self, strategy: st.SearchStrategy[Any]) -> Any:
        """As Hypothesis's own `data` does."""
        return self._data.draw(strategy)


def what_happens(story: int, step: int) -> tuple[str, str]:
    """The rule of a step, and how its news travel."""
    random = Random(f"{story} {step} what")
    return random.choice(WHAT_HAPPENS), random.choice(["once", "once", "twice", "later"])


def tell(story: int, steps: Sequence[int]) -> Exception | None:
    """What a story breaks, if anything."""
    model = FloorAndSwitch()
    try:
        begun = Random(story)
        model.begin(begun.randrange(4), begun.choice(["", "li", "wang"]))
        for step in steps:
            what, told = what_happens(story, step)
            getattr(model, what)(Dice(story, step))
            if told != "later":
                model.deliver_all(twice=told == "twice")
            model.no_name_is_given_twice()
        model.teardown()
    except BREACHES as broken:
        return broken
    return None


def shortest(story: int, steps: Sequence[int], broken: Exception) -> tuple[list[int], Exception]:
    """The steps of a story that it needs to break, and how it breaks then."""
    needed, size = list(steps), len(steps) // 2
    while size:
        for start in range(0, len(needed), size):
            fewer = needed[:start] + needed[start + size :]
            found = tell(story, fewer)
            if found is not None:
                needed, broken = fewer, found
                break
        else:
            size //= 2
    return needed, broken


def hold(stories: range) -> None:
    """Fails at the first story that breaks a law, and says what it needs for that."""
    for story in stories:
        broken = tell(story, range(STEPS))
        if broken is not None:
            steps, broken = shortest(story, range(STEPS), broken)
            told = "\n".join(f"  {step}: {', '.join(what_happens(story, step))}" for step in steps)
            raise AssertionError(f"story {story}, steps\n{told}\nbreaks: {broken}") from broken


def test_a_story_breaks_no_law() -> None:
    hold(range(1, 11))


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(PARTS))
def test_many_stories_break_no_law(part: int) -> None:
    first = int(os.environ.get("SEED") or 1) * 1_000_000 + part * STORIES // PARTS
    hold(range(first, first + STORIES // PARTS))
