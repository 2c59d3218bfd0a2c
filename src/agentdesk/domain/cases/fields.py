"""The fields of cases: which there are, for whom, when one must be filled in, and what is known without asking."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from statistics import median
from typing import Annotated, Literal, get_args

from msgspec import Meta
from msgspec.structs import replace

from ..kernel import (
    Actor,
    Change,
    Command,
    Millis,
    Name,
    Put,
    Question,
    Record,
    Refusal,
    Remove,
    ShortText,
    View,
    clean,
    command,
    eq,
    need,
    record,
)
from ..kernel.conditions import folded
from ..kernel.values import ID_PATTERN, Stamp
from .questions import CUSTOMER_CASES
from .records import Case, CaseId
from .thread import live_case

Type = Literal["text", "choice", "number", "date", "yesno"]
TYPES = get_args(Type)
Source = Literal["", "channel", "language", "earlier"]
SOURCES = get_args(Source)
"""What fills a field in by itself: nothing, the channel, the language, or an earlier case of the same customer."""
MOST, OPTIONS, EARLIER, MEASURED = 60, 50, 20, 500
HOUR = 3_600_000
LONGEST_ENTRY = 500
AnId = Annotated[str, Meta(pattern=ID_PATTERN)]
Ids = Annotated[tuple[AnId, ...], Meta(max_length=50)]
Words = Annotated[tuple[Name, ...], Meta(max_length=OPTIONS)]


@record(
    "field",
    complete=True,
    public=("title", "type", "options", "teams", "channels", "source", "when", "equals", "into", "by", "mail"),
    added={"ask": 3, "mail": 3},
)
class Field(Record, frozen=True):
    """A field of cases, the same in every channel. It is there for some teams and channels (none: all), and while the
    field `when` has the value `equals`. `required`: a case is not solved without it. One that is `retired` is asked no
    more; what it held is read as the field `into`, if there is one. `ask`: customers are asked it before their first
    word, where there is a form. `mail`: after this key it is read at the head of a mail.
    """

    title: Name
    type: str
    options: tuple[str, ...]
    teams: tuple[str, ...]
    channels: tuple[str, ...]
    required: bool
    source: str
    when: str
    equals: Name
    place: int
    retired: bool
    into: str
    by: str
    at: Millis
    ask: bool = False
    mail: Name = ""


@record("filled", parent=("case", "case"), classes={"value": "free"}, public=("case", "field", "by"))
class Filled(Record, frozen=True):
    """What a field of a case holds. `took` is how long (ms) somebody was busy with it."""

    case: str
    field: str
    value: ShortText
    by: str
    at: Millis
    took: int
    stamp: Stamp = ""


FIELDS = Question("field.in_use", Field, (eq("retired", False),), ("place",))
RETIRED = Question("field.retired", Field, (eq("retired", True),), ("place",))
FILLED_IN = Question("filled.of_case", Filled, (eq("case", ":case"),), ("field",))
FILLED_ONE = Question("filled.one", Filled, (eq("case", ":case"), eq("field", ":field")), ())
FILLED = Question("filled.of_field", Filled, (eq("field", ":field"),), ("-at",))


@command("field.define", "case.fields")
class DefineField(Command, frozen=True):
    """Make a field, or change one; its values stay."""

    field: AnId
    title: Name
    type: Type = "text"
    options: Words = ()
    teams: Ids = ()
    channels: Words = ()
    required: bool = False
    source: Source = ""
    when: Annotated[str, Meta(max_length=120)] = ""
    equals: Name = ""
    ask: bool = False
    mail: Annotated[str, Meta(max_length=80)] = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old, have = view.get(Field, self.field), view.page(FIELDS(), limit=MOST + 1)
        title = " ".join(clean(self.title).split())
        options = tuple(dict.fromkeys(filter(None, map(clean, self.options)))) if self.type == "choice" else ()
        if not title:
            raise Refusal("A field needs a name.", "name")
        if any(one.title.casefold() == title.casefold() and one.id != self.field for one in have):
            raise Refusal("There is a field {name} already.", "taken", name=title)
        if self.type == "choice" and len(options) < 2:
            raise Refusal("Write two options at least, one after another.", "options")
        if old is None and len(have) >= MOST:
            raise Refusal("There are at most {limit} fields. Retire one that nobody uses.", "too_many", limit=MOST)
        if self.when and (self.when == self.field or view.get(Field, self.when) is None):
            raise Refusal("The field that this one hangs on is not there. Choose another one.", "when")
        mail = " ".join(clean(self.mail).split())
        if ":" in mail or any(one.mail and folded(one.mail) == folded(mail) and one.id != self.field for one in have):
            raise Refusal("{key} cannot be the key of this field in mails. Choose another one.", "mail", key=mail)
        place = old.place if old is not None else max((one.place for one in have), default=0) + 1
        made = Field(
            self.field, "org", 0, title, self.type, options, self.teams,
            tuple(filter(None, map(clean, self.channels))), self.required, self.source, self.when,
            clean(self.equals), place, False, "", who.id, now, self.ask, mail,
        )  # fmt: skip
        if old is None or replace(old, rev=0, by=made.by, at=made.at) != made:
            yield Put(made)


@command("field.retire", "case.fields")
class RetireField(Command, frozen=True):
    """Ask for a field no more. Nothing that it held is lost; with `into` it is read as another field from now on."""

    field: AnId
    into: Annotated[str, Meta(max_length=120)] = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        field = need(view, Field, self.field, "This field is no longer there.")
        target = need(view, Field, self.into, "This field is no longer there.") if self.into else None
        if target is not None and (target.retired or target.id == field.id or target.type not in ("text", field.type)):
            raise Refusal("What it held does not fit into {name}. Choose another field.", "into", name=target.title)
        if not field.retired or field.into != self.into:
            yield Put(replace(field, rev=0, retired=True, into=self.into, by=who.id, at=now))


@command("case.fill", "case.tag")
class Fill(Command, frozen=True):
    """Fill in a field of a case; nothing empties it."""

    case: CaseId
    field: AnId
    value: ShortText
    took: Annotated[int, Meta(ge=0, le=HOUR)] = 0

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        case = live_case(view, self.case)
        field = need(view, Field, self.field, "This field is no longer there.")
        if field.retired:
            raise Refusal("This field is no longer there.", "retired")
        value, old = clean(self.value), view.get(Filled, entry_id(case.id, field.id))
        if value == (old.value if old is not None else ""):
            return
        value = fitting(field, value)
        if not value:
            yield Remove(Filled, entry_id(case.id, field.id))
            return
        took = min(HOUR, self.took + (old.took if old is not None else 0))
        yield Put(Filled(entry_id(case.id, field.id), case.scope, 0, case.id, field.id, value, who.id, now, took))


def entry_id(case: str, field: str) -> str:
    """The one entry of a field in a case."""
    return f"{case}:{field}"


def fields_for(view: View, case: Case) -> list[Field]:
    """The fields that a case has as it stands, in their order."""
    return [one for one in view.page(FIELDS(), limit=MOST) if _applies(view, case, one)]


def is_for(field: Field, team: str, channel: str) -> bool:
    """Whether cases of a team that came by a channel have this field."""
    return (not field.teams or team in field.teams) and (not field.channels or channel in field.channels)


def _applies(view: View, case: Case, field: Field) -> bool:
    if not is_for(field, case.team, case.channel):
        return False
    on = view.get(Field, field.when) if field.when else None
    return on is None or value_of(view, case, on)[0].casefold() == field.equals.casefold()


def value_of(view: View, case: Case, field: Field) -> tuple[str, bool]:
    """What a field of a case holds, and whether somebody said so; else it is what is known without asking."""
    said = _said(view, case.id, field)
    if said or not field.source:
        return said, bool(said)
    if field.source == "earlier":
        others = (one for one in view.page(CUSTOMER_CASES(customer=case.customer), limit=EARLIER) if one.id != case.id)
        return next(filter(None, (_said(view, one.id, field) for one in others)), ""), False
    return (case.channel if field.source == "channel" else case.language), False


def _said(view: View, case: str, field: Field) -> str:
    """Its own entry, or that of a field that was retired into it."""
    ids = [field.id, *(one.id for one in view.page(RETIRED(), limit=500) if one.into == field.id)]
    return next((one.value for id in ids if (one := view.get(Filled, entry_id(case, id))) is not None), "")


def missing(view: View, case: Case) -> list[Field]:
    """What must be filled in before a case is solved, and is not."""
    return [one for one in fields_for(view, case) if one.required and not value_of(view, case, one)[0]]


def refuse_incomplete(view: View, case: Case) -> None:
    """Refuses to solve a case in which something is still to be filled in."""
    empty = missing(view, case)
    if empty:
        names = ", ".join(one.title for one in empty)
        raise Refusal("Not solved: fill in {fields} first. You find it in the details.", "fields", fields=names)


def moved_along(view: View, old: Case, target: Case) -> Iterable[Change]:
    """What was filled in goes with a case into another one, where that does not say it already."""
    for one in view.page(FILLED_IN(case=old.id), limit=MOST * 10):
        yield Remove(Filled, one.id)
        if view.get(Filled, entry_id(target.id, one.field)) is None:
            yield Put(replace(one, id=entry_id(target.id, one.field), case=target.id, scope=target.scope, rev=0))


def burden(view: View, field: Field) -> tuple[int, int]:
    """How often a field is filled in here, and how long (ms) that took half of the time, of the newest."""
    newest = view.page(FILLED(field=field.id), limit=MEASURED)
    took = [one.took for one in newest if one.took]  # what a customer's form or a rule filled in cost nobody here time
    return view.count(FILLED(field=field.id)), int(median(took)) if took else 0


def fitting(field: Field, value: str) -> str:
    """A value as it may be kept. Raises `Refusal` where it does not fit."""
    if not value:
        return ""
    if field.type == "choice" and value not in field.options:
        raise Refusal("{field} is one of: {options}.", "option", field=field.title, options=", ".join(field.options))
    if field.type == "yesno" and value not in ("yes", "no"):
        raise Refusal("{field} is yes or no.", "yesno", field=field.title)
    if field.type == "number" and not re.fullmatch(r"-?[0-9]{1,15}([.,][0-9]{1,6})?", value):
        raise Refusal("{field} is a number.", "number", field=field.title)
    if field.type == "date" and not _is_day(value):
        raise Refusal("{field} is a day. Write it like 2027-03-31.", "date", field=field.title)
    return value


def as_declared(field: Field, value: str) -> str:
    """An answer in the letters of the option that it is."""
    options = ("yes", "no") if field.type == "yesno" else field.options
    return next((one for one in options if one.casefold() == value.casefold()), value)


def _is_day(value: str) -> bool:
    """Whether it is a day of the calendar, written like 2027-03-31."""
    try:
        return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is not None and bool(date.fromisoformat(value))
    except ValueError:
        return False
