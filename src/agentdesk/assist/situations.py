"""Situations as numbers: what customer and agent said last, and what was then answered; read once, and kept.

Each side's last turn, and the mean of its last ones: how a conversation stands shows in all four (on STAR the true
reply is then found first half again as often as by the customer's last words alone).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b

import numpy as np

from .embedder import WIDTH, Floats
from .frames import LOOKED_BACK, Source, Turn
from .vectors import Bytes, Ints, packed

BLOCKS = 4
"""So many vectors the turns become."""
SIZE = BLOCKS * WIDTH + 3
"""Numbers of one situation: the vectors, whether the agent spoke last, how many turns there were, and a one."""
MOST = 24_000
"""So many situations are learned from: those that came last."""
LONGEST = 600
"""Characters of a turn that are read."""
_BODY = np.dtype([("rows", np.int8, (BLOCKS + 1, WIDTH)), ("scales", "<f4", (BLOCKS + 1,)), ("more", "<f4", (2,))])


def back(source: Source) -> tuple[Turn, ...]:
    """The turns before a past answer; where only the customer's are known, these."""
    return source.said or (Turn("customer", source.asked),)


def texts(turns: Sequence[Turn]) -> list[str]:
    """What is read of them."""
    return [turn.text[:LONGEST] for turn in turns[-LOOKED_BACK:]]


def numbers(turns: Sequence[Turn], read: dict[str, Floats]) -> Floats:
    """Turns as `SIZE` numbers; `read` has the vectors of their `texts`."""
    blocks, more = _blocks(turns, read)
    found: Floats = np.concatenate((blocks.reshape(-1), more, np.ones(1, np.float32)))
    return found


def _blocks(turns: Sequence[Turn], read: dict[str, Floats]) -> tuple[Floats, Floats]:
    blocks = np.zeros((BLOCKS, WIDTH), np.float32)
    last = turns[-LOOKED_BACK:]
    for at, who in enumerate(("customer", "agent")):
        if said := [read[text] for turn, text in zip(last, texts(last), strict=True) if turn.who == who]:
            blocks[at], blocks[at + 2] = said[-1], np.mean(said, axis=0)
    return blocks, np.array([bool(last) and last[-1].who == "agent", len(last) / LOOKED_BACK], np.float32)


def kept(turns: Sequence[Turn], read: dict[str, Floats], answer: Floats) -> bytes:
    """A situation and its answer as they lie on the disk: two kilobytes."""
    body = np.zeros((), _BODY)
    blocks, body["more"] = _blocks(turns, read)
    for at, row in enumerate((*blocks, answer)):
        data, body["scales"][at] = packed(row)
        body["rows"][at] = np.frombuffer(data, np.int8)
    return body.tobytes()


class Situations:
    """Many of them: their answers are held, small; what was said before is read again as it is looked at."""

    def __init__(self, most: int, again: Callable[[Sequence[int]], dict[int, bytes]]) -> None:
        self._again = again
        self._said, self._scales = np.zeros((most, WIDTH), np.int8), np.zeros(most, np.float32)
        self._ids, self._same = np.zeros(most, np.int64), np.zeros(most, np.int64)
        self.owners = list[str]()

    def add(self, some: Iterable[tuple[int, str, bytes]]) -> None:
        """Some more: (source, owner, situation)."""
        for at, (id, owner, body) in enumerate(some, len(self)):
            one = np.frombuffer(body, _BODY)[0]
            self._said[at], self._scales[at], self._ids[at] = one["rows"][-1], one["scales"][-1], id
            self.owners.append(owner)
            self._same[at] = int.from_bytes(blake2b(self._said[at].tobytes(), digest_size=8).digest(), signed=True)

    @property
    def ids(self) -> Ints:
        """Their sources."""
        return self._ids[: len(self)]

    @property
    def same(self) -> Ints:
        """Equal numbers for equal answers."""
        return self._same[: len(self)]

    def __len__(self) -> int:
        return len(self.owners)

    def asked(self, some: Ints) -> Floats:
        """A row of `SIZE` numbers for each of these; nothing but zeros of one that is not there any more."""
        ids = self.ids[some].tolist()
        there, none = self._again(ids), bytes(_BODY.itemsize)
        bodies = np.frombuffer(b"".join(there.get(id, none) for id in ids), _BODY)
        rows = (bodies["rows"][:, :-1] * bodies["scales"][:, :-1, None]).reshape(len(some), -1)
        found: Floats = np.hstack((rows, bodies["more"], np.ones((len(some), 1), np.float32)))
        return found

    def raw(self, some: Ints, weights: Floats) -> Floats:
        """These as they are, weighed and each of length one."""
        rows = self.asked(some) * weights
        found: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return found

    def answers(self, some: Ints) -> Floats:
        """The vector of what was answered in each of these."""
        found: Floats = self._said[some] * self._scales[some][:, None]
        return found

    def said(self) -> tuple[Bytes, Floats]:
        """All that was answered, as small integers, and their scales."""
        return self._said[: len(self)], self._scales[: len(self)]
