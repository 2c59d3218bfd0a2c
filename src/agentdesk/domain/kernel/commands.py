"""Commands: wishes, frozen and typed, each with a pure decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, get_type_hints

import msgspec

from .actors import Actor
from .errors import Denied, Refusal, Unseen, step_up
from .files import names_files
from .following import followed
from .masking import MARK
from .records import RECORDS, Put, Record, Remove, spec_of
from .residing import refuse_elsewhere
from .rights import INTERNAL_ROLES, roles_with
from .tidying import tidied
from .values import meta_of
from .view import Change, View, Without, is_guest, visible

C = TypeVar("C", bound="Command")
Key = tuple[str, str]
"""(kind, id)"""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A wish. The ids of what it creates come in it, so that repeating it is harmless."""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        """What changes if the wish is granted. Pure. Raises `Refusal` with a sentence, or `Unknown` on a desk."""
        raise TypeError(f"{type(self).__name__} has no decision")

    def asks_for(self) -> Iterable[Key]:
        """What its decision will look up beside what its fields name (see `CommandSpec`): of many commands that are
        decided together, all of it is fetched at once.
        """
        return ()


class CommandSpec(msgspec.Struct, frozen=True):
    """What the outbox, the authority and the audit log need to know of a command."""

    name: str
    cls: type[Command]
    may: str
    """The permission that a person needs; none for what only the server itself does."""
    roles: frozenset[str]
    """All roles that hold it, and those of the server's own that may give the command."""
    refs: tuple[tuple[str, str], ...]
    """(field, kind) of the records it names."""
    creates: tuple[tuple[str, str], ...]
    """(field, kind) of the records it brings into being."""
    files: tuple[str, ...]
    """The fields with files that go with it."""
    draft: str
    """The field with a person's own text, which becomes a draft again if the command is refused."""
    guest: bool
    """Whether it is open to those who were only let into the one record that it names."""
    fresh: bool = False
    """Whether a person must have proved anew, within some minutes, that it is them."""
    beside: bool = False
    """Whether what it means happens beside the records, at the server: done at a door of its own, or not at all."""
    anywhere: bool = False
    """Whether it may be about what another region keeps: it changes nothing of that."""
    mirrors: bool = False
    """Whether it brings what another region keeps, masks and all. Only the server itself does that."""
    place: tuple[str, str] = ("", "")
    """Where its draft lies: the field that names what it is about, and the word for its kind."""
    quiet: bool = False
    """Whether the desk gives it by itself, so that nobody waits for what becomes of it."""


COMMANDS: dict[str, CommandSpec] = {}
_BY_CLASS: dict[type, CommandSpec] = {}


def command(
    name: str,
    *who: str,
    draft: str = "",
    guest: bool = False,
    fresh: bool = False,
    beside: bool = False,
    anywhere: bool = False,
    mirrors: bool = False,
    place: tuple[str, str] | None = None,
    quiet: bool = False,
) -> Callable[[type[C]], type[C]]:
    """Declare a command and who may give it: one permission, or roles of the server's own, or both.

    `place` says where its draft lies, if not with the first record it names, under the last word of its name.
    `RuntimeError` if the name exists, or if nobody could give the command.
    """

    def declare(cls: type[C]) -> type[C]:
        if name in COMMANDS:
            raise RuntimeError(f"command {name} declared twice")
        permission = next((one for one in who if one not in INTERNAL_ROLES), "")
        roles = roles_with(permission) | {one for one in who if one in INTERNAL_ROLES}
        if not roles or (permission and not roles_with(permission)):
            raise RuntimeError(f"nobody may give the command {name}")
        hints = get_type_hints(cls, include_extras=True)
        metas = {n: meta_of(h) for n, h in hints.items()}
        refs = tuple((n, m["ref"]) for n, m in metas.items() if m.get("ref") and not m["creates"])
        creates = tuple((n, m["ref"]) for n, m in metas.items() if m.get("ref") and m["creates"])
        files = tuple(n for n, h in hints.items() if names_files(h))
        if mirrors and not roles <= {*INTERNAL_ROLES}:
            raise RuntimeError(f"no person may bring what another region keeps: {name}")
        lies = place or (refs[0][0] if refs else "", name.rpartition(".")[2])
        spec = CommandSpec(
            name, cls, permission, roles, refs, creates, files, draft, guest, fresh, beside, anywhere, mirrors, lies,
            quiet,
        )  # fmt: skip
        COMMANDS[name] = _BY_CLASS[cls] = spec
        return cls

    return declare


def command_spec(cmd: Command) -> CommandSpec:
    """The declaration behind a command."""
    return _BY_CLASS[type(cmd)]


def draft_place(cmd: Command) -> tuple[str, str]:
    """What the draft of a command is about, and its kind; what is about nothing yet has one place for its kind."""
    field, kind = command_spec(cmd).place
    return str(getattr(cmd, field, "") or f"{kind}:new"), kind


def decide(cmd: Command, view: View, who: Actor, now: int, *, fresh: bool = True) -> list[Change]:
    """Decide a command for an actor: rights first, then the rule.

    Raises `Denied` where the role does not allow it, `Unseen` where it names what the actor may not see (to the actor
    that looks like any missing record), `Refusal` from the rule, `Unknown` on a desk that cannot tell.
    `fresh` says whether the actor has proved anew that it is them: the server knows, a desk takes it for granted.
    """
    spec = command_spec(cmd)
    if said_before(cmd, view, who):
        return []  # said before and done: whatever was true then, repeating it changes nothing
    if who.role not in spec.roles:
        raise Denied("Your role ({role}) may not do this.", role=who.role, command=spec.name)
    if spec.fresh and not fresh:
        raise step_up()
    if not spec.mirrors and any(_holds_mask(getattr(cmd, field)) for field in cmd.__struct_fields__):
        raise Refusal("What is hidden here cannot be written back. Have it revealed first.", "masked")
    taken = _hidden(cmd, spec.creates, view, who)
    cmd = follow(cmd if spec.mirrors else tidied(cmd), view)
    hidden = taken | _hidden(cmd, spec.refs, view, who)
    if hidden:
        return _as_if_missing(cmd, view, who, now, hidden, taken)
    if not spec.guest:
        _check_no_guest(cmd, spec, view, who)
    if not (spec.anywhere or spec.mirrors):
        _check_kept_here(cmd, spec, view)
    changes = followed(view, list(cmd.decide(view, who, now)), now)
    if not spec.mirrors:
        _check_changes(changes, view)
    return changes


def _check_kept_here(cmd: Command, spec: CommandSpec, view: View) -> None:
    for field, kind in spec.refs:
        id = getattr(cmd, field)
        refuse_elsewhere(view, view.get(RECORDS[kind].cls, id) if id else None)


def _check_changes(changes: list[Change], view: View) -> None:
    """Whatever a rule has overlooked: nothing that another region keeps is changed from here."""
    for change in changes:
        if isinstance(change, Put):
            refuse_elsewhere(view, change.record)
        elif isinstance(change, Remove):
            refuse_elsewhere(view, view.get(change.cls, change.id))


def said_before(cmd: Command, view: View, who: Actor) -> bool:
    """Whether all that the command would bring into being is there already, by the actor's own hand, or in the sight of
    somebody who may give it: nobody else learns that it is.
    """
    spec = command_spec(cmd)
    made = [(kind, view.get(RECORDS[kind].cls, getattr(cmd, field))) for field, kind in spec.creates]
    if not made or any(found is None for _, found in made):
        return False
    if any(_is_by(found, who) for _, found in made):
        return True
    seen = (visible(view.scopes(kind, found.id), who) for kind, found in made if found is not None)
    return who.role in spec.roles and all(seen)


def _is_by(found: Record | None, who: Actor) -> bool:
    by = getattr(found, "author", "") or getattr(found, "by", "")
    return by == who.id or bool(who.device and getattr(found, "device", "") == who.device)


def _hidden(cmd: Command, fields: tuple[tuple[str, str], ...], view: View, who: Actor) -> frozenset[Key]:
    """The records named in these fields that are there and out of the actor's sight."""
    named = frozenset((kind, getattr(cmd, field)) for field, kind in fields)
    return frozenset(key for key in named if _is_hidden(view, who, *key))


def _is_hidden(view: View, who: Actor, kind: str, id: str) -> bool:
    found = view.get(RECORDS[kind].cls, id) if id else None
    return found is not None and not visible(view.scopes(kind, id), who)


def _as_if_missing(
    cmd: Command, view: View, who: Actor, now: int, hidden: frozenset[Key], taken: frozenset[Key]
) -> list[Change]:
    """What the command would get if these records did not exist, so that nobody learns from an answer that they do.

    `taken` are those that it would bring into being: where it could, there is no other answer than that it cannot.
    """
    spec, without = command_spec(cmd), Without(view, hidden)
    try:
        if not spec.guest:
            _check_no_guest(cmd, spec, without, who)
        changes = list(cmd.decide(without, who, now))
    except Denied:
        raise
    except Refusal as refusal:
        raise Unseen(refusal) from None
    if changes and taken:
        raise Denied("This belongs to something else already.")
    touched = {(spec_of(c.record).kind, c.record.id) for c in changes if isinstance(c, Put)}
    touched |= {(spec_of(c.cls).kind, c.id) for c in changes if isinstance(c, Remove)}
    if touched:  # it would have made something for a record that is not there: no rule should, and none may here
        raise Unseen(Refusal("This is no longer there.", "missing"))
    return changes


def _check_no_guest(cmd: Command, spec: CommandSpec, view: View, who: Actor) -> None:
    for field, kind in spec.refs:
        id = getattr(cmd, field)
        found = view.get(RECORDS[kind].cls, id) if id else None
        if found is not None and is_guest(found.scope, view.scopes(kind, id), who):
            raise Denied("You are a guest here: you can read this and write notes.", kind=kind, id=id)


def _holds_mask(value: Any) -> bool:
    if isinstance(value, str):
        return MARK in value
    if isinstance(value, tuple | list):
        return any(map(_holds_mask, value))
    return isinstance(value, msgspec.Struct) and any(_holds_mask(getattr(value, f)) for f in value.__struct_fields__)


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
