"""One question over HTTP, by urllib3 on gevent's sockets: bounded in time and size, never led elsewhere."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping

import gevent
import orjson
from urllib3 import HTTPResponse, PoolManager, Timeout
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError, SSLError, TimeoutError

from ccswitch.lookups.answers import Told, failed, told
from ccswitch.lookups.definition import Definition

# It would write addresses, with customers' numbers in them, into our log.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


class TooLarge(Exception):
    """The answer is larger than the definition allows. Never leaves this room."""


class Client:
    """Asks the server of one look-up. Connections are kept, as many as questions are asked at a time."""

    def __init__(self, one: Definition, headers: Mapping[str, str]) -> None:
        self._one = one
        self._headers = {"Accept": "application/json", "User-Agent": "ccswitch", **headers}
        self._headers["Accept-Encoding"] = "identity"  # a small answer must not become a large one
        self._pool = PoolManager(num_pools=1, maxsize=one.concurrency, ssl_context=trust(one))

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.clear()

    def ask(self, address: str, body: Mapping[str, str] | None, wanted: tuple[str, ...]) -> Told:
        """One try: what the answer means, or why there is none."""
        one = self._one
        headers, data = self._headers, None
        if body is not None:
            headers, data = {**headers, "Content-Type": "application/json"}, orjson.dumps(dict(body))
        slow = gevent.Timeout(one.timeout)
        try:
            with slow:
                status, answer = self._exchange(address, headers, data)
        except gevent.Timeout as passed:
            if passed is not slow:  # the limit of the whole look-up
                raise
            return failed(f"no answer within {one.timeout:g} s", again=True)
        except TooLarge:
            return failed(f"its answer is larger than {one.largest} bytes")
        except (HTTPError, OSError) as error:
            return failed(reason(error, one), again=not isinstance(error, SSLError))
        return told(status, answer, wanted, one.empty)

    def _exchange(self, address: str, headers: Mapping[str, str], data: bytes | None) -> tuple[int, bytes]:
        response: HTTPResponse | None = None
        whole = False
        try:
            response = self._pool.urlopen(  # type: ignore[assignment]
                self._one.method,
                address,
                body=data,
                headers=dict(headers),
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
                timeout=Timeout(total=self._one.timeout),
            )
            assert response is not None
            answer = response.read(self._one.largest + 1)
            if len(answer) > self._one.largest:
                raise TooLarge
            whole = True
            return response.status, answer
        finally:
            if response is not None:
                if not whole:  # what is left of it would be taken for the next one's answer
                    response.close()
                response.release_conn()


def trust(one: Definition) -> ssl.SSLContext | None:
    """Whose certificates are believed. Raises OSError (SSLError too) when the file cannot be read."""
    return ssl.create_default_context(cafile=one.ca or None) if one.url.startswith("https:") else None


def reason(error: Exception, one: Definition) -> str:
    """Why there is no answer, in a few words without the address."""
    if isinstance(error, NewConnectionError):
        cause = error.__cause__ or error.__context__
        return f"it cannot be reached: {getattr(cause, 'strerror', None) or 'no connection'}"
    if isinstance(error, SSLError):
        return "its certificate or TLS is not right"
    if isinstance(error, TimeoutError):
        return f"no answer within {one.timeout:g} s"
    if isinstance(error, ProtocolError):
        return "the connection broke"
    return f"no connection ({type(error).__name__})"
