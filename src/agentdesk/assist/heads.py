"""What a team's own history teaches: which macro answers a question, and how sure one may be of it.

A head is learned from cases that a macro answered (`learning`), on the laptop, and holds numbers only. For each macro
it knows, four things speak: the head's share, the votes of like cases, the nearest of them, and single words (`odds`),
which are kept as numbers. How far the first is ahead, of all and by words alone, its share and its nearest case then
say by a logistic curve (Platt, 1999) how sure one may be.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
import numpy.typing as npt

from .embedder import WIDTH, Floats
from .odds import Bag, Words, heard
from .softmax import HIDDEN, Layers

Doubles = npt.NDArray[np.float64]
LIKE, SHARP = 30, 20.0
"""So many past cases vote, each with e to the power of this times its cosine."""
VOTES, NEAREST, MIXES = 0.5, 8.0, (2.0, 1.0, 0.5, 0.0)
"""What a vote (its logarithm) and the nearest case (its cosine) count, and what the head's share (its logarithm) may
count: that is tried.
"""
HEEDS = (0.0, 0.5, 1.0)
"""What the words may count: that is tried, too."""
NO_VOTE, NO_SHARE, FAR, FAR_IN_WORDS = 1e-3, 1e-6, 8.0, 4.0
Curve = tuple[float, float, float, float, float]
USUAL: Curve = (0.93, 0.26, 7.55, 0.57, -5.94)
"""A curve for the start: share, lead, nearest, lead by words, constant (fitted on banking77's training part, twelve
intents out).
"""
CUT, PRECISION, FEWEST_FOR_CUT = 0.80, 0.95, 300
"""What is shown is as sure as this, until so many cases say from where on so large a share of what is shown is right.
"""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """One state of what was learned. `version` counts from 1. `learned_from` cases, of which none is among the `kept`
    aside; of these it put `right` first, and what served before it `before`. Shown is what is as sure as `cut`;
    `mix` is what the share counts beside votes and the nearest. Of all cases with a macro that were `there` it took
    those whose macro has enough of them. `words` are numbers of words, `rare` how rare each is, `odds` what each says
    of each macro, `heed` what that counts.
    """

    version: int
    model: str
    macros: tuple[str, ...]
    weights: tuple[bytes, bytes]
    constants: tuple[bytes, bytes]
    curve: Curve = USUAL
    cut: float = CUT
    mix: float = 1.0
    learned_from: int = 0
    kept: int = 0
    right: int = 0
    before: int = 0
    there: int = 0
    words: bytes = b""
    rare: bytes = b""
    odds: bytes = b""
    heed: float = 0.0

    def layers(self) -> Layers:
        """Its numbers, ready to be multiplied."""
        first, second = (np.frombuffer(data, np.float16).astype(np.float32) for data in self.weights)
        hidden, constants = (np.frombuffer(data, np.float32) for data in self.constants)
        return Layers(first.reshape(WIDTH, HIDDEN), hidden, second.reshape(HIDDEN, len(self.macros)), constants)


class Wise:
    """A head as it serves."""

    def __init__(self, head: Head) -> None:
        self.head, self.layers = head, head.layers()
        self.words = Words(np.frombuffer(head.words, np.int64), np.frombuffer(head.rare, np.float32))
        self.odds = np.frombuffer(head.odds, np.float16).reshape(len(self.words.known), len(head.macros))
        self.places = {macro: at for at, macro in enumerate(head.macros)}

    def hear(self, some: Bag) -> Floats:
        """What the words of a text say of each macro."""
        return heard(self.words, self.odds, some)

    def weigh(self, asked: Floats, some: Bag, near: list[tuple[str, float]], open_: set[str]) -> dict[str, float]:
        """How sure one may be of each macro in `open_` that it knows, for a text and its words. `near`: past cases and
        macros, as the macro and the cosine.
        """
        shares = self.layers.chances(asked)
        macros = np.array([self.places.get(macro, -1) for macro, _ in near], np.int64)
        votes, nearest = polled(np.array([cosine for _, cosine in near], np.float32), macros, len(self.places))
        scores, said = score(self.head.mix, shares, votes, nearest), self.hear(some)
        scores += np.float32(self.head.heed) * said
        shut = [at for macro, at in self.places.items() if macro not in open_]
        if len(shut) == len(scores):
            return {}
        scores[shut] = said[shut] = -np.inf
        leads, heard_ = ahead(scores), ahead(said)
        return {
            macro: sure(self.head.curve, (*signs(shares[at], leads[at], nearest[at]), by_words(heard_[at])))
            for macro, at in self.places.items() if macro in open_
        }  # fmt: skip


def encoded(head: Head) -> bytes:
    """As it is kept."""
    return msgspec.msgpack.encode(head)


def wise_of(body: bytes, model: str) -> Wise | None:
    """What was kept, if it is of any use: it was learned from vectors of this model."""
    try:
        head = msgspec.msgpack.decode(body, type=Head) if body else None
        return Wise(head) if head is not None and head.model == model else None
    except (msgspec.DecodeError, ValueError):
        return None


def score(mix: float, shares: Floats, votes: Floats, nearest: Floats) -> Floats:
    """For each macro how well it fits, the more the better."""
    found: Floats = np.float32(mix) * np.log(shares + NO_SHARE) + VOTES * np.log(votes + NO_VOTE) + NEAREST * nearest
    return found


def ahead(scores: Floats) -> Floats:
    """How far each is ahead of the best of the others, below 0 for those that are not the first."""
    first, second = np.partition(scores, -2)[[-1, -2]]
    found: Floats = np.where(scores == first, np.where(np.isfinite(second), first - second, np.inf), scores - first)
    return found


def sure(curve: tuple[float, ...], signs_: tuple[float, ...]) -> float:
    """From 0 to 1: the share of such suggestions that are right."""
    value = sum(weight * one for weight, one in zip(curve, (*signs_, 1.0), strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def signs(share: float, lead: float, nearest: float) -> tuple[float, float, float]:
    """What a curve weighs. `lead` over the next in `score`, below 0 for one that is not the first."""
    return math.log(share + NO_SHARE), max(-FAR, min(FAR, float(lead))), float(nearest)


def by_words(lead: float) -> float:
    """What it weighs, too: the lead in what the words say."""
    return max(-FAR_IN_WORDS, min(FAR_IN_WORDS, float(lead)))


def polled(near: Floats, macros: npt.NDArray[np.int64], known: int) -> tuple[Floats, Floats]:
    """(votes, nearest) of each of the `known` macros for one question, by the cosines of past cases and the macros that
    answered them (-1: one that is not known). Who has no case among the nearest is taken to be as far as the last.
    """
    order = np.argsort(-near, kind="stable")[:LIKE]
    near, macros = near[order], macros[order]
    votes = np.zeros(known, np.float32)
    nearest = np.full(known, near[-1] if len(near) else 0.0, np.float32)
    loud = np.exp(np.float32(SHARP) * (near - 1))
    told = macros >= 0
    np.add.at(votes, macros[told], loud[told])
    np.maximum.at(nearest, macros[told], near[told])
    return votes / max(float(loud.sum()), 1e-12), nearest


def fitted(rows: Doubles, right: Doubles, held: float, usual: tuple[float, ...]) -> list[float]:
    """The curve of these (signs in rows) that were right (1) or wrong (0), held near the usual one as if by `held` rows
    more (Newton's steps on the logistic likelihood).
    """
    wide = np.hstack((rows, np.ones((len(rows), 1))))
    start, scale = np.array(usual), np.ones(len(usual)) * held / FAR

    def loss(weights: Doubles) -> float:
        drawn = wide @ weights
        return float((np.logaddexp(0, drawn) - right * drawn).sum() + (scale * (weights - start) ** 2).sum() / 2)

    weights, least = start, loss(start)
    for _ in range(25):
        likely = 1 / (1 + np.exp(-np.clip(wide @ weights, -30, 30)))
        slope = wide.T @ (likely - right) + scale * (weights - start)
        bend = (wide * (likely * (1 - likely))[:, None]).T @ wide + np.diag(scale)
        step = np.linalg.solve(bend, slope)
        tries = [(loss(weights - step * part), part) for part in (1.0, 0.3, 0.1, 0.01)]
        found, part = min(tries)
        if found >= least - 1e-9:
            break
        weights, least = weights - step * part, found
    return [round(float(one), 5) for one in weights]


def cut_of(curve: tuple[float, ...], rows: Doubles, right: Doubles, cases: int) -> float:
    """From which sureness on one is shown, by the signs (in rows) of so many cases that the curve was fitted to."""
    if cases < FEWEST_FOR_CUT:
        return CUT
    chances = 1 / (1 + np.exp(-(rows @ np.array(curve[:-1]) + curve[-1])))
    return round(min(max(cut_for(chances, right, PRECISION), 0.5), 0.97), 4)


def cut_for(sure_: Doubles, right: Doubles, wanted: float) -> float:
    """The least sureness from which on so large a share is right; more than any where there is none."""
    order = np.argsort(-sure_, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(shares >= wanted)
    return float(sure_[order[enough[-1]]]) if len(enough) else 1.0
