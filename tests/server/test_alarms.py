"""Clocks on a real server: they ring when their moment has passed, each once, whatever is killed in between."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.server.ruling import CHANNEL, SYSTEM
from tests.server.running import Process

from agentdesk.domain.cases import MESSAGES_AFTER, Case, Message, OpenCase, Receive
from agentdesk.domain.clocks import Alert, Clock, Draft, Policy, Publish, Ruling, Rung, Target
from agentdesk.domain.kernel import Actor, Command
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.later import PlannedReply, PlanReply
from agentdesk.domain.people import AddPerson, AddTeam, SetAvailability
from agentdesk.store.records import Records
from agentdesk_server.alarms import Alarms
from agentdesk_server.audit import leaf
from agentdesk_server.authority import Authority, Outcome, Submission, open_server_database
from agentdesk_server.core import Core, master_key, now, open_core

NOW = 1_800_000_000_000
MINUTE = 60_000
ADMIN = Actor("adm", "nobody", device="laptop")
ANN = Actor("ann", "nobody", device="laptop")


def rules(**fields: Any) -> Policy:
    """One clock around the clock: a first answer within two minutes."""
    first = Target(metric="first", minutes=(2, 2, 2, 2))
    told: dict[str, Any] = {"id": "p", "name": "P", "targets": (first,), "ladder": (Rung(after=0, to="peer"),)}
    return Policy(**{**told, "budget": 1000, **fields})


def founding(policy: Policy) -> list[tuple[Actor, Command]]:
    people = (("adm", "admin", ()), ("ann", "agent", ("t1",)), ("bob", "agent", ("t1",)))
    hired = [AddPerson(person=p, name=p, email=f"{p}@x.example", role=r, teams=t) for p, r, t in people]
    return [
        (SYSTEM, AddTeam(team="t1", name="T1")),
        *((SYSTEM, one) for one in hired),
        (ANN, SetAvailability(state="online")),
        (ADMIN, Draft(regime="r1", calendars=(), policies=(policy,))),
        (ADMIN, Publish(regime="r1")),
    ]


def opening(case: str, channel: str = "chat") -> tuple[Actor, Command]:
    ids = {"case": case, "conversation": f"{case}-v", "message": f"{case}-m", "customer": f"{case}-u"}
    made = OpenCase(**ids, team="t1", text="Hi", channel=channel)
    return CHANNEL, made


def told(who: Actor, command: Command) -> Submission:
    return Submission(who, command_spec(command).name, command, msgspec.msgpack.encode(command), fresh=True)


class House:
    """A core whose time moves by hand, and its alarms."""

    def __init__(self, core: Core) -> None:
        self.core, self.alarms = core, Alarms(core)

    async def do(self, *wishes: tuple[Actor, Command]) -> None:
        outcomes: list[Outcome] = [await self.core.writer.submit(told(*wish)) for wish in wishes]
        assert {outcome.ack.status for outcome in outcomes} <= {"done"}, outcomes

    def all(self, cls: Any, kind: str) -> list[Any]:
        ids = [id for (id,) in self.core.reader.conn.execute(f'SELECT id FROM "{kind}"')]
        return [self.core.reader.records.of(cls, id) for id in ids]


class Time:
    """UTC milliseconds that stand still."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> int:
        return self.at


def live(folder: Path, story: Any, time_: Time) -> None:
    """Run a story on an event loop of its own."""

    async def run() -> None:
        async with open_core(folder, time_) as core:
            work: Coroutine[Any, Any, None] = story(House(core))
            await work

    asyncio.run(run())


def test_it_rings_after_the_moment_and_not_at_it(tmp_path: Path) -> None:
    clock = Time()

    async def story(house: House) -> None:
        await house.do(*founding(rules(warn=50)), opening("c1"))
        assert house.alarms.next() == NOW + MINUTE + 1
        for moment, alerts in ((MINUTE, 0), (MINUTE + 1, 0), (2 * MINUTE, 0), (2 * MINUTE + 1, 1), (9 * MINUTE, 1)):
            clock.at = NOW + moment
            await house.alarms.due()
            assert len(house.all(Alert, "alert")) == alerts, moment
        (alert,) = house.all(Alert, "alert")
        assert (alert.to, alert.person, alert.due) == ("peer", "ann", NOW + 2 * MINUTE)
        assert house.alarms.next() > NOW + 10**12

    live(tmp_path, story, clock)


def test_a_thousand_at_once_ring_once_each(tmp_path: Path) -> None:
    clock = Time()

    async def story(house: House) -> None:
        await house.do(*founding(rules()))
        await asyncio.gather(*(house.core.writer.submit(told(*opening(f"c{n}"))) for n in range(1_000)))
        clock.at = NOW + 2 * MINUTE + 1
        before = house.core.writer.authority.rev
        await house.alarms.due()
        assert len(house.all(Alert, "alert")) == 1_000
        assert house.core.writer.authority.rev - before == 1_000
        assert {one.runs[0].late for one in house.all(Clock, "clock")} == {NOW + 2 * MINUTE}
        await house.alarms.due()
        assert house.core.writer.authority.rev - before == 1_000

    live(tmp_path, story, clock)


def test_what_came_due_while_nobody_was_there_rings_once(tmp_path: Path) -> None:
    clock = Time()

    async def first(house: House) -> None:
        await house.do(*founding(rules(ladder=(Rung(after=0, to="peer"), Rung(after=5, to="lead")))), opening("c1"))

    async def later(house: House) -> None:
        await house.alarms.due()
        await house.alarms.due()
        (alert,) = house.all(Alert, "alert")
        assert alert.to == "lead"  # whom the night would have woken in between, nobody needs to wake now

    live(tmp_path, first, clock)
    clock.at += 24 * 60 * MINUTE
    live(tmp_path, later, clock)


def test_a_reply_that_waits_goes_once_also_after_a_night(tmp_path: Path) -> None:
    clock = Time()

    async def first(house: House) -> None:
        await house.do(*founding(rules()), opening("c1"))
        for id, minutes in (("p1", 5), ("p2", 7)):
            due = NOW + minutes * MINUTE
            await house.do((ANN, PlanReply(case="c1", planned=id, text="Soon.", due=due, seen=1, quiet=id == "p1")))
        await house.do((CHANNEL, Receive(case="c1", conversation="c1-v", message="m2", text="Well?")))

    async def later(house: House) -> None:
        for _ in range(2):
            await house.alarms.due()
        sent = [one for one in house.all(Message, "message") if one.kind == "reply"]
        assert [(one.id, one.author, one.state) for one in sent] == [("p2", "ann", "accepted")]
        (asks,) = house.all(PlannedReply, "planned")
        assert (asks.id, asks.state, asks.newer) == ("p1", "asking", "m2")

    live(tmp_path, first, clock)
    clock.at += 24 * 60 * MINUTE
    live(tmp_path, later, clock)


def test_open_cases_catch_up_with_new_rules(tmp_path: Path) -> None:
    clock = Time()

    async def story(house: House) -> None:
        found = founding(rules())
        await house.do(*found[:-2])
        await asyncio.gather(*(house.core.writer.submit(told(*opening(f"c{n}"))) for n in range(250)))
        assert house.alarms.next() > NOW + 10**12
        await house.do(*found[-2:])
        assert house.alarms.sooner([house.core.reader.records.of(Ruling, "clocks")], NOW)
        for left in (150, 50, 0):
            assert house.alarms.next() == NOW
            await house.alarms.due()
            assert sum(case.clocked == 0 for case in house.all(Case, "case")) == left
        assert house.alarms.next() == NOW + 96_000 + 1  # the warning, at eight tenths of two minutes

    live(tmp_path, story, clock)


def test_what_is_asked_in_vain_holds_up_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that the authority leaves as it is rings again a second later, and others ring meanwhile."""
    clock = Time()

    async def story(house: House) -> None:
        await house.do(*founding(rules(warn=0)), opening("c1"), opening("c2"))
        clock.at = NOW + 2 * MINUTE + 1
        ring = house.core.writer.authority.truth.get
        monkeypatch.setattr(
            house.core.writer.authority.truth,
            "get",
            lambda cls, id: None if (cls, id) == (Clock, "c1") else ring(cls, id),
        )
        await house.alarms.due()
        assert [one.case for one in house.all(Alert, "alert")] == ["c2"]
        assert house.alarms.next() == clock.at + 1_000
        monkeypatch.undo()
        clock.at += 1_000
        assert house.alarms.next() <= clock.at
        await house.alarms.due()
        assert len(house.all(Alert, "alert")) == 2

    live(tmp_path, story, clock)


CLOCKS, REPLIES = 150, 120


def test_what_is_due_happens_once_however_often_the_server_is_killed(tmp_path: Path) -> None:
    """The process itself, killed at any moment while many clocks come due, and many replies that wait. One of them the
    customer has overtaken, and the moment of one is far away.
    """
    targets = (Target(metric="first", minutes=(5, 5, 5, 5)),)  # due soon after three seconds
    wishes = [*founding(rules(warn=1, targets=targets, channels=("chat",))), *(opening(f"c{n}") for n in range(CLOCKS))]
    soon = now() + 3_000
    for n in range(REPLIES):
        plan = PlanReply(case=f"r{n}", planned=f"p{n}", text=f"Words {n}", due=soon, seen=1)
        wishes += [opening(f"r{n}", "phone"), (ANN, plan)]
    far = PlanReply(case="r0", planned="far", text="Next year", due=soon + 300 * 24 * 60 * MINUTE, seen=1, quiet=False)
    newer = Receive(case="r1", conversation="r1-v", message="newer", text="Well?")
    given(tmp_path, *wishes, (ANN, far), (CHANNEL, newer))
    rung, sent = {f"c{n}": 1 for n in range(CLOCKS)}, {f"p{n}": 1 for n in range(REPLIES) if n != 1}

    def over() -> bool:
        return log_of(tmp_path, "clocks.ring", "clock") == rung and log_of(tmp_path, "later.due", "message") == sent

    killed(tmp_path, random.Random(4), over)
    assert log_of(tmp_path, "clocks.ring", "clock") == rung
    assert log_of(tmp_path, "later.due", "message") == sent
    database = open_server_database(tmp_path)
    try:
        clocks = [database.records.of(Clock, id) for id in rung]
        assert {clock and clock.runs[0].told for clock in clocks} == {1}
        check_replies(database.records)
    finally:
        database.close()


def check_replies(records: Records) -> None:
    """Each that was due is one message and waits no more; what was overtaken asks, what is far away waits."""
    for n in range(REPLIES):
        said = [one for one in records.page(MESSAGES_AFTER(case=f"r{n}", seq=1)) if one.kind == "reply"]
        assert [(one.id, one.text, one.author) for one in said] == ([(f"p{n}", f"Words {n}", "ann")] if n != 1 else [])
    found = (records.of(PlannedReply, id) for id in ("far", *(f"p{n}" for n in range(REPLIES))))
    assert {one.id: one.state for one in found if one is not None} == {"far": "waiting", "p1": "asking"}


def given(folder: Path, *wishes: tuple[Actor, Command]) -> None:
    """A server's folder in which all this has happened."""
    database = open_server_database(folder, durable=False)
    at = now()  # one moment for all of it: what is due in seconds may not have passed before it is planned
    authority = Authority(database, master_key(folder), lambda: at)
    for wish in wishes:
        (outcome,) = authority.commit([told(*wish)])
        assert outcome.ack.status == "done", outcome
    database.close()


def killed(folder: Path, chance: random.Random, over: Callable[[], bool]) -> None:
    """The process over this folder is killed six times, then left alone until all is over, and killed again."""
    for _ in range(6):
        server = Process(folder)
        time.sleep(chance.uniform(0.02, 0.5))
        server.kill()
    server = Process(folder)
    end = time.monotonic() + 30
    while not over() and time.monotonic() < end:
        time.sleep(1)
    server.kill()


def log_of(folder: Path, command: str, kind: str) -> dict[str, int]:
    """How often the audit log says that a command has touched each record of a kind."""
    database = open_server_database(folder)
    try:
        leaves = [leaf.decode(data) for (data,) in database.conn.execute("SELECT data FROM leaf ORDER BY number")]
        return dict(Counter(id for one in leaves if one.command == command for of, id in one.touched if of == kind))
    finally:
        database.close()
