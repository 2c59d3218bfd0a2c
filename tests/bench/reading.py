"""An embedder that reads each text once, for benchmarks in which several figures are about the same texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agentdesk.assist.embedder import WIDTH, Embedder, Floats
from agentdesk.assist.pack import Pack

AT_ONCE = 16


class Remembering(Embedder):
    """Reads each text once."""

    def __init__(self, pack: Pack) -> None:
        super().__init__(pack)
        self._read: dict[str, Floats] = {}

    def embed_all(self, texts: Sequence[str]) -> Floats:
        new = [text for text in dict.fromkeys(texts) if text not in self._read]
        for at in range(0, len(new), AT_ONCE):
            some = new[at : at + AT_ONCE]
            self._read |= zip(some, super().embed_all(some), strict=True)
        return np.array([self._read[text] for text in texts], np.float32).reshape(-1, WIDTH)
