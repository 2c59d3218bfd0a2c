"""Vectors in memory as small integers, searched one and all: at this size nothing cleverer is faster."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .embedder import WIDTH, Floats

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
BLOCK = 4096
"""Rows that are widened at once: they stay within the processor's cache."""


def packed(vector: Floats) -> tuple[bytes, float]:
    """A vector of length one as 384 small integers, and their scale."""
    scale = float(np.abs(vector).max()) / 127 or 1.0
    return np.rint(vector / np.float32(scale)).astype(np.int8).tobytes(), scale


class Vectors:
    """Rows with a number that says whose they are. What was taken out is zeroed, and its place used again."""

    def __init__(self) -> None:
        self._rows: npt.NDArray[np.int8] = np.zeros((BLOCK, WIDTH), np.int8)
        self._scales: Floats = np.zeros(BLOCK, np.float32)
        self.owners: Ints = np.full(BLOCK, -1, np.int64)
        """To whom each row belongs; -1 for a free one."""
        self._places: dict[int, list[int]] = {}
        self._free: list[int] = []
        self._used = 0

    def __len__(self) -> int:
        return self._used - len(self._free)

    def add(self, owner: int, data: bytes, scale: float) -> None:
        """One more row."""
        place = self._free.pop() if self._free else self._used
        if place == len(self._rows):
            self._grow()
        self._used = max(self._used, place + 1)
        self._rows[place] = np.frombuffer(data, np.int8)
        self._scales[place], self.owners[place] = scale, owner
        self._places.setdefault(owner, []).append(place)

    def drop(self, owner: int) -> None:
        """All rows of one owner."""
        for place in self._places.pop(owner, ()):
            self._rows[place], self._scales[place], self.owners[place] = 0, 0, -1
            self._free.append(place)

    def of(self, owner: int) -> Floats | None:
        """The first row of one owner, if it has any."""
        if not (places := self._places.get(owner)):
            return None
        row: Floats = self._rows[places[0]].astype(np.float32) * self._scales[places[0]]
        return row

    def scan(self, vector: Floats) -> Floats:
        """The cosine of each row with a vector, in the order of `owners`; -2 for a free row."""
        used = self._used
        found: Floats = np.empty(used, np.float32)
        for start in range(0, used, BLOCK):
            rows = self._rows[start : min(start + BLOCK, used)]
            found[start : start + len(rows)] = rows.astype(np.float32) @ vector
        found *= self._scales[:used]
        found[self.owners[:used] < 0] = -2
        return found

    def best(self, scanned: Floats, open_: Flags, most: int) -> list[tuple[int, float]]:
        """The owners whose flag is set with the cosine of their best row, the best first."""
        owners = self.owners[: len(scanned)]
        places = np.flatnonzero((owners >= 0) & open_[owners])
        if len(places) > most * 4:
            some = np.argpartition(-scanned[places], most * 4 - 1)[: most * 4]
            places = places[some]
        best: dict[int, float] = {}
        for place in places[np.argsort(-scanned[places], kind="stable")]:
            best.setdefault(int(owners[place]), float(scanned[place]))
        return list(best.items())[:most]

    def _grow(self) -> None:
        def twice(array: npt.NDArray[Any], fill: int) -> npt.NDArray[Any]:
            return np.concatenate((array, np.full_like(array, fill)))

        self._rows, self._scales = twice(self._rows, 0), twice(self._scales, 0)
        self.owners = twice(self.owners, -1)
