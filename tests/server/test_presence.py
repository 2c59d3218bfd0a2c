"""Presence: heard by those who may see the case, told by nobody but oneself, and never too fast."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.server.wired import House, Peer, play

from agentdesk.protocol.frames import Signal
from agentdesk_server.hub.presence import SIGNALS_PER_SECOND


def signals(peer: Peer, kind: str) -> list[tuple[str, str, bool]]:
    return [(signal.who, signal.about, signal.on) for signal in peer.got(Signal) if signal.kind == kind]


def test_only_those_who_hold_the_case_hear_who_writes(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        house.open_case()
        ann, bob, cat = [await house.live(person) for person in ("ann", "bob", "cat")]
        ann.say(Signal(kind="typing", about="c1", who="lou", name="Somebody else", text="secret"))
        cat.say(Signal(kind="typing", about="c1"))
        ann.say(Signal(kind="typing", about="c9"))
        await asyncio.sleep(1)
        assert signals(bob, "typing") == [("ann", "c1", True)], "who it is, the session knows"
        assert signals(cat, "typing") == signals(ann, "typing") == []
        (told,) = [signal for signal in bob.got(Signal) if signal.kind == "typing"]
        assert (told.name, told.text) == ("Ann", "")

    play(tmp_path, history)


def test_who_looks_is_known_until_they_look_away_or_leave(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        house.open_case()
        ann, bob = await house.live("ann"), await house.live("bob")
        ann.say(Signal(kind="viewing", about="c1"))
        await asyncio.sleep(1)
        bob.say(Signal(kind="viewing", about="c1"))
        await asyncio.sleep(1)
        assert house.server.hub.presence.viewers("c1") == ["ann", "bob"]
        assert signals(bob, "viewing") == [("ann", "c1", True), ("ann", "c1", True)]
        assert signals(ann, "viewing") == [("bob", "c1", True)]
        bob.say(Signal(kind="viewing", about="c1", on=False))
        await asyncio.sleep(1)
        assert signals(ann, "viewing")[-1] == ("bob", "c1", False)
        ann.wire.end(1006)
        await asyncio.sleep(1)
        assert signals(bob, "viewing")[-1] == ("ann", "c1", False)
        assert house.server.hub.presence.viewers("c1") == []

    play(tmp_path, history)


def test_all_hear_who_comes_and_goes_by_the_last_device(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        cat = await house.live("cat")
        ann = await house.live("ann")
        phone = await house.live("ann", "phone")
        assert signals(ann, "connected") == [("cat", "", True), ("ann", "", True)]
        cat.forget()
        ann.wire.end(1006)
        await asyncio.sleep(1)
        assert signals(cat, "connected") == []
        phone.wire.end(1006)
        await asyncio.sleep(1)
        assert signals(cat, "connected") == [("ann", "", False)]

    play(tmp_path, history)


def test_signals_are_limited_in_number(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        house.open_case()
        ann, bob = await house.live("ann"), await house.live("bob")
        ann.say(*(Signal(kind="typing", about="c1") for _ in range(200)))
        await asyncio.sleep(3)
        assert len(signals(bob, "typing")) == SIGNALS_PER_SECOND
        ann.say(Signal(kind="typing", about="c1", on=False))
        await asyncio.sleep(1)
        assert signals(bob, "typing")[-1] == ("ann", "c1", False), "and then go on"

    play(tmp_path, history)
