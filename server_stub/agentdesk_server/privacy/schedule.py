"""The schedule carried out: small transactions, paced, each decided anew; and what it would do, without doing it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from typing import Any

import msgspec

from agentdesk.domain.cases import Case, Customer
from agentdesk.domain.kernel import Command
from agentdesk.domain.people import Team
from agentdesk.domain.privacy.records import HOLDS
from agentdesk.domain.privacy.retention import (
    OPEN_RUNS,
    RETENTIONS,
    Finish,
    Forget,
    RetentionRun,
    RunRetention,
    before,
    due_cases,
    due_customers,
)
from agentdesk.store.ids import new_id
from agentdesk_server.audit import leaf
from agentdesk_server.authority import Authority, Database
from agentdesk_server.authority.credentials import Credentials
from agentdesk_server.authority.database import open_reader
from agentdesk_server.authority.shown import Shown
from agentdesk_server.authority.truth import Truth
from agentdesk_server.core import Core

AT_ONCE, ROWS = 10, 500
PAUSE = 0.02
"""Seconds between two parts, so that those who wait for the authority get their turn."""
SAMPLES, LISTED = 20, 500
Due = Iterator[tuple[Any, bool]]


class Item(msgspec.Struct, frozen=True):
    """One of those that would go, without a word of it: a case by its number, or a customer. `at` is when it was last
    changed, or began (UTC ms).
    """

    id: str
    number: int
    at: int
    region: str


class Going(msgspec.Struct):
    """What the schedule would delete of one class today: how much, how much a hold keeps, and the first of them."""

    data_class: str
    due: int = 0
    held: int = 0
    samples: list[str] = msgspec.field(default_factory=list)
    items: list[Item] = msgspec.field(default_factory=list)


def view_on(database: Database) -> Truth:
    """All records, as the disk has them."""
    return Truth(database.records, Shown(database.conn))


def would_go(core: Core) -> list[Going]:
    """The dry run: it changes nothing. Blocking, with a reader of its own; for a thread that may wait."""
    reader, now = open_reader(core.folder, core.key), core.clock()
    try:
        view = view_on(reader)
        found = [_going(view, "messages", due_cases(view, "messages", now))]
        found.append(_going(view, "attachments", due_cases(view, "attachments", now)))
        found.append(_going(view, "customers", due_customers(view, now)))
        for data_class, count in (("audit", _old_seals), ("facts", _old_facts), ("visitors", _silent)):
            bound = before(view, data_class, now)
            found.append(Going(data_class, count(reader.conn, bound) if bound else 0))
        return found
    finally:
        reader.close()


def _going(view: Truth, data_class: str, due: Due) -> Going:
    found = Going(data_class)
    for record, held in due:
        if held:
            found.held += 1
            continue
        found.due += 1
        if len(found.samples) < SAMPLES:
            found.samples.append(record.id)
        if len(found.items) < LISTED:
            found.items.append(_item(view, record))
    return found


def _item(view: Truth, record: Case | Customer) -> Item:
    if isinstance(record, Customer):
        return Item(record.id, 0, record.since, record.region)
    team = view.get(Team, record.team)
    return Item(record.id, record.number, record.updated_at, team.region if team is not None else "")


def _old_facts(conn: Any, bound: int) -> int:
    return int(conn.execute("SELECT count(*) FROM fact WHERE at<?", (bound,)).fetchone()[0])


def _silent(conn: Any, bound: int) -> int:
    silent = "NOT EXISTS (SELECT 1 FROM conversation WHERE conversation.visitor = visitor.id)"
    return int(conn.execute(f"SELECT count(*) FROM visitor WHERE since<? AND {silent}", (bound,)).fetchone()[0])


def _old_seals(conn: Any, bound: int) -> int:
    query = "SELECT count(*) FROM leaf WHERE number<? AND sealed IS NOT NULL"
    return int(conn.execute(query, (first_since(conn, bound),)).fetchone()[0])


def first_since(conn: Any, bound: int) -> int:
    """The number of the first leaf that is not older than a time: their times never go down."""
    low, high = 0, int(conn.execute("SELECT coalesce(max(number) + 1, 0) FROM leaf").fetchone()[0])
    while low < high:
        middle = (low + high) // 2
        row = conn.execute("SELECT data FROM leaf WHERE number=?", (middle,)).fetchone()
        if leaf.decode(row[0]).time < bound:
            low = middle + 1
        else:
            high = middle
    return low


async def daily(core: Core, give: Callable[[Command], Awaitable[bool]]) -> None:
    """Begin a run, if anything is kept for a time only and none is under way."""
    records = core.reader.records
    limited = any(rule.days for rule in records.page(RETENTIONS(), limit=1_000))
    if limited and not records.page(OPEN_RUNS(), limit=1):
        await give(RunRetention(run=new_id(core.clock())))


class Schedule:
    """Goes on with runs that have begun; a sudden end only means that the rest comes later."""

    def __init__(self, core: Core, give: Callable[[Command], Awaitable[bool]]) -> None:
        self._core, self._give = core, give

    async def due(self) -> None:
        """Carry out the runs that somebody, or the clock, has begun."""
        for run in self._core.reader.records.page(OPEN_RUNS(), limit=1):
            await self._carry_out(run)

    async def _carry_out(self, run: RetentionRun) -> None:
        now, view = self._core.clock(), view_on(self._core.reader)
        held = await self._part(due_cases(view, "messages", now), lambda ids: Forget(run=run.id, cases=ids))
        held += await self._part(due_cases(view, "attachments", now), lambda ids: Forget(run=run.id, files_of=ids))
        # Those whose last case has just gone are among them.
        view = view_on(self._core.reader)
        held += await self._part(due_customers(view, now), lambda ids: Forget(run=run.id, customers=ids))
        bounds = {name: before(view, name, now) for name in ("audit", "facts", "visitors")}
        counts = {
            "seals": await self._rows(lambda authority: self._unseal(authority, bounds["audit"])),
            "facts": await self._rows(lambda authority: self._forget_facts(authority, bounds["facts"])),
            "visitors": await self._rows(lambda authority: self._forget_visitors(authority, bounds["visitors"])),
        }
        await self._core.writer.call(lambda authority: authority.erasing.soil())
        await self._give(Finish(run=run.id, held=held, **counts))

    async def _part(self, due: Due, forget: Callable[[tuple[str, ...]], Command]) -> int:
        """Give the commands; returns how much a hold has kept."""
        held = 0
        while some := list(islice(due, AT_ONCE)):
            held += sum(kept for _, kept in some)
            ids = tuple(record.id for record, kept in some if not kept)
            if ids and not await self._give(forget(ids)):
                break
            await asyncio.sleep(PAUSE)
        return held

    async def _rows(self, work: Callable[[Authority], int]) -> int:
        """Rows beside the records, some at a time."""
        total, some = 0, ROWS
        while some >= ROWS:
            some = int(await self._core.writer.call(work))
            total += some
            await asyncio.sleep(PAUSE)
        return total

    def _forget_facts(self, authority: Authority, bound: int) -> int:
        statement = "DELETE FROM fact WHERE rowid IN (SELECT rowid FROM fact WHERE at<? LIMIT ?)"
        return int(self._core.database.conn.execute(statement, (bound, ROWS)).rowcount)

    def _forget_visitors(self, authority: Authority, bound: int) -> int:
        return Credentials(self._core.database.conn).forget_visitors(bound) if bound else 0

    def _unseal(self, authority: Authority, bound: int) -> int:
        """The tree still verifies: a leaf holds only the digest of what was sealed beside it. What is held stays."""
        conn = self._core.database.conn
        holds = [hold for hold in self._core.reader.records.page(HOLDS(), limit=10_000) if not hold.released]
        people = sorted({hold.customer for hold in holds})
        spared = f"subject NOT IN ({','.join('?' * len(people))})"
        query = f"SELECT number FROM leaf WHERE number<? AND sealed IS NOT NULL AND {spared} LIMIT ?"
        numbers = conn.execute(query, (first_since(conn, bound), *people, ROWS)).fetchall()
        conn.executemany("UPDATE leaf SET sealed=NULL WHERE number=?", numbers)
        return len(numbers)
