"""A model of texts that needs no file: what tests of learning read with."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from agentdesk.assist.embedder import WIDTH, Floats
from agentdesk.assist.terms import terms


class Words:
    """Reads a text as the sum of a vector for each word: enough that like texts are near."""

    def embed(self, text: str) -> Floats:
        """Always the same for the same text."""
        made = np.zeros(WIDTH, np.float32)
        for word in terms(text):
            made += np.random.default_rng(zlib.crc32(word.encode())).normal(size=WIDTH).astype(np.float32)
        return made / np.float32(max(float(np.linalg.norm(made)), 1e-12))

    def embed_all(self, texts: Sequence[str]) -> Floats:
        """One row for each."""
        return np.array([self.embed(text) for text in texts])
