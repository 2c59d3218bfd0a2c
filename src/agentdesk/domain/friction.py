"""Friction: a process that hurts at work is told to whoever owns it, by a date, and no report ends unanswered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from .governed.records import LIBRARY
from .governed.writing import refuse_unseen
from .kernel import (
    Actor,
    Change,
    Command,
    Denied,
    Fact,
    Millis,
    Name,
    Put,
    Question,
    Record,
    Refusal,
    ShortText,
    View,
    clean,
    command,
    eq,
    gt,
    lt,
    need,
    on_changing,
    record,
    ref,
)
from .kernel.values import ID_PATTERN, Stamp
from .people import PEOPLE, Person

DAY = 24 * 3_600_000
USUAL, AGAIN = 7, 2
"""Days in which an answer is due where a process says nothing else, and between two reminders that it is late."""
MOST, MOST_PEOPLE = 200, 10_000
GONE = "This report is no longer there."
FrictionId = Annotated[str, ref("friction")]
AnId = Annotated[str, Meta(pattern=ID_PATTERN)]
OrNone = Annotated[str, Meta(max_length=120)]


@record("process", public=("name", "owner"))
class Process(Record, frozen=True):
    """Something that is done the same way each time, with somebody who can change that; `days` for an answer."""

    name: Name
    owner: str
    days: int = USUAL


@record("friction", classes={"about": "free", "words": "free", "answer": "free", "doubt": "free"},
        public=("case", "process", "by", "owner", "state", "answered_by"), about={"case": "case"})  # fmt: skip
class Friction(Record, frozen=True):
    """What hurts in a process (`about` is its name as it was then), noticed in a `case`. `state`: open, answered. `due`
    is when the answer is, `alarm` the next moment at which somebody is reminded, 0 once it is answered. `doubt` is why
    the reporter did not take the answer that stands there.
    """

    process: str
    about: Name
    words: ShortText
    case: str
    by: str
    at: Millis
    owner: str
    due: Millis
    alarm: Millis
    state: str = "open"
    answer: ShortText = ""
    answered_by: str = ""
    answered_at: Millis = 0
    doubt: ShortText = ""
    stamp: Stamp = ""


@record("friction_notice", public=("person", "friction", "what"))
class FrictionNotice(Record, frozen=True):
    """Somebody has to answer (`asked`), has not in time (`late`), or was answered (`answered`)."""

    person: str
    friction: str
    what: str
    at: Millis
    seen: bool = False


PROCESSES = Question("process.all", Process, (), ("name",))
TO_ANSWER = Question("friction.to_answer", Friction, (eq("owner", ":me"), eq("state", "open")), ("due",))
REPORTED = Question("friction.reported", Friction, (eq("by", ":me"),), ("-at",))
FRICTIONS = Question("friction.by_state", Friction, (eq("state", ":state"),), ("-at",))
DUE_FRICTIONS = Question("friction.due", Friction, (gt("alarm", 0), lt("alarm", ":now")), ("alarm",))
NOTICES_OF = Question("friction_notice.new", FrictionNotice, (eq("person", ":me"), eq("seen", False)), ("-at",))


@command("friction.process", "team.lead")
class KeepProcess(Command, frozen=True):
    """Say who answers for a process, and within how many days."""

    process: AnId
    name: Name
    owner: Annotated[str, ref("person")]
    days: Annotated[int, Meta(ge=1, le=90)] = USUAL

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if not (name := " ".join(clean(self.name).split())):
            raise Refusal("A process needs a name.", "name")
        owner = _able(view, self.owner)
        old = view.get(Process, self.process)
        new = Process(self.process, LIBRARY, 0, name, owner.id, self.days)
        if old is None or (old.name, old.owner, old.days) != (new.name, new.owner, new.days):
            yield Put(new)


@command("friction.report", "governed.write", draft="words", place=("case", "friction"))
class Report(Command, frozen=True):
    """Say that a process hurts, from a case or without one. It goes to who owns the process, else to a lead."""

    friction: Annotated[str, ref("friction", creates=True)]
    words: ShortText
    process: OrNone = ""
    case: OrNone = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Friction, self.friction) is not None:
            raise Refusal("This draft is there already.", "taken")
        if not (words := clean(self.words)):
            raise Refusal("Say in a few words what hurts.", "empty")
        if self.case:
            refuse_unseen(view, self.case, who)
        process = need(view, Process, self.process, "There is no such process.") if self.process else None
        owner = owner_for(view, process, who.id)
        due = now + (process.days if process is not None else USUAL) * DAY
        about = process.name if process is not None else ""
        friction = Friction(
            self.friction, LIBRARY, 0, self.process, about, words, self.case, who.id, now, owner, due, due
        )
        yield Put(friction)
        yield Fact("friction.reported", "friction", friction.id)
        yield _notice(friction, owner, "asked", now)


@command("friction.answer", "governed.write", draft="answer")
class AnswerFriction(Command, frozen=True):
    """Say what comes of a report: who reported it is told, and it is theirs to say that this is no answer."""

    friction: FrictionId
    answer: ShortText

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        friction = need(view, Friction, self.friction, GONE)
        if not (answer := clean(self.answer)):
            raise Refusal("Say what comes of it, even if nothing can be changed.", "empty")
        if (friction.state, friction.answer, friction.answered_by) == ("answered", answer, who.id):
            return
        _refuse_answered(friction)
        _check_owner(friction, who)
        told = {"state": "answered", "answer": answer, "answered_by": who.id, "answered_at": now, "alarm": 0}
        yield Put(msgspec.structs.replace(friction, rev=0, **told))
        yield Fact("friction.answered", "friction", friction.id, max(0, now - friction.at))
        yield _notice(friction, friction.by, "answered", now)


@command("friction.pass", "governed.write")
class PassFriction(Command, frozen=True):
    """Give a report to somebody else who can answer it; when the answer is due stays."""

    friction: FrictionId
    person: Annotated[str, ref("person")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        friction = need(view, Friction, self.friction, GONE)
        if friction.owner == self.person:
            return
        _refuse_answered(friction)
        _check_owner(friction, who)
        owner = _able(view, self.person)
        yield from _given(friction, owner.id, now)


@command("friction.doubt", "governed.write", draft="doubt")
class DoubtAnswer(Command, frozen=True):
    """Who reported it says why the answer is none: it is open again, with a date of its own."""

    friction: FrictionId
    doubt: ShortText

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        friction = need(view, Friction, self.friction, GONE)
        if friction.by != who.id:
            raise Denied("Only who reported it can say that this is no answer.", kind="friction")
        if not (doubt := clean(self.doubt)):
            raise Refusal("Say why this is no answer.", "reason")
        if friction.state == "open":
            return
        owner = owner_for(view, _process_of(view, friction), who.id)
        due = now + USUAL * DAY
        again = msgspec.structs.replace(friction, rev=0, state="open", doubt=doubt, owner=owner, due=due, alarm=due)
        yield Put(again)
        yield _notice(again, owner, "asked", now)


@command("friction.read", "governed.read")
class ReadFriction(Command, frozen=True):
    """One has seen what one was told of a report."""

    notice: Annotated[str, ref("friction_notice")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        found = need(view, FrictionNotice, self.notice)
        if found.person == who.id and not found.seen:
            yield Put(msgspec.structs.replace(found, rev=0, seen=True))


@command("friction.ring", "system")
class RingFriction(Command, frozen=True):
    """The answer was due: its owner and a lead are told, again and again until it is there."""

    friction: FrictionId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        friction = need(view, Friction, self.friction, GONE)
        if not 0 < friction.alarm < now:
            return
        if (owner := view.get(Person, friction.owner)) is None or not _is_able(owner):
            friction = msgspec.structs.replace(
                friction,
                owner=owner_for(view, _process_of(view, friction), friction.by, refuse=False) or friction.owner,
            )
        yield Put(msgspec.structs.replace(friction, rev=0, alarm=now + AGAIN * DAY))
        lead = next((one.id for one in _leads(view, friction.by) if one.id != friction.owner), "")
        for person in filter(None, (friction.owner, lead)):
            yield _notice(friction, person, "late", now)


@on_changing
def left(view: View, changes: list[Change], now: int) -> list[Change]:
    """Whoever leaves, or may no longer write, leaves no report behind: it goes to whoever answers next."""
    more: list[Change] = []
    for change in changes:
        person = change.record if isinstance(change, Put) else None
        if not isinstance(person, Person) or _is_able(person):
            continue
        for friction in view.page(TO_ANSWER(me=person.id), limit=MOST):
            owner = owner_for(view, _process_of(view, friction), friction.by, without=person.id, refuse=False)
            if owner:
                more += _given(friction, owner, now)
    return [*changes, *more]


def _process_of(view: View, friction: Friction) -> Process | None:
    return view.get(Process, friction.process) if friction.process else None


def owner_for(view: View, process: Process | None, reporter: str, *, without: str = "", refuse: bool = True) -> str:
    """Who answers: the owner of the process, else a lead of the reporter's team, else any. Refused if nobody can."""
    owner = view.get(Person, process.owner) if process is not None and process.owner != without else None
    if owner is not None and _is_able(owner):
        return owner.id
    lead = next((one.id for one in _leads(view, reporter) if one.id != without), "")
    if not lead and refuse:
        raise Refusal("There is nobody yet who could answer this. Ask an administrator to name a lead.", "owner")
    return lead


def _leads(view: View, reporter: str) -> list[Person]:
    """Those who lead teams, first of them those who lead one of the reporter's; never the reporter alone."""
    about = view.get(Person, reporter)
    teams = set(about.teams) if about is not None else set()
    people = (one for one in view.page(PEOPLE(), limit=MOST_PEOPLE) if _is_able(one) and _may(one, "team.lead"))
    return sorted(people, key=lambda one: (one.id == reporter, teams.isdisjoint(one.teams), one.name, one.id))


def _may(person: Person, permission: str) -> bool:
    return Actor(person.id, person.role).may(permission)


def _is_able(person: Person) -> bool:
    return person.active and _may(person, "governed.write")


def _able(view: View, id: str) -> Person:
    person = need(view, Person, id, "There is no such person.")
    if not _is_able(person):
        raise Refusal("{name} cannot answer reports: choose somebody else.", "role", name=person.name)
    return person


def _check_owner(friction: Friction, who: Actor) -> None:
    if friction.owner != who.id and not who.may("team.lead"):
        raise Denied("Only who was asked, or a lead, can do this.", kind="friction")


def _refuse_answered(friction: Friction) -> None:
    if friction.state == "answered":
        raise Refusal("This report was answered already.", "state")


def _given(friction: Friction, owner: str, now: int) -> Iterator[Put]:
    yield Put(msgspec.structs.replace(friction, rev=0, owner=owner))
    yield _notice(friction, owner, "asked", now)


def _notice(friction: Friction, person: str, what: str, now: int) -> Put:
    id = f"{friction.id}:{what}:{now}@{person}"[:120]
    return Put(FrictionNotice(id, f"user:{person}", 0, person, friction.id, what, now))
