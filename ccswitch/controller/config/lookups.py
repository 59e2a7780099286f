"""What is wrong with look-ups although each value by itself is right."""

from __future__ import annotations

from ccswitch.controller.config.settings import Config
from ccswitch.controller.config_source import Reader
from ccswitch.lookups.definition import contradictions
from ccswitch.reading.findings import shown


def check_lookups(config: Config, reader: Reader) -> None:
    """Report what of the look-ups does not fit together."""
    first: dict[str, int] = {}
    for n, one in enumerate(config.lookups):
        if one.name and first.setdefault(one.name, n) != n:
            line = reader.place(("lookup", first[one.name], "name")).line
            reader.report(("lookup", n, "name"), f"lookup {shown(one.name)} is already on line {line}", "rename it")
        for key, what, mend in contradictions(one):
            reader.report(("lookup", n, key), what, mend)
        if one.ca:
            from ccswitch.lookups.client import trust  # it takes gevent, which nobody needs to read a configuration

            try:
                trust(one)
            except (OSError, ValueError) as error:  # ValueError: a NUL byte in it
                why = getattr(error, "strerror", None) or error
                reader.report(("lookup", n, "ca"), f"ca = {shown(one.ca)}: {why}", "a PEM file")
