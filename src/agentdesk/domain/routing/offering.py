"""Who is asked, and what they say: a case is offered, taken, passed on, missed, or put where the table says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec

from ..cases import Case, CaseId
from ..cases.records import Counter
from ..cases.thread import changed, event, live_case, open_scope
from ..kernel import Actor, Change, Command, Fact, Put, Refusal, Unknown, View, command, may, need, ref
from ..people import Availability, Person, PersonId, Team
from .offers import OFFERS_TO, RINGING_IN, Offer, Reason, has_room, is_there, may_have
from .plan import Row, lane_of, offers, row_for, steering

AnOffer = Annotated[str, ref("offer")]


@command("routing.offer", "system")
class OfferCase(Command, frozen=True):
    """Let a case ring at somebody's desk. Nothing happens where it does not wait any more, or the person is not there,
    does not fit or has no room: whoever chose did not know yet.
    """

    offer: Annotated[str, ref("offer", creates=True)]
    case: CaseId
    person: PersonId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        case, person, held = view.get(Case, self.case), view.get(Person, self.person), steering(view)
        if case is None or person is None or held is None or view.get(Offer, self.offer) is not None:
            return
        plan, steers = held
        if not offers(plan, steers, case) or view.page(RINGING_IN(case=case.id), limit=1):
            return
        there = is_there(view, person.id) and may_have(view, plan, case, person)
        if there and has_room(view, plan, person.id, case.channel):
            lane = lane_of(plan, case.channel)
            until = now + lane.ring * 1000
            yield Put(
                Offer(self.offer, case.scope, 0, case.id, person.id, case.team, case.channel, lane.units, now, until)
            )


@command("routing.accept", "routing.answer")
class AcceptOffer(Command, frozen=True):
    """Take what rings. Only the server can say whether it still does: nothing is taken offline."""

    offer: AnOffer

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        offer = _own(view, self.offer, who)
        if not view.knows(Counter, "case"):  # only the server does
            raise Unknown(offer.case)
        if offer.state == "accepted":
            return
        case = live_case(view, offer.case)
        held = steering(view)
        if offer.state != "ringing" or offer.until <= now or case.assignee or held is None:
            raise Refusal("This has rung out: the case has gone on to somebody else, or back to the queue.", "over")
        if not has_room(view, held[0], who.id, offer.channel, offer.id):
            raise Refusal("You have as much as you can take. Finish something first, or pass this on.", "full")
        case, happened = event(changed(case, assignee=who.id), who, now, "claimed")
        yield Put(answered(offer, "accepted", now))
        yield happened
        yield Put(case)
        yield Fact("offer.accepted", "case", case.id, now - offer.since)


@command("routing.pass", "routing.answer")
class PassOffer(Command, frozen=True):
    """Let somebody else have what rings, and say why."""

    offer: AnOffer
    reason: Reason

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        offer = _own(view, self.offer, who)
        if offer.state == "passed":
            return
        if offer.state != "ringing":
            raise Refusal("This has rung out: the case has gone on to somebody else, or back to the queue.", "over")
        yield Put(answered(offer, "passed", now, self.reason))
        yield Fact(f"offer.passed.{self.reason}", "case", offer.case, now - offer.since)


@command("routing.miss", "system")
class MissOffer(Command, frozen=True):
    """It has rung out. Who misses too many in a row is not there, whatever they have said."""

    offer: AnOffer

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        offer, held = view.get(Offer, self.offer), steering(view)
        if offer is None or offer.state != "ringing" or offer.until >= now:
            return
        yield Put(answered(offer, "missed", now))
        yield Fact("offer.missed", "case", offer.case, now - offer.since)
        said = view.get(Availability, offer.person)
        if held is None or said is None or said.state != "online":
            return
        before = view.page(OFFERS_TO(person=offer.person), limit=held[0].misses)
        row = [one for one in before if one.since >= said.since and (one.id == offer.id or one.state == "missed")]
        if len(row) >= held[0].misses:
            yield Put(msgspec.structs.replace(said, rev=0, state="away", since=now))
            yield Fact("availability.online", "person", offer.person, max(0, now - said.since))


@command("routing.place", "system")
class PlaceCase(Command, frozen=True):
    """Put a case where the table says."""

    case: CaseId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        case, held = view.get(Case, self.case), steering(view)
        row = row_for(*held, case) if case is not None and held is not None else None
        if case is None or row is None:
            return
        person = working(view, row)
        if (row.to, person) == (case.team, "") or need(view, Team, row.to).retired:
            return
        before = case.team
        case = changed(case, team=row.to, assignee=person, scope=open_scope(row.to))
        if row.to != before:
            case, happened = event(case, who, now, "moved", f"{before}>{row.to}")
            yield happened
        if person:
            case, happened = event(case, who, now, "assigned", person)
            yield happened
        yield Put(case)


def working(view: View, row: Row) -> str:
    """Who takes cases by this row, if they still may; nobody stands for the team's queue."""
    person = view.get(Person, row.person) if row.person else None
    fit = person is not None and person.active and row.to in person.teams and may(person.role, "case.reply")
    return row.person if fit else ""


def answered(offer: Offer, state: str, now: int, reason: str = "") -> Offer:
    """An offer that rings no more."""
    return msgspec.structs.replace(offer, rev=0, state=state, answered=now, reason=reason)


def _own(view: View, id: str, who: Actor) -> Offer:
    offer = need(view, Offer, id, "This offer is no longer there.")
    if offer.person != who.id:
        raise Refusal("This case was offered to somebody else.", "not_yours")
    return offer
