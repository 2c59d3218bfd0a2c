"""The hub: the same bytes for all who see alike, patience with the slow, and rights that change in mid-flight."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests.server.wired import House, play

from agentdesk.domain.cases import Assign, Claim, Note
from agentdesk.domain.kernel import MaskView
from agentdesk.domain.people import UpdatePerson
from agentdesk.protocol.frames import Ack, CaughtUp, Delta, Notice, Reset, Scopes
from agentdesk_server.hub.desks import UNSENT_LIMIT
from agentdesk_server.hub.socket import Socket


def test_desks_that_see_alike_get_the_same_bytes(tmp_path: Path, monkeypatch: Any) -> None:
    written: list[bytes] = []
    good = Socket.write

    def write(self: Socket, frame: bytes) -> bool:
        written.append(frame)
        return good(self, frame)

    async def history(house: House) -> None:
        desks = [await house.live(person) for person in ("ann", "bob")]
        other = await house.live("cat")
        for desk in (*desks, other):
            desk.forget()
        monkeypatch.setattr(Socket, "write", write)
        house.open_case()
        house.open_case("c2")
        await asyncio.sleep(1)
        assert [len(desk.raw) for desk in (*desks, other)] == [1, 1, 0], "one message a tick"
        assert len({id(frame) for frame in written}) == 1, "the very same bytes"
        assert desks[0].put() == {f"{kind}:{c}{end}" for c in ("c1", "c2") for kind, end in PARTS} | {"customer:u1"}

    play(tmp_path, history)


PARTS = (("case", ""), ("conversation", "-v"), ("message", "-m"))


def test_a_desk_hears_only_of_what_it_holds(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        ann, cat = await house.live("ann"), await house.live("cat")
        house.open_case()
        house.open_case("c2", team="t2")
        await asyncio.sleep(1)
        ann.do(Note(case="c1", message="n1", text="@[cat]"))
        await asyncio.sleep(1)
        assert "case:c2" not in ann.put()
        assert {"case:c1", "message:c1-m", "customer:u1"} <= cat.put("user:cat"), "shared by the mention"
        assert not any(delta.scope.startswith("team:t1") for delta in cat.got(Delta))
        assert {"customers", "server"}.isdisjoint(delta.scope for delta in (*ann.got(Delta), *cat.got(Delta)))

    play(tmp_path, history)


def test_a_desk_that_falls_behind_is_filled_again(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        ann, bob = await house.live("ann"), await house.live("bob")
        size = UNSENT_LIMIT + 1
        ann.unread(lambda: size)
        ann.forget()
        house.open_case()
        await asyncio.sleep(0.5)
        assert ann.raw == [], "nothing more is pushed to it"
        assert not ann.there.live
        assert "case:c1" in bob.put(), "others do not wait"
        size = 0
        await asyncio.sleep(5)
        assert {"case:c1", "message:c1-m"} <= ann.put("team:t1:open")
        assert ann.there.live
        assert ann.code == 0

    play(tmp_path, history)


def test_a_desk_that_takes_nothing_more_is_closed(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        ann = await house.live("ann")
        ann.unread(lambda: UNSENT_LIMIT + 1)
        house.open_case()
        await asyncio.sleep(29)
        assert ann.code == 0
        await asyncio.sleep(4)
        assert ann.code == 4408

    play(tmp_path, history)


def test_a_newer_session_takes_the_place_of_the_older(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        first = await house.live("ann")
        phone = await house.live("ann", "phone")
        second = await house.live("ann")
        assert (first.code, second.code, phone.code) == (4409, 0, 0)
        house.open_case()
        await asyncio.sleep(1)
        assert "case:c1" in second.put()
        assert "case:c1" in phone.put()

    play(tmp_path, history)


def test_a_move_to_another_team_changes_what_is_held(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        house.open_case("c1")
        house.open_case("c2", team="t2")
        ann = await house.live("ann")
        ann.forget()
        house.do(UpdatePerson(person="ann", name="Ann", role="agent", teams=("t2",)))
        await asyncio.sleep(3)
        (scopes,) = ann.got(Scopes)
        assert scopes.drop == ["team:t1:open", "team:t1:past"]
        assert [scope.id for scope in scopes.add] == ["team:t2:open", "team:t2:past"]
        assert "case:c2" in ann.put("team:t2:open")
        ann.forget()
        house.open_case("c3")
        await asyncio.sleep(1)
        assert ann.put() == set()
        ann.do(Claim(case="c1"))
        await asyncio.sleep(1)
        assert [ack.code for ack in ann.got(Ack)] == ["missing"]

    play(tmp_path, history)


def test_a_role_with_another_view_begins_anew(tmp_path: Path, monkeypatch: Any) -> None:
    async def history(house: House) -> None:
        house.open_case()
        ann = await house.live("ann")
        ann.forget()
        house.do(UpdatePerson(person="ann", name="Ann", role="lead", teams=("t1",)))
        await asyncio.sleep(5)
        assert [reset.why for reset in ann.got(Reset)] == ["view"]
        assert {"case:c1", "person:ann"} <= ann.put(), "everything comes again"
        assert {frame.scope for frame in ann.got(CaughtUp)} == {
            "org", "user:ann", "team:t1:open", "team:t1:past", "lead:t1", "library", "it", "oversight", "routing",
            "rules",
        }  # fmt: skip

    play(tmp_path, history)


def test_what_a_view_hides_is_hidden_on_every_way(tmp_path: Path, monkeypatch: Any) -> None:
    async def history(house: House) -> None:
        house.open_case()
        hiding = MaskView("agent", policy=2, hidden=frozenset(("name",)))
        monkeypatch.setattr("agentdesk_server.hub.session.view_of", lambda role, region: hiding)
        ann = await house.live("ann")
        house.open_case("c2", customer="u2")
        await asyncio.sleep(1)
        rows = b"".join(bytes(raw) for delta in ann.got(Delta) for kind, raw in delta.put.items() if kind == "customer")
        assert b"masked:name" in rows
        assert b"Customer" not in rows
        assert {"customer:u1", "customer:u2"} <= ann.put()

    play(tmp_path, history)


def test_a_closed_account_is_told_and_sent_away(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        ann, bob = await house.live("ann"), await house.live("bob")
        house.do(UpdatePerson(person="ann", name="Ann", role="agent", teams=("t1",), active=False))
        await asyncio.sleep(1)
        assert [notice.code for notice in ann.got(Notice)] == ["revoked"]
        assert (ann.code, bob.code) == (4401, 0)
        again = house.peer("ann")
        again.hello()
        await asyncio.sleep(1)
        assert again.code == 4401

    play(tmp_path, history)


def test_draining_sends_everybody_away_for_a_moment(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        ann = await house.live("ann")
        house.open_case()
        await asyncio.sleep(0.001)
        await house.server.hub.drain()
        await asyncio.sleep(1)
        assert "case:c1" in ann.put(), "what was committed is sent first"
        assert [notice.code for notice in ann.got(Notice)] == ["drain"]
        late = house.peer("bob")
        await asyncio.sleep(1)
        assert (ann.code, late.code) == (4503, 4503)

    play(tmp_path, history)


def test_now_and_then_each_desk_hears_how_far_the_server_is(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        ann = await house.live("ann")
        house.open_case()
        house.open_case("c2", team="t2")
        await asyncio.sleep(1)
        ann.forget()
        await asyncio.sleep(25)
        told = {delta.scope: (delta.from_, delta.to) for delta in ann.got(Delta)}
        head = house.server.authority.rev
        assert told["team:t1:open"] == (head - 1, head)
        assert told["team:t1:past"][1] == head
        assert all(delta.put == {} for delta in ann.got(Delta))

    play(tmp_path, history)


def test_a_move_leaves_no_row_behind(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        ann, cat = await house.live("ann"), await house.live("cat")
        house.open_case()
        await asyncio.sleep(1)
        ann.forget()
        ann.do(Assign(case="c1", team="t2"))
        await asyncio.sleep(1)
        gone = [(kind, id, how) for delta in ann.got(Delta) for kind, id, how, _ in delta.gone]
        assert gone == [("case", "c1", "left"), ("customer", "u1", "left")]
        assert "case:c1" in cat.put("team:t2:open")
        assert ann.put("team:t1:open") == set()

    play(tmp_path, history)
