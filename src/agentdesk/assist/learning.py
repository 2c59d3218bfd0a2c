"""Learning in idle time: a head from the cases that macros answered, tried on cases kept aside before it may serve.

The index is all there is to learn from: what is erased is in no training data, and a head that learned from it goes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence

import msgspec
import numpy as np

from .embedder import Floats
from .heads import CUT, HEEDS, MIXES, USUAL, Curve, Head, Wise, ahead, by_words, cut_of, fitted, polled, score, signs
from .index import Index
from .odds import Bag, Words, bag, heard, odds_of, words_of
from .shelf import pieces
from .softmax import Labels, Layers, learn
from .vectors import Flags, Rows, Vectors

FEWEST, EACH = 40, 4
"""Cases in all, and for each macro, from which on there is something to learn."""
KEPT_ASIDE = 26
"""Of 256 cases: about a tenth, always the same ones, whatever is learned."""
UNKNOWN, TURNS = 40, 3
"""Of 256 macros: taken out while it is tried how sure one may be, so that some questions have no answer; so many times,
others each time.
"""
HELD, MOST_TRIED = 20.0, 1_200
TRIES = tuple((mix, heed) for heed in HEEDS for mix in MIXES)
AT_ONCE = 64
"""Texts taken apart between two looks at what was asked meanwhile."""
ANEW = 0.05
"""So large a share of new cases is worth learning again."""
Lesson = Generator[None, None, Head | None]


def lesson(index: Index, tried: int) -> tuple[int, Lesson | None]:
    """How many cases there are to learn from, and the learning if they are others than the `tried` of the last time."""
    there = len(index.kept.ids("case", by_macro=True))
    if not index.whole or index.unread or there < FEWEST or abs(there - tried) <= ANEW * tried:
        return tried, None
    some = examples(list(answered(index)), index.vectors)
    if some is None:
        return there, None
    return there, learned(some, lambda id: _text(index, id), there, index.model, index.heads + 1, index.wise)


def answered(index: Index) -> Iterator[tuple[str, str, int]]:
    """(owner, macro, source) of all past cases that a macro answered, and of the macros themselves, once read."""
    kept = index.kept
    for id in sorted(kept.ids("case", by_macro=True) + kept.ids("macro", by_macro=True)):
        if kept.live[id] and index.vectors.has(id):
            one = kept[id]
            yield one.owner, one.macro, id


def _text(index: Index, id: int) -> str:
    """What a source's vectors were read from; nothing where it went while one learned."""
    try:
        return " ".join(pieces(index.shelf.source(id)))
    except KeyError:
        return ""


class Examples(msgspec.Struct, frozen=True):
    """Past cases, and the macros' own words: a vector, the place of the macro, whether it is kept aside. The vectors
    stay small, and are looked at in parts: of many thousands there is no second copy in memory.
    """

    macros: tuple[str, ...]
    sources: tuple[int, ...]
    vectors: Rows
    labels: Labels
    aside: Flags
    cases: int


def examples(found: Sequence[tuple[str, str, int]], vectors: Vectors) -> Examples | None:
    """Of (owner, macro, source); None if that is too little to learn from."""
    counts = Counter(macro for _, macro, _ in found)
    macros = tuple(sorted(macro for macro, count in counts.items() if count >= EACH))
    some = [one for one in found if counts[one[1]] >= EACH]
    if len(some) < FEWEST or len(macros) < 2:
        return None
    places = {macro: at for at, macro in enumerate(macros)}
    return Examples(
        macros,
        tuple(id for _, _, id in some),
        vectors.rows([id for _, _, id in some]),
        np.array([places[macro] for _, macro, _ in some]),
        np.array([owner.startswith("case:") and aside_of(owner) for owner, _, _ in some]),
        sum(owner.startswith("case:") for owner, _, _ in some),
    )


def aside_of(owner: str) -> bool:
    """Whether a case is kept aside."""
    return _byte(owner) < KEPT_ASIDE


def _byte(name: str) -> int:
    """The same everywhere and always."""
    return hashlib.sha256(name.encode()).digest()[0]


def learned(
    some: Examples, text_of: Callable[[int], str], there: int, model: str, version: int, old: Wise | None
) -> Lesson:
    """Learns, in small steps: the new head, or None if on the cases kept aside it is worse than what serves now."""
    train, aside = np.flatnonzero(~some.aside), np.flatnonzero(some.aside)[:MOST_TRIED]
    bags = yield from _bags(some, text_of)
    words = words_of([bags[at] for at in train])
    yield
    odds = yield from odds_of(words, (bags[at] for at in train), some.labels[train].tolist(), len(some.macros))
    yield
    layers = yield from learn(some.vectors, train, some.labels[train], len(some.macros))
    new = Head(
        version=version, model=model, macros=some.macros,
        weights=(layers.first.astype(np.float16).tobytes(), layers.second.astype(np.float16).tobytes()),
        constants=(layers.first_constants.tobytes(), layers.constants.tobytes()),
        learned_from=some.cases - int(some.aside.sum()), kept=len(aside), there=there,
        words=words.known.tobytes(), rare=words.rare.tobytes(), odds=odds.tobytes(),
    )  # fmt: skip
    before, right, wise = 0, [0] * len(TRIES), Wise(new)
    for at in aside:
        (asked,), wanted = some.vectors[np.array([at])], some.macros[some.labels[at]]
        near = some.vectors.near(asked)[train]
        firsts = [one == wanted for one in _firsts(wise, TRIES, asked, bags[at], near, some, train)]
        right = [all_ + one for all_, one in zip(right, firsts, strict=True)]
        if old is not None:
            served = ((old.head.mix, old.head.heed),)
            firsts = [one == wanted for one in _firsts(old, served, asked, bags[at], near, some, train)]
        before += firsts[-1]
        yield
    if max(right) < before:
        return None
    mix, heed = TRIES[right.index(max(right))]
    curve, cut = yield from _how_sure(some, bags, words, (mix, heed), train, aside)
    return msgspec.structs.replace(new, curve=curve, cut=cut, mix=mix, heed=heed, right=max(right), before=before)


def _bags(some: Examples, text_of: Callable[[int], str]) -> Generator[None, None, list[Bag]]:
    """The words of all of them, each text read once and let go."""
    found = list[Bag]()
    for id in some.sources:
        found.append(bag(text_of(id)))
        if len(found) % AT_ONCE == 0:
            yield
    return found


def _firsts(
    wise: Wise,
    tries: Sequence[tuple[float, float]],
    asked: Floats,
    own: Bag,
    near: Floats,
    some: Examples,
    train: Labels,
) -> list[str]:
    """The macro that each of the tries (what the share counts, and what the words) puts first."""
    macros = np.array([wise.places.get(macro, -1) for macro in some.macros])[some.labels[train]]
    votes, nearest = polled(near, macros, len(wise.places))
    shares, said = wise.layers.chances(asked), wise.hear(own)
    return [
        wise.head.macros[int((score(mix, shares, votes, nearest) + np.float32(heed) * said).argmax())]
        for mix, heed in tries
    ]


def _how_sure(
    some: Examples, bags: list[Bag], words: Words, counts: tuple[float, float], train: Labels, aside: Labels
) -> Generator[None, None, tuple[Curve, float]]:
    """A curve and a cut: by heads that do not know some of the macros, asked about all that is kept aside."""
    rows: list[tuple[float, ...]] = []
    right: list[float] = []
    for turn in range(TURNS):
        out = np.array([_byte(f"unknown {macro}") // UNKNOWN == turn for macro in some.macros])
        known = np.flatnonzero(~out)
        if len(known) < 2 or len(aside) < FEWEST // 4:
            return USUAL, CUT
        places = np.full(len(some.macros), -1)
        places[known] = np.arange(len(known))
        left = train[~out[some.labels[train]]]
        labels = places[some.labels[left]]
        layers = yield from learn(some.vectors, left, labels, len(known))
        odds = yield from odds_of(words, (bags[at] for at in left), labels.tolist(), len(known))
        yield
        for at in aside:
            (asked,) = some.vectors[np.array([at])]
            said = heard(words, odds, bags[at])
            found, best = _signs(layers, counts, some.vectors.near(asked)[left], labels, asked, said)
            rows.append(found)
            right.append(float(known[best] == some.labels[at]))
            yield
    table, good = np.array(rows), np.array(right)
    a, b, c, d, constant = fitted(table, good, HELD, USUAL)
    curve = (a, b, c, d, constant)
    return curve, cut_of(curve, table, good, len(aside))


def _signs(
    layers: Layers, counts: tuple[float, float], near: Floats, labels: Labels, asked: Floats, said: Floats
) -> tuple[tuple[float, ...], int]:
    votes, nearest = polled(near, labels, len(layers.constants))
    shares = layers.chances(asked)
    scores = score(counts[0], shares, votes, nearest) + np.float32(counts[1]) * said
    best = int(scores.argmax())
    return (*signs(shares[best], ahead(scores)[best], nearest[best]), by_words(ahead(said)[best])), best
