"""A Python program as a child process: told what to do and asked by lines of JSON, ended with us whatever happens.

    with Program("ccswitch.bench.stage.pbx") as pbx:
        port = pbx.ask("start")["port"]

The program's side is `serve`: a table of functions by name, called with the line's other fields. It ends at the end of
its input, so that no process outlives a bench that was killed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import IO, Any

from ccswitch.bench.figure import BenchFailed

STOPS_WITHIN = 10.0


class Program:
    """`python -m MODULE ARGUMENTS`; a context manager. `pid` is the process."""

    def __init__(self, module: str, *arguments: object) -> None:
        self.module = module
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.pid = self._process.pid

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, what: str, **fields: Any) -> Any:
        """Have `what` done and give the answer. Raises BenchFailed when the program says or does something else."""
        self.tell(what, **fields)
        return self.hear()

    def tell(self, what: str, **fields: Any) -> None:
        """Have `what` done without waiting for it; its answer is to be heard later."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"do": what, **fields}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise BenchFailed(f"{self.module} ended before its time") from None

    def hear(self) -> Any:
        """The next answer."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise BenchFailed(f"{self.module} ended before its time")
        answer = json.loads(line)
        if "error" in answer:
            raise BenchFailed(f"{self.module}: {answer['error']}")
        return answer["answer"]

    def close(self) -> None:
        """Let it end, by force when it does not."""
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass  # it was faster
        try:
            self._process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOPS_WITHIN)
        self._process.stdout.close()


def serve(table: Mapping[str, Callable[..., object]], lines: IO[str] | Any = sys.stdin) -> None:
    """Do what the lines say until they end. An error is the answer to its line and ends nothing."""
    for line in lines:
        asked = json.loads(line)
        try:
            said: dict[str, object] = {"answer": table[asked.pop("do")](**asked)}
        except Exception as error:  # noqa: BLE001  told to whoever asked
            said = {"error": repr(error)}
        print(json.dumps(said), flush=True)
