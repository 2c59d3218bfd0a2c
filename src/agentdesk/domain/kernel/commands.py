"""Commands: wishes, frozen and typed, each with a pure decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, get_type_hints

import msgspec

from .actors import Actor
from .errors import Denied
from .records import RECORDS
from .values import meta_of
from .view import Change, View, visible

C = TypeVar("C", bound="Command")


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A wish. The ids of what it creates come in it, so that repeating it is harmless."""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        """What changes if the wish is granted. Pure. Raises `Refusal` with a sentence, or `Unknown` on a desk."""
        raise TypeError(f"{type(self).__name__} has no decision")


class CommandSpec(msgspec.Struct, frozen=True):
    """What the outbox, the authority and the audit log need to know of a command."""

    name: str
    cls: type[Command]
    roles: frozenset[str]
    refs: tuple[tuple[str, str], ...]
    """(field, kind) of the records it names."""
    creates: tuple[tuple[str, str], ...]
    """(field, kind) of the records it brings into being."""
    draft: str
    """The field with a person's own text, which becomes a draft again if the command is refused."""


COMMANDS: dict[str, CommandSpec] = {}
_BY_CLASS: dict[type, CommandSpec] = {}


def command(name: str, *roles: str, draft: str = "") -> Callable[[type[C]], type[C]]:
    """Declare a command and the roles that may give it. `RuntimeError` if the name exists."""

    def declare(cls: type[C]) -> type[C]:
        if name in COMMANDS:
            raise RuntimeError(f"command {name} declared twice")
        metas = {n: meta_of(h) for n, h in get_type_hints(cls, include_extras=True).items()}
        refs = tuple((n, m["ref"]) for n, m in metas.items() if m.get("ref") and not m["creates"])
        creates = tuple((n, m["ref"]) for n, m in metas.items() if m.get("ref") and m["creates"])
        COMMANDS[name] = _BY_CLASS[cls] = CommandSpec(name, cls, frozenset(roles), refs, creates, draft)
        return cls

    return declare


def command_spec(cmd: Command) -> CommandSpec:
    """The declaration behind a command."""
    return _BY_CLASS[type(cmd)]


def decide(cmd: Command, view: View, who: Actor, now: int) -> list[Change]:
    """Decide a command for an actor: rights first, then the rule.

    Raises `Denied` where role or scopes do not allow it, `Refusal` from the rule, `Unknown` on a desk that cannot tell.
    """
    spec = command_spec(cmd)
    if who.role not in spec.roles:
        raise Denied("Your role ({role}) may not do this.", role=who.role, command=spec.name)
    if spec.creates and all(view.get(RECORDS[kind].cls, getattr(cmd, field)) for field, kind in spec.creates):
        return []  # said before and done: whatever was true then, repeating it changes nothing
    cmd = follow(cmd, view)
    for field, kind in (*spec.refs, *spec.creates):
        _check_visible(view, who, kind, getattr(cmd, field))
    return list(cmd.decide(view, who, now))


def follow(cmd: C, view: View) -> C:
    """The command with ids of merged records replaced by those that took their place."""
    for field, kind in command_spec(cmd).refs:
        end = _end_of(view, kind, getattr(cmd, field))
        if end != getattr(cmd, field):
            cmd = msgspec.structs.replace(cmd, **{field: end})
    return cmd


def _end_of(view: View, kind: str, id: str) -> str:
    spec = RECORDS[kind]
    if not spec.follow or not id:
        return id
    for _ in range(20):  # a chain of merges is short; a ring is impossible, but hostile data must not hang us
        found = view.get(spec.cls, id)
        successor: Any = getattr(found, spec.follow) if found is not None else ""
        if not successor:
            return id
        id = successor
    return id


def _check_visible(view: View, who: Actor, kind: str, id: str) -> None:
    found = view.get(RECORDS[kind].cls, id) if id else None
    if found is not None and not visible(view.scopes(kind, id), who):
        raise Denied("You may not see this.", kind=kind, id=id)
