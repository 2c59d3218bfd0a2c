"""Signals are seen while they are fresh."""

from __future__ import annotations

from typing import Any

import msgspec

from agentdesk.protocol.frames import Signal
from agentdesk.sync.news import Heard
from agentdesk.sync.presence import Presence


def hear(presence: Presence, at: int, kind: str, who: str = "bob", about: str = "c1", **more: Any) -> bool:
    signal = msgspec.convert({"kind": kind, "who": who, "about": about, "name": who.title(), **more}, Signal)
    return presence.hear(Heard(signal, at))


def test_what_is_not_said_again_is_over_after_eight_seconds() -> None:
    presence = Presence()
    assert hear(presence, 0, "viewing")
    assert [seen.name for seen in presence.viewing("c1", 7_999)] == ["Bob"]
    assert presence.viewing("c1", 8_000) == []
    assert presence.viewing("c2", 1) == []
    assert presence.typing("c1", 1) == []


def test_saying_it_again_keeps_it_and_is_no_change() -> None:
    presence = Presence()
    hear(presence, 0, "typing")
    assert not hear(presence, 5_000, "typing")
    assert presence.typing("c1", 12_000)
    assert hear(presence, 20_000, "typing")


def test_taking_it_back_ends_it_at_once() -> None:
    presence = Presence()
    hear(presence, 0, "viewing")
    assert hear(presence, 1, "viewing", on=False)
    assert presence.viewing("c1", 2) == []
    assert not hear(presence, 3, "viewing", on=False)


def test_being_connected_lasts_longer() -> None:
    presence = Presence()
    hear(presence, 0, "connected", about="")
    assert [seen.who for seen in presence.connected(59_999)] == ["bob"]
    assert presence.connected(60_000) == []


def test_a_watched_draft_changes_with_its_text() -> None:
    presence = Presence()
    assert hear(presence, 0, "draft", text="He")
    assert hear(presence, 1, "draft", text="Hel")
    assert not hear(presence, 2, "draft", text="Hel")
    assert [seen.text for seen in presence.drafts("c1", 3)] == ["Hel"]


def test_several_are_seen_in_order_and_forgotten_together() -> None:
    presence = Presence()
    hear(presence, 0, "viewing", who="carl")
    hear(presence, 0, "viewing", who="bob")
    hear(presence, 5_000, "viewing", who="dora", about="c2")
    assert [seen.who for seen in presence.viewing("c1", 1)] == ["bob", "carl"]
    assert presence.expire(8_000) == {"c1"}
    presence.clear()
    assert presence.viewing("c2", 8_000) == []
