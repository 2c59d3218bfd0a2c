"""Brings the sample company to life in a data folder: by commands alone, spread over the past days."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec

from agentdesk.domain.cases import Case
from agentdesk.domain.clocks import USUAL_LADDER, Calendar, Draft, Policy, Publish, Target
from agentdesk.domain.escalation import DraftGraph, Node, PublishGraph, Way
from agentdesk.domain.kernel import Actor, Command
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.people import TEAMS, AddPerson, AddTeam, SetAvailability
from agentdesk.domain.sites import AddSite, Site, UpdateSite
from agentdesk.store.crypt import private_folder
from agentdesk_server.authority import Authority, Submission
from agentdesk_server.authority.credentials import Credentials
from agentdesk_server.blobs import path_of
from agentdesk_server.core import Core, open_core, write_private
from agentdesk_server.gate.passwords import Passwords

from .company import DAY, HOUR, Company, company, talks
from .library import asked, known
from .steps import CUSTOMER, Step, command_of, files_of, picture, steps_of

DEVICE = "sample"
SYSTEM = Actor("system", "system", device=DEVICE)
CHANNEL = Actor("webchat", "channel", device=DEVICE)


class CannotSeed(Exception):
    """A wish of the sample company was refused; the text says which and why."""


@dataclass
class Moment:
    """A clock that stands where it was put."""

    at: int = 0

    def __call__(self) -> int:
        return self.at


@dataclass
class Seeder:
    """Gives commands as if they came from a device of each person, numbered: what was done before is not done again."""

    core: Core
    moment: Moment
    numbers: Counter[str] = field(default_factory=Counter)

    async def give(self, at: int, who: Actor, command: Command) -> None:
        """One command at a time of its own. Raises `CannotSeed`."""
        self.numbers[who.id] += 1
        await self.give_once(at, who, command, self.numbers[who.id])

    async def give_once(self, at: int, who: Actor, command: Command, n: int = 0) -> None:
        self.moment.at = at
        name, args = command_spec(command).name, msgspec.msgpack.encode(command)
        who = msgspec.structs.replace(who, at=at)
        outcome = await self.core.writer.submit(Submission(who, name, command, args, n))
        if outcome.ack.status != "done":
            raise CannotSeed(f"{name} by {who.id}: {outcome.ack.sentence.format_map(outcome.ack.data)} ({command})")

    def seq(self, case: str) -> int:
        """The number of the newest message in a case, as anybody who opens it sees."""
        found = self.core.reader.records.of(Case, case)
        return found.seq if found else 0


async def seed(folder: Path, now: int, origins: tuple[str, ...], password: str) -> Company:
    """Make the company in `folder`, or complete it; everybody gets this password. Raises `CannotSeed`."""
    moment = Moment()
    async with open_core(folder, moment) as core:
        _refuse_another(core, folder)
        await fill(Seeder(core, moment), now, origins)
        moment.at = now
        await _set_passwords(core, company(), password, now)
    return company()


def _refuse_another(core: Core, folder: Path) -> None:
    """Nobody's own company becomes the sample."""
    there = {team.id for team in core.reader.records.page(TEAMS(), limit=50)}
    if there and there.isdisjoint(team.id for team in company().teams):
        raise CannotSeed(f"{folder} has a company of its own, which the demo leaves alone. Choose another folder.")


async def fill(seeder: Seeder, now: int, origins: tuple[str, ...]) -> None:
    """The company, then all that was said, in the order in which it happened."""
    told = sorted((step for talk in talks() for step in steps_of(talk, now)), key=lambda step: step.at)
    founded = told[0].at - DAY
    await _found(seeder, company(), founded, origins)
    for before, person, command in known():
        await seeder.give(founded + DAY - before, _person(person), command)
    questions = deque(sorted(asked(), key=lambda given: -given[0]))
    for step in told:
        while questions and now - questions[0][0] < step.at:
            await _ask(seeder, now, *questions.popleft())
        who = CHANNEL if step.who == CUSTOMER else _person(step.who)
        if step.who == CUSTOMER:
            await asyncio.to_thread(_store_files, seeder.core.folder, step)
        await seeder.give(step.at, who, command_of(step, seeder.seq(step.case), now, company().site.id))
    for question in questions:
        await _ask(seeder, now, *question)
    for person, state in company().available.items():
        await seeder.give(now - HOUR, _person(person), SetAvailability(state=state))
    nodes, ways = graph(company())
    await seeder.give(now - HOUR, SYSTEM, DraftGraph(graph="sample-graph", nodes=nodes, ways=ways))
    await seeder.give(now - HOUR, SYSTEM, PublishGraph(graph="sample-graph"))
    await _open_site(seeder, company(), now, origins)


async def _ask(seeder: Seeder, now: int, before: int, person: str, command: Command) -> None:
    await seeder.give(now - before, _person(person), command)


async def _found(seeder: Seeder, sample: Company, at: int, origins: tuple[str, ...]) -> None:
    """Teams, people and the shop's page."""
    for team in sample.teams:
        await seeder.give(at, SYSTEM, AddTeam(team=team.id, name=team.name, zone=team.zone, hours=team.hours))
    for one in sample.people:
        wish = AddPerson(
            person=one.id,
            name=one.name,
            email=sample.email(one.id),
            role=one.role,
            teams=one.teams,
            languages=one.languages,
        )
        await seeder.give(at, SYSTEM, wish)
    site = sample.site
    await seeder.give(
        at,
        SYSTEM,
        AddSite(
            site=site.id,
            key=site.key,
            name=site.name,
            team=site.team,
            origins=origins,
            greeting=site.greeting,
            color=site.color,
        ),
    )
    calendars, policies = rules(sample)
    await seeder.give(at, SYSTEM, Draft(regime="sample-rules", calendars=calendars, policies=policies))
    await seeder.give(at, SYSTEM, Publish(regime="sample-rules"))


def rules(sample: Company) -> tuple[tuple[Calendar, ...], tuple[Policy, ...]]:
    """By when what is due: each team counts by its own hours."""
    targets = (
        Target(metric="first", minutes=(480, 240, 60, 15), pauses=("snoozed",)),
        Target(metric="next", minutes=(960, 480, 120, 30), pauses=("snoozed",)),
        Target(metric="resolution", minutes=(4_800, 2_400, 960, 480), pauses=("snoozed", "answered")),
        Target(metric="stagnation", minutes=(4_800, 2_400, 960, 480)),
    )
    calendars = tuple(Calendar(team.id, team.name, team.zone, team.hours) for team in sample.teams)
    policies = (
        Policy(id=team.id, name=team.name, calendar=team.id, teams=(team.id,), targets=targets, ladder=USUAL_LADDER)
        for team in sample.teams
    )
    return calendars, tuple(policies)


def graph(sample: Company) -> tuple[tuple[Node, ...], tuple[Way, ...]]:
    """Who takes cases next: from the first team to each other one and back, with the leads answering for them."""

    def owner(team: str) -> str:
        people = [one for one in sample.people if team in one.teams and one.role in ("agent", "senior", "lead")]
        return max(people, key=lambda one: one.role == "lead").id

    asked = ("What was tried?", "What does the customer want?")
    first, *others = (team.id for team in sample.teams)
    nodes = (
        Node(id=team.id, name=team.name, team=team.id, owner=owner(team.id), start=True,
             questions=asked if team.id != first else ())
        for team in sample.teams
    )  # fmt: skip
    arbiter = Node(id="arbiter", name="Arbiter", sort="arbiter", team=first, owner=owner(first))
    ways = (Way(start=a, to=b, waits=True) for one in others for a, b in ((first, one), (one, first)))
    return (*nodes, arbiter), tuple(ways)


def _store_files(folder: Path, step: Step) -> None:
    """The bytes first, then the word of them, as with every upload."""
    for file in files_of(step):
        place = path_of(folder, file.digest)
        if not place.exists():
            private_folder(place.parent.parent)
            private_folder(place.parent)
            write_private(place, picture(file.name).read_bytes())


async def _open_site(seeder: Seeder, sample: Company, now: int, origins: tuple[str, ...]) -> None:
    """Each run has its own port, and with it an origin of its own."""
    site = seeder.core.reader.records.of(Site, sample.site.id)
    if site is not None and site.origins != origins:
        wish = UpdateSite(
            site=site.id, name=site.name, team=site.team, origins=origins, greeting=site.greeting, color=site.color
        )
        await seeder.give_once(now, SYSTEM, wish)


async def _set_passwords(core: Core, sample: Company, password: str, now: int) -> None:
    passwords = Passwords()
    kept = Credentials(core.database.conn)
    for one in sample.people:
        hashed = await passwords.hash(password)
        await core.writer.call(partial(_set_password, kept, one.id, hashed, now))


def _set_password(kept: Credentials, person: str, hashed: str, now: int, _: Authority) -> None:
    kept.set_password(person, hashed, now)


def _person(id: str) -> Actor:
    """Somebody of the company; role and teams come from truth."""
    return Actor(id, "", device=DEVICE)
