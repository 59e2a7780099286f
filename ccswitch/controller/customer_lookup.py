"""`lookup: customer`: who calls, by our own records. Asked in the thread pool, or by a driver that lets others run."""

from __future__ import annotations

import logging

import gevent

from ccswitch.clock import Clock, Seconds
from ccswitch.errors import StoreError
from ccswitch.lookups.answers import FOUND, NOT_FOUND, Told, at, text
from ccswitch.model import requests as r
from ccswitch.records import customers
from ccswitch.records.store import Store

log = logging.getLogger(__name__)

NOTED_AGAIN: Seconds = 60.0  # a contact that was noted so lately is not noted again


class CustomerLookup:
    """Answers look-ups from the store. Raises StoreError when it is away."""

    def __init__(self, store: Store, region: str, clock: Clock) -> None:
        self.region = region
        self._store, self._clock = store, clock

    def __call__(self, asked: r.LookUp) -> Told:
        """By `key`, else by `number`, else by the caller's own. Waits."""
        given = dict(asked.given)
        if "key" in given:
            match = customers.by_key(self._store, given["key"])
        else:
            match = customers.by_number(self._store, given.get("number", asked.caller_number), self.region)
        if match.customer is None:
            return Told(NOT_FOUND)
        if match.among == 1:
            gevent.spawn(self._note, match.customer)
        document = self._document(match.customer, match.among)
        return Told(FOUND, tuple((path, text(at(document, path))) for path in asked.wanted))

    def _document(self, customer: customers.Customer, count: int) -> dict[str, object]:
        return {
            "id": customer.id,
            "name": customer.name,
            "level": customer.level,
            "language": customer.language,
            "key": next(iter(customer.keys), ""),
            "tags": ", ".join(customer.tags),
            "count": count,
        }

    def _note(self, customer: customers.Customer) -> None:
        """Of several customers on one number, the one who is noted last goes first."""
        now = self._clock.now()
        if customer.contacted is not None and now - customer.contacted < NOTED_AGAIN:
            return
        try:
            customers.in_contact(self._store, customer.id, now)
        except StoreError as away:
            log.warning("the contact of customer %d is not noted: %s", customer.id, away)
