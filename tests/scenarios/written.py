"""Entries as the site's file says them: a test that has them for the switch's dialplan need not write them again."""

from __future__ import annotations

from collections.abc import Iterable

from ccswitch.model.nouns import Entry


def entries(them: Iterable[Entry]) -> str:
    """A table `[[entry]]` for each: its name, its numbers, and where it leads."""
    return "".join(f'[[entry]]\nname = "{one.name}"\ndids = {list(one.dids)}\n{_way(one)}\n' for one in them)


def _way(entry: Entry) -> str:
    ways = {"script": entry.script, "queue": entry.queue, "agent": entry.agent}
    return "\n".join(f'{word} = "{name}"' for word, name in ways.items() if name)
