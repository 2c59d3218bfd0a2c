"""Looks through an index step by step: what could be meant first by its words, else by people, else the newest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from ..cases import CUSTOMER_CASES, Case, FileText, Message
from ..kernel import Record
from ..kernel.terms import Term
from .fitting import Hit, Seen
from .sought import Sought

PAGE = 50
MOST_CUSTOMERS = 20
MOST_CASES = 50
END = 1 << 62
ROW_BITS = 15
"""An index numbers its records by time (ms) and, below that, so many bits that tell those of one moment apart."""


class Index(Protocol):
    """The full text of records. Both give (number, record), the newest first; `before` is where to go on."""

    def hits(
        self, kind: str, terms: Sequence[Term], limit: int = 30, before: int = END
    ) -> list[tuple[int, Record]]: ...
    def latest(self, kind: str, limit: int = 100, before: int = END) -> list[tuple[int, Record]]: ...
    def best(self, kind: str, terms: Sequence[Term], limit: int = 30) -> list[tuple[int, Record]]: ...


Raw = tuple[int, Record]
"""A number and a case or a message, before anybody asked whether it fits."""


def steps(index: Index, seen: Seen, sought: Sought, before: int = END) -> Iterator[list[Raw]]:
    """What might fit, a small step at a time: whoever looks may stop or draw breath between any two.

    Steps may be empty. Messages come with falling numbers; with `before` they go on below that number, and cases,
    which come first, are left out.
    """
    first, end = sought.span()
    ceiling = min(END, end << ROW_BITS)
    fresh, before, terms = before >= ceiling, min(before, ceiling), sought.wanted
    if terms:
        if fresh and sought.best:
            yield index.best("message", terms, PAGE)
        if fresh and not sought.asks("in", "notes", "files"):
            yield index.hits("case", terms, PAGE, before)
        if not sought.asks("in", "subject", "notes"):
            yield from _files(index, sought, before, fresh)
        if not sought.asks("in", "subject", "files"):
            yield from _down(lambda at: index.hits("message", terms, PAGE, at), before, first)
        return
    if fresh:
        for name in sought.named():
            yield from _of_customers(index, seen, name)
    kind = "message" if sought.of_messages else "case"
    yield from _down(lambda at: index.latest(kind, PAGE, at), before, first)


def _files(index: Index, sought: Sought, before: int, fresh: bool) -> Iterator[list[Raw]]:
    """What stands in files: the newest of it first of all, or all of it where only that is wanted."""
    if sought.asks("in", "files"):
        yield from _down(lambda at: index.hits("file_text", sought.wanted, PAGE, at), before, sought.span()[0])
    elif fresh:
        yield index.hits("file_text", sought.wanted, PAGE, before)


def _down(page: Callable[[int], list[Raw]], before: int, first: int) -> Iterator[list[Raw]]:
    """Pages one below the other, until one is empty or older than is wanted."""
    while found := page(before):
        before = found[-1][0]
        yield found
        if before >> ROW_BITS < first:
            return


def _of_customers(index: Index, seen: Seen, name: str) -> Iterator[list[Raw]]:
    """The cases of customers who are called so."""
    for _, customer in index.hits("customer", (Term(name, starts=True),), MOST_CUSTOMERS):
        yield [(0, case) for case in seen.page(CUSTOMER_CASES(customer=customer.id), limit=MOST_CASES)]


def hit_of(raw: Raw, seen: Seen) -> Hit | None:
    """What was found with its case, or the one that it has gone into; None if that cannot be seen from here."""
    number, record = raw
    file = record if isinstance(record, FileText) else None
    message = record if isinstance(record, Message) else seen.get(Message, file.message) if file is not None else None
    case = record if isinstance(record, Case) else seen.get(Case, message.case) if message is not None else None
    if case is not None and case.merged_into:
        case = seen.get(Case, case.merged_into) or case
    return None if case is None else Hit(case, message, number, file)
