"""Several things done to a case at once: what macros and rules do, each decided as if it had been wished for alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, Literal, TypeVar, cast

import msgspec
from msgspec import Meta

from ..kernel import Actor, Asked, Change, Command, Denied, Put, Record, Refusal, Remove, View, clean, lay_over, spec_of
from ..kernel.commands import command_spec
from ..kernel.values import ID_PATTERN
from .fields import LONGEST_ENTRY, Fill
from .handling import Assign, Prioritise, Snooze, Solve, Tag, Untag
from .records import Case
from .tiers import SetTier, checked_tier
from .writing import Note

R = TypeVar("R", bound=Record)
Deed = Literal["tag", "untag", "assign", "team", "priority", "snooze", "note", "fill", "tier", "solve", "reply"]
MOST_ACTS = 12
MINUTE = 60_000


class Act(msgspec.Struct, frozen=True):
    """One thing to do. `value`: a tag, a person's or a team's id, a priority from 0 to 3, minutes to sleep, a note, the
    customer's tier, the macro that is answered with, or what the field `about` is filled in with.
    """

    what: Deed
    value: Annotated[str, Meta(max_length=2_000)] = ""
    about: Annotated[str, Meta(max_length=120)] = ""


Acts = Annotated[tuple[Act, ...], Meta(max_length=MOST_ACTS)]


def checked_acts(acts: Iterable[Act], *, replies: bool = False) -> tuple[Act, ...]:
    """The acts as they may be kept. Raises `Refusal` for what cannot be done at all; `replies`: it may answer."""
    found = tuple(Act(one.what, clean(one.value), one.about if one.what == "fill" else "") for one in acts)
    for one in found:
        if one.what == "reply" and not replies:
            raise Refusal("Only a rule answers by itself. Write the answer as the text of the macro.", "act")
        if not one.value and one.what != "solve":
            raise Refusal("Say for each action what it is to do, or remove it.", "act")
        if one.what == "fill" and (len(one.value) > LONGEST_ENTRY or not re.fullmatch(ID_PATTERN, one.about)):
            raise Refusal("Choose which field is filled in, with {most} signs at most.", "act", most=LONGEST_ENTRY)
        if one.what == "tier":
            checked_tier(one.value)
        if one.what == "priority" and one.value not in ("0", "1", "2", "3"):
            raise Refusal("A priority is a number from 0 (low) to 3 (urgent).", "act")
        if one.what == "snooze" and not (
            one.value.isascii() and one.value.isdecimal() and 0 < int(one.value) < 530_000
        ):
            raise Refusal("A case sleeps for a number of minutes, at most a year.", "act")
    return found


def wish_of(act: Act, case: Case, mark: str, seen: int, now: int) -> Command:
    """The command behind an act on a case. `mark` makes the ids of what it brings into being."""
    makes: dict[str, Callable[[], Command]] = {
        "tag": lambda: Tag(case=case.id, tag=act.value),
        "untag": lambda: Untag(case=case.id, tag=act.value),
        "assign": lambda: Assign(case=case.id, assignee=act.value),
        "team": lambda: Assign(case=case.id, team=act.value),
        "priority": lambda: Prioritise(case=case.id, priority=int(act.value)),
        "snooze": lambda: Snooze(case=case.id, until=now + int(act.value) * MINUTE),
        "note": lambda: Note(case=case.id, message=mark, text=act.value),
        "fill": lambda: Fill(case=case.id, field=act.about, value=act.value),
        "tier": lambda: SetTier(customer=case.customer, tier=act.value),
        "solve": lambda: Solve(case=case.id, seen=seen),
    }
    return makes[act.what]()


class Laid:
    """A view with changes laid over it, one after another."""

    def __init__(self, view: View, changes: Iterable[Change] = ()) -> None:
        self._view = view
        self._over: dict[tuple[type[Record], str], Record | None] = {}
        self.lay(changes)

    def lay(self, changes: Iterable[Change]) -> None:
        """More changes."""
        for change in changes:
            if isinstance(change, Put):
                self._over[type(change.record), change.record.id] = change.record
            elif isinstance(change, Remove):
                self._over[change.cls, change.id] = None

    def get(self, cls: type[R], id: str) -> R | None:
        return cast(R | None, self._over[cls, id]) if (cls, id) in self._over else self._view.get(cls, id)

    def knows(self, cls: type[Record], id: str) -> bool:
        return (cls, id) in self._over or self._view.knows(cls, id)

    def page(self, asked: Asked[R], after: tuple[Any, ...] | None = None, limit: int = 50) -> Sequence[R]:
        changed = {id: record for (cls, id), record in self._over.items() if cls is asked.question.cls}
        return lay_over(asked, self._view.page(asked, after, limit + len(changed)), changed, after, limit)

    def count(self, asked: Asked[Any]) -> int:
        return len(self.page(asked, None, 1_000_000))

    def scopes(self, kind: str, id: str) -> frozenset[str]:
        return self._view.scopes(kind, id)


def all_done(view: View, wishes: Iterable[Command], who: Actor, now: int, *, rights: bool = True) -> list[Change]:
    """The changes of several wishes, each decided after those before it; refused as a whole if one is, or, where there
    are `rights` to ask for, if one is not one that this person may give by itself.
    """
    laid, found = Laid(view), list[Change]()
    for wish in wishes:
        spec = command_spec(wish)
        if rights and who.role not in spec.roles:
            raise Denied("Your role ({role}) may not do this.", role=who.role, command=spec.name)
        changes = list(wish.decide(laid, who, now))
        laid.lay(changes)
        found += changes
    return last_of_each(found)


def last_of_each(changes: Sequence[Change]) -> list[Change]:
    """Of several changes to one record only the last one counts; it stands where the first one stood."""
    last: dict[Any, Change] = {}
    for at, change in enumerate(changes):
        if isinstance(change, Put):
            last[spec_of(change.record).kind, change.record.id] = change
        elif isinstance(change, Remove):
            last[spec_of(change.cls).kind, change.id] = change
        else:
            last[at] = change
    return list(last.values())
