"""Search in all history, as one person sees it: what is hidden from them is not found by any word or operator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from agentdesk.domain.cases import Case, FileText, Message
from agentdesk.domain.kernel import Asked, MaskView, Record, masked, spec_of
from agentdesk.domain.seeking import Eyes, Sought, fits, hit_of, steps
from agentdesk.store.sieve import Sieve
from agentdesk_server.authority import Database

from .presence import scopes_in
from .rations import ANSWER_BYTES

TRIED = 2_000
"""Hits looked at for one page: those that one may not see are passed over in silence."""
R = TypeVar("R", bound=Record)
_size = msgspec.msgpack.Encoder().encode


class Found(msgspec.Struct):
    """What was read at one moment, each record with the number of its hit and where it is shown."""

    rev: int = 0
    hits: list[tuple[int, Record, frozenset[str]]] = []
    bytes: int = 0

    def add(self, number: int, record: Record, scopes: frozenset[str]) -> bool:
        """False, and nothing is added, if the answer has become too large."""
        size = len(_size(record))
        if self.hits and self.bytes + size > ANSWER_BYTES:
            return False
        self.hits.append((number, record, scopes))
        self.bytes += size
        return True


class Wish(msgspec.Struct, frozen=True):
    """What is looked for, how many messages are wanted, and where it goes on; `cases`: these are wanted too."""

    sought: Sought
    limit: int
    before: int
    cases: bool


class Sight(msgspec.Struct, frozen=True):
    """What a desk holds and sees while its question is answered."""

    held: frozenset[str]
    view: MaskView
    sieve: Sieve
    person: str
    now: int

    def finds(self, sought: Sought, page: Sequence[tuple[int, Record]]) -> list[tuple[int, Record]]:
        """Those of the hits that say what they must as the desk sees them: nobody finds out by searching what is
        hidden.
        """
        kept = []
        for kind in dict.fromkeys(spec_of(record).kind for _, record in page):
            some = [hit for hit in page if spec_of(hit[1]).kind == kind]
            shown = [masked(record, self.view) for _, record in some]
            changed = [one for one, (_, record) in zip(shown, some, strict=True) if one is not record]
            stay = iter(self.sieve.saying(kind, sought.wanted, changed) if changed and sought.wanted else ())
            kept += [hit for one, hit in zip(shown, some, strict=True) if one is hit[1] or next(stay, True)]
        return kept


class Shown:
    """Records as a desk sees them."""

    def __init__(self, database: Database, sight: Sight) -> None:
        self._database, self._records, self._held, self._view = database, database.records, sight.held, sight.view

    def get(self, cls: type[R], id: str) -> R | None:
        """The record, with what is hidden masked; a case only if it is in sight: one may have gone into one that is
        not, and of that no operator tells anything.
        """
        found = self._records.of(cls, id)
        if found is None or (isinstance(found, Case) and self._held.isdisjoint(shown(self._database, found))):
            return None
        return masked(found, self._view)

    def page(self, asked: Asked[R], after: tuple[Any, ...] | None = None, limit: int = 50) -> list[R]:
        """Answers to a question, with what is hidden masked."""
        return [masked(record, self._view) for record in self._records.page(asked, after, limit)]


def shown(database: Database, record: Record) -> frozenset[str]:
    """The scopes that show a record."""
    if isinstance(record, Message | FileText):
        return scopes_in(database, "case", record.case)
    return scopes_in(database, spec_of(record).kind, record.id)


def search_in(database: Database, found: Found, wish: Wish, sight: Sight) -> None:
    """Messages that fit, newest first; and the cases that fit or that the messages are of.

    Filters are asked of the records as they are seen: a name or a tag that is hidden is like one that is not there.
    """
    if not wish.sought:
        return
    seen, tried, messages = Shown(database, sight), 0, 0
    eyes = Eyes(sight.person, sight.now, seen)
    for page in steps(database.records.find, seen, wish.sought, wish.before):
        tried += len(page)
        for number, record in sight.finds(wish.sought, page):
            hit = hit_of((number, masked(record, sight.view)), seen)
            if hit is None or not fits(hit, wish.sought, eyes):
                continue
            scopes = shown(database, record)
            if sight.held.isdisjoint(scopes) or not (wish.cases or isinstance(record, Message)):
                continue
            messages += isinstance(record, Message)
            if messages > wish.limit or len(found.hits) >= 4 * wish.limit or not found.add(number, record, scopes):
                return
        if tried >= TRIED:
            break


def with_cases(database: Database, found: Found) -> None:
    """Add the cases of the messages: a desk that does not hold them shows them as they come."""
    ids = dict.fromkeys(record.case for _, record, _ in found.hits if isinstance(record, Message | FileText))
    have = {record.id for _, record, _ in found.hits}
    for id in ids:
        case = database.records.of(Case, id)
        if case is not None and id not in have and not found.add(0, case, shown(database, case)):
            return
