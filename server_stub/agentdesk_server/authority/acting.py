"""Who gives a command, as truth knows them, what they see masked, and what is done beside the records with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from agentdesk.domain.kernel import INTERNAL_ROLES, Actor, Command, MaskView, Refusal, held_scopes
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.masking import view_of
from agentdesk.domain.people import Person

from .truth import Truth

A = TypeVar("A")


def known(truth: Truth, who: Actor) -> Actor:
    """The actor as truth knows it at this moment: role and teams are never taken from a session."""
    if who.role in INTERNAL_ROLES:
        return who
    person = truth.get(Person, who.id)
    if person is None or not person.active:
        return msgspec.structs.replace(who, role="nobody", scopes=frozenset())
    scopes = scopes_of(person.role, person.id, person.teams)
    return Actor(person.id, person.role, person.name, person.teams, scopes, who.device, who.at)


def view_for(truth: Truth, who: Actor) -> MaskView | None:
    """What an actor sees masked; the server's own adapters see everything."""
    if who.role in INTERNAL_ROLES:
        return None
    person = truth.get(Person, who.id)
    return view_of(who.role, person.region if person else "")


def beside(conn: Any, authority: A, command: Command, work: Callable[[A], Any] | None) -> Any:
    """What belongs to a command beside the records; nothing of it stays if it is refused."""
    if work is None:
        if command_spec(command).beside:
            raise Refusal("This cannot be sent as a command: ask for it where the server offers it.", "door")
        return None
    conn.execute("SAVEPOINT beside")
    try:
        result = work(authority)
    except BaseException:
        conn.execute("ROLLBACK TO beside")
        raise
    finally:
        conn.execute("RELEASE beside")
    return result


@lru_cache(maxsize=10_000)
def scopes_of(role: str, person: str, teams: tuple[str, ...]) -> frozenset[str]:
    """The names of the scopes a person holds."""
    return frozenset(scope for scope, _ in held_scopes(role, person, teams))
