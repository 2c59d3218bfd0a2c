"""A session: hello first, nothing twice, nothing that breaks the agreement, and a start where the desk stands."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.server.wired import House, Peer, play

from agentdesk.domain.cases import Note
from agentdesk.domain.masking import view_of
from agentdesk.protocol.frames import (
    Ack,
    CaughtUp,
    CommandFrame,
    Credit,
    Delta,
    Hello,
    Notice,
    Ping,
    Pong,
    Pull,
    Reset,
    Signal,
    Welcome,
)
from agentdesk_server.hub import session as session_


async def _code(house: House, *messages: Any) -> int:
    peer = house.peer()
    for message in messages:
        peer.wire.from_desk(message) if isinstance(message, bytes) else peer.say(*message)
    await asyncio.sleep(2)
    return peer.code


HELLO = (Hello(device="laptop", schema=1),)


@pytest.mark.parametrize(
    "messages",
    [
        [(Ping(),)],
        [(*HELLO, Ping())],
        [()],
        [HELLO, HELLO],
        [b"\x00\xc1"],
        [b"junk"],
        [b""],
        [HELLO, b"\x01nothing"],
        [HELLO, b"\x00" + msgspec.msgpack.encode([{"t": "fly"}])],
    ],
)
def test_who_breaks_the_rules_is_cut_off(tmp_path: Path, messages: Any) -> None:
    async def history(house: House) -> None:
        assert await _code(house, *messages) == 4400

    play(tmp_path, history)


def test_who_may_not_come_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def history(house: House) -> None:
        assert await _code(house, (Hello(device="another", schema=1),)) == 4401
        stranger = house.peer("nobody")
        stranger.hello()
        await asyncio.sleep(1)
        assert (stranger.code, stranger.frames) == (4401, [])

        async def no(shown: object) -> None:
            return None

        monkeypatch.setattr(house.server.gate, "holder", no)
        unknown = house.peer()
        unknown.hello()
        await asyncio.sleep(1)
        assert (unknown.code, unknown.frames) == (4401, [])

    play(tmp_path, history)


def test_who_is_signed_out_meanwhile_is_sent_away_within_a_minute(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        ann = await house.live()

        async def no(session: object) -> bool:
            return False

        house.server.gate.still = no  # type: ignore[method-assign]
        for _ in range(4):
            ann.say(Ping())
            await asyncio.sleep(20)
        assert ann.code == 4401

    play(tmp_path, history)


def test_silence_ends_a_session(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        mute = house.peer("bob")
        ann = await house.live()
        await asyncio.sleep(session_.HELLO_WITHIN + 1)
        assert mute.wire.ended, "no hello"
        ann.deaf = True  # it says nothing any more
        await asyncio.sleep(session_.SILENT_FOR + 1)
        assert ann.wire.ended
        assert not house.server.hub.desks

    play(tmp_path, history)


def test_a_welcome_says_where_the_server_is(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        ann = await house.live()
        (welcome,) = ann.got(Welcome)
        assert (welcome.epoch, welcome.head) == (house.server.authority.epoch, house.server.authority.rev)
        assert (welcome.who.id, welcome.who.role, welcome.who.teams) == ("ann", "agent", ("t1",))
        assert [scope.id for scope in welcome.scopes] == ["org", "user:ann", "team:t1:open", "library", "team:t1:past"]
        order = [frame.scope for frame in ann.got(CaughtUp)]
        assert order == ["org", "user:ann", "team:t1:open", "library", "team:t1:past"], "the most urgent first"
        ann.say(Ping(id=7))
        await asyncio.sleep(1)
        (pong,) = ann.got(Pong)
        assert pong.id == 7
        assert pong.now >= welcome.now > 0

    play(tmp_path, history)


def _cursors(peer: Peer) -> dict[str, int]:
    return {frame.scope: frame.rev for frame in peer.got(CaughtUp)}


def test_who_comes_back_gets_what_is_new(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        house.open_case("c1")
        ann = await house.live()
        epoch, view = ann.got(Welcome)[0].epoch, ann.got(Welcome)[0].view
        cursors = _cursors(ann)
        ann.wire.end(1006)
        house.open_case("c2", customer="u2")
        await asyncio.sleep(1)
        again = await house.live(epoch=epoch, view=view, cursors=cursors)
        assert again.got(Reset) == []
        assert again.put() == {"case:c2", "conversation:c2-v", "message:c2-m", "customer:u2"}

    play(tmp_path, history)


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"epoch": "other"}, "epoch"), ({"view": "other"}, "view"), ({"cursors": {"org": 10**9}}, "epoch")],
)
def test_who_knows_another_world_begins_anew(tmp_path: Path, fields: dict[str, Any], why: str) -> None:
    async def history(house: House) -> None:
        house.open_case()
        authority = house.server.authority
        known = {"epoch": authority.epoch, "view": view_of("agent").name, "cursors": {"org": authority.rev}}
        ann = await house.live(**{**known, **fields})
        assert [(reset.what, reset.why) for reset in ann.got(Reset)] == [("all", why)]
        assert {"person:ann", "case:c1"} <= ann.put()

    play(tmp_path, history)


def test_who_was_away_too_long_begins_a_scope_anew(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        house.open_case()
        authority = house.server.authority
        authority.min_rev = 5
        ann = await house.live(epoch=authority.epoch, view=view_of("agent").name, cursors={"org": 3, "user:ann": 6})
        assert [(reset.what, reset.why) for reset in ann.got(Reset)] == [("org", "horizon")]

    play(tmp_path, history)


def test_a_program_too_old_hands_in_what_it_has_and_no_more(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        house.open_case()
        old = house.peer()
        old.say(Hello(device="laptop", schema=0))
        old.do(Note(case="c1", message="n1", text="Written before"))
        await asyncio.sleep(2)
        assert [notice.code for notice in old.got(Notice)] == ["upgrade"]
        assert [ack.status for ack in old.got(Ack)] == ["done"]
        assert old.got(Delta) == []

    play(tmp_path, history)


def test_a_pull_brings_a_scope_again(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        house.open_case()
        ann = await house.live()
        ann.forget()
        ann.say(
            Pull(scope="team:t1:open", from_=0), Pull(scope="team:t2:open", from_=0), Pull(scope="customers", from_=0)
        )
        await asyncio.sleep(2)
        assert [frame.scope for frame in ann.got(CaughtUp)] == ["team:t1:open"], "of what is not held nothing comes"
        assert "case:c1" in ann.put()

    play(tmp_path, history)


def test_commands_are_answered_in_order_and_before_their_effect(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        house.open_case()
        ann = await house.live()
        ann.forget()
        for n in range(30):
            ann.do(Note(case="c1", message=f"n{n}", text="One"))
        await asyncio.sleep(2)
        assert [ack.n for ack in ann.got(Ack)] == list(range(1, 31))
        assert {ack.status for ack in ann.got(Ack)} == {"done"}
        first = next(n for n, frame in enumerate(ann.frames) if isinstance(frame, Delta))
        assert isinstance(ann.frames[0], Ack)
        assert first > 0

    play(tmp_path, history)


def test_what_cannot_be_read_is_refused_and_counted(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        house.open_case()
        ann = await house.live()
        raw = msgspec.Raw(msgspec.msgpack.encode({"case": 5}))
        ann.say(CommandFrame(n=1, name="case.fly", args=raw), CommandFrame(n=2, name="case.claim", args=raw))
        await asyncio.sleep(1)
        assert [(ack.n, ack.status, ack.code) for ack in ann.got(Ack)] == [
            (1, "refused", "unreadable"), (2, "refused", "unreadable"),
        ]  # fmt: skip
        ann.numbers = 2
        ann.do(Note(case="c1", message="n1", text="Still here"))
        await asyncio.sleep(1)
        assert ann.got(Ack)[-1].status == "done"

    play(tmp_path, history)


def test_a_date_from_nowhere_is_not_believed(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        house.open_case()
        ann = await house.live()
        args = msgspec.Raw(msgspec.msgpack.encode(Note(case="c1", message="n1", text="x")))
        ann.say(CommandFrame(n=1, name="case.note", args=args, at=2**53 - 1))
        args = msgspec.Raw(msgspec.msgpack.encode(Note(case="c1", message="n2", text="x")))
        ann.say(CommandFrame(n=2, name="case.note", args=args, at=1))
        await asyncio.sleep(1)
        now = house.server.clock()
        for id in ("n1", "n2"):
            written = house.server.records.get("message", id).written_at
            assert now - 91 * 24 * 3_600_000 < written <= now

    play(tmp_path, history)


def test_nonsense_of_the_harmless_kind_is_passed_over(tmp_path: Path) -> None:
    async def history(house: House) -> None:
        ann = await house.live()
        ann.say(Credit(bytes=10**9), Signal(kind="connected"), Signal(kind="viewing", about="\x00"), Pong())
        ann.say()
        await asyncio.sleep(1)
        assert ann.code == 0
        assert ann.there.outstanding == 0

    play(tmp_path, history)
