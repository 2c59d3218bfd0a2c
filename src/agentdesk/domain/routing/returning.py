"""What goes back to its queue: cases of those who are gone, or who may not have them any longer."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ..cases import Case
from ..cases.thread import changed, event
from ..cases.walking import every
from ..kernel import Actor, Change, Command, Put, View, command, may
from ..people import Person, PersonId
from .absences import Absence
from .offers import HELD_BY
from .plan import Plan, lane_of, steering

AT_ONCE = 100


@command("routing.hand_back", "system")
class HandBack(Command, frozen=True):
    """Somebody's time to come back is over, or they have left the team. Their cases wait again, none younger for it."""

    person: PersonId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        person, held, absence = view.get(Person, self.person), steering(view), view.get(Absence, self.person)
        if person is None:
            return
        due = absence is not None and 0 < absence.until < now
        plan = held[0] if held is not None and due else None
        open_ = every(view, HELD_BY(person=person.id))
        back = [case for case in open_ if not case.home and _goes(case, person, plan)]
        for one in back[:AT_ONCE]:
            case, happened = event(changed(one, assignee=""), who, now, "released")
            yield happened
            yield Put(case)
        if absence is not None and due and len(back) <= AT_ONCE:
            yield Put(msgspec.structs.replace(absence, rev=0, until=0))


def may_hold(person: Person, case: Case) -> bool:
    """Whether somebody can still be the one who has a case."""
    return person.active and case.team in person.teams and may(person.role, "case.reply")


def _goes(case: Case, person: Person, plan: Plan | None) -> bool:
    gone = plan is not None and case.team in plan.teams and lane_of(plan, case.channel).back
    return gone or not may_hold(person, case)
