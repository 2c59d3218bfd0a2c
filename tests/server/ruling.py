"""An authority on a file of its own, with a small company, and a hand that gives it commands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from agentdesk.domain.cases import OpenCase
from agentdesk.domain.kernel import Actor, Command
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.people import AddPerson, AddTeam
from agentdesk_server.audit import leaf
from agentdesk_server.audit.export import Sealed, export
from agentdesk_server.audit.head import SignedHead
from agentdesk_server.audit.verify import Verdict, verify_file
from agentdesk_server.authority import Authority, Database, Outcome, Submission, open_server_database

MASTER = b"a master key of the tests, 32 b."
NOW = 1_800_000_000_000
SYSTEM, CHANNEL = Actor("system", "system"), Actor("webchat", "channel")
PEOPLE = (("ann", "agent", ("t1",)), ("bob", "agent", ("t1",)), ("cat", "agent", ("t2",)), ("lou", "lead", ("t1",)))


class Ruling:
    """`tell` gives one command, `told` makes one to be given with others; time stands still unless it is moved."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.time = folder, NOW
        self.open()

    def open(self) -> None:
        self.database: Database = open_server_database(self.folder, durable=False)
        self.authority = Authority(self.database, MASTER, lambda: self.time)

    def reopen(self) -> None:
        self.database.close()
        self.open()

    @property
    def conn(self) -> Any:
        return self.database.conn

    def told(self, who: str | Actor, command: Command, n: int = 0, device: str = "laptop") -> Submission:
        actor = Actor(who, "nobody", device=device, at=self.time) if isinstance(who, str) else who
        return Submission(actor, command_spec(command).name, command, msgspec.msgpack.encode(command), n)

    def tell(self, who: str | Actor, command: Command, n: int = 0, device: str = "laptop") -> Outcome:
        (outcome,) = self.authority.commit([self.told(who, command, n, device)])
        return outcome

    def found(self) -> Ruling:
        """Teams t1 and t2; ann and bob work in t1, cat in t2, lou leads t1."""
        for team in ("t1", "t2"):
            self.tell(SYSTEM, AddTeam(team=team, name=team))
        for person, role, teams in PEOPLE:
            email = f"{person}@x.example"
            self.tell(SYSTEM, AddPerson(person=person, name=person.title(), email=email, role=role, teams=teams))
        return self

    def open_case(self, case: str = "c1", customer: str = "u1", team: str = "t1", text: str = "Hello?") -> Outcome:
        made = OpenCase(
            case=case, conversation=f"{case}-v", message=f"{case}-m", customer=customer, team=team, text=text,
            customer_name=f"Customer {customer}",
        )  # fmt: skip
        return self.tell(CHANNEL, made)

    def leaves(self) -> list[leaf.Leaf]:
        return [leaf.decode(data) for (data,) in self.conn.execute("SELECT data FROM leaf ORDER BY number")]

    def verify(self, path: Path, size: int = 0) -> Verdict:
        """What the verifier says of the log, exported as an operator would."""
        self.authority.sign_head()
        rows = self.conn.execute("SELECT number, data, sealed FROM leaf ORDER BY number").fetchall()
        heads = self.conn.execute("SELECT data, signature FROM signed_head ORDER BY size").fetchall()
        public = self.authority.ledger.public_key
        lines = export(
            self.authority.epoch,
            public,
            [row[1] for row in rows],
            [SignedHead(*row) for row in heads],
            [Sealed(number, 0, payload) for number, _, payload in rows if payload is not None],
        )
        with path.open("wb") as file:
            file.writelines(lines)
        return verify_file(path, public, minimum_size=size)
