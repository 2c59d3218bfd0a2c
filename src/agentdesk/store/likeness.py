"""What is most like a text: for duplicates that are offered while somebody writes."""

from __future__ import annotations

from itertools import pairwise
from math import log
from typing import Any

from agentdesk.domain.kernel import Record
from agentdesk.domain.kernel.terms import WORD, spaced

from .search import Finder
from .shape import quoted, shape_of

MOST_WORDS = 40
"""Words of the text that are looked at; a question says what it is about early."""
LONGEST = 100
"""Signs of one word."""
COMMON = 4_000
"""A word that so many records have tells nothing that is worth the time to rank them all."""
TOGETHER = 8_000
"""So many hits of the rarest words are ranked."""
WIDER = 4
"""So many times as many as are wanted are looked at: five wordings of one question leave no room for another."""


def alike(conn: Any, find: Finder, kind: str, text: str, limit: int = 5) -> list[Record]:
    """The records that share the most telling words with a text, the best first (BM25); then those that are like it
    and unlike what is there already. None if no word tells.
    """
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
    found = find.matching(kind, " OR ".join(f'"{word}"' for word in chosen), WIDER * limit)
    return _various(kind, found, _rarity(counted), limit)


def _rarity(counted: list[tuple[int, str]]) -> dict[str, float]:
    """How much each word that some record has tells: the fewer have it, the more."""
    return {word: log(1 + COMMON / count) for count, word in counted if count}


def _various(kind: str, found: list[tuple[float, Record]], rarity: dict[str, float], limit: int) -> list[Record]:
    """The first, then each time the one that fits best, less what it shares with one that was taken (maximal marginal
    relevance, Carbonell and Goldstein 1998, both weighed alike). Shared words weigh by their rarity, those that were
    not asked for as the asked ones do on average: two that have but the common words in common are not the same.
    """
    searched = shape_of(kind).spec.searchable
    said = [frozenset(_words(" ".join(str(getattr(one, field)) for field in searched))) for _, one in found]
    most, usual = max((fit for fit, _ in found), default=0.0), sum(rarity.values()) / len(rarity)
    worth = [fit / most if most > 0 else 0.0 for fit, _ in found]

    def weight(words: frozenset[str]) -> float:
        return sum(rarity.get(word, usual) for word in words)

    shared, left, taken = [0.0] * len(found), list(range(len(found))), list[int]()
    while left and len(taken) < limit:
        best = max(left, key=lambda one: worth[one] - shared[one])
        left.remove(best)
        taken.append(best)
        for one in left:
            shared[one] = max(shared[one], weight(said[one] & said[best]) / (weight(said[one] | said[best]) or 1))
    return [found[one][1] for one in taken]


def _words(text: str) -> list[str]:
    """Each word once, as the index has it; of scripts without spaces each two neighbours."""
    found = dict[str, None]()
    for word in text.split()[:MOST_WORDS]:
        found |= dict.fromkeys(_pairs(WORD.findall(spaced(word[:LONGEST]).lower())))
    return list(found)[:MOST_WORDS]


def _pairs(signs: list[str]) -> list[str]:
    return signs if len(signs) == 1 else [" ".join(pair) for pair in pairwise(signs)]


def _count(conn: Any, table: str, word: str) -> int:
    query = f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT {COMMON + 1})"
    return int(conn.execute(query, (f'"{word}"',)).fetchone()[0])
