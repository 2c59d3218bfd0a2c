"""Records to play with."""

from __future__ import annotations

from typing import Any

from agentdesk.domain.cases.records import Case, Conversation, Customer, Message
from agentdesk.domain.kernel import Put, Share, share_of
from agentdesk.domain.people import Person, Team


def team(id: str = "t1", name: str = "Support") -> Team:
    return Team(id, "org", 0, name)


def person(id: str = "ann", teams: tuple[str, ...] = ("t1",)) -> Person:
    return Person(id, "org", 0, id.title(), f"{id}@x.example", "agent", teams)


def customer(id: str = "u1") -> Customer:
    return Customer(id, "customers", 0, f"Customer {id}", f"{id}@y.example", "en", 1)


def case(id: str = "c1", scope: str = "team:t1:open", by: str = "u1", **fields: Any) -> Case:
    base: dict[str, Any] = {
        "number": 1,
        "subject": "Parcel",
        "customer": by,
        "customer_name": f"Customer {by}",
        "team": scope.split(":")[1] if ":" in scope else "t1",
        "channel": "chat",
        "language": "en",
        "opened_at": 1,
        "updated_at": 1,
        "rank": 5,
    }
    return Case(id, scope, 0, **(base | fields))


def conversation(id: str = "v1", of: str = "c1", scope: str = "team:t1:open") -> Conversation:
    return Conversation(id, scope, 0, of, "chat", "u1", 1)


def message(id: str = "m1", of: str = "c1", scope: str = "team:t1:open", seq: int = 1, text: str = "Hello") -> Message:
    return Message(id, scope, 0, of, "v1", seq, "customer", "u1", "Customer", text, 1, 1)


def share(id: str = "c1", scope: str = "user:ann") -> Share:
    return share_of("case", id, scope)


def opened(id: str = "c1", scope: str = "team:t1:open", by: str = "u1", **fields: Any) -> list[Put]:
    """A case with all that hangs on it."""
    return [
        Put(customer(by)),
        Put(case(id, scope, by, **fields)),
        Put(conversation(f"{id}-v", id, scope)),
        Put(message(f"{id}-m", id, scope)),
    ]
