"""Which reply fits what was said: a head for both sides, and what was answered when much the same was said.

The head puts a situation and a reply into one space, in which they are near if they go together (a dual encoder, as in
Henderson and others, "Efficient Natural Language Response Suggestion", 2017), over vectors of the embedder. Past
situations near in that space vote for replies like theirs. It is learned on the laptop (`replying`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from msgspec import DecodeError, Struct, msgpack

from .embedder import WIDTH, Floats
from .heads import CUT, ahead, signs, sure
from .situations import SIZE
from .softmax import softmax
from .vectors import Bytes, Flags, Ints, Wide

HIDDEN, WIDE = 512, 256
NEAR, SHARP, POINTED, NO_VOTE = 60, 20.0, 12, 1e-3
"""So many situations vote, each with e to the power of `SHARP` times its cosine, for replies by the cosine with its own
to the power of `POINTED`.
"""
MIX = (0.6, 0.25, 1.5)
"""What counts at first: the head, the votes (their logarithm), the nearest. How much is learned too."""
USUAL = (0.55, 0.50, 5.0, -3.2)
"""A curve for the start: share, lead, nearest, constant."""
FINE = 127 * 2.5
"""A place, of length one, in small integers: none of its numbers is ever beyond 0.4."""


PART = 2_048
"""So many situations lie together on the disk: written and read one part after the other, none is ever there twice."""


def small(places: Floats) -> Bytes:
    """As they are kept."""
    found: Bytes = np.rint(np.clip(places * FINE, -127, 127)).astype(np.int8)
    return found


class Past(Struct, frozen=True):
    """Situations that were learned from: their sources, where they are, what was answered (with its scale)."""

    ids: Ints
    places: Bytes
    said: Bytes
    scales: Floats

    @classmethod
    def of(cls, count: int) -> Past:
        """Room for so many."""
        return cls(
            np.zeros(count, np.int64), np.zeros((count, WIDE), np.int8),
            np.zeros((count, WIDTH), np.int8), np.zeros(count, np.float32),
        )  # fmt: skip

    def parts(self) -> Iterator[bytes]:
        """As they are kept, `PART` together."""
        for at in range(0, len(self.ids), PART):
            yield b"".join(
                column[at : at + PART].tobytes() for column in (self.ids, self.places, self.said, self.scales)
            )

    def take(self, at: int, part: bytes) -> None:
        """A part that was kept. `ValueError` if it is none."""
        count, place = len(self.ids[at : at + PART]), 0
        for column in self._columns():
            some = column[at : at + count]
            some[...] = np.frombuffer(part, column.dtype, some.size, place).reshape(some.shape)
            place += some.nbytes
        if place != len(part):
            raise ValueError("a part of another length")

    def _columns(self) -> tuple[Ints, Bytes, Bytes, Floats]:
        return self.ids, self.places, self.said, self.scales


class Sides(Struct, frozen=True):
    """The head's weights: of a situation, first and second, and of a reply."""

    first: Floats
    second: Floats
    reply: Floats

    def situation(self, rows: Floats) -> Floats:
        """Where situations (rows of `SIZE` numbers) are."""
        found: Floats = np.maximum(rows @ self.first, 0) @ self.second
        return found


class Ranker(Struct, frozen=True, kw_only=True):
    """One state of what was learned, as it is kept; `count` situations lie beside it (`Past`). Of the `kept` aside it
    put `right` first among a hundred, and what served before it `before`. The rest is as in `heads.Head`.
    """

    version: int
    model: str
    weights: tuple[bytes, bytes, bytes]
    count: int
    mix: tuple[float, float, float] = MIX
    curve: tuple[float, float, float, float] = USUAL
    cut: float = CUT
    learned_from: int = 0
    kept: int = 0
    right: int = 0
    before: int = 0
    there: int = 0


class Replies:
    """A ranker as it serves."""

    def __init__(self, ranker: Ranker, past: Past) -> None:
        self.ranker, self.past = ranker, past
        shapes = ((SIZE, HIDDEN), (HIDDEN, WIDE), (WIDTH, WIDE))
        self.sides = Sides(*(_wide(data, shape) for data, shape in zip(ranker.weights, shapes, strict=True)))
        self.ids = past.ids
        self._wide = Wide(WIDE)
        self._order = np.argsort(past.ids)
        self._sorted = past.ids[self._order]

    def knows(self, id: int) -> bool:
        """Whether this source was learned from."""
        at = int(np.searchsorted(self._sorted, id))
        return at < len(self._sorted) and bool(self._sorted[at] == id)

    def answer(self, id: int) -> Floats:
        """The vector of what was answered there."""
        found: Floats = self._answers(np.array([id]))[0]
        return found

    def _answers(self, ids: Ints) -> Floats:
        at = self._order[np.searchsorted(self._sorted, ids)]
        found: Floats = self.past.said[at] * self.past.scales[at][:, None]
        return found

    def near(self, situation: Floats, open_: Flags) -> tuple[Ints, Floats]:
        """Past situations like this one, of those that are open: their sources, and how like; the most like first."""
        place = self.sides.situation(situation)
        place /= max(float(np.linalg.norm(place)), 1e-12)
        like: Floats = np.empty(len(self.ids), np.float32)
        self._wide.dot(self.past.places, place, like)
        like /= FINE
        like[~open_[np.minimum(self.ids, len(open_) - 1)] | (self.ids >= len(open_))] = -2
        some = np.argpartition(-like, NEAR)[:NEAR] if len(like) > NEAR else np.arange(len(like))
        order = some[np.argsort(-like[some], kind="stable")]
        order = order[like[order] > -2]
        return self.ids[order], like[order]

    def score(self, situation: Floats, near: tuple[Ints, Floats], replies: Floats) -> tuple[Floats, Floats]:
        """For each reply (a row) how well it fits, the more the better; and how near the nearest is that says so."""
        heads = replies @ (self.sides.reply @ self.sides.situation(situation))
        ids, like = near
        votes, nearest = polled(like, self._answers(ids), replies)
        return mixed(self.ranker.mix, heads, votes, nearest), nearest

    def sure(self, scores: Floats, nearest: Floats) -> list[float]:
        """From 0 to 1 for each: the share of such replies that say what was then really answered."""
        leads = ahead(scores) if len(scores) > 1 else np.zeros(1, np.float32)
        return [sure(self.ranker.curve, signs(*one)) for one in zip(softmax(scores), leads, nearest, strict=True)]


def _wide(data: bytes, shape: tuple[int, int]) -> Floats:
    return np.frombuffer(data, np.float16).astype(np.float32).reshape(shape)


def polled(like: Floats, said: Floats, replies: Floats) -> tuple[Floats, Floats]:
    """(votes, nearest) of each reply: `like` says how like this situation others are, `said` what was said there."""
    if not len(like):
        return np.full(len(replies), np.log(NO_VOTE), np.float32), np.zeros(len(replies), np.float32)
    loud = np.exp(np.float32(SHARP) * (like - like.max()))
    same = np.maximum(said @ replies.T, 0) ** POINTED
    return np.log(loud @ same / loud.sum() + np.float32(NO_VOTE)), (like[:, None] * same).max(axis=0)


def mixed(mix: tuple[float, float, float], heads: Floats, votes: Floats, nearest: Floats) -> Floats:
    """What speaks for each reply together."""
    found: Floats = np.float32(mix[0]) * heads + np.float32(mix[1]) * votes + np.float32(mix[2]) * nearest
    return found


def marks(scores: Floats, nearest: Floats, best: int) -> tuple[float, float, float]:
    """What a curve weighs of the best."""
    second = float(np.sort(scores)[-2]) if len(scores) > 1 else float(scores[best])
    return signs(float(softmax(scores)[best]), float(scores[best]) - second, float(nearest[best]))


def encoded(ranker: Ranker) -> bytes:
    """As it is kept."""
    return msgpack.encode(ranker)


def replies_of(body: bytes, parts: Iterable[bytes], model: str) -> Replies | None:
    """What was kept, if it is of any use: it was learned from vectors of this model."""
    try:
        ranker = msgpack.decode(body, type=Ranker) if body else None
        if ranker is None or ranker.model != model:
            return None
        past, at = Past.of(ranker.count), 0
        for part in parts:
            past.take(at, part)
            at = min(at + PART, ranker.count)
        return Replies(ranker, past) if at == ranker.count else None
    except (DecodeError, ValueError):
        return None
