"""What follows for offers from a change: nothing rings for a case that has gone, or at the desk of somebody who has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..cases import Case
from ..kernel import Change, Put, Record, Remove, View, on_changing
from ..people import Availability
from .absences import Absence, gone
from .offering import answered
from .offers import RINGING_AT, RINGING_IN, Offer
from .plan import steering


@on_changing
def kept(view: View, changes: list[Change], now: int) -> list[Change]:
    """The changes with the offers that end by them, and with whoever leaves or comes back by their own word."""
    put = [c.record for c in changes if isinstance(c, Put)]
    if not any(isinstance(one, Case | Availability | Absence) for one in put) or steering(view) is None:
        return changes
    said = [one for one in put if isinstance(one, Availability)]
    more = [change for one in said for change in _said(view, one)]
    after = [c.record for c in more if isinstance(c, Put)]
    known = {one.id for one in put if isinstance(one, Offer)}
    ended = {one.id: one for one in _ended(view, [*put, *after]) if one.id not in known}
    return [*changes, *more, *(Put(answered(one, "withdrawn", _at(put))) for one in ended.values())]


def _said(view: View, said: Availability) -> Iterator[Change]:
    """Who says that they are off is gone; who says that they are there is back."""
    held, absence = steering(view), view.get(Absence, said.person)
    if said.state == "offline" and absence is None and held is not None:
        yield Put(gone(said.person, "offline", said.since, held[0]))
    elif said.state == "online" and absence is not None:
        yield Remove(Absence, absence.id)


def _ended(view: View, put: Sequence[Record]) -> Iterator[Offer]:
    for one in put:
        if isinstance(one, Case) and _is_gone(view, one):
            yield from view.page(RINGING_IN(case=one.id), limit=10)
        elif isinstance(one, Absence) or (isinstance(one, Availability) and one.state != "online"):
            yield from view.page(RINGING_AT(person=one.person), limit=100)


def _is_gone(view: View, case: Case) -> bool:
    """Whether a case waits by this change no more where it has waited."""
    old = view.get(Case, case.id)
    waits = not case.assignee and case.status == "open" and not case.merged_into
    return old is not None and not (waits and case.team == old.team) and not old.assignee and old.status == "open"


def _at(put: Sequence[Record]) -> int:
    """When that happened, as far as one of the records says (ms, UTC)."""
    return max((getattr(one, "since", 0) or getattr(one, "at", 0) for one in put), default=0)
