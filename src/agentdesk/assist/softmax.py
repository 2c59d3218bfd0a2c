"""A linear head: which of some answers a vector calls for, learned from examples in small steps between other work."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import msgspec
import numpy as np
import numpy.typing as npt

from .embedder import WIDTH, Floats
from .vectors import Rows

Labels = npt.NDArray[np.int64]
BATCH, EPOCHS, FEWEST_STEPS = 256, 24, 240
RATE, DECAY = 0.05, 3e-5
"""How far a step goes at first (it falls to nothing), and how strongly weights are held small."""
SEED = 20261122


class Linear(msgspec.Struct, frozen=True):
    """Weights (numbers of the vector × answers) and a constant for each answer."""

    weights: Floats
    constants: Floats

    def chances(self, vectors: Floats) -> Floats:
        """For each vector (a row), or for one, the share of each answer: together 1."""
        return softmax(vectors @ self.weights + self.constants)


def softmax(values: Floats) -> Floats:
    """Each row as shares of one."""
    powers: Floats = np.exp(values - values.max(axis=-1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return shares


class Adam:
    """Steps down a slope, sized by how it was before (Kingma and Ba, "Adam", 2015)."""

    def __init__(self, arrays: list[Floats]) -> None:
        self._arrays = arrays
        self._mean = [np.zeros_like(array) for array in arrays]
        self._square = [np.zeros_like(array) for array in arrays]
        self._steps = 0

    def step(self, slopes: list[Floats], rate: float) -> None:
        """One step, in place."""
        self._steps += 1
        for array, slope, mean, square in zip(self._arrays, slopes, self._mean, self._square, strict=True):
            mean += np.float32(0.1) * (slope - mean)
            square += np.float32(0.001) * (slope * slope - square)
            high = np.sqrt(square / np.float32(1 - 0.999**self._steps)) + np.float32(1e-8)
            array -= np.float32(rate / (1 - 0.9**self._steps)) * mean / high


def batches(count: int, epochs: int, fewest: int) -> Iterator[tuple[Labels, float]]:
    """Places of examples, drawn anew each time round, with how far learning is (from 0 to 1)."""
    draw = np.random.default_rng(SEED)
    each = -(-count // BATCH)
    rounds = max(epochs, -(-fewest // each))
    for turn in range(rounds):
        order = draw.permutation(count)
        for at in range(each):
            yield order[at * BATCH : (at + 1) * BATCH], (turn * each + at) / (rounds * each)


def learn(vectors: Rows, places: Labels, labels: Labels, answers: int) -> Generator[None, None, Linear]:
    """Learns from the vectors at these places which of `answers` each calls for; hands back after each step of a few
    ms.
    """
    found = Linear(np.zeros((WIDTH, answers), np.float32), np.zeros(answers, np.float32))
    walk = Adam([found.weights, found.constants])
    for some, far in batches(len(places), EPOCHS, FEWEST_STEPS):
        rows = vectors[places[some]]
        wrong = found.chances(rows)
        wrong[np.arange(len(some)), labels[some]] -= 1
        wrong /= np.float32(len(some))
        slope: Floats = rows.T @ wrong + np.float32(DECAY) * found.weights
        walk.step([slope, wrong.sum(axis=0)], RATE * (1 - far))
        yield
    return found
