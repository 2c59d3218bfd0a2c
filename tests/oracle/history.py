"""One random history from first to last, with all that must hold on the way and at the end."""

from __future__ import annotations

import asyncio
import random
import shutil
from pathlib import Path

from agentdesk.domain import catalogue
from agentdesk.domain.cases import Case, Message
from agentdesk.domain.kernel import Record
from agentdesk.domain.people import Person
from agentdesk.store import precious
from agentdesk.store.crypt import open_database
from agentdesk.sync.confirmed import Confirmed
from agentdesk_server.authority import open_server_database

from .actions import MOVES, PEOPLE, TEAMS
from .desk import KEY, Desk
from .loop import run
from .server import SYSTEM, Server
from .truth import Key, seen_by
from .wire import Faults

assert catalogue.CAPABILITIES
STEPS = 60
SEALED = 4
"""One history in so many has encrypted laptops: to the order of things it makes no difference, to the time it does."""
QUIET = 300
"""Virtual seconds after which everything must have come together."""


class Broken(AssertionError):
    """The promise did not hold."""


class World:
    """A server, some desks, and the dice."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed = folder, seed
        self.chance = random.Random(seed)
        self.cases: list[str] = []
        self.messages: list[str] = []
        self.customers: dict[str, str] = {}
        """Case → the customer who wants something."""
        self.given = self.restored = self.erased = self._ids = 0
        self.grants: list[str] = []
        self.backup, self.backed_up = folder / "backup", False
        bad = self.chance.choice((0.0, 0.0, 0.01, 0.03))
        self.faults = Faults(bad, bad, self.chance.choice((0.0, 4 * bad)))
        self.reordered = self.faults.swap > 0
        self.server = Server(folder / "server", random.Random(seed + 1))
        self._found_company()
        key = None if seed % SEALED else KEY
        laptops = [("p1", "a"), ("p2", "a"), ("p3", "a"), ("p1", "b")][: self.chance.randrange(2, 5)]
        self.desks = [
            Desk(
                folder / f"{person}{device}", self.server, person, device, random.Random(seed + 7 + i), self.faults, key
            )
            for i, (person, device) in enumerate(laptops)
        ]

    def _found_company(self) -> None:
        for team in TEAMS:
            self.server.command(SYSTEM, "team.add", team=team, name=team)
        for i, person in enumerate(PEOPLE):
            teams = tuple(sorted(self.chance.sample(TEAMS, self.chance.randrange(1, 4))))
            email = f"{person}@sample.example"
            role = ("agent", "agent", "lead")[i]
            self.server.command(SYSTEM, "person.add", person=person, name=person, email=email, role=role, teams=teams)

    def new(self, letter: str) -> str:
        self._ids += 1
        id = f"{letter}{self.seed}-{self._ids}"
        if letter == "m":
            self.messages.append(id)
        if letter == "g":
            self.grants.append(id)
        return id

    async def live(self) -> None:
        moves, weights = zip(*MOVES, strict=True)
        for _ in range(STEPS):
            self.chance.choices(moves, weights)[0](self)
            await asyncio.sleep(self.chance.random() * self.chance.choice((0.01, 0.1, 2.0)))
            desk = self.chance.choice(self.desks)
            check_prefix(self, desk)
            check_own_words(desk)
            check_checks(self, desk)

    async def calm_down(self) -> None:
        """Everything heals; then it must come to rest."""
        self.faults.cut = self.faults.double = self.faults.swap = 0.0
        if not self.server.alive:
            self.server.start()
        for desk in self.desks:
            if not desk.alive:
                desk.open()
        loop = asyncio.get_running_loop()
        until = loop.time() + QUIET
        while loop.time() < until:
            await asyncio.sleep(5)
            for desk in self.desks:
                check_checks(self, desk)
                desk.failed_check = False
            self.reordered = False  # what was late has come by now
            if all(desk.settled or desk.ended for desk in self.desks):
                await asyncio.sleep(2)
                return
        sessions = [(desk.person, desk.engine.session, len(desk.engine.outgoing)) for desk in self.desks]
        states = [(person, session.phase, waiting, session.behind) for person, session, waiting in sessions]
        raise Broken(f"it does not come to rest: {states}")

    def end(self) -> None:
        for desk in self.desks:
            if desk.alive:
                desk.kill()
        self.server.kill()


def check_prefix(world: World, desk: Desk) -> None:
    """At any moment, a scope that is complete shows exactly what the server showed at the scope's cursor."""
    if not desk.alive:
        return
    epoch = desk.engine.confirmed.book.meta("epoch")
    held_records = desk.holds()
    for scope, held in desk.engine.confirmed.book.scopes.items():
        snapshot = world.server.snapshots.get((epoch, held.cursor))
        if scope in desk.engine.confirmed.behind or not held.filled or snapshot is None:
            continue
        want = {key: record.rev for key, record in snapshot.get(scope, {}).items()}
        have = desk.in_scope(scope, held_records)
        missing = {k: v for k, v in want.items() if have.get(k, -1) < v and not further(held_records.get(k), v)}
        # A record that another held scope has brought further already is no breach: its row is shared.
        extra = {k: v for k, v in have.items() if k not in want}
        if world.reordered:  # a tree that another scope shows can come before the word of its home, which is late
            extra = {k: v for k, v in extra.items() if v <= held.cursor}
            # One that has left may stand on as another scope shows it, of which the newer row is late.
            extra = {k: v for k, v in extra.items() if k not in desk.shown_beside(scope)}
        if (missing and not world.reordered) or extra:  # out of order, a farewell can be late and its put be early
            raise Broken(f"{desk.person} at {scope}@{held.cursor}: missing {missing}, extra {extra}")


def further(record: Record | None, rev: int) -> bool:
    """Whether another scope, which order does not bind to this one, has brought a record further already."""
    return record is not None and record.rev > rev


def check_own_words(desk: Desk) -> None:
    """What one wrote and what was not refused stays in sight as long as its case does: no ack makes it flicker.

    While a command still waits, new words of others may have taken its effect away; the server will say so.
    """
    if not desk.alive:
        return
    waiting = {getattr(pending.command, "message", "") for pending in desk.replica.pending}
    for message, case in desk.wrote.items():
        found = desk.replica.get(Case, case)
        if found is not None and not found.merged_into and message not in waiting and not desk.written(message):
            raise Broken(f"{desk.person} lost sight of {message} in {case}")


def check_end(world: World) -> None:
    """All is quiet: each replica is what the server would show its person afresh, and nothing waits."""
    shown = world.server.now_shown()
    for desk in world.desks:
        desk.look()
        if desk.ended:
            continue
        person = world.server.records.of(Person, desk.person)
        compare(desk, seen_by(person, shown), desk.holds())
        if desk.replica.pending:
            raise Broken(f"{desk.person} still waits for {desk.replica.pending}")
        check_answers(world, desk)
    check_threads(world)


def check_checks(world: World, desk: Desk) -> None:
    """A check that fails heals itself, but on a line that keeps its order there is nothing to heal."""
    if desk.failed_check and not world.reordered:
        raise Broken(f"{desk.person}: a scope's check failed")


def check_answers(world: World, desk: Desk) -> None:
    """What was acknowledged is there, whatever was restored since; what was refused is not."""
    records = world.server.records
    lost = [id for id in desk.wrote if records.of(Message, id) is None]
    if lost:
        raise Broken(f"{desk.person} was told that {lost} were taken, and they are gone")
    odd = [id for id in desk.refused if id and records.of(Message, id) is not None]
    if odd:
        raise Broken(f"{desk.person} was told that {odd} were refused, and they are there")


def compare(desk: Desk, want: dict[Key, object], have: dict[Key, object]) -> None:
    if want == have:
        return
    missing = sorted(set(want) - set(have))
    extra = sorted(set(have) - set(want))
    other = [(have[k], want[k]) for k in want if k in have and have[k] != want[k]]
    raise Broken(f"{desk.person}{desk.device}: missing {missing}, extra {extra}, other {other[:3]}")


def check_threads(world: World) -> None:
    """Messages are numbered without a double, and the numbers are those that the case counts."""
    records = world.server.records
    numbers: dict[str, list[int]] = {}
    for case, seq in records.conn.execute('SELECT "case", seq FROM message'):
        numbers.setdefault(case, []).append(seq)
    for case, seqs in numbers.items():
        found = records.of(Case, case)
        if len(set(seqs)) != len(seqs) or (found is not None and max(seqs) > found.seq):
            raise Broken(f"{case}: {sorted(seqs)} of {found and found.seq}")


def templates(folder: Path) -> Path:
    """Empty databases, made once: a thousand histories need not make their tables a thousand times."""
    made = folder / "templates"
    made.mkdir(parents=True, exist_ok=True)
    open_server_database(made / "server").close()
    for name, key in (("desk", None), ("sealed", KEY)):
        conn = open_database(made / name / "replica.db", key, durable=False)
        Confirmed(conn)
        conn.close()
        precious.open_precious(made / name / "precious.db", key).close()
    return made


def play(folder: Path, made: Path, seed: int) -> World:
    """One history in a folder of its own; raises `Broken` with what went wrong."""
    place = folder / f"history-{seed}"
    shutil.copytree(made / "server", place / "server")
    for laptop in ("p1a", "p2a", "p3a", "p1b"):
        shutil.copytree(made / ("desk" if seed % SEALED else "sealed"), place / laptop)
    try:
        return run(_history(place, seed))
    finally:
        shutil.rmtree(place, ignore_errors=True)


async def _history(place: Path, seed: int) -> World:
    world = World(place, seed)
    try:
        await world.live()
        await world.calm_down()
        check_end(world)
    finally:
        world.end()
    return world
