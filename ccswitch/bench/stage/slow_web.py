"""A web server that takes its time, in a process of its own: its port is the first line that it prints.

python -m ccswitch.bench.stage.slow_web SECONDS
"""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402  behind the patch, as in ccswitch/__main__.py
from collections.abc import Callable, Iterable  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402


def main() -> None:
    """Serve until standard input ends."""
    seconds = float(sys.argv[1])

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """The WSGI application: one balance, to every request, after `seconds`."""
        gevent.sleep(seconds)
        start("200 OK", [("Content-Type", "application/json")])
        return [b'{"balance": 12.5}']

    server = WSGIServer(("127.0.0.1", 0), answer, log=None)
    server.start()
    print(server.server_port, flush=True)
    gevent.os.tp_read(sys.stdin.fileno(), 1)


if __name__ == "__main__":
    main()
