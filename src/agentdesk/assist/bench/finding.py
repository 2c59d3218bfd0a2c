"""What is found by the program's own rules: macros and when to keep quiet, replies among a hundred, articles.

What is in `train` may be suggested and is learned from, as on a desk in idle time; what is in `test` is only asked.
"""

from __future__ import annotations

import random
import time
from typing import Any

from ..answering import answer
from ..courses import teach
from ..embedder import Embedder, Floats
from ..frames import LOOKED_BACK, Ask, Source, Turn
from ..index import Index
from ..ranking import TURNS, Question, question, rank
from ..replies import Replies
from ..shelf import open_shelf
from ..slots import slotted
from .bm25 import Bm25
from .figures import Figure, calibration, share

Lines = list[dict[str, Any]]
Measured = tuple[list[Figure], list[float]]
AMONG = 100
SEED = 20261122


def index_of(sources: list[Source], embedder: Embedder | None) -> Index:
    """All of these, read and learned from, in memory."""
    shelf, _ = open_shelf("", b"", "")
    index = Index(shelf, embedder)
    index.begin()
    owners: dict[str, list[Source]] = {}
    for source in sources:
        owners.setdefault(source.id, []).append(source)
    for owner, some in owners.items():
        index.learn(owner, some)
    index.swept()
    while index.read_some():
        pass
    teach(index)
    return index


def asking(text: str, facts: tuple[str, ...] = ()) -> Ask:
    """A case in which a customer has said this."""
    return Ask(number=1, case="", turns=(Turn("customer", text),), facts=facts)


def intents(train: Lines, test: Lines, embedder: Embedder | None) -> Measured:
    """A macro for each label, and each example a past case that it answered. No label: silence is right."""
    labels = sorted({str(line["label"]) for line in train if line["label"] is not None})
    macros = [_macro(label) for label in labels]
    past = [
        Source(id=f"case:{at}", kind="case", title="", text=f"Answered by {line['label']}", asked=str(line["text"]),
               macro=str(line["label"]))
        for at, line in enumerate(train) if line["label"] is not None
    ]  # fmt: skip
    index, times, hits, shown, right = index_of([*macros, *past], embedder), list[float](), [0, 0, 0], 0, 0
    told: list[tuple[float, bool]] = []
    for line in test:
        ask = asking(str(line["text"]))
        began = time.perf_counter()
        ranked = rank(index, ask, question(index, ask))
        times.append((time.perf_counter() - began) * 1000)
        names = [index.kept[found.id].macro for found in ranked.macros[:5]]
        for at, most in enumerate((1, 3, 5)):
            hits[at] += line["label"] in names[:most]
        if ranked.macros and ranked.macros[0].chance >= 0:
            told.append((ranked.macros[0].chance, line["label"] == names[0]))
        cards = [card for card in answer(index, ask, None, "").cards if card.kind == "macro"]
        shown += bool(cards)
        right += bool(cards) and line["label"] is not None and cards[0].source == f"macro:{line['label']}"
    known = sum(line["label"] is not None for line in test)
    recalls = [share(f"R@{most}", hit, known) for most, hit in zip((1, 3, 5), hits, strict=True)]
    quiet = [share("precision of the first card", right, shown), share("coverage", shown, len(test))]
    return [*recalls, *quiet, *([calibration("calibration error", told)] if told else [])], times


def _macro(label: str) -> Source:
    words = label.replace("_", " ")
    return Source(id=f"macro:{label}", kind="macro", title=words, text=words, macro=label)


def replies(train: Lines, test: Lines, embedder: Embedder | None) -> Measured:
    """The true reply among 99 others of the test part, by what a desk learns from `train`; beside it by the words of
    what was asked, and by plain cosine with that. With too little to learn from, or without a model, by what was
    answered to the most similar questions.
    """
    past = [
        Source(id=f"case:{line['dialogue']}", kind="case", title="", text=str(line["reply"]), asked=_asked(line, 1),
               said=_said(line))
        for line in train
    ]  # fmt: skip
    index, times = index_of(past, embedder), list[float]()
    every, draws = _draws(test)
    texts, rows = [slotted(one) for one in every], None
    if embedder is not None:
        rows = embedder.embed_all(texts)
    ranks: dict[str, list[int]] = {}
    for line, among in zip(test, draws, strict=True):
        ask = Ask(number=1, case="", turns=_said(line))
        by = {"BM25 ": Bm25([every[at] for at in among]).scores(_asked(line))}
        if rows is not None and embedder is not None:
            by["cosine "] = [float(one) for one in rows[among] @ embedder.embed(_asked(line))]
        began = time.perf_counter()
        if rows is not None and index.replies is not None:
            by[""] = _by_situation(index, index.replies, ask, rows[among])
        else:
            by[""] = _by_past(index, ask, [texts[at] for at in among])
        times.append((time.perf_counter() - began) * 1000)
        for name, scores in by.items():
            ranks.setdefault(name, []).append(sum(score >= scores[0] for score in scores[1:]))
    return [
        share(f"{name}R@{most} of {AMONG}", sum(one < most for one in ranks[name]), len(test))
        for name in sorted(ranks) for most in (1, 5, 10)
    ], times  # fmt: skip


def _draws(test: Lines) -> tuple[list[str], list[list[int]]]:
    """All replies of the test part, and for each line the places of those to choose from, the true one first."""
    chance = random.Random(SEED)  # noqa: S311 a draw, no secret
    every = sorted({str(line["reply"]) for line in test})
    draws = []
    for line in test:
        true = every.index(str(line["reply"]))
        others = [at for at in range(len(every)) if at != true]
        draws.append([true, *chance.sample(others, min(AMONG - 1, len(others)))])
    return every, draws


def _by_situation(index: Index, known: Replies, ask: Ask, rows: Floats) -> list[float]:
    """As `ranking` weighs past answers."""
    situation = question(index, ask).situation
    assert situation is not None
    near = known.near(situation, index.kept.open_to("", frozenset(), 0))
    return [float(one) for one in known.score(situation, near, rows)[0]]


def _by_past(index: Index, ask: Ask, among: list[str]) -> list[float]:
    past = {index.shelf.source(one.id).text: one.score for one in reversed(rank(index, ask, question(index, ask)).past)}
    return [past.get(text, 0.0) for text in among]


def _said(line: dict[str, Any]) -> tuple[Turn, ...]:
    return tuple(Turn(str(turn["who"]), str(turn["text"])) for turn in line["context"][-LOOKED_BACK:])


def _asked(line: dict[str, Any], turns: int = TURNS) -> str:
    said = [str(turn["text"]) for turn in line["context"] if turn["who"] == "customer"]
    return "\n".join(said[-turns:])


def articles(train: Lines, test: Lines, embedder: Embedder | None) -> Measured:
    """`train` holds the articles; `filter` is what the record knows, one of the article's own words for whom it is.
    Beside it plain BM25 and cosine, with the same filter and without any.
    """
    known = [
        Source(id=f"article:{line['article']['id']}", kind="article", title=str(line["article"]["title"]),
               text=str(line["article"]["text"]), internal=True,
               only=((str(line["filter"]).lower(),),) if line.get("filter") else ())
        for line in train
    ]  # fmt: skip
    index, times = index_of(known, embedder), list[float]()
    hits: dict[str, list[int]] = {}
    texts = {id: f"{source.title} {source.text}" for id in index.kept for source in (index.shelf.source(id),)}
    for line in test:
        ask = asking(str(line["question"]), (str(line["filter"]).lower(),) if line.get("filter") else ())
        began = time.perf_counter()
        asked = question(index, ask)
        ranked = rank(index, ask, asked)
        times.append((time.perf_counter() - began) * 1000)
        orders = {"": [found.id for found in ranked.articles[:5]], **_plain(index, ask, asked, texts)}
        for name, order in orders.items():
            names = [index.kept[id].owner.partition(":")[2] for id in order]
            right = [str(line["article"]) in names[:most] for most in (1, 3, 5)]
            hits[name] = [all_ + one for all_, one in zip(hits.get(name, (0, 0, 0)), right, strict=True)]
    return [
        share(f"{name}R@{most}", hit, len(test))
        for name in sorted(hits) for most, hit in zip((1, 3, 5), hits[name], strict=True)
    ], times  # fmt: skip


def _plain(index: Index, ask: Ask, asked: Question, texts: dict[int, str]) -> dict[str, list[int]]:
    """The five nearest sources by what most programs do."""
    fits = index.kept.open_to("", frozenset(ask.facts), 0)
    some = [id for id in texts if fits[id]]
    scores = Bm25([texts[id] for id in some]).scores(asked.text)
    found = {"BM25 ": [id for _, id in sorted(zip(scores, some, strict=True), key=lambda one: -one[0])[:5]]}
    if asked.vector is not None:
        scanned = index.vectors.scan(asked.vector)
        for name, flags in (("cosine ", fits), ("cosine without a filter ", index.kept.live)):
            found[name] = [id for id, _ in index.vectors.best(scanned, flags, 5)]
    return found
