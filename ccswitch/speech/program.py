"""Running a program without holding the hub: no shell, text on its standard input, an end after so many seconds."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress

import gevent
from gevent.event import AsyncResult

from ccswitch.clock import Seconds
from ccswitch.errors import SpeechError

OURS = "CCSWITCH_"  # variables that may hold secrets; programs do not get them
SHOWN = 300  # bytes of what a program complained of


def run(argv: Sequence[str], text: str, within: Seconds) -> None:
    """Run a program to its end. Raises SpeechError with what it complained of, also when it takes too long."""
    gevent.get_hub().loop.install_sigchld()  # before there is a child: its end may come at once
    said, complaint = os.memfd_create("said"), os.memfd_create("complaint")
    try:
        os.write(said, text.encode("utf-8", "replace"))
        os.lseek(said, 0, os.SEEK_SET)
        status = _ended(_started(argv, said, complaint), within)
        if status:
            raise SpeechError(f"{argv[0]} {_how(status)}{_read(complaint)}")
    finally:
        os.close(said)
        os.close(complaint)


def _started(argv: Sequence[str], stdin: int, stderr: int) -> int:
    """`posix_spawn` costs the hub a millisecond however large the controller is; a fork copies its page tables."""
    try:
        return os.posix_spawnp(
            argv[0],
            list(argv),
            _environment(os.environ),
            file_actions=[
                (os.POSIX_SPAWN_DUP2, stdin, 0),
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_DUP2, stderr, 2),
            ],
            setpgroup=0,
            setsigdef=[signal.SIGPIPE],
        )
    except OSError as error:
        raise SpeechError(f"{argv[0]} cannot be started: {error.strerror}") from error


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if not name.startswith(OURS)}


def _ended(pid: int, within: Seconds) -> int:
    """How the program ended, as `waitpid` tells it; one that takes too long is killed with all its children.

    The hub's own handler of SIGCHLD takes the end of every child, so it is asked and not `waitpid`.
    """
    ended: AsyncResult[int] = AsyncResult()
    watcher = gevent.get_hub().loop.child(pid)
    watcher.start(lambda: ended.set(watcher.rstatus))
    try:
        status: int = ended.get(timeout=within)
        return status
    except gevent.Timeout as error:
        raise SpeechError(f"it took more than {within:g} s") from error
    finally:  # also when the greenlet is killed: nothing must be left behind
        watcher.stop()
        watcher.close()
        if not ended.ready():
            with suppress(ProcessLookupError):  # it ended just now
                os.killpg(pid, signal.SIGKILL)


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"ended with {code}" if code >= 0 else f"was killed by signal {-code}"


def _read(complaint: int) -> str:
    os.lseek(complaint, 0, os.SEEK_SET)
    told = os.read(complaint, SHOWN).decode("utf-8", "replace").split()
    return f": {' '.join(told)}" if told else ""
