"""The desk's API over HTTP, by the standard library: one connection, kept for as long as a view is watched."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import click

from ccswitch.cli.failures import Failed, NotFound, Unreachable

API = "/api/v1"
TIMEOUT = 10.0  # seconds; the controller itself gives an order 5
LARGEST = 64 * 1024 * 1024

Doc = dict[str, Any]


class Desk:
    """A controller's desk at `url`, asked with `token`."""

    def __init__(self, url: str, token: str, *, timeout: float = TIMEOUT) -> None:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        try:
            port = parts.port
        except ValueError as error:
            raise click.UsageError(f"{url!r} is no address: {error}") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise click.UsageError(f"{url!r} is no address: write http://HOST:PORT")
        if not (token.isascii() and token.isprintable()):
            raise click.UsageError("a token is one line of ASCII characters")
        self.url = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self._token = token
        self.dry_run = False  # orders are not placed: the answer is what they would do
        self._base = parts.path.rstrip("/") + API
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(parts.hostname, port, timeout=timeout)

    def get(self, *path: str, **query: object) -> Doc:
        """A document. `query` leaves out what is None. Raises NotFound, Failed, Unreachable."""
        wanted = {name: value for name, value in query.items() if value is not None}
        return self._ask("GET", path, f"?{urlencode(wanted)}" if wanted else "")

    def post(self, *path: str, **body: object) -> Doc:
        """What an order changed. Raises NotFound, Failed, Unreachable."""
        return self._ask("POST", path, "?dry_run=true" if self.dry_run else "", body=json.dumps(body).encode())

    def _ask(self, method: str, path: tuple[str, ...], query: str = "", body: bytes | None = None) -> Doc:
        if not self._token:
            raise Failed("no token: give --token or CCSWITCH_TOKEN; `ccswitch db upgrade` makes the first one")
        where = "/".join([self._base, *(quote(part, safe="") for part in path)]) + query
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            self._connection.request(method, where, body, headers)
            response = self._connection.getresponse()
            status, data = response.status, response.read(LARGEST)
        except (OSError, HTTPException) as error:
            self._connection.close()  # the next request opens it again
            raise Unreachable(self._no_answer(error)) from error
        return self._understand(status, data)

    def _no_answer(self, error: Exception) -> str:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        if isinstance(error, ConnectionRefusedError):
            return f"nothing listens at {self.url}: start `ccswitch serve`, or name another with --url"
        return f"no answer from {self.url}: {why}; name another with --url"

    def _understand(self, status: int, data: bytes) -> Doc:
        try:
            document = json.loads(data)
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise Failed(f"{self.url} answered {status}, but not as a ccswitch desk does: is it another server?")
        if status == 200:
            return document
        mend = f" ({document['mend']})" if document.get("mend") else ""
        kind = NotFound if status == 404 else Failed
        raise kind(f"{document.get('what', status)}: {document.get('why', '')}{mend}")
