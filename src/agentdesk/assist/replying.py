"""Learning which replies fit: from what the team wrote itself, in small steps, tried on cases kept aside.

Answers by a macro are `learning`'s; here are those in the agents' own words.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

import msgspec
import numpy as np

from .embedder import WIDTH, Floats
from .heads import Doubles, cut_of, fitted
from .index import REPLIES, Index, some_of
from .learning import ANEW, HELD, aside_of
from .replies import FINE, HIDDEN, MIX, NEAR, USUAL, WIDE, Past, Ranker, Replies, Sides, marks, mixed, polled, small
from .situations import LONGEST, MOST, SIZE, Situations, back, kept, texts
from .softmax import SEED, Adam, batches, softmax
from .vectors import Bytes, Flags, Ints

FEWEST, FEWEST_ASIDE = 300, 20
"""Situations in all, and kept aside, from which on there is something to learn."""
EPOCHS, FEWEST_STEPS, RATE, LEFT_OUT = 10, 200, 0.003, 0.3
"""`LEFT_OUT` of the numbers of a situation are left out at each step, others each time, so that none is relied upon."""
AMONG, MOST_TRIED = 100, 1_200
RAW = np.repeat(np.array([1, 1, 0.7, 0.7, 0], np.float32), [WIDTH, WIDTH, WIDTH, WIDTH, 3])
"""How situations are compared where nothing was learned yet."""
CANDIDATES, SAME = 30, 0.85
"""While it is tried how sure one may be: so many replies to choose from; right is one so near to what was answered."""
BLOCK, AT_A_TIME = 128, 512
END = 2**63 - 1
"""Beyond the number of any source."""
Lesson = Generator[None, None, Replies | None]


def read_one(index: Index) -> bool:
    """Read some turns of a past case, the last that came first; whether there was anything to read."""
    if not index.whole or index.meanings is None or (id := index.situation_unread(MOST)) is None:
        return False
    source = index.shelf.source(id)
    turns, answer = back(source), source.text[:LONGEST]
    wanted = [*texts(turns), answer]
    if missing := [text for text in dict.fromkeys(wanted) if not index.meanings.has(text)]:
        index.meanings.of(missing[: some_of(missing)])
        return True
    read = dict(zip(wanted, index.meanings.of(wanted), strict=True))
    index.keep_situation(id, kept(turns, read, read[answer]), MOST)
    return True


def reply_lesson(index: Index, tried: int) -> tuple[int, Lesson | None]:
    """How many situations there are to learn from, and the learning if they are others than the `tried` last time."""
    there = len(index.situations)
    if not index.whole or index.unread or there < FEWEST or abs(there - tried) <= ANEW * tried:
        return tried, None
    return there, _lesson(index, min(there, MOST))


def _lesson(index: Index, count: int) -> Lesson:
    lessons = index.shelf.lessons
    some, below = Situations(count, lessons.bodies), END
    while read := lessons.situations(below, min(AT_A_TIME, count - len(some))):
        some.add(read)
        below = read[-1][0]
        yield
    new = yield from learned(some, index.model, index.rankers + 1, index.replies)
    if new is not None:
        for at, part in enumerate(new.past.parts()):
            lessons.keep_part(REPLIES, new.ranker.version, at, part)
            yield
    return new


def learned(some: Situations, model: str, version: int, old: Replies | None) -> Lesson:
    """The new ranker, or None if on the cases kept aside it is worse than what serves now."""
    aside: Flags = np.array([aside_of(owner) for owner in some.owners])
    train, tried = np.flatnonzero(~aside), np.flatnonzero(aside)[:MOST_TRIED]
    if len(tried) < FEWEST_ASIDE:
        return None
    sides = yield from _sides(some, train)
    places = yield from _places(some, sides)
    asked = np.concatenate([_placed(some, sides, tried[at : at + BLOCK]) for at in range(0, len(tried), BLOCK)])
    yield
    near = yield from _near(asked, lambda at: places[at].astype(np.float32) / np.float32(FINE), train)
    chosen = yield from _choices(some, tried)
    trial = Trial(some, sides, tried, near, chosen)
    rows = yield from _rows(trial)
    mix = fit(np.array(rows))
    right = sum(int((one @ mix).argmax() == 0) for one in rows)
    before = yield from _before(trial, train, old)
    if right < before:
        return None
    a, b, c = (round(float(one), 5) for one in mix)
    curve, cut = yield from _how_sure(trial, (a, b, c))
    yield
    past = Past(some.ids, places, *some.said())
    ranker = Ranker(
        version=version, model=model, there=len(some), count=len(some),
        weights=(_half(sides.first), _half(sides.second), _half(sides.reply)),
        mix=(a, b, c), curve=curve, cut=cut, kept=len(tried), right=right, before=before, learned_from=len(train),
    )  # fmt: skip
    return Replies(ranker, past)


class Trial(msgspec.Struct, frozen=True):
    """What is tried with: situations kept aside, those near each that were learned from, replies for each to choose of,
    the true one first.
    """

    some: Situations
    sides: Sides
    tried: Ints
    near: tuple[Ints, Floats]
    chosen: list[Ints]

    def weighed(self, at: int, among: Ints) -> Floats:
        """For each choice of the one at this place: head, votes, nearest."""
        ids, like = self.near[0][at], self.near[1][at]
        replies = self.some.answers(among)
        place = self.sides.situation(self.some.asked(self.tried[at : at + 1]))[0]
        found: Floats = np.stack(
            (replies @ (self.sides.reply @ place), *polled(like, self.some.answers(ids), replies)), axis=-1
        )
        return found


def _sides(some: Situations, train: Ints) -> Generator[None, None, Sides]:
    """A head for both sides: of each batch every reply is a wrong one for the other situations, unless it is theirs."""
    draw = np.random.default_rng(SEED)

    def begin(shape: tuple[int, int], spread: float) -> Floats:
        return (draw.standard_normal(shape) * spread).astype(np.float32)

    first, second = begin((SIZE, HIDDEN), 1.5 / SIZE**0.5), begin((HIDDEN, WIDE), HIDDEN**-0.5)
    found = Sides(first, second, begin((WIDTH, WIDE), 3 / WIDTH**0.5))
    walk = Adam([found.first, found.second, found.reply])
    for places, far in batches(len(train), EPOCHS, FEWEST_STEPS):
        at = train[places]
        asked, said = some.asked(at), some.answers(at)
        asked *= (draw.random(asked.shape, dtype=np.float32) > LEFT_OUT) / np.float32(1 - LEFT_OUT)
        thought = asked @ found.first
        seen = np.maximum(thought, 0)
        here, there = seen @ found.second, said @ found.reply
        shares = softmax(here @ there.T)
        true = shares * (some.same[at][:, None] == some.same[at])
        wrong = (shares - true / true.sum(axis=1, keepdims=True)) / np.float32(len(at))
        yield
        slope = wrong @ there
        deeper = (slope @ found.second.T) * (thought > 0)
        slopes: list[Floats] = [asked.T @ deeper, seen.T @ slope, said.T @ (wrong.T @ here)]
        yield
        walk.step(slopes, RATE * (1 - far) + 1e-5)
        yield
    return found


def _places(some: Situations, sides: Sides) -> Generator[None, None, Bytes]:
    """Where all situations are, small."""
    found = np.zeros((len(some), WIDE), np.int8)
    for start in range(0, len(some), BLOCK):
        at = np.arange(start, min(start + BLOCK, len(some)))
        found[at] = small(_placed(some, sides, at))
        yield
    return found


def _placed(some: Situations, sides: Sides, at: Ints) -> Floats:
    """Where these are, each of length one."""
    rows = sides.situation(some.asked(at))
    found: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return found


def _choices(some: Situations, tried: Ints) -> Generator[None, None, list[Ints]]:
    """For each that is tried: itself first, then others with another answer each."""
    draw = np.random.default_rng(SEED)
    firsts = np.sort(np.unique(some.same, return_index=True)[1])
    found = []
    for at in tried:
        others = firsts[some.same[firsts] != some.same[at]]
        found.append(np.concatenate(([at], draw.permutation(others)[: AMONG - 1])))
        yield
    fewest = min(map(len, found))
    return [one[:fewest] for one in found]


def _near(asked: Floats, rows: Callable[[Ints], Floats], train: Ints) -> Generator[None, None, tuple[Ints, Floats]]:
    """For each of `asked` those of `train` that are most like it, the most like first; `rows` gives some of them."""
    ids = np.zeros((len(asked), NEAR), np.int64)
    like = np.full((len(asked), NEAR), -2, np.float32)
    for start in range(0, len(train), BLOCK):
        some = train[start : start + BLOCK]
        every = np.hstack((like, asked @ rows(some).T))
        best = np.argpartition(-every, NEAR - 1, axis=1)[:, :NEAR]
        all_ids = np.hstack((ids, np.broadcast_to(some, (len(asked), len(some)))))
        ids, like = np.take_along_axis(all_ids, best, 1), np.take_along_axis(every, best, 1)
        yield
    order = np.argsort(-like, axis=1, kind="stable")
    return np.take_along_axis(ids, order, 1), np.take_along_axis(like, order, 1)


def _rows(trial: Trial) -> Generator[None, None, list[Floats]]:
    """For each that is tried, what speaks for each choice."""
    rows = []
    for at, among in enumerate(trial.chosen):
        rows.append(trial.weighed(at, among))
        yield
    return rows


def _before(trial: Trial, train: Ints, old: Replies | None) -> Generator[None, None, int]:
    """How often what served before puts the true reply first: the last ranker, or votes of what is near as it is."""
    some, right = trial.some, 0
    if old is None:
        near = yield from _near(some.raw(trial.tried, RAW), lambda at: some.raw(at, RAW), train)
        for at, among in enumerate(trial.chosen):
            votes, nearest = polled(near[1][at], some.answers(near[0][at]), some.answers(among))
            right += int((votes + nearest).argmax() == 0)
            yield
        return right
    open_ = np.zeros(int(some.ids.max()) + 1, np.bool_)
    open_[some.ids[train]] = True
    for tried, among in zip(trial.tried, trial.chosen, strict=True):
        asked = some.asked(np.array([tried]))[0]
        right += int(old.score(asked, old.near(asked, open_), some.answers(among))[0].argmax() == 0)
        yield
    return right


def fit(rows: Floats) -> Doubles:
    """What each of three signs counts, by (questions × choices × signs) of which choice 0 is right: Newton's steps on
    the likelihood of the right ones, held near `MIX` as if by a few questions more.
    """
    start, hold = np.array(MIX), 3.0 / len(rows)

    def loss(weights: Doubles) -> float:
        drawn = rows @ weights
        top = drawn.max(axis=1)
        spread = top + np.log(np.exp(drawn - top[:, None]).sum(axis=1))
        return float((spread - drawn[:, 0]).mean() + hold * ((weights - start) ** 2).sum() / 2)

    weights, least = start, loss(start)
    for _ in range(25):
        shares = softmax(rows @ weights)
        mean = np.einsum("qc,qcs->qs", shares, rows)
        slope = (mean - rows[:, 0]).mean(axis=0) + hold * (weights - start)
        bend = np.einsum("qc,qcs,qct->st", shares, rows, rows) / len(rows) - mean.T @ mean / len(rows)
        step = np.linalg.solve(bend + hold * np.eye(len(start)), slope)
        found, part = min((loss(weights - step * part), part) for part in (1.0, 0.3, 0.1, 0.01))
        if found >= least - 1e-9:
            break
        weights, least = weights - step * part, found
    return weights


def _how_sure(
    trial: Trial, mix: tuple[float, float, float]
) -> Generator[None, None, tuple[tuple[float, float, float, float], float]]:
    """A curve and a cut: among what was answered in like situations, how often the best says what was answered here."""
    some, signs_, right = trial.some, [], []
    for at, tried in enumerate(trial.tried):
        ids = trial.near[0][at][:CANDIDATES]
        _, firsts = np.unique(some.same[ids], return_index=True)
        among = ids[np.sort(firsts)]
        heads, votes, nearest = trial.weighed(at, among).T
        scores = mixed(mix, heads, votes, nearest)
        best = int(scores.argmax())
        signs_.append(marks(scores, nearest, best))
        right.append(float(some.answers(among[best : best + 1])[0] @ some.answers(np.array([tried]))[0] >= SAME))
        yield
    table, good = np.array(signs_), np.array(right)
    a, b, c, d = fitted(table, good, HELD, USUAL)
    curve = (a, b, c, d)
    return curve, cut_of(curve, table, good, len(good))


def _half(weights: Floats) -> bytes:
    return weights.astype(np.float16).tobytes()
