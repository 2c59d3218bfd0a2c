"""How a customer feels by what they write: from meaning where there is an embedder, else from telling words.

A line through the embedder's numbers, and a weight for each telling word, both learned from texts that people have
rated (`scripts/make_mood.py`). Only ever of customers.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from .embedder import WIDTH, Floats
from .terms import terms

UPSET, PLEASED = -0.8, 1.0
"""Ratings (from -4 to 4) below and above which it is worth a word."""
TELLING = 0.25
MOST_WORDS = 3


class Mood(msgspec.Struct, frozen=True):
    """What was learned: the line's weights, its constant last, and the weight of words."""

    weights: tuple[float, ...]
    words: dict[str, float]


def load(path: Path) -> Mood | None:
    """What was learned; None if it cannot be read."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Mood)
    except (OSError, msgspec.DecodeError):
        return None
    return found if len(found.weights) == WIDTH + 1 else None


def rating(learned: Mood, text: str, vector: Floats | None) -> float:
    """From -4 (very upset) to 4 (very pleased)."""
    if vector is not None:
        return float(vector @ np.array(learned.weights[:-1], np.float32) + learned.weights[-1])
    return sum(learned.words.get(word, 0.0) for word in set(terms(text)))


def mood(learned: Mood | None, text: str, vector: Floats | None) -> tuple[str, tuple[str, ...]]:
    """`upset`, `pleased` or nothing, and the words that say so most. Without such words nothing is said."""
    if learned is None:
        return "", ()
    value = rating(learned, text, vector)
    name = "upset" if value <= UPSET else "pleased" if value >= PLEASED else ""
    sign = 1 if value > 0 else -1
    weights = {word: learned.words.get(word, 0.0) * sign for word in terms(text)}
    telling = sorted((word for word, weight in weights.items() if weight >= TELLING), key=lambda word: -weights[word])
    return (name, tuple(telling[:MOST_WORDS])) if name and telling else ("", ())
