"""What can be asked of cases in views, rules and searches: the fields by their names, and the orders."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from ..kernel import COLUMNS, Column, Condition, Open, Sought, Trait, Via, View, bound
from ..kernel.values import ID_PATTERN
from .fields import FILLED_ONE, Filled
from .questions import MESSAGE_AT
from .records import NEVER, Case, Customer, Message

_CUSTOMER = Via("customer", Customer, (("id", "customer"),))
_SAID = Via("message", Message, (("case", "id"), ("seq", "in_seq")), MESSAGE_AT)

_OWN: Mapping[str, Column] = {
    "state": Column("word", ("status",)),
    "owner": Column("word", ("assignee",)),
    "team": Column("word", ("team",)),
    "tag": Column("words", ("tags",)),
    "channel": Column("word", ("channel",)),
    "language": Column("word", ("language",)),
    "priority": Column("number", ("priority",)),
    "number": Column("number", ("number",)),
    "messages": Column("number", ("seq",)),
    "reopened": Column("number", ("reopened",)),
    "text": Column("text", ("subject", "preview")),
    "subject": Column("text", ("subject",)),
    "said": Column("text", ("text",), _SAID),
    "customer": Column("text", ("customer_name",)),
    "email": Column("text", ("email",), _CUSTOMER),
    "region": Column("word", ("region",), _CUSTOMER),
    "tier": Column("text", ("customer_tier",)),
    "since": Column("time", ("since",), _CUSTOMER),
    "due": Column("time", ("due",), never=(0, NEVER)),
    "waiting": Column("time", ("waiting_since",)),
    "opened": Column("time", ("opened_at",)),
    "updated": Column("time", ("updated_at",)),
    "answered": Column("time", ("answered_at",)),
    "solved": Column("time", ("solved_at",)),
    "snoozed": Column("time", ("snoozed_until",)),
    "merged": Column("word", ("merged_into",)),
}
"""said: the newest words of the customer. text: the subject and the newest line."""
DICTIONARY = "field:"
"""A name that begins so is that of a field of the dictionary: its id follows."""


class CaseFields(Mapping[str, Column]):
    """What can be asked of a case: its own fields, which are listed, and those of the dictionary by their names."""

    def __getitem__(self, name: str) -> Column:
        found = _OWN.get(name) or _entry(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_OWN)

    def __len__(self) -> int:
        return len(_OWN)


@lru_cache(maxsize=512)
def _entry(name: str) -> Column | None:
    """What is filled in as a field of the dictionary."""
    id = name.removeprefix(DICTIONARY)
    if id == name or not re.fullmatch(ID_PATTERN, id):
        return None
    return Column("text", ("value",), Via("filled", Filled, (("case", "id"),), FILLED_ONE, (("field", id),)))


def entry_of(name: str) -> str:
    """The id of the field of the dictionary that a name stands for; nothing if it is one of a case's own."""
    return name.removeprefix(DICTIONARY) if name.startswith(DICTIONARY) else ""


CASE_FIELDS = CaseFields()
COLUMNS[Case] = CASE_FIELDS

ORDERS: Mapping[str, str] = {
    "longest": "rank",
    "due": "due",
    "updated": "updated_at",
    "opened": "opened_at",
    "solved": "solved_at",
    "snoozed": "snoozed_until",
    "priority": "priority",
    "number": "number",
    "customer": "customer_name",
    "subject": "subject",
    "language": "language",
    "channel": "channel",
}
"""The name of an order, and the field that it goes by. A leading `-` turns it round."""
QUESTIONS_BY_ORDER = {
    way + name: Open(f"case.by_{way}{name}", Case, (), (way + field,))
    for name, field in ORDERS.items()
    for way in ("", "-")
}
NOT_MERGED = (Trait("merged", "unset"),)


def cases_that(condition: Condition, order: str, view: View, me: str, teams: Sequence[str], now: int) -> Sought[Case]:
    """The cases for which a condition holds, for somebody at a moment, in one of the orders; `KeyError` if it is none.

    What was merged into another case is left out.
    """
    whole = Condition((NOT_MERGED, *bound(condition, me, teams, now).clauses))
    return Sought(QUESTIONS_BY_ORDER[order], (), whole, view)
