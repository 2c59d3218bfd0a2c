"""What is most like a text: for duplicates that are offered while somebody writes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from agentdesk.domain.kernel import Record
from agentdesk.domain.kernel.terms import WORD, spaced

from .search import Finder
from .shape import quoted

MOST_WORDS = 40
"""Words of the text that are looked at; a question says what it is about early."""
LONGEST = 100
"""Signs of one word."""
COMMON = 4_000
"""A word that so many records have tells nothing that is worth the time to rank them all."""
TOGETHER = 8_000
"""So many hits of the rarest words are ranked."""


def alike(conn: Any, find: Finder, kind: str, text: str, limit: int = 5) -> list[Record]:
    """The records that share the most telling words with a text, the best first (BM25); none if no word tells."""
    table = quoted("find_" + kind)
    counted = sorted((_count(conn, table, word), word) for word in _words(text))
    chosen, total = list[str](), 0
    for count, word in counted:
        if not count or count > COMMON:
            continue
        if chosen and total + count > TOGETHER:
            break
        chosen.append(word)
        total += count
    if not chosen:
        return []
    return find.matching(kind, " OR ".join(f'"{word}"' for word in chosen), limit)


def _words(text: str) -> list[str]:
    """Each word once, as the index has it; of scripts without spaces each two neighbours."""
    found = dict[str, None]()
    for word in text.split()[:MOST_WORDS]:
        found |= dict.fromkeys(_pairs(WORD.findall(spaced(word[:LONGEST]))))
    return list(found)[:MOST_WORDS]


def _pairs(signs: list[str]) -> list[str]:
    return signs if len(signs) == 1 else [" ".join(pair) for pair in pairwise(signs)]


def _count(conn: Any, table: str, word: str) -> int:
    query = f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT {COMMON + 1})"
    return int(conn.execute(query, (f'"{word}"',)).fetchone()[0])
