"""Callers whom nobody answers and who would go round for ever: queues whose rules send them on to each other, and
scripts that lead into a queue again when the caller presses nothing. Where two queues are to help each other, `add
queue` lets a caller wait in both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

from ccswitch.acd.rules import Rule
from ccswitch.model.targets import Target, TargetKind

T = TypeVar("T")


class Written(NamedTuple, Generic[T]):
    """A rule of a queue, and where it stands."""

    queue: str
    at: T
    rule: Rule


def circle_told(circle: list[str]) -> tuple[str, str]:
    """A circle in words, and how to mend it."""
    what = f"callers whom nobody answers go round for ever: {' → '.join(circle)}"
    return what, "let one of them end elsewhere; `add queue` lets a caller wait in both"


def circles(written: Iterable[Written[T]], queues_of: Mapping[str, Collection[str]]) -> Iterator[tuple[T, list[str]]]:
    """Each circle once: where the rule stands that closes it, and the queues and scripts on the way, the first of which
    is the last. `queues_of`: by script, those in one of which a silent caller surely waits."""
    onward: dict[str, list[tuple[T, list[str]]]] = {}  # from a queue: by which rule, over what to which queue
    for one in written:
        for way in _ways(one.rule, queues_of):
            onward.setdefault(one.queue, []).append((one.at, way))
    done: set[str] = set()
    for first in onward:
        path: list[tuple[str, list[str]]] = [(first, [f"queue:{first}"])]
        open_ways = [iter(onward[first])]
        while path:
            step = next(open_ways[-1], None)
            if step is None:
                done.add(path.pop()[0])
                open_ways.pop()
                continue
            at, way = step
            queue = way[-1].partition(":")[2]
            names = [name for name, _ in path]
            if queue in names:
                back = path[names.index(queue) + 1 :]
                yield at, [f"queue:{queue}", *(place for _, places in back for place in places), *way]
            elif queue in onward and queue not in done:
                path.append((queue, way))
                open_ways.append(iter(onward[queue]))


def _ways(rule: Rule, queues_of: Mapping[str, Collection[str]]) -> Iterator[list[str]]:
    if not isinstance(rule.does, Target):
        return
    if rule.does.kind is TargetKind.QUEUE:
        yield [str(rule.does)]
    elif rule.does.kind is TargetKind.SCRIPT:
        for queue in sorted(queues_of.get(rule.does.name, ())):
            yield [str(rule.does), f"queue:{queue}"]
