"""How long what is kept: a schedule for each class of data and region, and the runs that delete what is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from ..cases import ATTACHMENTS, CUSTOMER_CASES, Attachment, Case, Customer, FileText, Message
from ..cases.walking import every
from ..kernel import (
    Actor,
    Change,
    Command,
    Fact,
    Millis,
    Name,
    Put,
    Question,
    Record,
    Refusal,
    Remove,
    View,
    clean,
    command,
    eq,
    gt,
    lt,
    need,
    record,
    ref,
)
from ..kernel.values import dashed
from ..people import Team
from .consents import CONSENTS_OF, Consent
from .erasing import AnId
from .forgetting import forget_case
from .records import PRIVACY, is_held

DAY = 24 * 3_600_000
DataClass = Literal["messages", "attachments", "customers", "audit", "facts", "visitors"]
CLASSES = get_args(DataClass)
Basis = Literal["consent", "contract", "law", "vital", "public", "interest"]
"""On what data is kept: the bases of Art. 6(1) GDPR."""
BASES = get_args(Basis)
BY_REGION = ("messages", "attachments")
"""Classes whose data lies in a region: that of the team whose case it is."""


@record("retention", public=("data_class", "region", "basis", "by"))
class Retention(Record, frozen=True):
    """How many days data of a class is kept, in a region or everywhere (no region), and on what basis.

    messages: a solved case with all that was said in it; attachments: the files of a solved case; customers: those
    without any case left; audit: what the log has sealed; facts: measures; visitors: those who never said anything.
    0 days: until somebody says otherwise.
    """

    data_class: str
    region: Name
    days: int
    basis: str
    by: str
    since: Millis


@record("retention_run", public=("by",))
class RetentionRun(Record, frozen=True):
    """The schedule was carried out. It counts what went and what a legal hold has kept, and names nothing of it."""

    by: str
    since: Millis
    done: Millis = 0
    cases: int = 0
    files: int = 0
    customers: int = 0
    seals: int = 0
    facts: int = 0
    visitors: int = 0
    held: int = 0


RETENTIONS = Question("retention.all", Retention, (), ("data_class", "region"))
KEPT_FOR_A_TIME = Question("retention.limited", Retention, (eq("data_class", ":data_class"), gt("days", 0)), ("days",))
RUNS = Question("retention_run.all", RetentionRun, (), ("-since",))
OPEN_RUNS = Question("retention_run.open", RetentionRun, (eq("done", 0),), ("since",))
SOLVED_BEFORE = Question(
    "case.solved_before",
    Case,
    (eq("status", "solved"), eq("home", ""), lt("updated_at", ":before")),
    ("updated_at",),
)
CUSTOMERS_BEFORE = Question("customer.before", Customer, (eq("home", ""), lt("since", ":before")), ("since",))
"""What another region keeps ends when it ends there."""


def before(view: View, data_class: str, now: int, region: str = "") -> int:
    """What of a class is older than this (ms, UTC) is due; 0 if nothing is. A region's own rule goes before."""
    rule = view.get(Retention, rule_id(data_class, region)) or view.get(Retention, rule_id(data_class, ""))
    return max(0, now - rule.days * DAY) if rule is not None and rule.days else 0


def rule_id(data_class: str, region: str) -> str:
    """The one rule for a class of data in a region."""
    return f"{data_class}:{dashed(region)}"


def widest(view: View, data_class: str, now: int) -> int:
    """No rule of a class makes anything due that is newer than this."""
    shortest = view.page(KEPT_FOR_A_TIME(data_class=data_class), limit=1)
    return max(0, now - shortest[0].days * DAY) if shortest else 0


def is_due(view: View, case: Case, data_class: str, now: int) -> bool:
    """Whether a case, or its files, has been kept long enough. What still waits for somebody never is."""
    team = view.get(Team, case.team)
    last = max(case.solved_at, case.updated_at)
    return case.status == "solved" and last < before(view, data_class, now, team.region if team else "")


def case_held(view: View, case: Case) -> bool:
    """Whether a legal hold keeps a case, as such or for its customer."""
    return is_held(view, case.customer, case.id) or is_held(view, case.customer)


def due_cases(view: View, data_class: str, now: int) -> Iterator[tuple[Case, bool]]:
    """All cases that are due, and whether a hold keeps them."""
    for case in every(view, SOLVED_BEFORE(before=widest(view, data_class, now))):
        if is_due(view, case, data_class, now):
            if data_class == "attachments" and not view.count(ATTACHMENTS(case=case.id)):
                continue
            yield case, case_held(view, case)


def due_customers(view: View, now: int) -> Iterator[tuple[Customer, bool]]:
    """All customers without a case who are due, and whether a hold keeps them."""
    for customer in every(view, CUSTOMERS_BEFORE(before=before(view, "customers", now))):
        if not view.page(CUSTOMER_CASES(customer=customer.id), limit=1):
            yield customer, is_held(view, customer.id)


@command("retention.set", "retention.manage", "system", fresh=True)
class SetRetention(Command, frozen=True):
    """Say how long data of a class is kept, in a region or everywhere."""

    data_class: DataClass
    days: Annotated[int, Meta(ge=0, le=36_500)]
    basis: Basis
    region: Name = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        region = clean(self.region)
        if self.data_class not in CLASSES or self.basis not in BASES:
            raise Refusal("There is no such class of data.", "class")
        if region and self.data_class not in BY_REGION:
            raise Refusal("Data of this class lies in no region. Set how long it is kept everywhere.", "region")
        id = rule_id(self.data_class, region)
        yield Put(Retention(id, PRIVACY, 0, self.data_class, region, self.days, self.basis, who.id, now))


@command("retention.run", "retention.run", "system", fresh=True)
class RunRetention(Command, frozen=True):
    """Delete what has been kept long enough. The server does it every day by itself."""

    run: Annotated[str, ref("retention_run", creates=True)]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        yield Put(RetentionRun(self.run, PRIVACY, 0, who.id, now))


RunId = Annotated[str, ref("retention_run")]


@command("retention.forget", "system")
class Forget(Command, frozen=True):
    """A small part of a run: whole cases, files of cases, customers. Each is looked at again: a hold may be new."""

    run: RunId
    cases: tuple[AnId, ...] = ()
    files_of: tuple[AnId, ...] = ()
    customers: tuple[AnId, ...] = ()

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        run = need(view, RetentionRun, self.run)
        cases = _going(view, self.cases, "messages", now)
        for case in cases:
            yield from forget_case(view, case, "erased", now, frozenset(one.id for one in cases))
        files = [file for case in _going(view, self.files_of, "attachments", now) for file in _files(view, case)]
        for file in files:
            yield from _without(view, file)
        customers = [one for id in self.customers if (one := _leaving(view, id, now)) is not None]
        for customer in customers:
            for consent in every(view, CONSENTS_OF(customer=customer.id)):
                yield Remove(Consent, consent.id, "erased")
            yield Remove(Customer, customer.id, "erased")
        files += [file for case in cases for file in _files(view, case)]
        counts = {"cases": len(cases), "files": len(files), "customers": len(customers)}
        if any(counts.values()):
            yield Put(_counted(run, **counts))


@command("retention.finish", "system")
class Finish(Command, frozen=True):
    """A run is over: what went beside the records, and how much was held."""

    run: RunId
    seals: int = 0
    facts: int = 0
    visitors: int = 0
    held: int = 0

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        run = need(view, RetentionRun, self.run)
        if not run.done:
            done = _counted(run, seals=self.seals, facts=self.facts, visitors=self.visitors, held=self.held)
            yield Put(msgspec.structs.replace(done, done=now))
            yield Fact("retention.run", "retention_run", run.id, now - run.since)


def _counted(run: RetentionRun, **more: int) -> RetentionRun:
    return msgspec.structs.replace(run, rev=0, **{name: getattr(run, name) + by for name, by in more.items()})


def _going(view: View, ids: Iterable[str], data_class: str, now: int) -> list[Case]:
    found = (view.get(Case, id) for id in dict.fromkeys(ids))
    return [case for case in found if case and is_due(view, case, data_class, now) and not case_held(view, case)]


def _leaving(view: View, id: str, now: int) -> Customer | None:
    found = view.get(Customer, id)
    if found is None or found.since >= before(view, "customers", now) or is_held(view, id):
        return None
    return None if view.page(CUSTOMER_CASES(customer=id), limit=1) else found


def _files(view: View, case: Case) -> list[Attachment]:
    return list(every(view, ATTACHMENTS(case=case.id)))


def _without(view: View, file: Attachment) -> Iterable[Change]:
    """The file goes; its message stays and names none."""
    yield Remove(Attachment, file.id, "erased")
    if view.get(FileText, file.id) is not None:
        yield Remove(FileText, file.id, "erased")
    message = view.get(Message, file.message)
    if message is not None and message.files:
        yield Put(msgspec.structs.replace(message, rev=0, files=0))
