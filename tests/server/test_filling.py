"""Filling: no faster than a desk takes it in, the urgent first, and one huge transaction in several pieces."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.server.wired import House, play

from agentdesk.domain.cases import Receive
from agentdesk.domain.people import UpdatePerson, UpdateTeam
from agentdesk.protocol.frames import CaughtUp, Credit, Delta, Limits, Ping, Reset, Scopes
from agentdesk_server.hub import catchup, filling


def _many(house: House, count: int = 60) -> None:
    house.open_case()
    for n in range(count):
        house.do(Receive(case="c1", conversation="c1-v", message=f"m{n}", text="x" * 200))


def small_pages(monkeypatch: pytest.MonkeyPatch, page: int, window: int) -> None:
    monkeypatch.setattr(filling, "LIMITS", Limits(window=window))
    monkeypatch.setattr(filling, "PAGE", page)
    good = catchup.read_page
    monkeypatch.setattr(filling, "read_page", lambda database, scope, after: good(database, scope, after, page))


def test_without_credit_it_stops_and_then_closes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def history(house: House) -> None:
        _many(house)
        small_pages(monkeypatch, 5, 1_000)
        deaf = house.peer(deaf=True)
        deaf.hello()
        await asyncio.sleep(25)
        there = deaf.there
        assert there.filling
        assert 1_000 <= there.outstanding < 10_000, "a page more than the window at most"
        before = len(deaf.raw)
        deaf.say(Credit(bytes=there.outstanding))
        await asyncio.sleep(5)
        assert len(deaf.raw) > before, "credit lets it go on"
        await asyncio.sleep(25)
        assert deaf.code == 0
        await asyncio.sleep(8)
        assert deaf.code == 4408

    play(tmp_path, history)


def test_a_slow_desk_gets_everything_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def history(house: House) -> None:
        _many(house)
        small_pages(monkeypatch, 5, 1_000)
        ann = house.peer(deaf=True)
        ann.hello()
        for _ in range(40):
            await asyncio.sleep(10)
            if ann.there.filling:
                ann.say(Credit(bytes=min(1_500, ann.there.outstanding)))
            ann.say(Ping())
        assert not ann.there.filling
        assert {f"message:m{n}" for n in range(60)} <= ann.put("team:t1:open")

    play(tmp_path, history)


def test_one_huge_transaction_comes_in_pieces_and_moves_the_cursor_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def history(house: House) -> None:
        house.open_case()
        monkeypatch.setattr(filling, "PAGE", 2)
        ann = await house.live()
        pieces = [delta for delta in ann.got(Delta) if delta.scope == "team:t1:open"]
        assert [delta.more for delta in pieces] == [True, False]
        assert [delta.to for delta in pieces] == [0, house.server.authority.rev]
        assert [sum(len(msgspec.msgpack.decode(raw)) for raw in delta.put.values()) for delta in pieces] == [2, 2]

    play(tmp_path, history)


def test_a_scope_lost_while_its_page_is_read_is_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def history(house: House) -> None:
        house.open_case()
        good = house.server.hub.filler.page

        async def page(scope: str, after: int, desk: Any) -> Any:
            found = await good(scope, after, desk)
            if scope == "team:t1:open" and not moved:
                moved.append(scope)
                house.do(UpdatePerson(person="ann", name="Ann", role="agent", teams=("t2",)))
                await asyncio.sleep(1)
            return found

        moved: list[str] = []
        monkeypatch.setattr(house.server.hub.filler, "page", page)
        ann = house.peer()
        ann.hello()
        await asyncio.sleep(5)
        assert moved
        assert [frame.drop for frame in ann.got(Scopes)] == [["team:t1:open", "team:t1:past"]]
        assert "case:c1" not in ann.put()
        assert {frame.scope for frame in ann.got(CaughtUp)} == {
            "org",
            "library",
            "user:ann",
            "team:t2:open",
            "team:t2:past",
        }

    play(tmp_path, history)


def test_a_page_that_was_read_for_other_eyes_is_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It begins where the reset does, at 0: its number does not tell it from the right one."""

    async def history(house: House) -> None:
        house.do(UpdateTeam(team="t1", name="t1", zone="UTC", hours=(), region="us"))
        house.do(UpdatePerson(person="ann", name="Ann", role="agent", teams=("t1",), region="us"))
        house.open_case()
        await asyncio.sleep(1)
        good = house.server.hub.filler.page

        async def page(scope: str, after: int, desk: Any) -> Any:
            found = await good(scope, after, desk)
            if scope == "team:t1:open" and not moved:
                moved.append(scope)
                assert b"Customer" in found[1], "there it is not hidden"
                house.do(UpdatePerson(person="ann", name="Ann", role="agent", teams=("t1",), region="eu"))
                await asyncio.sleep(1)
            return found

        moved: list[str] = []
        monkeypatch.setattr(house.server.hub.filler, "page", page)
        ann = house.peer()
        ann.hello()
        await asyncio.sleep(5)
        assert [reset.view for reset in ann.got(Reset)] == [ann.there.view.name]
        rows = b"".join(bytes(delta.put["customer"]) for delta in ann.got(Delta) if "customer" in delta.put)
        assert b"masked:name" in rows
        assert b"Customer" not in rows

    play(tmp_path, history)


def test_what_happens_while_a_scope_fills_is_not_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def history(house: House) -> None:
        _many(house, 30)
        small_pages(monkeypatch, 3, 100_000)
        ann = house.peer()
        ann.hello()
        for n in range(100, 130):
            house.do(Receive(case="c1", conversation="c1-v", message=f"m{n}", text="new"))
            await asyncio.sleep(0.05)
        await asyncio.sleep(5)
        assert {f"message:m{n}" for n in (*range(30), *range(100, 130))} <= ann.put()
        assert not ann.there.filling
        last = [frame for frame in ann.got(CaughtUp) if frame.scope == "team:t1:open"][-1]
        assert last.rev <= house.server.authority.rev

    play(tmp_path, history)
