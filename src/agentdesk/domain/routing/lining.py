"""The line as it stands: each case that waits as a job, each colleague as a seat, who is not to be asked yet."""

from __future__ import annotations

from ..cases import CUSTOMER_CASES, Case
from ..kernel import Question, View, eq
from ..people import Person
from .offers import OFFERS_IN, OFFERS_TO, RINGING_IN, is_there, load
from .order import place
from .plan import Plan, Steering, lane_of, offers, wants_of
from .profiles import Profile, traits_of, units_of
from .roster import Job, Seat

MINUTE = 60_000
AGAIN = {"passed": 10 * MINUTE, "missed": MINUTE, "withdrawn": 0}
"""For so long (ms) who did not take a case is not asked again."""
LOOK_BACK = 50
WAITING = Question(
    "case.waiting", Case, (eq("team", ":team"), eq("assignee", ""), eq("status", "open")), ("opened_at",)
)


def job_of(view: View, plan: Plan, held: Steering, case: Case) -> Job | None:
    """A case as it stands in the line; None if nobody is to be asked for it now."""
    if not offers(plan, held, case) or view.page(RINGING_IN(case=case.id), limit=1):
        return None
    units, where = lane_of(plan, case.channel).units, place(case, plan.patience)
    return Job(case.id, case.channel, wants_of(view, plan, case), units, sticky(view, case), where)


def seat_of(view: View, plan: Plan, person: Person, connected: bool = True) -> Seat:
    """A colleague with all that is with them now; idle since the last offer that they took, or was made to them."""
    profile = view.get(Profile, person.id)
    units, counts = load(view, plan, person.id)
    last = view.page(OFFERS_TO(person=person.id), limit=1)
    most = {lane.channel: lane.most for lane in plan.lanes if lane.most}
    there = connected and is_there(view, person.id)
    idle = last[0].since if last else 0
    return Seat(person.id, traits_of(person, profile), units_of(plan, profile), idle, most, there, units, counts)


def sticky(view: View, case: Case) -> str:
    """Who knows the customer: who had this case last, or their newest other one. Nobody, if nobody does."""
    before = view.page(OFFERS_IN(case=case.id), limit=LOOK_BACK)
    taken = next((one.person for one in before if one.state == "accepted"), "")
    if taken:
        return taken
    others = view.page(CUSTOMER_CASES(customer=case.customer), limit=LOOK_BACK)
    return next((one.assignee for one in others if one.assignee and one.id != case.id), "")


def not_yet(view: View, case: str, now: int) -> dict[str, int]:
    """Who has not taken a case, with the moment (ms, UTC) from which on they may be asked again."""
    before = view.page(OFFERS_IN(case=case), limit=LOOK_BACK)
    until = {one.person: one.answered + AGAIN.get(one.state, 0) for one in reversed(before)}
    return {person: at for person, at in until.items() if at > now}
