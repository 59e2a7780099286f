"""Long work on State without holding the hub: in a copy of the process, made by fork.

The copy sees everything as it was at one instant, between two decisions, and shares memory until somebody writes. To
make it costs the hub some milliseconds (3 at 5,000 live calls, where the work itself takes 100), and the work has a
processor and an interpreter of its own. The copy has only the thread that made it: it must do nothing but compute.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable
from typing import NoReturn

from gevent.monkey import get_original

from ccswitch.controller.hub import beside

LONGEST = 60  # seconds, then the copy is ended
_DONE, _FAILED = b"+", b"-"

# gevent's own would set up the hub anew in the copy, and watch for its end
_fork, _waitpid = get_original("os", ["fork", "waitpid"])


def from_a_copy(work: Callable[[], bytes]) -> bytes:
    """What `work()` gives, computed in a copy of this process while others run here. Raises OSError."""
    reading, writing = os.pipe()
    try:
        pid = _fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        raise
    if pid == 0:
        _be_the_copy(work, writing)
    os.close(writing)
    return beside(_collect, pid, reading)


def _be_the_copy(work: Callable[[], bytes], writing: int) -> NoReturn:
    """Never returns, whatever happens: there must not be a second controller."""
    try:
        gc.disable()
        os.closerange(3, writing)  # no link, lock or socket may outlive the controller in us
        os.closerange(writing + 1, os.sysconf("SC_OPEN_MAX"))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(LONGEST)
        with os.fdopen(writing, "wb") as pipe:
            try:
                done = work()
            except Exception as error:  # noqa: BLE001  told to the controller, which logs it
                pipe.write(_FAILED + f"{type(error).__name__}: {error}".encode(errors="replace"))
            else:
                pipe.write(_DONE)
                pipe.write(done)
    finally:
        os._exit(0)


def _collect(pid: int, reading: int) -> bytes:
    """What the copy said, once it has ended."""
    with os.fdopen(reading, "rb") as pipe:
        verdict, said = pipe.read(1), pipe.read()
    try:
        _, status = _waitpid(pid, 0)
        end = f"it ended with {status}"
    except ChildProcessError:  # the hub's handler of SIGCHLD was faster (`speech/program.py` needs it)
        status, end = 0, "it ended without a word"
    if verdict != _DONE or status:
        raise OSError(f"a copy of the process failed: {said.decode(errors='replace') or end}")
    return said
