"""Doors into one case for somebody who does not work its queue: guests, and glass that is broken. Never in silence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from ..kernel import (
    Actor,
    Change,
    Command,
    Fact,
    Millis,
    Put,
    Question,
    Refusal,
    ShortText,
    Unknown,
    View,
    clean,
    command,
    eq,
    may,
    need,
    ref,
    share_of,
    visible,
)
from ..people import Person, PersonId
from .attention import MENTIONS_IN, Follow, own_id
from .grants import Grant, guests, unshared
from .records import Case, CaseId
from .thread import event, live_case

MINUTE, DAY = 60_000, 24 * 3_600_000
LONGEST_VISIT = 30 * DAY
LONGEST_EMERGENCY = 8 * 60
"""Minutes."""
SHORTEST_REASON = 10


GrantId = Annotated[str, ref("grant", creates=True)]
CASE_NUMBERED = Question("case.numbered", Case, (eq("number", ":number"), eq("merged_into", ""), eq("home", "")), ())
"""Each region counts its own cases."""


@command("case.invite", "case.invite")
class Invite(Command, frozen=True):
    """Let a colleague into one case until a time (ms, UTC), to read it and to write notes."""

    grant: GrantId
    case: CaseId
    person: PersonId
    until: Millis
    reason: ShortText

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        case = live_case(view, self.case)
        person = need(view, Person, self.person, "There is no such person.")
        if not person.active:
            raise Refusal("{name} does not work here any more.", "inactive", name=person.name)
        if case.team in person.teams and may(person.role, "case.see"):
            raise Refusal("{name} sees this case already.", "sees", name=person.name)
        if self.until <= (who.at or now):
            raise Refusal("Choose a time that is still to come.", "past")
        if self.until > now + LONGEST_VISIT:
            raise Refusal("A guest is let in for at most {days} days.", "long", days=LONGEST_VISIT // DAY)
        grant = Grant(
            self.grant, f"user:{person.id}", 0, person.id, case.id, case.number, "guest", who.id, "", now, self.until
        )
        yield from _opened(grant, _reason(self.reason), case, person, who, now)


@command("access.break_glass", "access.break_glass", fresh=True)
class BreakGlass(Command, frozen=True):
    """Open a case that one may not see, by its number, for some minutes. Supervisors and auditors are told at once."""

    grant: GrantId
    number: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    reason: ShortText
    minutes: Annotated[int, Meta(ge=1, le=LONGEST_EMERGENCY)] = 60

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        reason = _reason(self.reason)
        found = view.page(CASE_NUMBERED(number=self.number), limit=1)
        if not found and not view.knows(Case, f"number {self.number}"):
            raise Unknown(str(self.number))
        if not found:
            raise Refusal("There is no case {number}.", "missing", number=self.number)
        case = found[0]
        if visible(view.scopes("case", case.id), who):
            raise Refusal("You see this case already.", "sees")
        person = need(view, Person, who.id, "There is no such person.")
        grant = Grant(
            self.grant,
            f"user:{who.id}",
            0,
            who.id,
            case.id,
            case.number,
            "break_glass",
            who.id,
            "",
            now,
            now + self.minutes * MINUTE,
        )
        yield from _opened(grant, reason, case, person, who, now)


@command("access.end", "access.end", "system", guest=True)
class EndAccess(Command, frozen=True):
    """End it before its time: the guest, whoever let them in, or somebody who oversees. The clock ends the others."""

    grant: Annotated[str, ref("grant")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        grant = need(view, Grant, self.grant)
        if grant.ended or (who.role == "system" and grant.until > now):
            return
        if who.role != "system" and who.id not in (grant.person, grant.by) and not who.may("access.oversee"):
            raise Refusal("Only the guest, the host or a supervisor can end this.", "not_yours")
        yield Put(msgspec.structs.replace(grant, rev=0, ended=now))
        yield Fact(f"access.{grant.way}", "case", grant.case, now - grant.since)
        others = [g for g in guests(view, grant.person, grant.case) if g.id != grant.id]
        if not others and not _watches(view, grant.person, grant.case):
            yield unshared(grant.case, grant.person)


def _watches(view: View, person: str, case: str) -> bool:
    """Whether somebody was let in for another reason: as a follower, or because a note names them."""
    if view.get(Follow, own_id(person, case)) is not None:
        return True
    return bool(view.count(MENTIONS_IN(me=person, case=case)))


def _opened(grant: Grant, reason: str, case: Case, person: Person, who: Actor, now: int) -> Iterable[Change]:
    """The grant, what it opens, and all who are told of it: host, overseers, the supervisors of the person's teams."""
    grant = msgspec.structs.replace(grant, reason=reason)
    yield Put(grant)
    yield Put(share_of("case", case.id, f"user:{person.id}"))
    told = ["oversight", *(f"lead:{team}" for team in dict.fromkeys((*person.teams, case.team)))]
    if who.id != person.id:
        told.append(f"user:{who.id}")
    for scope in told:
        yield Put(share_of("grant", grant.id, scope))
    case, happened = event(case, who, now, "invited" if grant.way == "guest" else "glass_broken", person.id)
    yield happened
    yield Put(case)


def _reason(text: str) -> str:
    reason = " ".join(clean(text).split())
    if len(reason) < SHORTEST_REASON:
        raise Refusal("Say why, in a sentence that somebody else understands later.", "reason")
    return reason
