"""What somebody brings beside what their account says: skills, trust, and how much they can take at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from ..kernel import (
    Actor,
    Change,
    Command,
    Name,
    Put,
    Question,
    Record,
    Refusal,
    View,
    command,
    may,
    need,
    record,
)
from ..people import Person, PersonId
from .plan import Plan
from .wants import Traits, Trust, distinct, folded, spoken

MOST_SKILLS = 50


@record("profile", complete=True, public=("person", "skills"))
class Profile(Record, frozen=True):
    """Set by those who lead; the id is the person's. `place` and `device` say how far they are trusted where this
    person works. `units` is how much they can take at a time, 0 for what is usual.
    """

    person: str
    skills: tuple[str, ...] = ()
    place: int = 0
    device: int = 0
    units: int = 0


PROFILES = Question("profile.all", Profile, (), ())


@command("routing.profile", "routing.manage", "system")
class SetProfile(Command, frozen=True):
    """Say what a colleague brings, and how much they can take."""

    person: PersonId
    skills: tuple[Name, ...] = ()
    place: Trust = 0
    device: Trust = 0
    units: Annotated[int, Meta(ge=0, le=100)] = 0

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        person = need(view, Person, self.person, "There is no such person.")
        leads = not set(person.teams).isdisjoint(who.teams)
        if who.role != "system" and not leads and not who.may("person.manage"):
            raise Refusal("{name} is in none of your teams.", "not_in_team", name=person.name)
        skills = distinct(self.skills)
        if len(skills) > MOST_SKILLS:
            raise Refusal("A person takes at most {most} skills.", "long", most=MOST_SKILLS)
        new = Profile(person.id, "org", 0, person.id, skills, self.place, self.device, self.units)
        old = view.get(Profile, person.id)
        if old is None or msgspec.structs.replace(old, rev=0) != new:
            yield Put(new)


def traits_of(person: Person, profile: Profile | None) -> Traits:
    """What somebody brings, as it is compared with what a case wants. Who may not answer customers is in no team."""
    works = person.active and may(person.role, "case.reply")
    return Traits(
        frozenset(person.teams if works else ()),
        folded(profile.skills) if profile is not None else frozenset(),
        frozenset(map(spoken, person.languages)),
        person.region,
        person.tier,
        profile.place if profile is not None else 0,
        profile.device if profile is not None else 0,
    )


def units_of(plan: Plan, profile: Profile | None) -> int:
    """How much somebody can take at a time."""
    return (profile.units if profile is not None else 0) or plan.units
