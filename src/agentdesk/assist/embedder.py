"""The embedder: a text into 384 numbers whose directions are near for texts that mean the like.

all-MiniLM-L6-v2 (Wang et al., "MiniLM", 2020; Reimers and Gurevych, "Sentence-BERT", 2019), a transformer of six
layers, in plain numpy: mean of the last layer over the pieces, of length one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from .pack import Pack
from .wordpiece import WordPiece

Floats = npt.NDArray[np.float32]
LAYERS, HEADS, WIDTH = 6, 12, 384
MOST_PIECES = 256
"""What is longer is cut, as the model was trained."""
_EPSILON = np.float32(1e-12)


class Layer(Struct, frozen=True):
    """One layer's weights, ready to be multiplied from the right."""

    qkv: Floats
    qkv_bias: Floats
    out: Floats
    out_bias: Floats
    out_norm: tuple[Floats, Floats]
    up: Floats
    up_bias: Floats
    down: Floats
    down_bias: Floats
    down_norm: tuple[Floats, Floats]


class Embedder:
    """Reads texts. One thread at a time."""

    def __init__(self, pack: Pack) -> None:
        own = {name: pack.arrays[name].copy() for name in ("words", "words.scale", "places", "norm", "norm.bias")}
        self._words = own["words"]  # copies: a view would hold all of the pack in memory, and half of it is widened
        self._word_scales: Floats = own["words.scale"]
        self._places: Floats = own["places"]
        self._norm: tuple[Floats, Floats] = (own["norm"], own["norm.bias"])
        self._layers = [_layer(pack, number) for number in range(LAYERS)]
        self.pieces = WordPiece(bytes(pack.arrays["vocabulary"]).decode().split("\n"))

    def embed(self, text: str) -> Floats:
        """What a text means: 384 numbers (float32) of length one; zeros for a text without a word."""
        found: Floats = self.embed_all([text])[0]
        return found

    def embed_all(self, texts: Sequence[str]) -> Floats:
        """A row for each text. Some short texts together take a third of the time that they take one by one, for the
        weights are fetched from memory once.
        """
        ids = [self.pieces.ids(text, MOST_PIECES) for text in texts]
        found = np.zeros((len(texts), WIDTH), np.float32)
        some = [at for at, one in enumerate(ids) if len(one) > 2]  # in the others nothing but marks of start and end
        if not some:
            return found
        ends = np.cumsum([len(ids[at]) for at in some])
        parts = [slice(int(end) - len(ids[at]), int(end)) for at, end in zip(some, ends, strict=True)]
        all_ = np.concatenate([ids[at] for at in some])
        places = np.concatenate([np.arange(len(ids[at])) for at in some])
        state = self._words[all_].astype(np.float32) * self._word_scales[all_][:, None] + self._places[places]
        state = _normed(state, self._norm)
        for layer in self._layers:
            state = _through(layer, state, parts)
        for at, part in zip(some, parts, strict=True):
            mean: Floats = state[part].mean(axis=0)
            found[at] = mean / np.float32(max(float(np.linalg.norm(mean)), 1e-12))
        return found


def _layer(pack: Pack, number: int) -> Layer:
    def weights(name: str) -> Floats:
        found: Floats = np.ascontiguousarray(pack.rows(f"{number}.{name}").T)
        return found

    def plain(name: str) -> Floats:
        found: Floats = pack.arrays[f"{number}.{name}"].copy()
        return found

    return Layer(
        qkv=weights("qkv"),
        qkv_bias=plain("qkv.bias"),
        out=weights("out"),
        out_bias=plain("out.bias"),
        out_norm=(plain("out.norm"), plain("out.norm.bias")),
        up=weights("up"),
        up_bias=plain("up.bias"),
        down=weights("down"),
        down_bias=plain("down.bias"),
        down_norm=(plain("down.norm"), plain("down.norm.bias")),
    )


def _through(layer: Layer, state: Floats, parts: Sequence[slice]) -> Floats:
    """One layer: every piece looks at all of its text (a part), then each is thought over."""
    mixed = state @ layer.qkv + layer.qkv_bias
    looked = np.empty_like(state)
    for part in parts:
        looked[part] = _looked(mixed[part])
    state = _normed(state + looked @ layer.out + layer.out_bias, layer.out_norm)
    thought = gelu(state @ layer.up + layer.up_bias) @ layer.down + layer.down_bias
    return _normed(state + thought, layer.down_norm)


def _looked(mixed: Floats) -> Floats:
    """What each piece of one text takes from all of them."""
    size = len(mixed)
    asked, offered, told = mixed.reshape(size, 3, HEADS, WIDTH // HEADS).transpose(1, 2, 0, 3)
    near = asked @ offered.transpose(0, 2, 1) * np.float32(1 / math.sqrt(WIDTH // HEADS))
    near = np.exp(near - near.max(axis=-1, keepdims=True))
    near /= near.sum(axis=-1, keepdims=True)
    taken: Floats = (near @ told).transpose(1, 0, 2).reshape(size, WIDTH)
    return taken


def _normed(state: Floats, norm: tuple[Floats, Floats]) -> Floats:
    """Each row with mean 0 and variance 1, then stretched and moved as was learned."""
    centred = state - state.mean(axis=-1, keepdims=True)
    spread = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + _EPSILON)
    result: Floats = centred / spread * norm[0] + norm[1]
    return result


def gelu(values: Floats) -> Floats:
    """x · Φ(x), with the error function of Abramowitz and Stegun 7.1.26 (wrong by at most 1.5e-7)."""
    size = np.abs(values) * np.float32(math.sqrt(0.5))
    part = 1 / (1 + np.float32(0.3275911) * size)
    series = part * (
        np.float32(0.254829592)
        + part
        * (
            np.float32(-0.284496736)
            + part * (np.float32(1.421413741) + part * (np.float32(-1.453152027) + part * np.float32(1.061405429)))
        )
    )
    error = 1 - series * np.exp(-np.square(size))
    result: Floats = values * (np.float32(0.5) * (1 + np.copysign(error, values)))
    return result
