"""All look-ups of the site: a request is carried out in a greenlet of its own, its answer comes back as a fact."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping

import gevent

from ccswitch.clock import Clock
from ccswitch.errors import CcswitchError
from ccswitch.lookups.answers import Told, failed
from ccswitch.lookups.asking import Asking, Asks
from ccswitch.lookups.client import Client
from ccswitch.lookups.definition import Definition
from ccswitch.model import facts as f
from ccswitch.model import requests as r
from ccswitch.model.ids import LegId, NodeName

log = logging.getLogger(__name__)

Digits = Callable[[NodeName, LegId, str], str]  # what a masked variable of a leg has; waits, may raise CcswitchError
BuiltIn = Callable[[r.LookUp], Told]  # waits, may raise CcswitchError


class Lookups:
    """Carries out `LookUp`; `on_fact` gets one `LookedUp` for each, whatever happens."""

    def __init__(
        self,
        definitions: Iterable[Definition],
        headers: Mapping[str, Mapping[str, str]],
        *,
        on_fact: Callable[[f.Fact], None],
        digits: Digits,
        clock: Clock,
        built_in: Mapping[str, BuiltIn] | None = None,
        client: Callable[[Definition, Mapping[str, str]], Asks] = Client,
    ) -> None:
        """`headers` are each look-up's own, with their secrets filled in."""
        self._on_fact, self._digits, self._clock, self._client = on_fact, digits, clock, client
        self._built_in = dict(built_in or {})
        self._by_name: dict[str, Asking] = {}
        self._sent: dict[str, dict[str, str]] = {}
        self._running: set[gevent.Greenlet] = set()
        self.take(definitions, headers)

    def take(self, definitions: Iterable[Definition], headers: Mapping[str, Mapping[str, str]]) -> None:
        """New definitions for what is asked from now on. Those that are as they were keep what they know."""
        known, self._by_name = self._by_name, {}
        for one in definitions:
            before = known.get(one.name)
            sent = dict(headers.get(one.name, {}))
            if before is not None and before.one == one and self._sent.get(one.name) == sent:
                self._by_name[one.name] = before
            else:
                self._by_name[one.name] = Asking(one, self._client(one, sent), self._clock)
        self._sent = {name: dict(headers.get(name, {})) for name in self._by_name}

    def stop(self) -> None:
        """Ask nothing more. Who waits for an answer gets none: his step is begun anew by the successor."""
        gevent.killall(list(self._running), block=False)
        for asking in self._by_name.values():
            asking.client.close()

    def warnings(self) -> list[str]:
        """Look-ups that do not answer."""
        return [trouble for asking in self._by_name.values() if (trouble := asking.breaker.trouble)]

    def carry(self, request: r.LookUp) -> None:
        """Carry out a request; never waits."""
        running = gevent.spawn(self._answer, request)
        self._running.add(running)
        running.rawlink(self._running.discard)

    def _answer(self, request: r.LookUp) -> None:
        try:
            told = self._told(request)
        except CcswitchError as error:  # the switch or the database is away
            told = failed(str(error)[:200])
        except Exception:
            log.exception("look-up %s failed in a way that nobody foresaw", request.lookup)
            told = failed("an error of ccswitch; see its log")
        self._on_fact(
            f.LookedUp(
                call=request.call,
                execute=request.execute,
                answer=told.answer,
                values=told.values,
                why=told.why,
            )
        )

    def _told(self, request: r.LookUp) -> Told:
        if request.lookup in self._built_in:
            return self._built_in[request.lookup](request)
        asking = self._by_name.get(request.lookup)
        if asking is None:
            return failed(f"there is no look-up named {request.lookup}")
        unfit = [name for name, _ in request.secrets if name not in asking.one.in_body]
        if unfit:
            return failed(f"masked digits go into the body of a POST only, not into {', '.join(unfit)}")

        def fetched() -> dict[str, str]:
            """The masked digits by the name under which the request carries them, fetched from the leg."""
            return {name: self._digits(request.node, request.leg, secret) for name, secret in request.secrets}

        return asking.ask(dict(request.given), request.wanted, fetched if request.secrets else None)
