"""Whether a look-up's server is there, for `ccswitch doctor`: it is asked for its `check`, or only connected to."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from ccswitch.lookups.answers import FAILED
from ccswitch.lookups.client import Client, trust
from ccswitch.lookups.definition import Definition


def trouble(one: Definition, headers: Mapping[str, str]) -> str:
    """What is wrong with it; empty when nothing is. Waits at most `timeout`."""
    parts = urlsplit(one.url)
    if one.check:
        client = Client(one, headers)
        try:
            told = client.ask(f"{parts.scheme}://{parts.netloc}{one.check}", None if one.method == "GET" else {}, ())
        finally:
            client.close()
        if told.answer is FAILED:
            return told.why
        return "" if told.answer.value == "found" else f"it knows no {one.check}"
    return _connect(one, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))


def _connect(one: Definition, host: str, port: int) -> str:
    try:
        with socket.create_connection((host, port), timeout=one.timeout) as plain:
            context = trust(one)
            if context is not None:
                context.wrap_socket(plain, server_hostname=host).close()
    except OSError as error:  # TLS too
        return f"{host}:{port}: {error.strerror or error}"
    return ""
