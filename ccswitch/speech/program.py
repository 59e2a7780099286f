"""Running a program without holding the hub: no shell, text on its standard input, an end after so many seconds."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence

from gevent.monkey import get_original
from gevent.socket import timeout as TimedOut
from gevent.socket import wait_read

from ccswitch.clock import Seconds
from ccswitch.errors import SpeechError

OURS = "CCSWITCH_"  # variables that may hold secrets; programs do not get them
SHOWN = 300  # bytes of what a program complained of

# `posix_spawn` costs the hub a millisecond however large the controller is, a fork with it the copying of its page
# tables. The end is awaited by a pidfd: a handler of SIGCHLD would take the ends of other children (`copied.py`).
_waitpid = get_original("os", ["waitpid"])[0]


def run(argv: Sequence[str], text: str, within: Seconds) -> None:
    """Run a program to its end. Raises SpeechError with what it complained of, also when it takes too long."""
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
    """How the program ended, as `waitpid` tells it; one that takes too long is killed with all its children."""
    late = True
    watched = os.pidfd_open(pid)
    try:
        wait_read(watched, timeout=within)
        late = False
    except TimedOut as error:
        raise SpeechError(f"it took more than {within:g} s") from error
    finally:  # also when the greenlet is killed: nothing must be left behind
        if late:
            os.killpg(pid, signal.SIGKILL)
        os.close(watched)
        _, status = _waitpid(pid, 0)
    return int(status)


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"ended with {code}" if code >= 0 else f"was killed by signal {-code}"


def _read(complaint: int) -> str:
    os.lseek(complaint, 0, os.SEEK_SET)
    told = os.read(complaint, SHOWN).decode("utf-8", "replace").split()
    return f": {' '.join(told)}" if told else ""
