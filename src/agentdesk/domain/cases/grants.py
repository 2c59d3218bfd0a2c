"""Grants: somebody sees one case, until a time, though its queue is not theirs."""

from __future__ import annotations

from ..kernel import Millis, Question, Record, Remove, Share, ShortText, View, eq, lt, record, share_of
from ..kernel.values import Stamp


@record(
    "grant",
    classes={"reason": "free"},
    public=("person", "case", "way", "by"),
    about={"case": "case"},
    added={"stamp": 2},
)
class Grant(Record, frozen=True):
    """Somebody sees one case until a time (ms, UTC). `way`: guest, or break_glass. `ended` once it is over; it stays,
    for whoever asks later who could see what.
    """

    person: str
    case: str
    number: int
    way: str
    by: str
    reason: ShortText
    since: Millis
    until: Millis
    ended: Millis = 0
    stamp: Stamp = ""


GRANTED = Question("grant.of_case", Grant, (eq("person", ":person"), eq("case", ":case"), eq("ended", 0)), ("until",))
GRANTS_IN = Question("grant.in_case", Grant, (eq("case", ":case"), eq("ended", 0)), ("until",))
DUE_GRANTS = Question("grant.due", Grant, (eq("ended", 0), lt("until", ":now")), ("until",))
GRANTS = Question("grant.all", Grant, (), ("-since",))


def guests(view: View, person: str, case: str) -> list[Grant]:
    """The grants by which somebody sees a case now."""
    return list(view.page(GRANTED(person=person, case=case), limit=50))


def unshared(case: str, person: str) -> Remove:
    """The end of what was shared with somebody in person."""
    return Remove(Share, share_of("case", case, f"user:{person}").id)
