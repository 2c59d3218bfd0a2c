"""What single words say of which answer fits: naive Bayes over words that are kept as numbers, never as words.

Each text counts as much as any other, and a word the more the rarer it is (Salton and Buckley, 1988); how much of an
answer's texts a word makes up is its odds (McCallum and Nigam, 1998).
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from .embedder import Floats
from .terms import terms
from .vectors import Ints

Halves = npt.NDArray[np.float16]
Bag = tuple[int, ...]
"""The words of a text, each once."""
MOST, FEWEST = 4_096, 2
"""Words that are listened to, and in how many texts each has to stand."""
UNSEEN = 0.05
"""What each word counts that an answer's texts have not."""


def bag(text: str) -> Bag:
    """A text as it is kept while one learns from it."""
    return tuple(sorted({zlib.crc32(word.encode()) for word in terms(text)}))


class Words(msgspec.Struct, frozen=True):
    """Which words are listened to, in order, and how rare each is."""

    known: Ints
    rare: Floats

    def weighed(self, some: Bag) -> tuple[Ints, Floats]:
        """The places of the words that are known, and their weights: together of length 1."""
        here = np.array(some, np.int64)
        places = np.searchsorted(self.known, here)
        places = places[self.known[np.minimum(places, len(self.known) - 1)] == here] if len(self.known) else places[:0]
        weights = self.rare[places]
        return places, weights / np.float32(max(float(np.linalg.norm(weights)), 1e-9))


def words_of(bags: Sequence[Bag]) -> Words:
    """The words of these texts that are worth listening to."""
    counts = Counter(word for some in bags for word in some)
    often = sorted((-count, word) for word, count in counts.items() if count >= FEWEST)[:MOST]
    known = sorted(word for _, word in often)
    rare = [np.log((1 + len(bags)) / (1 + counts[word])) + 1 for word in known]
    return Words(np.array(known, np.int64), np.array(rare, np.float32))


def odds_of(words: Words, bags: Sequence[Bag], labels: Sequence[int], answers: int) -> Halves:
    """For each word and answer the logarithm of the word's share in what belongs to the answer."""
    table = np.full((len(words.known), answers), UNSEEN, np.float32)
    for some, label in zip(bags, labels, strict=True):
        places, weights = words.weighed(some)
        table[places, label] += weights
    found: Halves = np.log(table / table.sum(axis=0)).astype(np.float16)
    return found


def heard(words: Words, odds: Halves, some: Bag) -> Floats:
    """What a text's words say for each answer, in standard deviations; nothing where none of them is known."""
    places, weights = words.weighed(some)
    said: Floats = weights @ odds[places].astype(np.float32)
    spread = float(said.std())
    return (said - said.mean()) / np.float32(spread) if spread > 1e-6 else np.zeros_like(said)
