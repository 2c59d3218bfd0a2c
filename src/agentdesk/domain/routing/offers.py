"""Offers: a case rings at somebody's desk. What is with somebody, with what rings there, is never more than fits."""

from __future__ import annotations

from typing import Literal, get_args

from ..cases import Case
from ..kernel import Millis, Question, Record, View, eq, gt, lt, record
from ..people import Availability, Person
from .absences import Absence
from .plan import Plan, lane_of, wants_of
from .profiles import Profile, traits_of, units_of
from .wants import fits

Reason = Literal["busy", "skill", "known", "pause", "other"]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""Why somebody passes: has no hands free, cannot do this, knows the customer privately, needs a pause, or else."""
MOST_HELD = 500
"""Cases of one person that are counted."""


@record("offer", parent=("case", "case"), public=("case", "person", "team", "channel", "state", "reason"))
class Offer(Record, frozen=True):
    """A case is offered to somebody until a moment (ms, UTC). `state`: ringing; accepted; passed, with a reason;
    missed, when nobody answered; withdrawn, when the case or the person was gone first. `units` is what it takes.
    """

    case: str
    person: str
    team: str
    channel: str
    units: int
    since: Millis
    until: Millis
    state: str = "ringing"
    answered: Millis = 0
    reason: str = ""


OFFERS_IN = Question("offer.in_case", Offer, (eq("case", ":case"),), ("-since",))
RINGING_IN = Question("offer.ringing_in", Offer, (eq("case", ":case"), eq("state", "ringing")), ())
RINGING_AT = Question("offer.ringing_at", Offer, (eq("person", ":person"), eq("state", "ringing")), ("since",))
RINGING = Question("offer.ringing", Offer, (eq("state", "ringing"),), ("until",))
DUE_OFFERS = Question("offer.due", Offer, (eq("state", "ringing"), lt("until", ":now")), ("until",))
OFFERS_TO = Question("offer.to", Offer, (eq("person", ":person"),), ("-since",))
OFFERS_SINCE = Question("offer.since", Offer, (gt("since", ":since"),), ("-since",))
HELD_BY = Question("case.held_by", Case, (eq("assignee", ":person"), eq("status", "open")), ("opened_at",))


def load(view: View, plan: Plan, person: str, without: str = "") -> tuple[int, dict[str, int]]:
    """(units, cases of each channel) that are with somebody or ring there; `without` is an offer not to be counted."""
    held = [case.channel for case in view.page(HELD_BY(person=person), limit=MOST_HELD)]
    held += [one.channel for one in view.page(RINGING_AT(person=person), limit=MOST_HELD) if one.id != without]
    counts = {channel: held.count(channel) for channel in held}
    return sum(lane_of(plan, channel).units * count for channel, count in counts.items()), counts


def has_room(view: View, plan: Plan, person: str, channel: str, without: str = "") -> bool:
    """Whether one more case of a channel fits beside all that somebody has."""
    lane = lane_of(plan, channel)
    units, counts = load(view, plan, person, without)
    within = units + lane.units <= units_of(plan, view.get(Profile, person))
    return within and (not lane.most or counts.get(channel, 0) < lane.most)


def is_there(view: View, person: str) -> bool:
    """Whether somebody has said that they are there, and is not known to be gone."""
    said = view.get(Availability, person)
    return said is not None and said.state == "online" and view.get(Absence, person) is None


def may_have(view: View, plan: Plan, case: Case, person: Person) -> bool:
    """Whether a case may be given to somebody as far as what it wants goes."""
    return fits(traits_of(person, view.get(Profile, person.id)), wants_of(view, plan, case))
