"""The router on a real authority: everything that waits is offered, nobody is over their room, whatever is killed."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.server.ruling import CHANNEL, SYSTEM
from tests.server.running import PATIENCE, Desk, Process, Visitor, company

from agentdesk.domain.cases import Case, OpenCase, Solve
from agentdesk.domain.kernel import Actor, Command
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.people import AVAILABLE, AddPerson, AddTeam, Availability, Person, SetAvailability, UpdatePerson
from agentdesk.domain.routing import Absence, AcceptOffer, ByHand, DraftPlan, Lane, Offer, PassOffer, PublishPlan, Row
from agentdesk_server.alarms import Alarms
from agentdesk_server.authority import Submission
from agentdesk_server.core import Core, open_core
from agentdesk_server.routing import Router

NOW = 1_800_000_000_000
ADMIN = Actor("adm", "nobody", device="laptop")
LANES = (Lane(channel="chat", units=2, ring=20, back=True),)


class House:
    """A core whose time moves by hand, with its alarms and a router; all are connected who are named."""

    def __init__(self, core: Core, time: list[int]) -> None:
        self.core, self.alarms, self.time = core, Alarms(core), time
        self.connected = {"ann", "bob"}
        self.router = Router(core, self.connected.__contains__)
        core.writer.listeners.append(self.router.heard)

    async def do(self, who: Actor, *wishes: Command) -> list[str]:
        told = (Submission(who, command_spec(one).name, one, msgspec.msgpack.encode(one), fresh=True) for one in wishes)
        return [(await self.core.writer.submit(one)).ack.status for one in told]

    async def settle(self) -> None:
        """Turn after turn until nothing follows."""
        rev = -1
        while rev != self.core.writer.authority.rev:
            rev = self.core.writer.authority.rev
            await self.router._turn()

    def all(self, cls: Any, kind: str) -> list[Any]:
        ids = [id for (id,) in self.core.reader.conn.execute(f'SELECT id FROM "{kind}"')]
        return [self.core.reader.records.of(cls, id) for id in ids]

    def ringing(self) -> dict[str, str]:
        """Case → at whose desk it rings."""
        return {one.case: one.person for one in self.all(Offer, "offer") if one.state == "ringing"}

    def case(self, id: str) -> Case:
        found = self.core.reader.records.of(Case, id)
        assert found is not None
        return found


def live(folder: Path, story: Any, time: list[int]) -> None:
    async def run() -> None:
        async with open_core(folder, lambda: time[0]) as core:
            work: Coroutine[Any, Any, None] = story(House(core, time))
            await work

    asyncio.run(run())


def who(person: str) -> Actor:
    return Actor(person, "nobody", device="laptop")


async def found(house: House, **plan: Any) -> None:
    """Ann and Bob are there; each takes two chats."""
    await house.do(SYSTEM, *(AddTeam(team=team, name=team) for team in ("t1", "t2")))
    for person, role, teams in (("adm", "admin", ()), ("ann", "agent", ("t1",)), ("bob", "agent", ("t1",))):
        added = AddPerson(person=person, name=person, email=f"{person}@x.example", role=role, teams=teams)
        await house.do(SYSTEM, added)
    told = {"teams": ("t1",), "lanes": LANES, "units": 4, **plan}
    assert await house.do(ADMIN, DraftPlan(plan="p1", **told), PublishPlan(plan="p1")) == ["done", "done"]
    for person in ("ann", "bob"):
        await house.do(who(person), SetAvailability(state="online"))


def opening(case: str) -> Command:
    return OpenCase(case=case, conversation=f"{case}-v", message=f"{case}-m", customer=f"{case}-u", team="t1", text="?")


def test_what_waits_is_offered_and_goes_round_until_somebody_takes_it(tmp_path: Path) -> None:
    time = [NOW]

    async def story(house: House) -> None:
        await found(house)
        await house.do(CHANNEL, *(opening(f"c{n}") for n in range(6)))
        await house.settle()
        assert Counter(house.ringing().values()) == {"ann": 2, "bob": 2}, "each as much as they can take"
        assert house.router.waiting == 2
        first = next(one for one in house.all(Offer, "offer") if one.case == "c0")
        other = {"ann": "bob", "bob": "ann"}[first.person]
        assert await house.do(who(first.person), PassOffer(offer=first.id, reason="skill")) == ["done"]
        await house.settle()
        assert "c0" not in house.ringing(), "the other has no room, and who has passed is not asked again yet"
        assert Counter(house.ringing().values()) == {"ann": 2, "bob": 2}
        mine = next(one for one in house.all(Offer, "offer") if one.state == "ringing" and one.person == other)
        assert await house.do(who(other), AcceptOffer(offer=mine.id)) == ["done"]
        assert await house.do(who(other), Solve(case=mine.case, seen=9)) == ["done"]
        await house.settle()
        assert house.ringing()["c0"] == other
        time[0] += 20_001
        await house.alarms.due()
        assert house.ringing() == {}
        await house.settle()
        assert set(house.ringing()) <= {f"c{n}" for n in range(6)} - {mine.case}
        for person, count in Counter(house.ringing().values()).items():
            assert count <= 2, person

    live(tmp_path, story, time)


def test_a_sudden_end_in_the_middle_of_the_ringing_changes_nothing(tmp_path: Path) -> None:
    time = [NOW]

    async def before(house: House) -> None:
        await found(house)
        await house.do(CHANNEL, opening("c1"), opening("c2"))
        await house.settle()
        assert len(house.ringing()) == 2
        await house.do(CHANNEL, opening("c3"))  # nobody has looked at it yet

    async def after(house: House) -> None:
        assert len(house.ringing()) == 2
        await house.settle()
        assert len(house.ringing()) == 3
        time[0] += 20_001
        await house.alarms.due()
        assert {one.state for one in house.all(Offer, "offer")} == {"missed"}

    live(tmp_path, before, time)
    live(tmp_path, after, time)


def test_who_never_comes_back_after_the_start_is_gone_and_their_chats_wait_again(tmp_path: Path) -> None:
    time = [NOW]

    async def before(house: House) -> None:
        house.connected.discard("bob")
        await found(house, grace=60)
        await house.do(CHANNEL, opening("c1"))
        await house.settle()
        (offer,) = house.all(Offer, "offer")
        await house.do(who("ann"), AcceptOffer(offer=offer.id))

    async def after(house: House) -> None:
        house.connected = set()
        house.router = Router(house.core, house.connected.__contains__)
        house.core.writer.listeners.append(house.router.heard)
        await house.settle()
        assert house.all(Absence, "absence") == []
        time[0] += 15_000
        await house.settle()
        assert {one.person for one in house.all(Absence, "absence")} == {"ann", "bob"}
        time[0] += 60_001
        await house.alarms.due()
        assert house.case("c1").assignee == ""
        house.connected.add("bob")
        house.router.comings.heard("bob", True)
        await house.settle()
        assert house.ringing() == {"c1": "bob"}

    live(tmp_path, before, time)
    live(tmp_path, after, time)


def test_cases_of_those_who_leave_wait_again_and_by_hand_the_table_decides(tmp_path: Path) -> None:
    time = [NOW]

    async def story(house: House) -> None:
        await found(house, table=(Row(team="t1", to="t1", person="bob"),))
        await house.do(CHANNEL, opening("c1"))
        await house.settle()
        (offer,) = house.all(Offer, "offer")
        await house.do(who(offer.person), AcceptOffer(offer=offer.id))
        other = {"ann": "bob", "bob": "ann"}[offer.person]
        gone = UpdatePerson(person=offer.person, name="x", role="agent", teams=("t2",))
        assert await house.do(ADMIN, gone) == ["done"]
        await house.settle()
        assert house.ringing() == {"c1": other}
        back = UpdatePerson(person=offer.person, name="x", role="agent", teams=("t1",))
        await house.do(ADMIN, back, ByHand(on=True, reason="The line is down."))
        await house.do(CHANNEL, opening("c2"))
        await house.settle()
        assert house.case("c2").assignee == "bob"
        person = house.core.reader.records.of(Person, "bob")
        said = house.core.reader.records.of(Availability, "bob")
        assert person is not None
        assert said is not None

    live(tmp_path, story, time)


def test_nothing_is_asked_about_what_waits_before_there_is_a_plan(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.do(SYSTEM, AddTeam(team="t1", name="t1"))
        await house.settle()
        asked: list[str] = []
        house.core.reader.conn.set_trace_callback(asked.append)
        await house.do(CHANNEL, opening("c1"))
        await house.settle()
        house.core.reader.conn.set_trace_callback(None)
        assert not [one for one in asked if "case" in one]
        await found(house)
        await house.settle()
        assert list(house.ringing()) == ["c1"]

    live(tmp_path, story, [NOW])


def test_a_turn_that_fails_forgets_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def failing(*_: object) -> None:
        raise OSError("the disk is full")

    async def story(house: House) -> None:
        await found(house, units=2)
        await house.settle()
        await house.do(CHANNEL, opening("c1"), opening("c2"))
        with monkeypatch.context() as broken:
            broken.setattr("agentdesk_server.routing.router.give", failing)
            with pytest.raises(OSError, match="full"):
                await house.router._turn()
        await house.settle()
        assert sorted(house.ringing()) == ["c1", "c2"]

    live(tmp_path, story, [NOW])


def test_the_widget_promises_only_who_is_asked(tmp_path: Path) -> None:
    """Nobody is there who has not said so; where cases are offered, nobody whose screen is locked either."""
    with company(tmp_path) as house:
        desk = Desk(house.url, house.sign_in())
        core, actor = house.state.core, Actor("operator", "system", "Operator", device="admin")

        async def plan() -> None:
            for one in (DraftPlan(plan="p1", teams=(house.team,)), PublishPlan(plan="p1")):
                told = Submission(actor, command_spec(one).name, one, msgspec.msgpack.encode(one), fresh=True)
                assert (await core.writer.submit(told)).ack.status == "done"

        house.running.do(plan())
        assert house.visitor().site["online"] is False
        desk.do("availability.set", state="online")
        assert house.visitor().site["online"] is True
        me = house.state.reader.records.page(AVAILABLE(state="online"))[0].person
        desk.do("presence.leave", person=me, why="locked")
        assert house.visitor().site["online"] is False
        desk.close()


def test_a_killed_server_goes_on_ringing(tmp_path: Path) -> None:
    """A real process, killed while a case rings: after the next start the same offer is taken, once."""
    with company(tmp_path) as house:
        core = house.state.core
        actor = Actor("operator", "system", "Operator", device="admin")

        async def plan() -> None:
            for one in (DraftPlan(plan="p1", teams=(house.team,), lanes=(Lane(channel="chat", ring=600),)),
                        PublishPlan(plan="p1")):  # fmt: skip
                told = Submission(actor, command_spec(one).name, one, msgspec.msgpack.encode(one), fresh=True)
                assert (await core.writer.submit(told)).ack.status == "done"

        house.running.do(plan())
        token, key = house.sign_in(), house.key
    server = Process(tmp_path)
    desk = Desk(server.url, token)
    assert desk.do("availability.set", state="online")["status"] == "done"
    visitor = Visitor(server.url, key)
    with visitor.line() as line:
        line.message("Where is it?")
    offer = _rings(desk)
    desk.close()
    server.kill()
    server = Process(tmp_path)
    try:
        desk = Desk(server.url, token)
        assert desk.do("routing.accept", offer=offer)["status"] == "done"
        assert desk.do("routing.accept", offer=offer)["status"] == "done"
        desk.close()
    finally:
        assert server.stop()[0] == 0


def _rings(desk: Desk) -> str:
    """The offer that comes to this desk."""
    while True:
        for frame in json.loads(desk.socket.recv(timeout=PATIENCE)):  # one message brings several: each is looked at
            for one in frame.get("put", {}).get("offer", []):
                return str(one["id"] if isinstance(one, dict) else one[0])
