"""What is to be told next: all that changed here after a revision, masked in the same look at the disk."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from typing import Any

import msgspec

from agentdesk.domain.cases import Case, Customer, Message
from agentdesk.domain.cases.opening import CUSTOMERS
from agentdesk.domain.cases.thread import open_scope, past_scope
from agentdesk.domain.kernel import SCHEMA, Record, spec_of
from agentdesk.domain.residency import HERE, KINDS, PINS, End, Residence, told
from agentdesk.store.shape import MOST, quoted, shape_of
from agentdesk_server.authority import Database

FORM = 1
"""Counted up when what is told changes in a way that nothing else shows: then all is told anew."""
AT_ONCE = 500
"""Changes that a window aims at; a single transaction with more is not torn."""
MOST_PINS = 1_000


class Policy(msgspec.Struct, frozen=True):
    """Where this server stands, what it hides from other regions, and the key of both."""

    region: str
    hidden: frozenset[str]
    key: str


class Window(msgspec.Struct, frozen=True):
    """All that changed up to the revision `to`, in the order in which records need one another."""

    policy: Policy
    to: int
    records: list[Record]
    ends: list[End]
    more: bool


def policy_of(database: Database) -> Policy:
    """What holds now. Another epoch, schema, region or pin makes another key, and all is told anew."""
    found = database.records.of(Residence, HERE)
    region = found.region if found is not None else ""
    pins = database.records.page(PINS(), limit=MOST_PINS)
    hidden = frozenset(pin.data_class for pin in pins if pin.region == region)
    epoch = database.conn.execute("SELECT epoch FROM head").fetchone()[0]
    told_by = (FORM, SCHEMA, epoch, region, sorted(hidden))
    return Policy(region, hidden, sha256(repr(told_by).encode()).hexdigest()[:40])


def window(database: Database, after: int, limit: int = AT_ONCE) -> Window:
    """The next window, from one snapshot. Blocking; for a thread that may wait, with a connection of its own."""
    conn = database.conn
    conn.execute("BEGIN")
    try:
        policy, scopes = policy_of(database), _scopes(conn)
        head = conn.execute("SELECT rev FROM head").fetchone()[0]
        to = _end(conn, scopes, after, limit) or head
        found = _with_roots(database, _changed(conn, scopes, after, to))
        ends = _ends(database, scopes, after, to)
    finally:
        conn.execute("COMMIT")
    ours = (record for kind in KINDS for record in found[kind].values() if _is_told(record, found))
    records = [told(record, policy.hidden, policy.region) for record in ours]
    return Window(policy, to, records, ends, to < head)


def _scopes(conn: Any) -> list[tuple[str, str]]:
    """(kind, scope) of all that may be told: customers, and the cases of each team with what hangs on them."""
    teams = [id for (id,) in conn.execute("SELECT id FROM team")]
    homes = [scope for team in teams for scope in (open_scope(team), past_scope(team))]
    return [("customer", CUSTOMERS), *((kind, scope) for kind in KINDS[1:] for scope in homes)]


def _end(conn: Any, scopes: list[tuple[str, str]], after: int, limit: int) -> int:
    """The revision with which a window is full; 0 if all the rest fits."""
    places = [*scopes, *(("gone", scope) for scope in dict.fromkeys(scope for _, scope in scopes))]
    statement = f"SELECT rev FROM {{}} WHERE scope=? AND rev>? ORDER BY rev LIMIT {MOST}"
    streams = [
        [rev for (rev,) in conn.execute(statement.format(quoted(table)), (scope, after, limit))]
        for table, scope in places
    ]
    return next(islice(heapq.merge(*streams), limit - 1, limit), 0)


def _changed(conn: Any, scopes: list[tuple[str, str]], after: int, to: int) -> Iterator[Record]:
    for kind, scope in scopes:
        shape = shape_of(kind)
        statement = f"SELECT {shape.columns} FROM {quoted(kind)} WHERE scope=? AND rev>? AND rev<=? ORDER BY rev, id"
        yield from map(shape.from_sql, conn.execute(statement, (scope, after, to)))


def _with_roots(database: Database, changed: Iterator[Record]) -> dict[str, dict[str, Record]]:
    """By kind and id, with the cases and customers on which they hang: these may have changed later once more."""
    found: dict[str, dict[str, Record]] = {kind: {} for kind in KINDS}
    for record in changed:
        found[spec_of(record).kind][record.id] = record
    cases = {_case_of(record) for kind in KINDS[2:] for record in found[kind].values()}
    found["case"] |= database.records.get_many("case", sorted(cases - found["case"].keys()))
    customers = {case.customer for case in found["case"].values() if isinstance(case, Case)}
    found["customer"] |= database.records.get_many("customer", sorted(customers - found["customer"].keys()))
    return found


def _case_of(record: Record) -> str:
    return str(getattr(record, "case", ""))


def _is_told(record: Record, found: dict[str, dict[str, Record]]) -> bool:
    """Whether it is kept here. A reply that can still be taken back has not been said yet."""
    if isinstance(record, Message) and record.state == "held":
        return False
    root = record if isinstance(record, Customer | Case) else found["case"].get(_case_of(record))
    return root is not None and not getattr(root, "home", "")


def _ends(database: Database, scopes: list[tuple[str, str]], after: int, to: int) -> list[End]:
    """What is no more. What only left a scope is still there; whose it was, the other region knows."""
    gone: dict[tuple[str, str], End] = {}
    statement = "SELECT kind, id, how FROM gone WHERE scope=? AND rev>? AND rev<=? AND how<>'left' ORDER BY rev"
    for scope in dict.fromkeys(scope for _, scope in scopes):
        for kind, id, how in database.conn.execute(statement, (scope, after, to)):
            if kind in KINDS and database.records.get(kind, id) is None:
                gone[kind, id] = End(kind, id, how)
    return list(gone.values())
