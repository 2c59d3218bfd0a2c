"""What people, visitors, admins and misfortune do in a history, chosen at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from agentdesk.domain.cases import (
    CUSTOMER_CASES,
    Assign,
    BreakGlass,
    Case,
    Claim,
    EndAccess,
    FollowCase,
    Invite,
    Link,
    Merge,
    Note,
    OpenCase,
    Prioritise,
    Read,
    Release,
    Reopen,
    Reply,
    Snooze,
    Solve,
    Tag,
    UnfollowCase,
    Unsend,
    Untag,
    Wake,
)
from agentdesk.domain.kernel import Command
from agentdesk.domain.people import Person, SetAvailability

from .desk import Desk
from .loop import now_ms
from .server import CHANNEL, SYSTEM

if TYPE_CHECKING:
    from .history import World

TEAMS = ("t1", "t2", "t3")
PEOPLE = ("p1", "p2", "p3")
ROLES = ("agent", "agent", "agent", "senior", "supervisor", "lead", "quality", "planner", "admin", "auditor")
WHY = "Somebody is on the phone."
Move = Callable[["World"], None]


def any_case(world: World, chance: random.Random) -> str:
    return chance.choice(world.cases) if world.cases else "c0"


def person_acts(world: World) -> None:
    """Somebody at a desk does something, sensible or not."""
    chance = world.chance
    desk = chance.choice([one for one in world.desks if one.alive] or [None])
    if desk is None or desk.ended:
        return
    command = _command(world, desk, chance)
    if desk.do(command):
        world.given += 1
        if isinstance(command, Unsend):
            for one in world.desks:  # they may have written it at their other laptop
                if one.person == desk.person:
                    one.wrote.pop(command.message, None)
        if isinstance(command, Reply | Note | OpenCase) and not was_erased(world, command.case):
            desk.wrote[command.message] = command.case


def _command(world: World, desk: Desk, chance: random.Random) -> Command:
    case = any_case(world, chance)
    known = desk.replica.get(Case, case)
    seq = known.seq if known else 0
    roll = chance.random()
    if roll < 0.08:
        return _open(world, chance.choice(TEAMS))
    if roll < 0.30:
        seen = seq if chance.random() < 0.8 else max(0, seq - 2)
        hold = 5 if chance.random() < 0.2 else 0
        return Reply(case=case, message=world.new("m"), text="an answer", seen=seen, hold=hold)
    if roll < 0.42:
        mention = f" @[{chance.choice(PEOPLE)}]" if chance.random() < 0.5 else ""
        return Note(case=case, message=world.new("m"), text="a note" + mention)
    if roll < 0.50:
        return chance.choice(_ACCESS)(world, chance, case)
    return chance.choice(_SMALL)(world, chance, case, seq)


def _invite(world: World, chance: random.Random, case: str) -> Command:
    until = now_ms() + chance.choice((2_000, 60_000))
    return Invite(grant=world.new("g"), case=case, person=chance.choice(PEOPLE), until=until, reason=WHY)


_ACCESS: tuple[Callable[[World, random.Random, str], Command], ...] = (
    _invite,
    _invite,
    lambda w, r, case: BreakGlass(grant=w.new("g"), number=r.randrange(1, 12), reason=WHY, minutes=1),
    lambda w, r, case: EndAccess(grant=r.choice(w.grants) if w.grants else "g0"),
)


def _open(world: World, team: str) -> OpenCase:
    case = world.new("c")
    world.cases.append(case)
    customer = world.customers[case] = f"u{world.chance.randrange(4)}"
    return OpenCase(
        case=case,
        conversation="v" + case,
        message="m" + case,
        customer=customer,
        team=team,
        text="a question",
        customer_name=f"Customer {customer}",
    )


_SMALL: tuple[Callable[[World, random.Random, str, int], Command], ...] = (
    lambda w, r, case, seq: Claim(case=case),
    lambda w, r, case, seq: Release(case=case),
    lambda w, r, case, seq: Assign(case=case, team=r.choice(TEAMS)),
    lambda w, r, case, seq: Assign(case=case, team=r.choice(TEAMS), assignee=r.choice(PEOPLE)),
    lambda w, r, case, seq: Solve(case=case, seen=seq),
    lambda w, r, case, seq: Solve(case=case, seen=seq),
    lambda w, r, case, seq: Reopen(case=case),
    lambda w, r, case, seq: Snooze(case=case, until=now_ms() + 60_000),
    lambda w, r, case, seq: Wake(case=case),
    lambda w, r, case, seq: Tag(case=case, tag=r.choice("abc")),
    lambda w, r, case, seq: Untag(case=case, tag=r.choice("abc")),
    lambda w, r, case, seq: Prioritise(case=case, priority=r.randrange(4)),
    lambda w, r, case, seq: Merge(case=case, into=any_case(w, r)),
    lambda w, r, case, seq: Link(case=case, to=any_case(w, r)),
    lambda w, r, case, seq: FollowCase(case=case),
    lambda w, r, case, seq: UnfollowCase(case=case),
    lambda w, r, case, seq: Read(case=case, seq=seq),
    lambda w, r, case, seq: Unsend(message=r.choice(w.messages) if w.messages else "m0"),
    lambda w, r, case, seq: SetAvailability(state=r.choice(("online", "away", "break"))),
)


def visitor_writes(world: World) -> None:
    if not world.server.alive:
        return
    chance = world.chance
    if not world.cases or chance.random() < 0.3:
        opened = _open(world, chance.choice(TEAMS))
        args = {name: getattr(opened, name) for name in opened.__struct_fields__}
        world.server.command(CHANNEL, "case.open", **args)
        return
    case = any_case(world, chance)
    message = world.new("m")
    conversation = "v" + case
    world.server.command(
        CHANNEL, "case.receive", case=case, conversation=conversation, message=message, text="one more thing"
    )


def admin_changes(world: World) -> None:
    """Teams and roles change while people work; an account closes now and then and opens again."""
    if not world.server.alive:
        return
    chance = world.chance
    person = world.server.records.of(Person, chance.choice(PEOPLE))
    teams = tuple(sorted(chance.sample(TEAMS, chance.randrange(1, 4))))
    world.server.command(
        SYSTEM,
        "person.update",
        person=person.id,
        name=person.name,
        role=chance.choice(ROLES),
        teams=teams,
    )


def clock_runs(world: World) -> None:
    """Jobs of the server: held replies leave, snoozes and visits end."""
    if not world.server.alive:
        return
    chance = world.chance
    if chance.random() < 0.5 and world.cases:
        world.server.command(SYSTEM, "case.wake", case=any_case(world, chance))
    due = 'SELECT id FROM "grant" WHERE ended=0 AND until<?'
    for grant in [row[0] for row in world.server.records.conn.execute(due, (now_ms(),))]:
        world.server.command(SYSTEM, "access.end", grant=grant)
    held = [row[0] for row in world.server.records.conn.execute("SELECT id FROM message WHERE state='held'")]
    for message in held:
        world.server.command(SYSTEM, "case.deliver", message=message)


def customer_is_erased(world: World) -> None:
    """All about one of the few customers goes: cases in all teams, with drafts and words that still wait."""
    if not world.server.alive:
        return
    customer = f"u{world.erased}"
    if world.erased == 2 or not world.server.records.page(CUSTOMER_CASES(customer=customer), limit=1):
        return
    world.erased += 1
    world.server.command(SYSTEM, "subject.erase", erasure=world.new("e"), customer=customer)
    for desk in world.desks:
        desk.wrote = {message: case for message, case in desk.wrote.items() if not was_erased(world, case)}


def was_erased(world: World, case: str) -> bool:
    """Whether a case is of somebody whose data was erased, in this epoch or another: nobody answers for its words."""
    return world.customers.get(case, "") in [f"u{n}" for n in range(world.erased)]


def desk_dies(world: World) -> None:
    desk = world.chance.choice(world.desks)
    if desk.alive:
        desk.kill()
    else:
        desk.open()


def line_breaks(world: World) -> None:
    desk = world.chance.choice(world.desks)
    if desk.alive:
        desk.hang_up(1006)


def server_dies(world: World) -> None:
    if world.server.alive:
        world.server.kill()
    else:
        world.server.start()


def backup_or_restore(world: World) -> None:
    if not world.server.alive:
        return
    if not world.backed_up:
        world.server.back_up(world.backup)
        world.backed_up = True
    elif world.chance.random() < 0.3:
        world.server.restore(world.backup)
        world.restored += 1


MOVES: tuple[tuple[Move, float], ...] = (
    (person_acts, 60),
    (visitor_writes, 20),
    (admin_changes, 3),
    (clock_runs, 3),
    (customer_is_erased, 0.5),
    (line_breaks, 4),
    (desk_dies, 4),
    (server_dies, 2),
    (backup_or_restore, 2),
)
