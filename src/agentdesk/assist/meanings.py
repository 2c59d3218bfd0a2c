"""What was read lately is not read again: turns of a case come back with every question about it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .embedder import Embedder, Floats

MOST = 512


class Meanings:
    """In memory only, the last texts: vectors by text."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._read: dict[str, Floats] = {}

    def has(self, text: str) -> bool:
        """Whether it needs no reading."""
        return text in self._read

    def of(self, texts: Sequence[str]) -> Floats:
        """A row for each."""
        new = [text for text in dict.fromkeys(texts) if text not in self._read]
        rows = {text: self._read.pop(text) for text in dict.fromkeys(texts) if text in self._read}
        if new:
            rows |= zip(new, self._embedder.embed_all(new), strict=True)
        self._read |= rows
        for text in list(self._read)[: max(0, len(self._read) - MOST)]:
            del self._read[text]
        return np.stack([rows[text] for text in texts])

    def forget(self) -> None:
        """Something is erased."""
        self._read.clear()
