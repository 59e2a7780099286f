"""The door: patch the standard library for gevent before anything else is imported, then hand over to the CLI."""

import os
import sys
from collections.abc import Sequence

# What only asks a running controller over HTTP, or reads files, has no use for gevent, whose import takes 200 ms.
ASKING = frozenset({"node", "queue", "agent", "call", "ivr", "voicemail", "callback", "--version"})
COUNTING = frozenset({"simulate"})  # nothing but arithmetic, in processes of its own
HELP = frozenset({"-h", "--help"})


def needs_gevent(arguments: Sequence[str]) -> bool:
    """Whether the command does work of its own, beyond help and questions to a controller."""
    completing = "_CCSWITCH_COMPLETE" in os.environ
    return (
        bool(arguments)
        and arguments[0] not in ASKING | COUNTING
        and not HELP.intersection(arguments)
        and not completing
    )


def main() -> None:
    """Run the command line. The imports are late so that everything below them is already patched."""
    if needs_gevent(sys.argv[1:]):
        from gevent import monkey

        monkey.patch_all()
    try:
        from ccswitch.cli import main as cli_main

        cli_main(prog_name="ccswitch")
    except KeyboardInterrupt:  # while modules are read; behind that the commands see to it themselves
        sys.exit(130)


if __name__ == "__main__":
    main()
