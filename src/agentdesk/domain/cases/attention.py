"""Whose attention a case has: mentions, followers, and how far each person has read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from ..kernel import (
    Actor,
    Change,
    Command,
    Millis,
    Put,
    Question,
    Record,
    Remove,
    ShortText,
    View,
    command,
    eq,
    need,
    on_losing_a_team,
    record,
    share_of,
)
from ..kernel.values import Stamp, first_line
from .grants import guests, unshared
from .records import Case, CaseId
from .walking import every


@record(
    "mention",
    classes={"text": "free"},
    public=("person", "case", "message", "by"),
    about={"case": "case"},
    added={"stamp": 2},
)
class Mention(Record, frozen=True):
    """Somebody was named in a note. `seen` once they have looked."""

    person: str
    case: str
    message: str
    by: str
    at: Millis
    text: ShortText
    seen: bool = False
    stamp: Stamp = ""


@record("follow", public=("person", "case"))
class Follow(Record, frozen=True):
    """Somebody wants to hear of a case."""

    person: str
    case: str
    since: Millis


@record("read_mark", public=("person", "case"))
class ReadMark(Record, frozen=True):
    """Up to which message somebody has read a case."""

    person: str
    case: str
    seq: int


MENTIONS = Question("mention.mine", Mention, (eq("person", ":me"),), ("-at",))
NEW_MENTIONS = Question("mention.new", Mention, (eq("person", ":me"), eq("seen", False)), ("-at",))
MENTIONS_IN = Question("mention.in_case", Mention, (eq("person", ":me"), eq("case", ":case")), ("-at",))
MENTIONS_OF = Question("mention.of_case", Mention, (eq("case", ":case"),), ("-at",))
FOLLOWERS = Question("follow.of_case", Follow, (eq("case", ":case"),), ("since",))
FOLLOWED = Question("follow.mine", Follow, (eq("person", ":me"),), ("-since",))


def own_id(person: str, case: str) -> str:
    """The id of what one person has once for each case."""
    return f"{person}:{case}"


def mention(case: Case, people: tuple[str, ...], message: str, text: str, who: Actor, now: int) -> Iterable[Change]:
    """Tell the people named in a note, and let them see the case wherever it goes."""
    for person in people:
        scope = f"user:{person}"
        yield Put(
            Mention(f"{message}@{person}", scope, 0, person, case.id, message, who.id, now, first_line(text), False)
        )
        yield Put(share_of("case", case.id, scope))


@command("case.follow", "case.follow", anywhere=True)
class FollowCase(Command, frozen=True):
    """Hear of all that happens to a case. Not for guests: who follows stays, and a visit has an end."""

    case: CaseId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        need(view, Case, self.case)
        scope = f"user:{who.id}"
        yield Put(Follow(own_id(who.id, self.case), scope, 0, who.id, self.case, now))
        yield Put(share_of("case", self.case, scope))


@command("case.unfollow", "case.follow", guest=True, anywhere=True)
class UnfollowCase(Command, frozen=True):
    """Hear no more of a case."""

    case: CaseId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Follow, own_id(who.id, self.case)) is None:
            return
        yield Remove(Follow, own_id(who.id, self.case))
        if not view.count(MENTIONS_IN(me=who.id, case=self.case)) and not guests(view, who.id, self.case):
            yield unshared(self.case, who.id)


@on_losing_a_team
def no_longer_followed(view: View, person: str, teams: frozenset[str]) -> Iterable[Change]:
    """Who leaves a team hears no more of its cases: neither those followed nor those one was mentioned in. A guest
    stays a guest until the time that was set.
    """
    lost: set[str] = set()
    for follow in every(view, FOLLOWED(me=person)):
        if _is_of(view, follow.case, teams):
            yield Remove(Follow, follow.id)
            lost.add(follow.case)
    for mention in every(view, MENTIONS(me=person)):
        if _is_of(view, mention.case, teams):
            yield Remove(Mention, mention.id)
            lost.add(mention.case)
    for case in sorted(lost):
        if not guests(view, person, case):
            yield unshared(case, person)


def _is_of(view: View, case: str, teams: frozenset[str]) -> bool:
    found = view.get(Case, case)
    return found is not None and found.team in teams


@command("case.read", "case.read", guest=True, anywhere=True, quiet=True)
class Read(Command, frozen=True):
    """Note how far one has read; a mark only ever moves forward. Mentions in the case count as seen."""

    case: CaseId
    seq: Annotated[int, Meta(ge=0, le=2**53 - 1)]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        id, case = own_id(who.id, self.case), need(view, Case, self.case)
        old = view.get(ReadMark, id)
        seq = min(self.seq, case.seq)  # nobody has read what is not written yet
        if old is None or old.seq < seq:
            yield Put(ReadMark(id, f"user:{who.id}", 0, who.id, self.case, seq))
        for new in view.page(MENTIONS_IN(me=who.id, case=self.case), limit=200):
            if not new.seen:
                yield Put(
                    Mention(new.id, new.scope, 0, new.person, new.case, new.message, new.by, new.at, new.text, True)
                )


def unread(case: Case, mark: ReadMark | None) -> int:
    """How many messages the reader has not seen; 0 when the newest word is known."""
    return max(0, case.seq - (mark.seq if mark else 0))
