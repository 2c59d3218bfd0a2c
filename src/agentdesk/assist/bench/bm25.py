"""What most programs rank by: which of some texts have the rare words of another."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from ..terms import terms

K1, B = 1.2, 0.75


class Bm25:
    """BM25 over these texts (Robertson and Zaragoza, 2009)."""

    def __init__(self, texts: Sequence[str]) -> None:
        bags = [terms(text) for text in texts]
        mean = sum(map(len, bags)) / max(1, len(bags))
        self._where: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for at, bag in enumerate(bags):
            for word, count in Counter(bag).items():
                self._where[word].append((at, count * (K1 + 1) / (count + K1 * (1 - B + B * len(bag) / mean))))
        self._count = len(bags)

    def scores(self, asked: str) -> list[float]:
        """Of each text, in their order; 0 for those that share no word."""
        found = [0.0] * self._count
        for word in set(terms(asked)):
            where = self._where.get(word, ())
            weight = math.log1p((self._count - len(where) + 0.5) / (len(where) + 0.5))
            for at, much in where:
                found[at] += weight * much
        return found

    def best(self, asked: str) -> list[int]:
        """The places of all that share a word, the best first."""
        scores = self.scores(asked)
        return sorted((at for at, score in enumerate(scores) if score), key=lambda at: (-scores[at], at))
