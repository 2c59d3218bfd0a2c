"""What an operator can ask for privacy: find a customer, erase them, holds, the schedule and what it would delete."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from agentdesk.domain.cases import CUSTOMER_CASES, Customer
from agentdesk.domain.kernel import Command
from agentdesk.domain.kernel.values import ID_PATTERN
from agentdesk.domain.privacy import (
    CONFIRMATIONS,
    ERASURES,
    HOLDS,
    RETENTIONS,
    Erase,
    ReleaseHold,
    RunRetention,
    SetHold,
    SetRetention,
)
from agentdesk.domain.privacy.erasing import Ground
from agentdesk.domain.privacy.retention import Basis, DataClass
from agentdesk.store.ids import new_id
from agentdesk_server.asked import Request, Result, Text, listed, moment
from agentdesk_server.core import Core

from .schedule import would_go

MOST = 1_000
MOMENTS = ("since", "released", "done", "told")
AnId = Annotated[str, Meta(pattern=ID_PATTERN)]
Submit = Callable[[Command], Awaitable[None]]


class SubjectFind(Request, frozen=True, tag="subject.find"):
    words: Text


class SubjectErase(Request, frozen=True, tag="subject.erase"):
    customer: AnId
    reason: Ground = "request"


class SubjectErasures(Request, frozen=True, tag="subject.erasures"):
    pass


class HoldSet(Request, frozen=True, tag="hold.set"):
    customer: str = ""
    case: str = ""
    reason: Annotated[str, Meta(max_length=500)] = ""


class HoldRelease(Request, frozen=True, tag="hold.release"):
    hold: AnId


class HoldList(Request, frozen=True, tag="hold.list"):
    pass


class RetentionSet(Request, frozen=True, tag="retention.set"):
    data_class: DataClass
    days: Annotated[int, Meta(ge=0, le=36_500)]
    basis: Basis
    region: Annotated[str, Meta(max_length=200)] = ""


class RetentionList(Request, frozen=True, tag="retention.list"):
    pass


class RetentionDue(Request, frozen=True, tag="retention.due"):
    pass


class RetentionRunNow(Request, frozen=True, tag="retention.run"):
    pass


AnyPrivacyRequest = (
    SubjectFind
    | SubjectErase
    | SubjectErasures
    | HoldSet
    | HoldRelease
    | HoldList
    | RetentionSet
    | RetentionList
    | RetentionDue
    | RetentionRunNow
)


async def keep_private(core: Core, asked: AnyPrivacyRequest, submit: Submit) -> Result:
    """`submit` gives a command in the operator's name. Raises `Cannot` with a sentence."""
    records, id = core.reader.records, new_id(core.clock())
    match asked:
        case SubjectErase():
            await submit(Erase(erasure=id, customer=asked.customer, reason=asked.reason))
            return Result(id)
        case HoldSet():
            kind: Any = "case" if asked.case else "customer"
            await submit(SetHold(hold=id, kind=kind, about=asked.case or asked.customer, reason=asked.reason))
            return Result(id)
        case HoldRelease():
            await submit(ReleaseHold(hold=asked.hold))
            return Result(asked.hold)
        case RetentionSet():
            rule = SetRetention(data_class=asked.data_class, days=asked.days, basis=asked.basis, region=asked.region)
            await submit(rule)
            return Result(f"{asked.data_class} {asked.region} {asked.days}")
        case RetentionRunNow():
            await submit(RunRetention(run=id))
            return Result(id)
        case RetentionDue():
            found = [msgspec.to_builtins(one) for one in await asyncio.to_thread(would_go, core)]
            return listed([{name: value for name, value in one.items() if name != "items"} for one in found])
        case SubjectFind():
            return listed(_found(core, asked.words))
        case SubjectErasures():
            return listed([_erasure(core, one) for one in records.page(ERASURES(), limit=MOST)])
        case HoldList():
            return listed(_rows(records.page(HOLDS(), limit=MOST)))
        case _:
            return listed(_rows(records.page(RETENTIONS(), limit=MOST)))


def _found(core: Core, words: str) -> list[dict[str, Any]]:
    """Customers by name or address; as many as a person can tell apart."""
    records = core.reader.records
    newest = (record for _, record in records.find.newest("customer", words, 20))
    hits = [one for one in newest if isinstance(one, Customer) and not one.home]
    return [
        {"id": one.id, "name": one.name, "email": one.email, "cases": records.count(CUSTOMER_CASES(customer=one.id))}
        for one in hits
    ]


def _erasure(core: Core, erasure: Any) -> dict[str, Any]:
    """One line: what went, and the devices that still owe their word."""
    owing = [c for c in core.reader.records.page(CONFIRMATIONS(erasure=erasure.id), limit=MOST) if not c.at]
    return {**_rows([erasure])[0], "owing": [f"{one.person} {one.device}" for one in owing]}


def _rows(records: Any) -> list[dict[str, Any]]:
    some: list[dict[str, Any]] = msgspec.to_builtins(list(records))
    return [
        {k: moment(v) if k in MOMENTS else v for k, v in one.items() if k not in ("scope", "stamp")} for one in some
    ]
