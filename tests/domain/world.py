"""A small company in a dictionary: a View that does everything the slow and obvious way, and a way to change it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
from tests.oracle.truth import shown

from agentdesk.domain.cases import Case, File, Message, OpenCase, Receive
from agentdesk.domain.catalogue import RECORDS
from agentdesk.domain.kernel import (
    Actor,
    Asked,
    Change,
    Command,
    Fact,
    Put,
    Record,
    Remove,
    decide,
    held_scopes,
    spec_of,
)
from agentdesk.domain.people import AddPerson, AddTeam, Person
from agentdesk.domain.sites import AddSite

R = TypeVar("R", bound=Record)
NOW = 1_800_000_000_000
MINUTE = 60_000
CHANNEL, SYSTEM = Actor("webchat", "channel"), Actor("system", "system")
DIGEST = "ab" * 32


class World:
    """All records of a company. `knows_all` is False for the view of a desk that does not hold everything."""

    def __init__(self, knows_all: bool = True) -> None:
        self.records: dict[tuple[str, str], Record] = {}
        self.rev, self.time, self.knows_all = 0, NOW, knows_all
        self.facts: list[Fact] = []

    def copy(self) -> World:
        """Another one that goes on from here."""
        made = World(self.knows_all)
        made.records, made.facts = dict(self.records), list(self.facts)
        made.rev, made.time = self.rev, self.time
        return made

    # -- a View

    def get(self, cls: type[R], id: str) -> R | None:
        return self.records.get((spec_of(cls).kind, id))  # type: ignore[return-value]

    def knows(self, cls: type[Record], id: str) -> bool:
        return self.knows_all or spec_of(cls).complete

    def page(self, asked: Asked[R], after: tuple[Any, ...] | None = None, limit: int = 50) -> Sequence[R]:
        return answer(self.records.values(), asked, after, limit)

    def count(self, asked: Asked[Any]) -> int:
        return len(answer(self.records.values(), asked, None, 10**9))

    def scopes(self, kind: str, id: str) -> frozenset[str]:
        return frozenset(scope for scope, there in shown(self.records).items() if (kind, id) in there)

    # -- what happens

    def decide(self, command: Command, who: Actor) -> list[Change]:
        return decide(command, self, msgspec.structs.replace(who, at=self.time), self.time)

    def do(self, command: Command, who: Actor) -> list[Change]:
        """Decide and carry out; a minute passes first."""
        self.time += MINUTE
        changes = self.decide(command, who)
        self.apply(changes)
        return changes

    def apply(self, changes: Sequence[Change]) -> None:
        self.rev += 1
        for change in changes:
            if isinstance(change, Put):
                self.put(change.record)
            elif isinstance(change, Remove):
                self.records.pop((spec_of(change.cls).kind, change.id), None)
            else:
                self.facts.append(change)

    def put(self, record: Record) -> None:
        kind = spec_of(record).kind
        self.records[kind, record.id] = msgspec.structs.replace(record, rev=self.rev)
        for spec in RECORDS.values():
            if spec.parent and spec.parent[1] == kind:
                for (other, id), child in list(self.records.items()):
                    if other == spec.kind and getattr(child, spec.parent[0]) == record.id:
                        self.records[other, id] = msgspec.structs.replace(child, scope=record.scope)

    # -- shorthands

    def actor(self, person: str, device: str = "") -> Actor:
        """A person of the company at a device."""
        found = self.get(Person, person)
        assert found is not None
        scopes = frozenset(scope for scope, _ in held_scopes(found.role, found.id, found.teams))
        return Actor(found.id, found.role, found.name, found.teams, scopes, device or f"{person}-laptop")

    def case(self, id: str = "c1") -> Case:
        found = self.get(Case, id)
        assert found is not None
        return found

    def messages(self, case: str = "c1") -> list[Message]:
        """In the order of their numbers."""
        found = [r for r in self.records.values() if isinstance(r, Message) and r.case == case]
        return sorted(found, key=lambda message: message.seq)

    def open(self, case: str = "c1", text: str = "Where is my parcel?", **fields: Any) -> Case:
        """A customer opens a case."""
        told = {"customer": "u1", "customer_name": "Lena", "team": "t1", **fields}
        self.do(OpenCase(case=case, conversation=f"{case}-v", message=f"{case}-m1", text=text, **told), CHANNEL)
        return self.case(case)

    def receive(self, message: str, text: str = "Hello?", case: str = "c1") -> None:
        """The customer writes again."""
        self.do(Receive(case=case, conversation=f"{case}-v", message=message, text=text), CHANNEL)


def answer(records: Any, asked: Asked[Any], after: tuple[Any, ...] | None, limit: int) -> list[Any]:
    """What a question ought to give, by looking at every record."""
    found = [r for r in records if type(r) is asked.question.cls and asked.matches(r)]
    found.sort(key=asked.key, reverse=asked.question.descending)
    if after is not None:
        found = [r for r in found if asked.before(after, asked.key(r))]
    return found[:limit]


def file(id: str = "f1", name: str = "a.png") -> File:
    return File(id, DIGEST, name, 3, "image/png")


def company() -> World:
    """Teams t1 and t2; ann, bob and sue (a senior) in t1, cat in t2, lou leads t1, tim t2; adm is an
    admin; there is a site, and no case yet.
    """
    world = World()
    for team in ("t1", "t2"):
        world.do(AddTeam(team=team, name=f"Team {team}"), SYSTEM)
    for person, role, teams in (
        ("ann", "agent", ("t1",)),
        ("bob", "agent", ("t1",)),
        ("cat", "agent", ("t2",)),
        ("sue", "senior", ("t1",)),
        ("lou", "lead", ("t1",)),
        ("tim", "supervisor", ("t2",)),
        ("adm", "admin", ()),
        ("eva", "auditor", ()),
    ):
        email = f"{person}@x.example"
        world.do(AddPerson(person=person, name=person.title(), email=email, role=role, teams=teams), SYSTEM)
    world.do(AddSite(site="s1", key="shop", name="Shop", team="t1", origins=("https://shop.example",)), SYSTEM)
    return world
