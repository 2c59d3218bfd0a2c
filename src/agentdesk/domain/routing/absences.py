"""Who is gone though they have said that they are there: the screen is locked, the laptop sleeps, the line is cut."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ..kernel import (
    Actor,
    Change,
    Command,
    Denied,
    Millis,
    Put,
    Question,
    Record,
    Remove,
    View,
    command,
    gt,
    lt,
    record,
)
from ..people import Availability, PersonId
from .plan import Plan, steering

Why = Literal["offline", "locked", "asleep"]


@record("absence", complete=True, public=("person", "why"))
class Absence(Record, frozen=True):
    """Somebody is gone, since when and why; the id is the person's. At `until` (ms, UTC) their cases go back to where
    they came from; 0 once that was done.
    """

    person: str
    why: str
    since: Millis
    until: Millis


ABSENT = Question("absence.all", Absence, (), ())
DUE_ABSENCES = Question("absence.due", Absence, (gt("until", 0), lt("until", ":now")), ("until",))


@command("presence.leave", "availability.set", "system")
class Leave(Command, frozen=True):
    """Somebody is gone: their desk says so, or the server, which hears no more of it."""

    person: PersonId
    why: Why

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        _refuse_others(self.person, who)
        said, held = view.get(Availability, self.person), steering(view)
        if held is None or said is None or said.state == "offline" or view.get(Absence, self.person) is not None:
            return
        yield Put(gone(self.person, self.why, now, held[0]))


@command("presence.return", "availability.set", "system")
class Return(Command, frozen=True):
    """Somebody is back. What went back to the queue in between stays there."""

    person: PersonId
    why: Why
    """What has ended: who has locked the screen is not back when the line is."""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        _refuse_others(self.person, who)
        absence, said = view.get(Absence, self.person), view.get(Availability, self.person)
        off = said is not None and said.state == "offline"  # by their own word: only that brings them back
        if absence is not None and absence.why == self.why and not off:
            yield Remove(Absence, absence.id)


def gone(person: str, why: str, since: int, plan: Plan) -> Absence:
    """The note that somebody is gone from a moment (ms, UTC) on."""
    return Absence(person, "org", 0, person, why, since, since + plan.grace * 1000)


def _refuse_others(person: str, who: Actor) -> None:
    if who.role != "system" and who.id != person:
        raise Denied("Only you can say whether you are there.")
