"""Customers' tiers and languages as another system knows them: read from a table, given as commands, again harmless."""

from __future__ import annotations

import csv
import io
from typing import Annotated

import msgspec
from msgspec import Meta

from agentdesk.domain.cases import Customer, SetTier, UpdateCustomer
from agentdesk.domain.cases.identities import KNOWN_AS
from agentdesk.domain.cases.tiers import checked_tier
from agentdesk.domain.kernel import Command, Refusal
from agentdesk.domain.mail.taking import CUSTOMERS_BY_EMAIL

from .asked import Cannot, Request, Result
from .core import Core
from .gate.seen import Give

AT_ONCE = 500
"""Rows of one request."""
MOST_ALIKE = 20
"""Records of customers with one address."""
COLUMNS = ("email", "tier", "language")
NONE = "-"
"""In a cell: what stood there is to go. An empty cell leaves it as it is."""
Cell = Annotated[str, Meta(max_length=200)]


class Row(msgspec.Struct, frozen=True):
    """One line of the table; `line` is its number in the file."""

    line: int
    email: Cell
    tier: Cell = ""
    language: Cell = ""


class CustomerImport(Request, frozen=True, tag="customers.import"):
    """Rows of a table, each about everybody who is known by an address."""

    rows: Annotated[list[Row], Meta(max_length=AT_ONCE)]


class Told(msgspec.Struct):
    """What came of some rows: customers changed, those who were so already, and a sentence for each row left out."""

    changed: int = 0
    same: int = 0
    troubles: list[str] = []


def rows_of(text: str) -> list[Row]:
    """The rows of a CSV file with names above, divided by commas, semicolons or tabs. Raises `Cannot`, also for two
    rows that say different things of one address.
    """
    head = text.partition("\n")[0]
    mark = max((";", "\t", ","), key=head.count)
    try:
        read = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
        names = {name.strip().lower(): name for name in read.fieldnames or () if name}
        if "email" not in names or not {"tier", "language"} & names.keys():
            raise Cannot("The first line names the columns: email, and tier or language or both.")
        found = []
        for cells in read:
            said = {name: str(cells[names[name]] or "").strip()[:200] if name in names else "" for name in COLUMNS}
            if any(said.values()):
                found.append(Row(read.line_num, **said))
    except csv.Error as error:
        raise Cannot(f"This is no table that can be read: {error}.") from None
    _refuse_contradictions(found)
    return found


def _refuse_contradictions(rows: list[Row]) -> None:
    first: dict[str, Row] = {}
    for row in rows:
        other = first.setdefault(row.email.lower(), row)
        if row.email and (row.tier, row.language) != (other.tier, other.language):
            raise Cannot(f"Lines {other.line} and {row.line} say different things of {row.email}. Keep one of them.")


async def import_customers(core: Core, asked: CustomerImport, give: Give) -> Result:
    """Give the rows one after another; a row that does not fit is told, and the others go on."""
    told = Told()
    for row in asked.rows:
        found = _known(core, row.email.lower())
        if not found:
            told.troubles.append(f"line {row.line}: nobody who is known by {row.email or 'no address'}")
        for customer in found:
            try:
                wishes = _wishes(customer, row)
                for wish in wishes:
                    await give(wish)
            except Cannot as refused:
                told.troubles.append(f"line {row.line}: {refused}")
                continue
            told.changed += bool(wishes)
            told.same += not wishes
    return Result(rows=[msgspec.to_builtins(told)])


def _known(core: Core, email: str) -> list[Customer]:
    """Everybody who has this address, or is known by it."""
    if not email:
        return []
    records = core.reader.records
    alike = records.page(CUSTOMERS_BY_EMAIL(email=email), limit=MOST_ALIKE)
    known = (records.of(Customer, one.customer) for one in records.page(KNOWN_AS(sort="email", value=email), limit=2))
    return list({one.id: one for one in (*alike, *known) if one is not None and not one.home}.values())


def _wishes(customer: Customer, row: Row) -> list[Command]:
    found: list[Command] = []
    try:
        tier = "" if row.tier == NONE else checked_tier(row.tier)
    except Refusal as refused:
        raise Cannot(str(refused)) from None
    if row.tier and tier != customer.tier:
        found.append(SetTier(customer=customer.id, tier=tier))
    if row.language not in ("", NONE, customer.language):
        found.append(UpdateCustomer(customer=customer.id, language=row.language))
    return found
