"""What is found by the program's own rules: macros and when to keep quiet, replies among a hundred, articles.

What is in `train` may be suggested and is learned from, as on a desk in idle time; what is in `test` is only asked.
"""

from __future__ import annotations

import random
import time
from typing import Any

from ..answering import answer
from ..embedder import Embedder
from ..frames import Ask, Source, Turn
from ..index import Index
from ..learning import teach
from ..ranking import question, rank
from ..shelf import open_shelf
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
    for source in sources:
        index.learn(source.id, [source])
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
    """The true reply among 99 others of the test part, by what was answered to the like in `train`."""
    past = [
        Source(id=f"case:{at}", kind="case", title="", text=str(line["reply"]), asked=_said(line),
               macro=str(line["reply"]))
        for at, line in enumerate(train)
    ]  # fmt: skip
    macros = {text: Source(id=f"macro:{text}", kind="macro", title="", text=text, macro=text)
              for text in {str(line["reply"]) for line in (*train, *test)}}  # fmt: skip
    index = index_of([*macros.values(), *past], embedder)
    chance, times, hits = random.Random(SEED), list[float](), [0, 0, 0]  # noqa: S311 a draw, no secret
    every = sorted({str(line["reply"]) for line in test})
    for line in test:
        ask = asking(_said(line))
        began = time.perf_counter()
        ranked = rank(index, ask, question(index, ask))
        times.append((time.perf_counter() - began) * 1000)
        true = str(line["reply"])
        among = {true, *chance.sample([one for one in every if one != true], min(AMONG - 1, len(every) - 1))}
        names = [name for found in ranked.macros if (name := index.kept[found.id].macro) in among]
        for at, most in enumerate((1, 5, 10)):
            hits[at] += true in names[:most]
    return [share(f"R@{most} of {AMONG}", hit, len(test)) for most, hit in zip((1, 5, 10), hits, strict=True)], times


def _said(line: dict[str, Any]) -> str:
    return "\n".join(str(turn["text"]) for turn in line["context"][-3:])


def articles(train: Lines, test: Lines, embedder: Embedder | None) -> Measured:
    """`train` holds the articles; `filter` is what the record knows, one of the article's own words for whom it is."""
    known = [
        Source(id=f"article:{line['article']['id']}", kind="article", title=str(line["article"]["title"]),
               text=str(line["article"]["text"]), internal=True,
               only=((str(line["filter"]).lower(),),) if line.get("filter") else ())
        for line in train
    ]  # fmt: skip
    index, times, hits = index_of(known, embedder), list[float](), [0, 0, 0]
    for line in test:
        ask = asking(str(line["question"]), (str(line["filter"]).lower(),) if line.get("filter") else ())
        began = time.perf_counter()
        ranked = rank(index, ask, question(index, ask))
        times.append((time.perf_counter() - began) * 1000)
        names = [index.kept[found.id].owner.partition(":")[2] for found in ranked.articles[:5]]
        for at, most in enumerate((1, 3, 5)):
            hits[at] += str(line["article"]) in names[:most]
    return [share(f"R@{most}", hit, len(test)) for most, hit in zip((1, 3, 5), hits, strict=True)], times
