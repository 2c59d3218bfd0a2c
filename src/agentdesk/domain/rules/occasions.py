"""What sets rules off: what happened to which case, read from the changes of a command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from ..cases import Case, Message
from ..cases.fields import Filled
from ..cases.seeking import CASE_FIELDS
from ..kernel import Change, Condition, Fact, Put, Record, Via, View, bound
from ..kernel.conditions import holds
from ..kernel.seeking import others_in
from .records import Rule

CLOCK_WORDS = {"warned": "warned", "ran_out": "late"}


class Occasion(msgspec.Struct, frozen=True):
    """Something that happened to a case, as it is now. `about` as in a rule; `value` is what a field holds."""

    case: Case
    what: str
    about: str = ""
    value: str = ""


def occasions(view: View, changes: Sequence[Change]) -> list[Occasion]:
    """All that happens by these changes to cases that are kept here. `view` is how it was before."""
    put = [c.record for c in changes if isinstance(c, Put)]
    after = {one.id: one for one in put if isinstance(one, Case)}

    def case(id: str) -> Case | None:
        found = after.get(id) or view.get(Case, id)
        return None if found is None or found.home or found.merged_into else found

    found = [one for now in after.values() if case(now.id) is not None for one in _changed(view.get(Case, now.id), now)]
    for one in put:
        if isinstance(one, Message) and one.kind == "customer" and view.get(Message, one.id) is None:
            there = case(one.case)
            found += [Occasion(there, "customer")] if there is not None else []
        elif isinstance(one, Filled) and _other_value(view, one):
            found += (
                Occasion(there, "field", one.field, one.value) for there in (case(one.case),) if there is not None
            )
    for fact in (c for c in changes if isinstance(c, Fact) and c.kind == "case" and c.name.startswith("clock.")):
        _, metric, word = [*fact.name.split("."), "", ""][:3]
        there = case(fact.id) if word in CLOCK_WORDS else None
        found += [Occasion(there, CLOCK_WORDS[word], metric)] if there is not None else []
    return found


def _changed(old: Case | None, new: Case) -> Iterator[Occasion]:
    if old is None:
        yield Occasion(new, "opened")
        return
    before, after = ({tag.casefold(): tag for tag in one.tags} for one in (old, new))
    yield from (Occasion(new, "tagged", tag) for key, tag in after.items() if key not in before)
    yield from (Occasion(new, "untagged", tag) for key, tag in before.items() if key not in after)
    if old.status != new.status:
        yield Occasion(new, "state", new.status)
    yield from held_otherwise(old, new)
    if old.priority != new.priority:
        yield Occasion(new, "priority", str(new.priority))


def held_otherwise(old: Case, new: Case) -> Iterator[Occasion]:
    """That somebody else has a case now, or another team."""
    if new.assignee and old.assignee != new.assignee:
        yield Occasion(new, "assigned", new.assignee)
    if old.team != new.team:
        yield Occasion(new, "moved", new.team)


def _other_value(view: View, filled: Filled) -> bool:
    old = view.get(Filled, filled.id)
    return old is None or old.value != filled.value


def sets_off(rule: Rule, one: Occasion) -> bool:
    """Whether this is what a rule waits for; its condition is not asked."""
    if rule.when != one.what or (rule.about and rule.about.casefold() != one.about.casefold()):
        return False
    return not (rule.when == "field" and rule.equals) or rule.equals.casefold() == one.value.casefold()


def still(rule: Rule, case: Case, view: View) -> bool:
    """Whether what set a rule off that acts later is still so: else it has nothing to do any more."""
    if rule.when == "customer":
        return case.waiting_since > 0
    if rule.when == "state":
        return case.status == rule.about if rule.about else True
    if rule.when == "assigned":
        return case.assignee == rule.about if rule.about else bool(case.assignee)
    if rule.when == "moved" and rule.about:
        return case.team == rule.about
    if rule.when in ("tagged", "untagged") and rule.about:
        return (rule.about.casefold() in {tag.casefold() for tag in case.tags}) == (rule.when == "tagged")
    if rule.when == "priority" and rule.about:
        return str(case.priority) == rule.about
    if rule.when == "field":
        filled = view.get(Filled, f"{case.id}:{rule.about}")
        return filled is not None and (not rule.equals or filled.value.casefold() == rule.equals.casefold())
    return True


def meets(condition: Condition, case: Case, view: View, now: int) -> bool:
    """Whether a condition holds for a case at a moment (ms, UTC)."""

    def others(record: Record, via: Via) -> list[Record]:
        return others_in(view, record, via)

    return holds(bound(condition, "", (), now), case, CASE_FIELDS, others)
