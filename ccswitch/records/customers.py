"""Who calls: customers with their phones, their ids in other systems, and their tags.

A number may be several customers', a customer may have several numbers. An id of another system (`key`) is one's alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from ccswitch.errors import StoreError
from ccswitch.model.ids import Seconds
from ccswitch.records.book import SHAPES
from ccswitch.records.phone_numbers import e164
from ccswitch.records.rows import put_rows
from ccswitch.records.store import Store
from ccswitch.records.tables import CUSTOMER_KEYS, CUSTOMER_PHONES, CUSTOMER_TAGS, CUSTOMERS

FOUND_LIMIT = 50  # customers of one search


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer. `phones` are E.164; `contacted` is when he was last known to be in contact."""

    id: int
    name: str
    level: str = ""
    language: str = ""
    contacted: Seconds | None = None
    phones: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Match(NamedTuple):
    """Whom a number or a key belongs to: the one who was in contact last, of how many."""

    customer: Customer | None
    among: int


def by_number(store: Store, number: str, region: str) -> Match:
    """Who has this number; `region` is its country when it names none."""
    known = e164(number, region)
    ids = select(CUSTOMER_PHONES.c.customer_id).where(CUSTOMER_PHONES.c.number == known)
    return _match(store, CUSTOMERS.c.id.in_(ids)) if known else Match(None, 0)


def by_key(store: Store, key: str) -> Match:
    """Who has this id in another system."""
    ids = select(CUSTOMER_KEYS.c.customer_id).where(CUSTOMER_KEYS.c.key == _clean_key(key))
    return _match(store, CUSTOMERS.c.id.in_(ids)) if key else Match(None, 0)


def _match(store: Store, condition: ColumnElement[bool]) -> Match:
    def work(connection: Connection) -> Match:
        """The latest who matches, with how many do."""
        found = list(connection.scalars(_latest_first(condition)))
        return Match(_read(connection, found[:1])[0] if found else None, len(found))

    return store.read(work)


def _latest_first(condition: ColumnElement[bool]) -> Any:
    return (
        select(CUSTOMERS.c.id)
        .where(condition)
        .order_by(func.coalesce(CUSTOMERS.c.contacted, 0.0).desc(), CUSTOMERS.c.id)
    )


def find(store: Store, wanted: str, region: str) -> list[Customer]:
    """Customers by a number, an id of another system, or a part of the name; at most `FOUND_LIMIT`."""
    number = e164(wanted, region)
    conditions = [
        func.lower(CUSTOMERS.c.name).contains(wanted.lower(), autoescape=True),
        CUSTOMERS.c.id.in_(select(CUSTOMER_KEYS.c.customer_id).where(CUSTOMER_KEYS.c.key == _clean_key(wanted))),
    ]
    if number:
        phones = select(CUSTOMER_PHONES.c.customer_id).where(CUSTOMER_PHONES.c.number == number)
        conditions.append(CUSTOMERS.c.id.in_(phones))
    query = _latest_first(or_(*conditions)).limit(FOUND_LIMIT)
    return store.read(lambda connection: _read(connection, list(connection.scalars(query))))


def get(store: Store, customer: int) -> Customer | None:
    """The customer of that number among ours."""
    return store.read(lambda connection: next(iter(_read(connection, [customer])), None))


def _read(connection: Connection, ids: list[int]) -> list[Customer]:
    """Whole customers, in the order of `ids`."""
    rows = {row.id: row for row in connection.execute(select(CUSTOMERS).where(CUSTOMERS.c.id.in_(ids)))}
    phones = _lists(connection, CUSTOMER_PHONES.c.number, ids)
    keys, tags = _lists(connection, CUSTOMER_KEYS.c.key, ids), _lists(connection, CUSTOMER_TAGS.c.tag, ids)
    return [
        Customer(
            id=row.id,
            name=row.name,
            level=row.level,
            language=row.language,
            contacted=row.contacted,
            phones=phones.get(row.id, ()),
            keys=keys.get(row.id, ()),
            tags=tags.get(row.id, ()),
        )
        for row in (rows[one] for one in ids if one in rows)
    ]


def _lists(connection: Connection, column: Any, ids: list[int]) -> dict[int, tuple[str, ...]]:
    owner = column.table.c.customer_id
    found: dict[int, tuple[str, ...]] = {}
    for customer, value in connection.execute(select(owner, column).where(owner.in_(ids)).order_by(owner, column)):
        found[customer] = (*found.get(customer, ()), value)
    return found


# ---- changing -------------------------------------------------------------------------------------------------


def in_contact(store: Store, customer: int, now: Seconds) -> None:
    """He is known to be in contact now."""
    row = update(CUSTOMERS).where(CUSTOMERS.c.id == customer).values(contacted=now)
    store.write(lambda connection: connection.execute(row) and None)


def tag(store: Store, customer: int, add: Collection[str], remove: Collection[str], now: Seconds) -> Customer | None:
    """The customer with tags added and taken away; None when there is no such customer."""

    def work(connection: Connection) -> Customer | None:
        """In one transaction: the tags, when they changed, and the customer as he is then."""
        if not _read(connection, [customer]):
            return None
        owned = CUSTOMER_TAGS.c.customer_id == customer
        connection.execute(delete(CUSTOMER_TAGS).where(owned, CUSTOMER_TAGS.c.tag.in_(list(remove))))
        _own(connection, CUSTOMER_TAGS, "tag", customer, add)
        connection.execute(update(CUSTOMERS).where(CUSTOMERS.c.id == customer).values(changed=now))
        return _read(connection, [customer])[0]

    return store.write(work)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is said of a customer: empty texts say nothing; phones (E.164), keys and tags are added to those known."""

    name: str
    level: str = ""
    language: str = ""
    phones: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def put(connection: Connection, given: Given, now: Seconds) -> bool:
    """Change the customer who has one of the keys, else one of this name who has one of the numbers, else add one;
    whether one was added. Raises StoreError when the keys are of several customers."""
    known = _known(connection, given)
    said = {"name": given.name, "level": given.level, "language": given.language}
    values = SHAPES[CUSTOMERS].cleaned({name: value for name, value in said.items() if value})
    if known is None:
        made = connection.execute(CUSTOMERS.insert().values(created=now, changed=now, **values))
        customer = int(made.inserted_primary_key[0]) if made.inserted_primary_key else 0
    else:
        customer = known
        connection.execute(update(CUSTOMERS).where(CUSTOMERS.c.id == customer).values(changed=now, **values))
    _own(connection, CUSTOMER_PHONES, "number", customer, given.phones)
    _own(connection, CUSTOMER_KEYS, "key", customer, given.keys)
    _own(connection, CUSTOMER_TAGS, "tag", customer, given.tags)
    return known is None


def _known(connection: Connection, given: Given) -> int | None:
    keys = [_clean_key(key) for key in given.keys]
    owners = connection.scalars(
        select(CUSTOMER_KEYS.c.customer_id).distinct().where(CUSTOMER_KEYS.c.key.in_(keys))
    ).all()
    if len(owners) > 1:
        raise StoreError(f"keys {', '.join(given.keys)} are of {len(owners)} customers")
    if owners or keys:
        return next(iter(owners), None)
    same = (
        select(CUSTOMERS.c.id)
        .join(CUSTOMER_PHONES, CUSTOMER_PHONES.c.customer_id == CUSTOMERS.c.id)
        .where(CUSTOMERS.c.name == given.name, CUSTOMER_PHONES.c.number.in_(given.phones))
        .order_by(CUSTOMERS.c.id)
    )
    return connection.scalar(same)


def _own(connection: Connection, table: Any, column: str, customer: int, values: Iterable[str]) -> None:
    rows = [SHAPES[table].cleaned({"customer_id": customer, column: value}) for value in dict.fromkeys(values)]
    if rows:
        put_rows(connection, table, rows)


def _clean_key(key: str) -> str:
    return str(SHAPES[CUSTOMER_KEYS].cleaned({"key": key})["key"])
