"""A head: which of some answers a vector calls for, learned from examples in small steps between other work.

Two layers, learned with some of the numbers left out at each step (Srivastava and others, "Dropout", 2014) and with a
tenth of each example's share given to all answers (Szegedy and others, 2016): on questions that were kept aside it
mixes up fewer answers than one layer alone, and it is less sure of what nothing answers.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

import msgspec
import numpy as np
import numpy.typing as npt

from .embedder import WIDTH, Floats
from .vectors import Rows

Labels = npt.NDArray[np.int64]
BATCH, EPOCHS, FEWEST_STEPS = 256, 20, 400
RATE, DECAY = 0.003, 1e-5
"""How far a step goes at first (it falls to nothing), and how strongly the last weights are held small."""
HIDDEN, LOUD = 512, 8.0
"""Numbers between the layers; and what those of a vector are multiplied by, which are small."""
LEFT_OUT, LEFT_OUT_HIDDEN, SHARED = 0.2, 0.3, 0.1
ROWS = 128
"""So many rows take their step together: what is between lies in the processor's cache, and takes no memory."""
SEED = 20261122


class Layers(msgspec.Struct, frozen=True):
    """Weights (numbers of the vector × hidden), constants of these; weights (hidden × answers), constants of those."""

    first: Floats
    first_constants: Floats
    second: Floats
    constants: Floats

    def chances(self, vectors: Floats) -> Floats:
        """For each vector (a row), or for one, the share of each answer: together 1."""
        seen = np.maximum(vectors @ self.first + self.first_constants, 0)
        return softmax(seen @ self.second + self.constants)


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
            for at in range(0, len(array), ROWS):
                rows = slice(at, at + ROWS)
                mean[rows] += np.float32(0.1) * (slope[rows] - mean[rows])
                square[rows] += np.float32(0.001) * (slope[rows] * slope[rows] - square[rows])
                high = np.sqrt(square[rows] / np.float32(1 - 0.999**self._steps)) + np.float32(1e-8)
                array[rows] -= np.float32(rate / (1 - 0.9**self._steps)) * mean[rows] / high


def batches(count: int, epochs: int, fewest: int) -> Iterator[tuple[Labels, float]]:
    """Places of examples, drawn anew each time round, with how far learning is (from 0 to 1)."""
    draw = np.random.default_rng(SEED)
    each = -(-count // BATCH)
    rounds = max(epochs, -(-fewest // each))
    for turn in range(rounds):
        order = draw.permutation(count)
        for at in range(each):
            yield order[at * BATCH : (at + 1) * BATCH], (turn * each + at) / (rounds * each)


def learn(vectors: Rows, places: Labels, labels: Labels, answers: int) -> Generator[None, None, Layers]:
    """Learns from the vectors at these places which of `answers` each calls for; hands back every few ms."""
    draw = np.random.default_rng(SEED)
    first = (draw.standard_normal((WIDTH, HIDDEN)) / (2 * WIDTH) ** 0.5).astype(np.float32)
    second = np.zeros((HIDDEN, answers), np.float32)
    found = Layers(first, np.zeros(HIDDEN, np.float32), second, np.zeros(answers, np.float32))
    walk = Adam([found.first, found.first_constants, found.second, found.constants])
    for some, far in batches(len(places), EPOCHS, FEWEST_STEPS):
        rows: Floats = vectors[places[some]] * _some(draw, (len(some), WIDTH), LEFT_OUT) * np.float32(LOUD)
        thought: Floats = rows @ found.first + found.first_constants
        open_: Floats = (thought > 0) * _some(draw, thought.shape, LEFT_OUT_HIDDEN)
        seen: Floats = thought * open_
        yield
        wrong: Floats = softmax(seen @ found.second + found.constants) - np.float32(SHARED / answers)
        wrong[np.arange(len(some)), labels[some]] -= np.float32(1 - SHARED)
        wrong /= np.float32(len(some))
        deeper: Floats = (wrong @ found.second.T) * open_
        slopes: list[Floats] = [
            rows.T @ deeper, deeper.sum(axis=0), seen.T @ wrong + np.float32(DECAY) * found.second, wrong.sum(axis=0)
        ]  # fmt: skip
        yield
        walk.step(slopes, RATE * (1 - far))
        yield
    return msgspec.structs.replace(found, first=found.first * np.float32(LOUD))


def _some(draw: np.random.Generator, shape: tuple[int, ...], out: float) -> Floats:
    """Nothing for those that are left out, others each time, and a little more than one for the rest."""
    kept = draw.random(shape, dtype=np.float32) > out
    found: Floats = kept.astype(np.float32) * np.float32(1 / (1 - out))
    return found
