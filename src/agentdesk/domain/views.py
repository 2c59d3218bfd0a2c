"""Saved views: what somebody keeps asking of the queue, for oneself, for a team or for all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .cases.seeking import CASE_FIELDS, QUESTIONS_BY_ORDER
from .kernel import (
    Actor,
    Change,
    Command,
    Condition,
    Millis,
    Name,
    Put,
    Question,
    Record,
    Refusal,
    Remove,
    View,
    clean,
    command,
    eq,
    need,
    record,
    ref,
)
from .kernel.conditions import checked
from .people import Team

Audience = Literal["me", "team", "all"]
SHOWN = ("owner", "team", "state", "channel", "language", "priority", "due", "waiting", "opened", "updated", "number")
"""What a row can tell beside what it always tells."""
MOST_COLUMNS, MOST_VIEWS = 4, 200


@record("view", public=("owner", "audience", "team", "name", "condition", "order", "columns"))
class SavedView(Record, frozen=True):
    """A filter, an order and what its rows tell. `team` is whose it is, if it is a team's."""

    owner: str
    audience: str
    team: str
    name: Name
    condition: Condition
    order: str
    columns: tuple[str, ...]
    at: Millis
    version: int = 1


VIEWS = Question("view.all", SavedView, (), ("name",))
VIEWS_OF = Question("view.of_owner", SavedView, (eq("owner", ":owner"),), ("name",))
OrNone = Annotated[str, Meta(max_length=120)]


def _scope(audience: str, team: str, who: Actor) -> str:
    """Where a view is held."""
    return {"me": f"user:{who.id}", "team": f"team:{team}:open"}.get(audience, "org")


class _Said(Command, frozen=True, kw_only=True):
    """What a view is made of."""

    name: Name
    condition: Condition
    order: Name = "longest"
    columns: Annotated[tuple[Name, ...], Meta(max_length=MOST_COLUMNS)] = ()
    audience: Audience = "me"
    team: OrNone = ""

    def made(self, view: View, id: str, who: Actor, now: int) -> SavedView:
        """The record, if all of it makes sense and this person may share it so."""
        name = " ".join(clean(self.name).split())
        if not name:
            raise Refusal("A view needs a name.", "name")
        if self.order not in QUESTIONS_BY_ORDER:
            raise Refusal("There is no order called {order}. Choose another one.", "order", order=self.order)
        if unknown := [one for one in self.columns if one not in SHOWN]:
            raise Refusal("A row cannot show {column}. Choose something else.", "column", column=unknown[0])
        if self.audience != "me":
            self._check_sharing(view, who)
        team = self.team if self.audience == "team" else ""
        condition = checked(self.condition, CASE_FIELDS)
        columns = tuple(dict.fromkeys(self.columns))
        scope = _scope(self.audience, team, who)
        return SavedView(id, scope, 0, who.id, self.audience, team, name, condition, self.order, columns, now)

    def _check_sharing(self, view: View, who: Actor) -> None:
        if not who.may("view.share"):
            raise Refusal("Only seniors and supervisors share views. Save it for yourself.", "share")
        if self.audience == "team":
            need(view, Team, self.team, "There is no such team.")
            if self.team not in who.teams:
                raise Refusal("You can share a view only with a team of your own.", "team")


@command("view.add", "view.keep")
class AddView(_Said, frozen=True):
    """Keep a view."""

    view: Annotated[str, ref("view", creates=True)]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(SavedView, self.view) is not None:
            raise Refusal("This view is there already.", "taken")
        if view.count(VIEWS_OF(owner=who.id)) >= MOST_VIEWS:
            raise Refusal("You have {most} views. Remove one first.", "many", most=MOST_VIEWS)
        yield Put(self.made(view, self.view, who, now))


@command("view.change", "view.keep")
class ChangeView(_Said, frozen=True):
    """Keep it otherwise. `version` is what was on the screen: nobody undoes what a colleague has changed meanwhile."""

    view: Annotated[str, ref("view")]
    version: Annotated[int, Meta(ge=1, le=2**53 - 1)]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = need(view, SavedView, self.view, "This view is no longer there.")
        _check_own(old, who)
        new = self.made(view, self.view, who, now)
        same = msgspec.structs.replace(old, rev=0, at=now, version=0)
        if same == msgspec.structs.replace(new, owner=old.owner, scope=old.scope, version=0):
            return
        if self.version != old.version:
            raise Refusal("Somebody has changed this view meanwhile. Look at it again.", "newer")
        owner = old.owner if self.audience != "me" else who.id
        yield Put(msgspec.structs.replace(new, owner=owner, version=old.version + 1))


@command("view.remove", "view.keep")
class RemoveView(Command, frozen=True):
    """Keep it no longer."""

    view: Annotated[str, ref("view")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = need(view, SavedView, self.view, "This view is no longer there.")
        _check_own(old, who)
        yield Remove(SavedView, old.id)


def _check_own(found: SavedView, who: Actor) -> None:
    if found.owner != who.id and not who.may("view.share"):
        raise Refusal("This view belongs to somebody else. Save a copy of it instead.", "owner")
