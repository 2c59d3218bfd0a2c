"""What most programs would use in our place, beside which ours is measured: BM25, scikit-learn, VADER.

The libraries are in `.peers`, which `make bench` fills from requirements-peers.lock; they ship with nothing. Where they
cannot be had, the table has no figure of theirs.
"""

from __future__ import annotations

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from agentdesk.assist.terms import terms

PEERS = Path(__file__).resolve().parents[2] / ".peers"
MOST_WORDS = 40_000
K1, B = 1.2, 0.75


def installed(module: str) -> bool:
    """Whether a library is there. Its folder comes last, so that nothing of it takes the place of what we ship with."""
    if PEERS.is_dir() and str(PEERS) not in sys.path:
        sys.path.append(str(PEERS))
    return find_spec(module) is not None


def library_ranks(train: Sequence[tuple[str, str]], asked: Sequence[str]) -> list[list[str]] | None:
    """The three likeliest labels of each text, by scikit-learn: TF-IDF of one and two words, logistic regression."""
    if not installed("sklearn"):
        return None
    text, linear = import_module("sklearn.feature_extraction.text"), import_module("sklearn.linear_model")
    words = text.TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_features=MOST_WORDS)
    rows = words.fit_transform([one for one, _ in train])
    model = linear.LogisticRegression(C=20.0, max_iter=300).fit(rows, [label for _, label in train])
    chances: Any = model.predict_proba(words.transform(list(asked)))
    return [[str(model.classes_[at]) for at in (-row).argsort()[:3]] for row in chances]


def vader(texts: Sequence[str]) -> list[float] | None:
    """How pleased each text sounds, from -1 to 1, by VADER (Hutto and Gilbert, 2014): its compound."""
    if not installed("vaderSentiment"):
        return None
    judge = import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()
    return [float(judge.polarity_scores(text)["compound"]) for text in texts]


class Bm25:
    """Which of some texts have the rare words of another (Robertson and Zaragoza, 2009)."""

    def __init__(self, texts: Sequence[str]) -> None:
        bags = [terms(text) for text in texts]
        mean = sum(map(len, bags)) / max(1, len(bags))
        self._where: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for at, bag in enumerate(bags):
            for word, count in Counter(bag).items():
                self._where[word].append((at, count * (K1 + 1) / (count + K1 * (1 - B + B * len(bag) / mean))))
        self._count = len(bags)

    def best(self, asked: str) -> list[int]:
        """All that share a word, the best first."""
        scores: defaultdict[int, float] = defaultdict(float)
        for word in set(terms(asked)):
            where = self._where.get(word, ())
            weight = math.log1p((self._count - len(where) + 0.5) / (len(where) + 0.5))
            for at, much in where:
                scores[at] += weight * much
        return sorted(scores, key=lambda at: (-scores[at], at))
