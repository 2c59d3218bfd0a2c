"""What single words say of which answer fits: naive Bayes over words that are kept as numbers, never as words.

Each text counts as much as any other, and a word the more the rarer it is (Salton and Buckley, 1988); how much of an
answer's texts a word makes up is its odds (McCallum and Nigam, 1998).
"""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from .embedder import Floats
from .terms import terms
from .vectors import Ints

Halves = npt.NDArray[np.float16]
Bag = npt.NDArray[np.uint32]
"""The words of a text, each once, in order."""
MOST, FEWEST = 4_096, 2
"""Words that are listened to, and in how many texts each has to stand."""
AT_ONCE = 512
"""Texts counted between two looks at what was asked meanwhile."""
UNSEEN = 0.05
"""What each word counts that an answer's texts have not."""


def bag(text: str) -> Bag:
    """A text as it is kept while one learns from it."""
    return np.array(sorted({zlib.crc32(word.encode()) for word in terms(text)}), np.uint32)


class Words(msgspec.Struct, frozen=True):
    """Which words are listened to, in order, and how rare each is."""

    known: Ints
    rare: Floats

    def weighed(self, some: Bag) -> tuple[Ints, Floats]:
        """The places of the words that are known, and their weights: together of length 1."""
        here = some.astype(np.int64)
        places = np.searchsorted(self.known, here)
        places = places[self.known[np.minimum(places, len(self.known) - 1)] == here] if len(self.known) else places[:0]
        weights = self.rare[places]
        return places, weights / np.float32(max(float(np.linalg.norm(weights)), 1e-9))


def words_of(bags: Sequence[Bag]) -> Words:
    """The words of these texts that are worth listening to."""
    every, counts = np.unique(np.concatenate([np.zeros(0, np.uint32), *bags]), return_counts=True)
    often = np.flatnonzero(counts >= FEWEST)
    often = np.sort(often[np.argsort(-counts[often], kind="stable")[:MOST]])
    rare = np.log((1 + len(bags)) / (1 + counts[often])) + 1
    return Words(every[often].astype(np.int64), rare.astype(np.float32))


def odds_of(words: Words, bags: Iterable[Bag], labels: Iterable[int], answers: int) -> Generator[None, None, Halves]:
    """For each word and answer the logarithm of the word's share in what belongs to the answer; hands back after each
    step of a few ms.
    """
    table = np.full((len(words.known), answers), UNSEEN, np.float32)
    for at, (some, label) in enumerate(zip(bags, labels, strict=True), 1):
        places, weights = words.weighed(some)
        table[places, label] += weights
        if at % AT_ONCE == 0:
            yield
    found: Halves = np.log(table / table.sum(axis=0)).astype(np.float16)
    return found


def heard(words: Words, odds: Halves, some: Bag) -> Floats:
    """What a text's words say for each answer, in standard deviations; nothing where none of them is known."""
    places, weights = words.weighed(some)
    said: Floats = weights @ odds[places].astype(np.float32)
    spread = float(said.std())
    return (said - said.mean()) / np.float32(spread) if spread > 1e-6 else np.zeros_like(said)
