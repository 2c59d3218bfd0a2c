"""The values of a condition as people type them, and back: names for ids, spans and days for milliseconds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from PySide6.QtCore import QDate, QDateTime, QLocale, QTime

from agentdesk.desk.conditions.words import RANKS, STATES, Compared, compared
from agentdesk.desk.texts import tr
from agentdesk.desk.tiers import known_tiers
from agentdesk.desk.times import DAY, HOUR, MINUTE
from agentdesk.desk.typed import Unclear
from agentdesk.domain.cases import Field
from agentdesk.domain.cases.seeking import CASE_FIELDS, entry_of
from agentdesk.domain.kernel import ME, MINE, Trait, View
from agentdesk.domain.people import PEOPLE, TEAMS

Value = str | int
_SPAN = re.compile(r"^(\d{1,5})\s*(m|min|h|d|t|w)[a-z]*$", re.IGNORECASE)
_UNITS = {"m": MINUTE, "min": MINUTE, "h": HOUR, "d": DAY, "t": DAY, "w": 7 * DAY}
_BETWEEN = re.compile(r"\s*[,;]\s*")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:\s+(\d{1,2}):(\d{2}))?$")


def known(field: str, view: View) -> dict[str, str]:
    """The names that a field's values have, by value; empty where anything can be typed."""
    if field == "state":
        return {value: tr(name) for value, name in STATES.items()}
    if field == "team":
        return {MINE: tr("my teams"), **_told_apart((team.id, team.name, "") for team in view.page(TEAMS(), limit=500))}
    if field == "owner":
        people = view.page(PEOPLE(), limit=2000)
        return {ME: tr("me"), **_told_apart((person.id, person.name, person.email) for person in people)}
    return answers(view.get(Field, entry_of(field))) if entry_of(field) else {}


def answers(field: Field | None) -> dict[str, str]:
    """What can be filled in as a field of the dictionary, by value, if that is declared."""
    if field is not None and field.type == "yesno":
        return {"yes": tr("yes"), "no": tr("no")}
    return {one: one for one in field.options} if field is not None else {}


def _told_apart(all_of_them: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """As `told_apart`, and none with the sign that stands between two values."""
    return told_apart((id, _BETWEEN.sub(" ", name).strip(), more) for id, name, more in all_of_them)


def told_apart(all_of_them: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Names by id: of those who are called alike each with what tells them apart."""
    named = [(id, name, more or id) for id, name, more in all_of_them]
    often = Counter(name.casefold() for _, name, _ in named)
    return {id: f"{name} ({more})" if often[name.casefold()] > 1 else name for id, name, more in named}


def suggestions(field: str, view: View) -> list[str]:
    """What can be typed for a field."""
    if field == "tier":
        return known_tiers(view)
    return [tr(name) for name in RANKS] if field == "priority" else list(known(field, view).values())


def read(field: str, one: Compared, text: str, view: View) -> Trait:
    """What was typed. Raises `Unclear`."""
    if one.op in ("set", "unset"):
        return Trait(field, one.op)
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    if not parts:
        raise Unclear(tr("Type what it is compared with."))
    sort = CASE_FIELDS[field].sort
    value: Callable[[str], Value]
    if sort == "time":
        value = (lambda part: one.sign * span(part)) if one.sign else moment
    elif sort == "number":
        value = rank if field == "priority" else whole
    else:
        names = {name.casefold(): value for value, name in known(field, view).items()}
        value = (lambda part: _named(part, names)) if names else str
    return Trait(field, one.op, tuple(map(value, parts)))


def written(trait: Trait, view: View) -> str:
    """The values of a trait as they can be typed again."""
    one, names = compared(trait), known(trait.field, view)
    if CASE_FIELDS[trait.field].sort == "time":
        return ", ".join(_span(abs(int(v))) if one.sign else _moment(int(v)) for v in trait.values)
    if trait.field == "priority":
        return ", ".join(tr(RANKS[int(v)]) if 0 <= int(v) < len(RANKS) else str(v) for v in trait.values)
    return ", ".join(names.get(str(value), str(value)) for value in trait.values)


def _named(part: str, names: dict[str, str]) -> str:
    if part.casefold() in names:
        return names[part.casefold()]
    if part in names.values():
        return part
    some = ", ".join(list(names)[:8])
    raise Unclear(tr("{typed} is not known here. Known are: {names}.", typed=part[:40], names=some))


def whole(part: str) -> int:
    """A whole number."""
    if not (part.isascii() and part.isdecimal() and len(part) < 13):
        raise Unclear(tr("{typed} is no whole number.", typed=part[:40]))
    return int(part)


def rank(part: str) -> int:
    """A priority, by its name or number."""
    for at, name in enumerate(RANKS):
        if part.casefold() in (tr(name).casefold(), name.casefold(), str(at)):
            return at
    raise Unclear(tr("{typed} is no priority. There are: {names}.", typed=part[:40], names=", ".join(map(tr, RANKS))))


def span(part: str) -> int:
    """A span of time (ms): "30m", "4h", "3d", "2w"."""
    found = _SPAN.match(part)
    if found is None:
        raise Unclear(tr("{typed} is no time. Write it like 30m, 4h, 3d or 2w.", typed=part[:40]))
    return int(found[1]) * _UNITS[found[2].lower()]


def _span(length: int) -> str:
    for unit, long in (("w", 7 * DAY), ("d", DAY), ("h", HOUR), ("m", MINUTE)):
        if length and length % long == 0:
            return f"{length // long}{unit}"
    return f"{length // MINUTE}m"


def moment(part: str) -> int:
    """A day, or a day and a time, in the zone of this system: "2026-12-01 9:00", or a day as the system writes it."""
    iso = _ISO.match(part)
    day = (
        QDate(int(iso[1]), int(iso[2]), int(iso[3])) if iso else QLocale().toDate(part, QLocale.FormatType.ShortFormat)
    )
    time = QTime(int(iso[4]), int(iso[5])) if iso and iso[4] else QTime(0, 0)
    if not (day.isValid() and time.isValid() and 1970 < day.year() < 2200):
        raise Unclear(tr("{typed} is no day. Write it like 2026-12-01 or 2026-12-01 9:00.", typed=part[:40]))
    return QDateTime(day, time).toMSecsSinceEpoch()


def _moment(at: int) -> str:
    found = QDateTime.fromMSecsSinceEpoch(at)
    midnight = found.time() == QTime(0, 0)
    return found.toString("yyyy-MM-dd" if midnight else "yyyy-MM-dd HH:mm")
