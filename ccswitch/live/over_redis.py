"""The live store in Redis. Whatever is compared and then set is one Lua script, never two commands.

Keys, behind a prefix: `:lease` (the owner's text, with Redis' own expiry), `:token` (the last one given), `:snapshot`
(a hash of token, n and data) and the channel `:notices`. Nothing of it needs persistence: a Redis that comes back
empty is told the lease again by its holder, and tokens go on from what the asker knows.

Two clients: one for commands, and one for reading notices, which may wait for long and must not hold up a command.
Nothing is sent twice (redis-py would by default): a command whose answer was lost may have been carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ccswitch.errors import LiveStoreError
from ccswitch.live.ports import (
    KeptSnapshot,
    LeaseLost,
    LiveStore,
    Notice,
    Owner,
    notice_from,
    notice_text,
    owner_from,
    owner_text,
)
from ccswitch.model.ids import Seconds

COMMAND_WITHIN: Seconds = 1.0  # connect, and an answer; a Redis that is slower is away
CONNECTIONS = 4
SCHEMES = ("redis", "rediss", "unix")

# KEYS: lease, token. ARGV: the owner's text up to its token, the text behind it, least token, milliseconds, seize.
# The token is set inside the text here, because only here it is known.
TAKE = """
local held = redis.call('GET', KEYS[1])
if held and ARGV[5] ~= '1' then return {0, held} end
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
local token = string.format('%.0f', math.max(last + 1, tonumber(ARGV[3])))
local owner = ARGV[1] .. token .. ARGV[2]
redis.call('SET', KEYS[1], owner, 'PX', ARGV[4])
redis.call('SET', KEYS[2], token)
return {1, owner}
"""

# KEYS: lease, token. ARGV: the owner's text, its token, milliseconds.
RENEW = """
local held = redis.call('GET', KEYS[1])
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
if held == ARGV[1] or (not held and last <= tonumber(ARGV[2])) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
  if last < tonumber(ARGV[2]) then redis.call('SET', KEYS[2], ARGV[2]) end
  return {1, ARGV[1]}
end
return {0, held or ''}
"""

# KEYS: lease. ARGV: the owner's text.
RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""

# KEYS: snapshot. ARGV: token, n, data.
PUT = """
local token = tonumber(redis.call('HGET', KEYS[1], 'token') or '-1')
local n = tonumber(redis.call('HGET', KEYS[1], 'n') or '-1')
if token > tonumber(ARGV[1]) or (token == tonumber(ARGV[1]) and n > tonumber(ARGV[2])) then return 0 end
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'n', ARGV[2], 'data', ARGV[3])
return 1
"""

_TOKEN_HERE = 10**17  # stands for the token while the text around it is made


@contextmanager
def _told(where: str) -> Iterator[None]:
    """Redis' errors as ours, in a line that says where."""
    try:
        yield
    except (redis.RedisError, OSError) as error:
        raise LiveStoreError(f"Redis at {where}: {error or type(error).__name__}") from error


class RedisLease:
    """A lease that every controller with this Redis contends for. Redis' clock ends it; nobody else's matters."""

    def __init__(self, client: redis.Redis, prefix: str, where: str) -> None:
        self._client, self._where = client, where
        self._keys = [f"{prefix}:lease", f"{prefix}:token"]

    def take(self, wanted: Owner, *, lasts: Seconds, seize: bool = False) -> Owner | None:
        """Have it, unless another has it."""
        before, _, behind = owner_text(replace(wanted, token=_TOKEN_HERE)).partition(str(_TOKEN_HERE))
        given = [before, behind, wanted.token, _milliseconds(lasts), int(seize)]
        taken, text = self._run(TAKE, self._keys, given)
        return owner_from(text.decode()) if taken else None

    def renew(self, owner: Owner, *, lasts: Seconds) -> None:
        """Have it for longer."""
        mine, text = self._run(RENEW, self._keys, [owner_text(owner), owner.token, _milliseconds(lasts)])
        if not mine:
            raise LeaseLost(owner_from(text.decode()) if text else None)

    def release(self, owner: Owner) -> None:
        """Let the next one have it."""
        self._run(RELEASE, self._keys[:1], [owner_text(owner)])

    def holder(self) -> Owner | None:
        """Who has it now."""
        with _told(self._where):
            text: Any = self._client.get(self._keys[0])
        return owner_from(text.decode()) if text else None

    def _run(self, script: str, keys: list[str], given: list[Any]) -> Any:
        with _told(self._where):
            return self._client.eval(script, len(keys), *keys, *given)


class RedisSnapshots:
    """The last snapshot, as a hash."""

    def __init__(self, client: redis.Redis, prefix: str, where: str) -> None:
        self._client, self._key, self._where = client, f"{prefix}:snapshot", where

    def put(self, snapshot: KeptSnapshot) -> bool:
        """Keep it unless a newer one is there."""
        with _told(self._where):
            kept: Any = self._client.eval(PUT, 1, self._key, str(snapshot.token), str(snapshot.n), snapshot.data)
        return bool(kept)

    def get(self) -> KeptSnapshot | None:
        """The newest one."""
        with _told(self._where):
            found: Any = self._client.hmget(self._key, ["token", "n", "data"])
        if None in found:
            return None
        try:
            return KeptSnapshot(int(found[0]), int(found[1]), found[2])
        except ValueError as error:
            raise LiveStoreError(f"Redis at {self._where}: {self._key} is no snapshot: {error}") from error


class RedisSubscription:
    """One connection that listens."""

    def __init__(self, client: redis.Redis, channel: str, where: str) -> None:
        self._where = where
        self._pubsub = client.pubsub()  # type: ignore[no-untyped-call]
        with _told(where):
            self._pubsub.subscribe(channel)
            self._pubsub.get_message(timeout=COMMAND_WITHIN)  # Redis' word that we are heard from now on

    def get(self, timeout: Seconds) -> Notice | None:
        """The next one, or None."""
        with _told(self._where):
            message: Any = self._pubsub.get_message(timeout=timeout)
        if message is None or message["type"] != "message":
            return None
        return notice_from(message["data"].decode("utf-8", "replace"))

    def close(self) -> None:
        """Hear no more."""
        with _told(self._where):
            self._pubsub.close()


class RedisNotices:
    """A channel. What is published while nobody listens is gone."""

    def __init__(self, client: redis.Redis, reader: Callable[[], redis.Redis], prefix: str, where: str) -> None:
        self._client, self._reader, self._where = client, reader, where
        self._channel = f"{prefix}:notices"

    def publish(self, notice: Notice) -> None:
        """Tell whoever listens now."""
        with _told(self._where):
            self._client.publish(self._channel, notice_text(notice))

    def subscribe(self) -> RedisSubscription:
        """Listen from now on."""
        return RedisSubscription(self._reader(), self._channel, self._where)


def redis_store(url: str, *, password: str = "", prefix: str = "ccswitch") -> LiveStore:
    """A live store at `url` (`redis://HOST:PORT/DB`). Connects when it is asked something. ValueError: a bad URL."""
    where = place(url)
    client = _client(url, password)
    return LiveStore(
        lease=RedisLease(client, prefix, where),
        snapshots=RedisSnapshots(client, prefix, where),
        notices=RedisNotices(client, lambda: _client(url, password), prefix, where),
        shared=True,
        where=where,
    )


def version(url: str, *, password: str = "") -> str:
    """The version of the Redis there. Raises LiveStoreError when it is away or refuses us."""
    with _told(place(url)):
        said: Any = _client(url, password).info("server")
    return str(said.get("redis_version", "unknown"))


def place(url: str) -> str:
    """Host and port, or the path, of a URL: what may be shown."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not (parts.hostname or parts.path.strip("/")):
        raise ValueError("write redis://HOST:6379/0, rediss:// for TLS, or unix:///PATH")
    if parts.scheme == "unix":
        return parts.path
    return f"{parts.hostname}:{parts.port or 6379}"


def _client(url: str, password: str) -> redis.Redis:
    more = {"password": password} if password else {}
    pool = redis.BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=COMMAND_WITHIN,
        socket_timeout=COMMAND_WITHIN,
        socket_connect_timeout=COMMAND_WITHIN,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
        **more,
    )
    return redis.Redis(connection_pool=pool)


def _milliseconds(seconds: Seconds) -> int:
    return max(1, round(seconds * 1000))
