"""What people at desks do, sensible or not, chosen at random."""

from __future__ import annotations

import random

from tests.stories.rig import Desk

from agentdesk.domain.cases import (
    Assign,
    Case,
    Claim,
    FollowCase,
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
)
from agentdesk.domain.kernel import Command
from agentdesk.domain.people import Person, Team

CASES = 8
WHILE_MS = 2_000


def any_command(desk: Desk, chance: random.Random, *, moves: bool = False) -> Command:
    """Something that this person might do next; with `moves`, also what takes cases out of sight."""
    cases = desk.cases()
    roll, message = chance.random(), desk.new_id()
    teams = [team.id for team in desk.all_of(Team)]
    if not teams:
        return Claim(message)  # nothing is known here at this moment: not even whether there is such a case
    if not cases or (len(cases) < CASES and roll < 0.1):
        customer = f"u{chance.randrange(4)}"
        text = f"a question {message}"
        return OpenCase(desk.new_id(), desk.new_id(), message, customer, chance.choice(teams), text)
    case = chance.choice(cases)
    if roll < 0.35:
        return Reply(case.id, message, f"an answer {message}", case.seq)
    if roll < 0.65:
        return Note(case.id, message, f"a note {message}{_mention(desk, chance) if moves else ''}")
    return chance.choice([*_small(desk, chance, case), *(_moves(desk, chance, case) if moves else ())])


def _mention(desk: Desk, chance: random.Random) -> str:
    return f" @[{chance.choice(desk.all_of(Person)).id}]" if chance.random() < 0.4 else ""


def _small(desk: Desk, chance: random.Random, case: Case) -> tuple[Command, ...]:
    return (
        Claim(case.id),
        Release(case.id),
        Solve(case.id, case.seq),
        Tag(case.id, chance.choice("abc")),
        Prioritise(case.id, chance.randrange(4)),
        Read(case.id, case.seq),
    )


def _moves(desk: Desk, chance: random.Random, case: Case) -> tuple[Command, ...]:
    return (
        Assign(case.id, team=chance.choice(desk.all_of(Team)).id),
        Reopen(case.id),
        Snooze(case.id, desk.worker.now() + WHILE_MS),
        FollowCase(case.id),
        UnfollowCase(case.id),
        Merge(case.id, chance.choice(desk.cases()).id),
    )
