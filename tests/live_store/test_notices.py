"""Notices: who listens hears them in order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ccswitch.errors import LiveStoreError
from ccswitch.live.ports import (
    Decided,
    LiveStore,
    Notice,
    Owner,
    QueuesChanged,
    TakenOver,
    notice_from,
    notice_text,
    owner_from,
    owner_of_node,
    owner_text,
)

ALL: tuple[Notice, ...] = (
    Decided(7),
    QueuesChanged({"sales": 3, "支持": 0}),
    TakenOver(Owner(name="a", token=9, since=1.5, desk="http://a:8470")),
)


def test_whoever_listens_hears_each_in_order(ends: Callable[[], LiveStore]) -> None:
    # Given two who listen
    one, other = ends().notices.subscribe(), ends().notices.subscribe()
    # When notices are published
    speaker = ends()
    for notice in ALL:
        speaker.notices.publish(notice)
    # Then both hear them, and no more
    for listener in (one, other):
        assert tuple(listener.get(5.0) for _ in ALL) == ALL
        assert listener.get(0.0) is None
        listener.close()


def test_who_comes_later_hears_what_comes_later(store: LiveStore) -> None:
    store.notices.publish(Decided(1))
    late = store.notices.subscribe()
    store.notices.publish(Decided(2))
    assert late.get(5.0) == Decided(2)
    late.close()
    store.notices.publish(Decided(3))


def test_a_listener_waits_longer_than_a_command_would(store: LiveStore) -> None:
    listener = store.notices.subscribe()
    assert listener.get(1.2) is None
    store.notices.publish(Decided(1))
    assert listener.get(5.0) == Decided(1)
    listener.close()


@pytest.mark.parametrize("notice", ALL)
def test_a_notice_travels_as_text(notice: Notice) -> None:
    assert notice_from(notice_text(notice)) == notice


@pytest.mark.parametrize(
    "text", ["", "no", "[]", "{}", '{"kind": "decided"}', '{"kind": "queues", "waiting": 1}', "null"]
)
def test_what_is_no_notice_is_said_to_be_none(text: str) -> None:
    with pytest.raises(LiveStoreError, match="is no notice"):
        notice_from(text)


@pytest.mark.parametrize("text", ["", "7", "{}", '{"name": "a"}', '{"name": "a", "token": "x"}'])
def test_what_names_no_owner_is_said_to_name_none(text: str) -> None:
    with pytest.raises(LiveStoreError, match="names no controller"):
        owner_from(text)


def test_an_owner_travels_as_text_and_stands_at_a_node() -> None:
    owner = Owner(name="pbx-a", token=1795289722, since=1.0, desk="http://a", live="redis.example:6379")
    assert owner_from(owner_text(owner)) == owner
    assert owner_of_node(f"{owner}\n") == Owner(name="pbx-a", token=1795289722)
    for text in ("", "pbx-a", "x:pbx-a", "-1:pbx-a", "²:a", "9" * 40 + ":a"):
        assert owner_of_node(text) is None
