"""Controllers with their imports behind them: a process that has everything read forks when one is wanted.

A controller that is started anew takes some two seconds of processor time before its first word, and scenarios start
a hundred of them. `python -m tests.scenarios.nursery` reads an Order a line, as JSON; it answers `{"born": pid}` for
each, and `{"gone": pid, "status": …}` when one has ended. It ends with its standard input.
"""

from gevent import monkey

monkey.patch_all()  # as `python -m ccswitch` does, before anything else is read

import gc  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import runpy  # noqa: E402
import sys  # noqa: E402
from typing import TypedDict  # noqa: E402

import ccswitch.cli.serve  # noqa: E402
import ccswitch.controller.bootstrap  # noqa: E402, F401

_fork, _select = monkey.get_original("os", "fork"), monkey.get_original("select", "select")  # gevent's would make a hub


class Order(TypedDict):
    """A module to run as `python -m` does, and what it finds around it."""

    command: list[str]
    folder: str
    environment: dict[str, str]
    log: str


def main() -> Order | None:
    """Serve until there is nobody to serve any more. In a child: its order."""
    children: dict[int, int] = {}  # a descriptor that becomes readable at the end of the process → its id
    asked = b""
    while True:
        ready, _, _ = _select([0, *children], [], [])
        for ended in children.keys() & set(ready):
            os.close(ended)
            pid, status = os.waitpid(children.pop(ended), 0)
            tell(gone=pid, status=os.waitstatus_to_exitcode(status))
        if 0 not in ready:
            continue
        said = os.read(0, 1 << 16)
        if not said:
            return None
        *orders, asked = (asked + said).split(b"\n")
        for order in orders:
            pid = _fork()
            if pid == 0:
                for other in children:
                    os.close(other)
                return json.loads(order)  # type: ignore[no-any-return]
            children[os.pidfd_open(pid)] = pid
            tell(born=pid)


def tell(**what: int) -> None:
    """One line of answer."""
    os.write(1, json.dumps(what).encode() + b"\n")


def become(order: Order) -> None:
    """Be what was ordered."""
    os.setsid()
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    nothing, log = (
        os.open(os.devnull, os.O_RDONLY),
        os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644),
    )
    for mine, its in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(mine, its)
    os.close(nothing)
    os.close(log)
    module, *arguments = order["command"]
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    gc.freeze()  # what is shared stays shared
    if order := main():
        become(order)
