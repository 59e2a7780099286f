"""Record conversations with a real FreeSWITCH: `python -m tests.live.record [NAME…] [--to tests/captures]`.

`--events` keeps the events alone, with every header: `python -m tests.live.record talk_and_return --events --to
ccswitch/bench/shipped` makes the sample that `ccswitch bench events` decodes.

Needed when the dialplan, the commands or the switch itself have changed. Without names all of them are recorded; each
has a FreeSWITCH of its own, on loopback, in a temporary folder.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.live.conversations import CONVERSATIONS
from tests.live.scene import Scene


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.live.record")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(CONVERSATIONS))
    parser.add_argument("--to", type=Path, default=Path(__file__).parents[1] / "captures", help="folder")
    parser.add_argument("--events", action="store_true", help="the events alone, with all their headers")
    asked = parser.parse_args()
    unknown = set(asked.names) - set(CONVERSATIONS)
    if unknown:
        parser.error(f"no conversation {', '.join(sorted(unknown))}; there are {', '.join(CONVERSATIONS)}")
    for name in asked.names or CONVERSATIONS:
        path = asked.to / f"{name}.jsonl"
        with Scene(name) as scene:
            CONVERSATIONS[name](scene)
            scene.write_events(path) if asked.events else scene.write(path)
        print(f"{path}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
