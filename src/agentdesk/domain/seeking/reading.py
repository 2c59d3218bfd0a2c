"""Reads a line of words and operators: `from:lena tag:vip "still waiting" -refund before:yesterday`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

from ..kernel.terms import LONGEST, MAX_TERMS, Term, tokens, unfinished
from .days import Days, day_of
from .sought import MOST_FILTERS, Fault, Field, Filter, Sought

OPERATORS: dict[str, Field] = {
    "from": "from", "von": "from", "to": "to", "an": "to", "tag": "tag", "schlagwort": "tag",
    "tier": "tier", "stufe": "tier", "is": "is", "ist": "is",
    "before": "before", "vor": "before", "after": "after", "nach": "after", "seit": "after", "in": "in",
    "has": "has", "hat": "has", "sort": "sort",
}  # fmt: skip
STATES = {
    "open": "open", "offen": "open", "solved": "solved", "gelöst": "solved", "snoozed": "snoozed",
    "zurückgestellt": "snoozed", "mine": "mine", "meine": "mine", "unassigned": "unassigned", "frei": "unassigned",
    "unread": "unread", "ungelesen": "unread", "overdue": "overdue", "überfällig": "overdue", "urgent": "urgent",
    "dringend": "urgent", "high": "high", "hoch": "high", "note": "note", "notiz": "note", "reply": "reply",
    "antwort": "reply", "customer": "customer", "kunde": "customer",
    "call": "call", "anruf": "call",
}  # fmt: skip
HAS = {"attachment": "attachment", "anhang": "attachment", "file": "attachment", "datei": "attachment"}
SORTS = {"newest": "newest", "neueste": "newest", "best": "best", "beste": "best"}
PLACES = {
    "notes": "notes", "notizen": "notes", "subject": "subject", "betreff": "subject", "here": "here", "hier": "here",
    "archive": "archive", "archiv": "archive", "files": "files", "dateien": "files",
}  # fmt: skip
ME = {"me", "ich", "mir"}
QUOTES = {ord(sign): '"' for sign in "“”„‟«»＂"}
_NAMES = "|".join(OPERATORS)
_PART = re.compile(
    rf"(?P<no>-)?(?:(?P<op>{_NAMES}):\s*)?"
    r'(?:"(?P<phrase>[^"]*)(?P<shut>"?)|(?P<word>[^\s"]+))',
    re.IGNORECASE,
)
Choices = Mapping[str, str]


class Reading(msgspec.Struct, frozen=True):
    """What names mean where somebody reads: the days, and places (`billing`) by what they stand for (`team:t1`)."""

    days: Days
    places: Choices = {}


def read(line: str, reading: Reading) -> Sought:
    """What a line asks for. Whatever is written, it is understood or said to be not: nothing raises."""
    line = line.translate(QUOTES)
    terms: list[Term] = []
    filters: list[Filter] = []
    faults: list[Fault] = []
    for part in _PART.finditer(line):
        if part["op"]:
            made = _filter(OPERATORS[part["op"].lower()], part, reading)
            if isinstance(made, Filter):
                filters.append(made)
            else:
                faults.append(made)
        elif term := _term(part, line):
            terms.append(term)
    return Sought(tuple(terms[:MAX_TERMS]), tuple(filters[:MOST_FILTERS]), tuple(faults))


def begun(line: str, at: int) -> tuple[str, str, int]:
    """What is being written at a place: the operator ("" for none), what of its value, and where that begins."""
    before = line[:at].translate(QUOTES)
    if empty := re.search(rf"(?:^|[\s-])({_NAMES}):\s*\Z", before, re.IGNORECASE):
        return OPERATORS[empty[1].lower()], "", at
    for part in _PART.finditer(before):
        if part.end() == len(before) and not (part["phrase"] is not None and part["shut"]):
            group = "word" if part["word"] is not None else "phrase"
            start = part.start(group) - (group == "phrase")
            return (OPERATORS[part["op"].lower()] if part["op"] else ""), part[group], start
    return "", "", at


def _term(part: re.Match[str], line: str) -> Term | None:
    text = (part["phrase"] if part["phrase"] is not None else part["word"])[:LONGEST]
    if not tokens(text) or (text.lower().removesuffix(":") in OPERATORS and text.endswith(":")):
        return None  # an operator whose value is still to be written
    last = part["phrase"] is None and part.end() == len(line)
    return Term(text, starts=last and unfinished(text, line), without=bool(part["no"]))


def _filter(field: Field, part: re.Match[str], reading: Reading) -> Filter | Fault:
    said = part["phrase"] if part["phrase"] is not None else part["word"]
    values = [said.strip()] if part["phrase"] is not None else [one for one in said.split(",") if one]
    meant: list[str] = []
    for value in values[:16]:
        one = _MEANT[field](value[:200], reading)
        if isinstance(one, Fault):
            return one
        meant.append(one)
    if not meant or not all(meant):
        return Fault("Write what you mean after “{name}:”.", {"name": (part["op"] or "").lower()})
    return Filter(field, tuple(meant), bool(part["no"]))


def _person(value: str, _reading: Reading) -> str | Fault:
    if value.casefold() in ME:
        return "me"
    return value if tokens(value) else Fault("Write a name or an address after “from:” and “to:”.")


def _tag(value: str, _reading: Reading) -> str | Fault:
    return value


def _day(value: str, reading: Reading) -> str | Fault:
    found = day_of(value, reading.days)
    if found is None:
        return Fault("“{value}” is no day. Write it as 2026-11-22, yesterday or 7d (seven days ago).", {"value": value})
    return str(max(0, reading.days.starts(found)))


def _place(value: str, reading: Reading) -> str | Fault:
    found = PLACES.get(value.casefold()) or reading.places.get(value.casefold())
    if found is None:
        known = ", ".join(sorted(set(PLACES.values())) + sorted(reading.places)[:8])
        return Fault("“{value}” is no place to look in. There are: {known}.", {"value": value, "known": known})
    return found


def _one_of(name: str, known: Choices) -> Callable[[str, Reading], str | Fault]:
    def meant(value: str, _reading: Reading) -> str | Fault:
        if (found := known.get(value.casefold())) is not None:
            return found
        listed = ", ".join(dict.fromkeys(known.values()))
        words = {"value": value, "name": name, "known": listed}
        return Fault("“{value}” cannot stand after “{name}:”. There are: {known}.", words)

    return meant


_MEANT: dict[Field, Callable[[str, Reading], str | Fault]] = {
    "from": _person,
    "to": _person,
    "tag": _tag,
    "tier": _tag,
    "is": _one_of("is", STATES),
    "before": _day,
    "after": _day,
    "in": _place,
    "has": _one_of("has", HAS),
    "sort": _one_of("sort", SORTS),
}
