"""Vectors in memory as small integers, searched one and all: at this size nothing cleverer is faster."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .embedder import WIDTH, Floats

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.int8]
NONE = -1
BLOCK = 4096
"""Rows that are widened at once: they stay within the processor's cache."""


def packed(vector: Floats) -> tuple[bytes, float]:
    """A vector of length one as 384 small integers, and their scale."""
    scale = float(np.abs(vector).max()) / 127 or 1.0
    return np.rint(vector / np.float32(scale)).astype(np.int8).tobytes(), scale


class Wide:
    """Widens small integers, always in the same place: fresh memory for each block would cost five times the sums."""

    def __init__(self, width: int = WIDTH) -> None:
        self._place: Floats = np.empty((BLOCK, width), np.float32)

    def dot(self, rows: Bytes, vector: Floats, found: Floats) -> None:
        """Each row with a vector, into `found`."""
        for start in range(0, len(rows), BLOCK):
            some = rows[start : start + BLOCK]
            wide = self._place[: len(some)]
            np.copyto(wide, some)
            np.dot(wide, vector, out=found[start : start + len(some)])


class Rows:
    """Some vectors side by side, small: they are widened as they are looked at."""

    def __init__(self, rows: Bytes, scales: Floats) -> None:
        self._rows, self._scales, self._wide = rows, scales, Wide()

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, some: Ints) -> Floats:
        found: Floats = self._rows[some] * self._scales[some][:, None]
        return found

    def near(self, vector: Floats) -> Floats:
        """The cosine of each with a vector."""
        found: Floats = np.empty(len(self), np.float32)
        self._wide.dot(self._rows, vector, found)
        return found * self._scales


class Vectors:
    """Rows with a number that says whose they are. What was taken out is zeroed, and its place used again. They lie in
    blocks, so that none is ever copied to make room for more.
    """

    def __init__(self) -> None:
        self._blocks: list[Bytes] = []
        self._wide = Wide()
        self._scales: Floats = np.zeros(0, np.float32)
        self.owners: Ints = np.zeros(0, np.int64)
        """To whom each row belongs; `NONE` for a free one."""
        self._first, self._next = np.full(1024, NONE, np.int32), np.zeros(0, np.int32)
        """The place of each owner's first row, and of each row's next one of the same owner."""
        self._free: list[int] = []
        self._used = 0

    def __len__(self) -> int:
        return self._used - len(self._free)

    def add(self, owner: int, data: bytes, scale: float) -> None:
        """One more row."""
        place = self._free.pop() if self._free else self._used
        if place == len(self.owners):
            self._grow()
        self._used = max(self._used, place + 1)
        self._blocks[place // BLOCK][place % BLOCK] = np.frombuffer(data, np.int8)
        self._scales[place], self.owners[place] = scale, owner
        self._next[place] = NONE
        if self.has(owner):
            self._next[self._all(owner)[-1]] = place
            return
        while owner >= len(self._first):
            self._first = np.concatenate((self._first, np.full_like(self._first, NONE)))
        self._first[owner] = place

    def drop(self, owner: int) -> None:
        """All rows of one owner."""
        for place in self._all(owner):
            self._blocks[place // BLOCK][place % BLOCK] = 0
            self._scales[place], self.owners[place] = 0, NONE
            self._free.append(place)
        if self.has(owner):
            self._first[owner] = NONE

    def of(self, owner: int) -> Floats | None:
        """The first row of one owner, if it has any."""
        if not self.has(owner):
            return None
        place = int(self._first[owner])
        found: Floats = self._blocks[place // BLOCK][place % BLOCK] * self._scales[place]
        return found

    def has(self, owner: int) -> bool:
        """Whether it has a row."""
        return owner < len(self._first) and self._first[owner] != NONE

    def rows(self, owners: Sequence[int]) -> Rows:
        """The first row of each of these, which have one."""
        places = self._first[np.array(owners, np.int64)]
        made = np.empty((len(places), WIDTH), np.int8)
        for at, place in enumerate(places.tolist()):
            made[at] = self._blocks[place // BLOCK][place % BLOCK]
        return Rows(made, self._scales[places])

    def _all(self, owner: int) -> list[int]:
        found = list[int]()
        place = int(self._first[owner]) if self.has(owner) else NONE
        while place != NONE:
            found.append(place)
            place = int(self._next[place])
        return found

    def scan(self, vector: Floats) -> Floats:
        """The cosine of each row with a vector, in the order of `owners`; -2 for a free row."""
        used = self._used
        found: Floats = np.empty(used, np.float32)
        for start, block in zip(range(0, used, BLOCK), self._blocks, strict=False):
            rows = block[: used - start]
            self._wide.dot(rows, vector, found[start : start + len(rows)])
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
        self._blocks.append(np.zeros((BLOCK, WIDTH), np.int8))
        self._scales = np.concatenate((self._scales, np.zeros(BLOCK, np.float32)))
        self.owners = np.concatenate((self.owners, np.full(BLOCK, NONE, np.int64)))
        self._next = np.concatenate((self._next, np.full(BLOCK, NONE, np.int32)))
