"""What the fields and comparisons of conditions are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from agentdesk.desk.texts import mark, tr
from agentdesk.domain.cases import FIELDS, Field
from agentdesk.domain.cases.fields import MOST
from agentdesk.domain.cases.seeking import CASE_FIELDS, DICTIONARY, entry_of
from agentdesk.domain.kernel import Trait, View
from agentdesk.domain.kernel.conditions import Op

FIELD_NAMES: Mapping[str, str] = {
    "state": mark("State"),
    "owner": mark("Assigned to"),
    "team": mark("Team"),
    "tag": mark("Tag"),
    "channel": mark("Channel"),
    "language": mark("Language"),
    "priority": mark("Priority"),
    "due": mark("Due"),
    "waiting": mark("Waiting since"),
    "opened": mark("Opened"),
    "updated": mark("Last word"),
    "answered": mark("First answered"),
    "solved": mark("Solved on"),
    "snoozed": mark("Asleep until"),
    "text": mark("Subject or newest line"),
    "subject": mark("Subject"),
    "said": mark("Newest words of the customer"),
    "customer": mark("Customer's name"),
    "email": mark("Customer's address"),
    "region": mark("Customer's region"),
    "tier": mark("Customer's tier"),
    "since": mark("Customer since"),
    "number": mark("Number"),
    "messages": mark("Number of messages"),
    "reopened": mark("Times reopened"),
}
ORDER_NAMES: Mapping[str, str] = {
    "longest": mark("Waiting longest"),
    "due": mark("Due"),
    "updated": mark("Last word"),
    "opened": mark("Opened"),
    "solved": mark("Solved on"),
    "snoozed": mark("Asleep until"),
    "priority": mark("Priority"),
    "number": mark("Number"),
    "customer": mark("Customer's name"),
    "subject": mark("Subject"),
    "language": mark("Language"),
    "channel": mark("Channel"),
}


class Compared(NamedTuple):
    """A comparison as a person chooses it. `sign` is that of a span of time from now on."""

    id: str
    title: str
    op: Op
    sign: int = 0


WORD = (
    Compared("is", mark("is one of"), "is"),
    Compared("not", mark("is none of"), "not"),
    Compared("set", mark("is anything"), "set"),
    Compared("unset", mark("is nothing"), "unset"),
)
NUMBER = (
    Compared("is", mark("is one of"), "is"),
    Compared("not", mark("is none of"), "not"),
    Compared("above", mark("is above"), "above"),
    Compared("below", mark("is below"), "below"),
)
TEXT = (
    Compared("has", mark("contains one of"), "has"),
    Compared("lacks", mark("contains none of"), "lacks"),
    Compared("is", mark("is one of"), "is"),
    Compared("not", mark("is none of"), "not"),
    Compared("set", mark("is anything"), "set"),
    Compared("unset", mark("is nothing"), "unset"),
)
TIME = (
    Compared("last", mark("in the last"), "later", -1),
    Compared("ago", mark("longer ago than"), "sooner", -1),
    Compared("within", mark("sooner than in"), "sooner", 1),
    Compared("beyond", mark("later than in"), "later", 1),
    Compared("after", mark("from then on"), "after"),
    Compared("before", mark("before"), "before"),
    Compared("set", mark("is set"), "set"),
    Compared("unset", mark("is not set"), "unset"),
)
OF_SORT: Mapping[str, tuple[Compared, ...]] = {
    "word": WORD, "words": WORD, "number": NUMBER, "time": TIME, "text": TEXT,
}  # fmt: skip
STATES: Mapping[str, str] = {"open": mark("open"), "snoozed": mark("asleep"), "solved": mark("solved")}
RANKS: tuple[str, ...] = (mark("Low"), mark("Normal"), mark("High"), mark("Urgent"))


def field_names(view: View) -> dict[str, str]:
    """What fields are called: a case's own, and those of the dictionary."""
    own = {name: tr(title) for name, title in FIELD_NAMES.items()}
    return {**own, **{DICTIONARY + one.id: one.title for one in view.page(FIELDS(), limit=MOST)}}


def field_name(name: str, view: View) -> str:
    """What one field is called: one of the dictionary by its title, also after it was taken out of use."""
    entry = view.get(Field, entry_of(name)) if entry_of(name) else None
    return entry.title if entry is not None else tr(FIELD_NAMES[name]) if name in FIELD_NAMES else tr("a former field")


def comparisons(field: str) -> tuple[Compared, ...]:
    """Those that a field can be asked with."""
    return OF_SORT[CASE_FIELDS[field].sort]


def compared(trait: Trait) -> Compared:
    """As which comparison a person knows a trait."""
    past = any(isinstance(value, int) and value < 0 for value in trait.values)
    for one in comparisons(trait.field):
        if one.op == trait.op and (not one.sign or (one.sign < 0) == past):
            return one
    return comparisons(trait.field)[0]
