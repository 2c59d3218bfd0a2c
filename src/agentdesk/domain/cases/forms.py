"""Forms that customers fill in: what is asked before the first word, and what answers become in the dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from ..kernel import Actor, Change, Put, Refusal, ShortText, View, clean
from ..kernel.conditions import folded
from ..kernel.values import upright
from .fields import FIELDS, LONGEST_ENTRY, MOST, AnId, Field, Filled, as_declared, entry_id, fitting, is_for, value_of
from .identities import same_person
from .questions import CUSTOMER_CASES
from .records import Case

MOST_LINES, LONGEST_KEY, MOST_CASES = 60, 80, 20
KNOWN_BY_ITSELF = ("channel", "language")


class Entry(msgspec.Struct, frozen=True):
    """An answer in a form: which field, and with what."""

    field: AnId
    value: ShortText


Entries = Annotated[tuple[Entry, ...], Meta(max_length=MOST)]


def first_asked(view: View, team: str, channel: str, language: str, customer: str) -> list[Field]:
    """What a customer who reads this language is asked before the first word, in its order. What they have said in a
    case that is still open is not asked again, by whatever channel; nor what is taken from their earlier cases, once it
    is there.
    """
    there = view.page(FIELDS(), limit=MOST)
    asked = [one for one in there if one.ask and is_for(one, team, channel) and one.source not in KNOWN_BY_ITSELF]
    if not asked:
        return []
    cases = [case for one in same_person(view, customer)
             for case in view.page(CUSTOMER_CASES(customer=one), limit=MOST_CASES)]  # fmt: skip
    known = {one.id: value for one in asked if (value := _known(view, one, cases))}
    names = {one.id for one in asked}
    by_itself = {"channel": channel, "language": language}
    known |= {one.id: by_itself[one.source] for one in there if one.source in by_itself}
    return [one for one in asked if one.id not in known and _may_come(one, names, known)]


def _known(view: View, field: Field, cases: Sequence[Case]) -> str:
    among = (one for one in cases if field.source == "earlier" or (one.status != "solved" and not one.merged_into))
    return next((value for one in among if (value := _said(view, one, field))), "")


def _said(view: View, case: Case, field: Field) -> str:
    value, said = value_of(view, case, field)
    return value if said else ""


def _may_come(field: Field, names: set[str], known: dict[str, str]) -> bool:
    """Whether a field that hangs on another one can be asked at all in this form."""
    if not field.when or (field.when in names and field.when not in known):
        return True
    return known.get(field.when, "").casefold() == field.equals.casefold()


def in_play(form: Sequence[Field], said: Mapping[str, str]) -> list[Field]:
    """The fields of a form that count with these answers: what hangs on another one of it, only with that answer."""
    asked = {one.id: one for one in form}
    return [one for one in form if _counts(one, asked, said)]


def _counts(field: Field, asked: Mapping[str, Field], said: Mapping[str, str]) -> bool:
    seen = set[str]()
    while (on := asked.get(field.when)) is not None:
        if on.id in seen or clean(said.get(on.id, "")).casefold() != field.equals.casefold():
            return False  # what hangs on itself by a detour can never be asked
        seen.add(on.id)
        field = on
    return True


def unanswered(form: Sequence[Field], said: Mapping[str, str]) -> list[Field]:
    """What a form needs, and was not said."""
    return [one for one in in_play(form, said) if one.required and not clean(said.get(one.id, ""))]


def unfit(form: Sequence[Field], said: Mapping[str, str]) -> list[tuple[Field, Refusal]]:
    """The answers that do not fit their fields, each with why."""
    found = list[tuple[Field, Refusal]]()
    for one in in_play(form, said):
        try:
            fitting(one, as_declared(one, clean(said.get(one.id, ""))))
        except Refusal as refusal:
            found.append((one, refusal))
    return found


def answered(view: View, case: Case, entries: Iterable[Entry], who: Actor, now: int) -> Iterator[Change]:
    """What a customer has said in a form about a new case. Only what customers are asked is taken. Raises `Refusal`
    where an answer does not fit.
    """
    for one in {entry.field: entry for entry in entries}.values():
        field = view.get(Field, one.field)
        value = clean(one.value)
        if field is not None and field.ask and not field.retired and is_for(field, case.team, case.channel) and value:
            yield _filled(case, field, fitting(field, as_declared(field, value)), who, now)


def read_from_mail(view: View, case: Case, text: str, who: Actor, now: int) -> Iterator[Change]:
    """What the head of a mail from a form says, where a field is declared to be read from there. What a field holds
    already stays, whoever filled it in; what does not fit stays in the text alone.
    """
    keyed = {folded(one.mail): one for one in view.page(FIELDS(), limit=MOST) if one.mail}
    found = head_of(text) if keyed else {}
    for key, field in keyed.items():
        value = clean(upright(found.get(key, "")))
        if not 0 < len(value) <= LONGEST_ENTRY or not is_for(field, case.team, "email"):
            continue
        if view.get(Filled, entry_id(case.id, field.id)) is not None:
            continue
        try:
            yield _filled(case, field, fitting(field, as_declared(field, value)), who, now)
        except Refusal:
            continue


def head_of(text: str) -> dict[str, str]:
    """The block of "Key: value" lines that a text begins with, up to the first empty line, by keys as they are
    compared. Nothing, unless each of its lines is one; a key that stands there twice says nothing.
    """
    found: dict[str, str] = {}
    twice = set[str]()
    for at, line in enumerate(text.lstrip().split("\n", MOST_LINES + 1)):
        if not line.strip():
            break
        name, colon, value = line.partition(":")
        key = folded(" ".join(name.split()))
        if at >= MOST_LINES or not colon or not 0 < len(key) <= LONGEST_KEY or (value and not value[0].isspace()):
            return {}
        twice |= {key} & found.keys()
        found[key] = value.strip()
    return {key: value for key, value in found.items() if key not in twice}


def _filled(case: Case, field: Field, value: str, who: Actor, now: int) -> Change:
    return Put(Filled(entry_id(case.id, field.id), case.scope, 0, case.id, field.id, value, who.id, now, 0))
