"""What is done with a case: taken, given, put to sleep, solved, sorted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from ..kernel import (
    INTERNAL_ROLES,
    Actor,
    Change,
    Command,
    Fact,
    Millis,
    Name,
    Put,
    Refusal,
    Told,
    View,
    clean,
    command,
    may,
    need,
)
from ..people import Person, Team
from .fields import refuse_incomplete
from .moving import refuse_move
from .opening import revived
from .records import PRIORITIES, Case, CaseId
from .thread import changed, event, live_case, past_scope, ranked

MAX_TAGS = 30


@command("case.claim", "case.claim")
class Claim(Command, frozen=True):
    """Take an unassigned case. Refused if a colleague was faster."""

    case: CaseId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        case = live_case(view, self.case)
        if case.assignee == who.id:
            return
        if case.assignee:
            raise Refusal("{name} already has this case.", "taken", name=name_of(view, case.assignee))
        case, happened = event(changed(case, assignee=who.id), who, now, "claimed")
        yield happened
        yield Put(case)
        yield Fact("case.claimed", "case", case.id, now - case.opened_at)


@command("case.assign", "case.assign")
class Assign(Command, frozen=True):
    """Give a case to a colleague, to a team, or to both; the assignee must be in the team."""

    case: CaseId
    assignee: Annotated[str, Meta(extra={"ref": "person", "creates": False})] = ""
    team: Annotated[str, Meta(extra={"ref": "team", "creates": False})] = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        case = live_case(view, self.case)
        team = self.team or case.team
        if need(view, Team, team, "There is no such team.").retired:
            raise Refusal("This team does not take cases any more.", "retired")
        self._check_assignee(view, team)
        others = case.assignee not in ("", who.id)
        if team == case.team and not self.assignee and others and not who.may("case.override"):
            raise Refusal("{name} has this case.", "taken", name=name_of(view, case.assignee))
        if (team, self.assignee) == (case.team, case.assignee):
            return
        refuse_move(view, case, team, who)
        yield from self._moved(case, team, who, now)
        yield Fact("case.assigned", "case", case.id)

    def _moved(self, case: Case, team: str, who: Actor, now: int) -> Iterable[Change]:
        """The case where it goes; its thread says from which team to which, and who has it now."""
        scope, before = case.scope.replace(f"team:{case.team}:", f"team:{team}:"), case.team
        case = changed(case, team=team, assignee=self.assignee, scope=scope)
        if team != before:
            case, happened = event(case, who, now, "moved", f"{before}>{team}")
            yield happened
        if self.assignee:
            case, happened = event(case, who, now, "assigned", self.assignee)
            yield happened
        elif team == before:
            case, happened = event(case, who, now, "released")
            yield happened
        yield Put(case)

    def _check_assignee(self, view: View, team: str) -> None:
        if not self.assignee:
            return
        person = need(view, Person, self.assignee, "There is no such person.")
        if not person.active:
            raise Refusal("{name} does not work here any more.", "inactive", name=person.name)
        if not may(person.role, "case.reply"):
            raise Refusal("{name} does not work on cases.", "not_working", name=person.name)
        if team not in person.teams:
            raise Refusal("{name} is not in that team.", "not_in_team", name=person.name)


@command("case.release", "case.release")
class Release(Command, frozen=True):
    """Put a case back into the queue."""

    case: CaseId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        case = live_case(view, self.case)
        if not case.assignee:
            return
        if case.assignee != who.id and not who.may("case.override"):
            raise Refusal("{name} has this case.", "taken", name=name_of(view, case.assignee))
        case, happened = event(changed(case, assignee=""), who, now, "released")
        yield happened
        yield Put(case)


@command("case.snooze", "case.snooze")
class Snooze(Command, frozen=True):
    """Put a case to sleep until a time (ms, UTC); a word from the customer wakes it earlier."""

    case: CaseId
    until: Millis

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        case = live_case(view, self.case)
        if case.status == "solved":
            raise Refusal("This case is solved. Reopen it to snooze it.", "solved")
        if self.until <= (who.at or now):
            raise Refusal("Choose a time that is still to come.", "past")
        if (case.status, case.snoozed_until) == ("snoozed", self.until):
            return
        case = changed(case, status="snoozed", snoozed_until=self.until, assignee=case.assignee or taker(who))
        case, happened = event(case, who, now, "snoozed", str(self.until))
        yield happened
        yield Put(case)


@command("case.wake", "case.snooze", "system")
class Wake(Command, frozen=True):
    """End a snooze: by hand, or by the clock once its time has come."""

    case: CaseId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        case = live_case(view, self.case)
        if case.status != "snoozed" or (who.role == "system" and case.snoozed_until > now):
            return
        case, happened = revived(case, who, now)
        yield happened
        yield Put(case)


@command("case.solve", "case.solve")
class Solve(Command, frozen=True):
    """The matter is settled. `seen` as for a reply: what came in since is not closed unread."""

    case: CaseId
    seen: Annotated[int, Meta(ge=0, le=2**53 - 1)]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        case = live_case(view, self.case)
        if case.status == "solved":
            return
        if case.in_seq > self.seen:
            raise Refusal("Not solved: {name} wrote in the meantime.", "newer", name=Told(case, "customer_name"))
        refuse_incomplete(view, case)
        case = changed(
            case,
            status="solved",
            scope=past_scope(case.team),
            assignee=case.assignee or taker(who),
            solved_at=now,
            snoozed_until=0,
            waiting_since=0,
            updated_at=now,
        )
        case, happened = event(ranked(case), who, now, "solved")
        yield happened
        yield Put(case)
        yield Fact("case.solved", "case", case.id, now - case.opened_at)


@command("case.reopen", "case.solve")
class Reopen(Command, frozen=True):
    """Take up a solved case again."""

    case: CaseId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        case = live_case(view, self.case)
        if case.status != "solved":
            return
        case, happened = revived(case, who, now)
        yield happened
        yield Put(case)
        yield Fact("case.reopened", "case", case.id)


@command("case.tag", "case.tag")
class Tag(Command, frozen=True):
    """Put a word on a case."""

    case: CaseId
    tag: Name

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        case = live_case(view, self.case)
        tag = " ".join(clean(self.tag).split())[:40]
        if not tag:
            raise Refusal("A tag needs a word.", "empty")
        if tag.casefold() in {t.casefold() for t in case.tags}:
            return
        if len(case.tags) >= MAX_TAGS:
            raise Refusal("A case takes at most {limit} tags.", "too_many", limit=MAX_TAGS)
        yield Put(changed(case, tags=(*case.tags, tag)))


@command("case.untag", "case.tag")
class Untag(Command, frozen=True):
    """Take a word off a case."""

    case: CaseId
    tag: Name

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        case = live_case(view, self.case)
        if self.tag in case.tags:
            yield Put(changed(case, tags=tuple(t for t in case.tags if t != self.tag)))


@command("case.prioritise", "case.prioritise")
class Prioritise(Command, frozen=True):
    """Say how urgent a case is: 0 low, 1 normal, 2 high, 3 urgent."""

    case: CaseId
    priority: Annotated[int, Meta(ge=0, le=3)]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        case = live_case(view, self.case)
        if case.priority == self.priority:
            return
        case = ranked(changed(case, priority=self.priority))
        case, happened = event(case, who, now, "prioritised", PRIORITIES[self.priority])
        yield happened
        yield Put(case)


def taker(who: Actor) -> str:
    """Who has a case by working on it: a person does, the server itself never."""
    return "" if who.role in INTERNAL_ROLES else who.id


def name_of(view: View, person: str) -> str:
    """A person's name for a sentence."""
    found = view.get(Person, person)
    return found.name if found else person
