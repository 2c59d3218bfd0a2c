"""A large index as a laptop keeps it: macros, articles, answers of the forum and past cases, in the worker's own file.

The texts are the data folder's (STAR, DSTC10, banking77), told again in other words where there are not enough: one
word in seven is another one, as common as words are there. Each of some thousand texts is read by the embedder once;
what is told again has the vector of its first telling, turned a little aside (to a cosine of 0.94), for reading 100,000
texts would take most of an hour. All else, from the words to the bytes on the disk, is what the worker makes of them.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from tests.bench.reading import Remembering

from agentdesk.assist import packs
from agentdesk.assist.frames import LOOKED_BACK, Source, Turn
from agentdesk.assist.index import tidied_for, tidy
from agentdesk.assist.pack import read
from agentdesk.assist.shelf import Shelf, open_shelf, pieces
from agentdesk.assist.situations import MOST, back, kept, texts
from agentdesk.assist.vectors import packed
from agentdesk.desk.resources import resource

DATA = Path(os.environ.get("AGENTDESK_DATA", "../shared/data"))
KEY, ME, NOW = bytes(range(32)), "mina", 1_790_000_000_000
SEED, ASIDE, SEVENTH, BY_MACRO, PAGE = 7, 0.36, 1 / 7, 0.5, 500
ASKED_OF = 150
"""So many dialogues are asked about, and are in no index."""
Told = tuple[str, tuple[Source, ...]]


class Sizes(msgspec.Struct, frozen=True):
    """How much there is: `documents` in all; `dialogues`, `articles` and `posts` are told first, and then again."""

    documents: int = 100_000
    dialogues: int = 700
    articles: int = 2_500
    posts: int = 1_500
    situations: int = MOST


SMALL = Sizes(6_000, 150, 300, 200, 1_500)


class Library:
    """All sources, the same each time, and what each was told after."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.embedder = Remembering(read(resource(packs.EMBEDDER), packs.EMBEDDER_SHA256))
        with gzip.open(DATA / "star" / "dialogues.jsonl.gz", "rt", encoding="utf-8") as file:
            told = [json.loads(line) for line in file]
        random.Random(SEED).shuffle(told)
        self.asked = [turns_of(one) for one in told[:ASKED_OF]]
        some = told[ASKED_OF : ASKED_OF + sizes.dialogues]
        acts = {turn["act"]: turn["t"] for one in some for turn in one["turns"] if turn.get("act")}
        self._macros = [_macro(act, text) for act, text in acts.items()]
        self._firsts = (*_articles(sizes.articles), *_posts(sizes.posts, list(acts.values())), *_cases(some))
        said = [
            word for owner, sources in self._firsts for one in sources for word in f"{one.asked} {one.text}".split()
        ]
        self._words = [word for word in said if word.isalpha()]

    def told(self) -> Iterator[tuple[Told, tuple[Source, ...]]]:
        """Each owner with its sources, as they are and as they were told first."""
        for owner, sources in self._macros:
            yield (owner, sources), sources
        left, draw = self.sizes.documents - len(self._macros), random.Random(SEED)
        turn = 0
        while left > 0:
            for owner, firsts in self._firsts:
                now = firsts if not turn else tuple(self._again(one, draw) for one in firsts)
                yield (f"{owner}-{turn}", now), firsts
                left -= len(now)
                if left <= 0:
                    return
            turn += 1

    def _again(self, first: Source, draw: random.Random) -> Source:
        def other(text: str) -> str:
            return " ".join(draw.choice(self._words) if draw.random() < SEVENTH else word for word in text.split(" "))

        said = tuple(Turn(turn.who, other(turn.text)) for turn in first.said)
        return msgspec.structs.replace(first, text=other(first.text), asked=other(first.asked), said=said)


def fill(place: Path, library: Library) -> None:
    """The index, read and with its situations; nothing learned yet."""
    shelf, wrong = open_shelf(str(place), KEY, packs.EMBEDDER_SHA256)
    assert not wrong
    draw, firsts, situated = np.random.default_rng(SEED), dict[int, Source](), list[int]()
    told = library.told()
    while some := list(islice(told, PAGE)):
        for (owner, sources), first in some:
            done = shelf.put(owner, sources, lambda one: tidy(one, ME), tidied_for(ME))
            for one, source in zip(done[1] if done else (), first, strict=True):
                firsts[one.id] = source
                situated += [one.id] if one.kind == "case" and not one.macro else []
        _read(shelf, library, firsts, draw)
    for id in situated[-library.sizes.situations :]:
        turns, answer = back(firsts[id]), firsts[id].text
        wanted = [*texts(turns), answer]
        rows = dict(zip(wanted, library.embedder.embed_all(wanted), strict=True))
        rows = {text: _aside(row, draw) for text, row in rows.items()}
        shelf.lessons.keep_situation(id, kept(turns, rows, rows[answer]))
    shelf.scour()
    shelf.close()


def _read(shelf: Shelf, library: Library, firsts: dict[int, Source], draw: np.random.Generator) -> None:
    while some := shelf.unread(PAGE):
        rows = library.embedder.embed_all([pieces(firsts[source])[0] for _, source, _ in some])
        packed_ = [packed(_aside(row, draw)) for row in rows]
        shelf.keep_vectors([(piece, *row) for (piece, _, _), row in zip(some, packed_, strict=True)])


def _aside(row: Any, draw: np.random.Generator) -> Any:
    """A vector near this one, of length one."""
    away = draw.standard_normal(len(row), dtype=np.float32)
    found = row + away * np.float32(ASIDE / np.linalg.norm(away))
    return found / np.linalg.norm(found)


# --- What is told first ---


def turns_of(dialogue: dict[str, Any]) -> list[Turn]:
    """What both sides say, in order."""
    sides = {"U": "customer", "A": "agent"}
    return [Turn(sides[turn["s"]], turn["t"].strip()) for turn in dialogue["turns"] if turn["s"] in sides]


def _macro(act: str, text: str) -> Told:
    owner = f"macro:{act}"
    return owner, (_source(f"{owner}:en", "macro", act.replace("_", " "), text, macro=act, language="en"),)


def _articles(most: int) -> list[Told]:
    knowledge = json.loads((DATA / "dstc10_task2_val" / "knowledge.json").read_text("utf-8"))
    found = [
        _source(f"article:{domain}-{entity}-{id}", "article", doc["title"], doc["body"], language="en")
        for domain, entities in knowledge.items() for entity, told in entities.items()
        for id, doc in told["docs"].items()
    ]  # fmt: skip
    return [(one.id, (one,)) for one in random.Random(SEED).sample(found, most)]


def _posts(most: int, answers: list[str]) -> list[Told]:
    with (DATA / "banking77" / "train.csv").open(encoding="utf-8", newline="") as file:
        rows = random.Random(SEED).sample(list(csv.DictReader(file)), most)
    return [
        (f"post:{at}", (_source(f"post:{at}", "post", row["category"].replace("_", " "), answers[at % len(answers)],
                                asked=row["text"], internal=True),))
        for at, row in enumerate(rows)
    ]  # fmt: skip


def _cases(told: list[dict[str, Any]]) -> list[Told]:
    """What was answered in each; half of it by a macro."""
    draw, found = random.Random(SEED), []
    for dialogue in told:
        said, sources, id = list[Turn](), list[Source](), f"case:{dialogue['id']}"
        for turn in dialogue["turns"]:
            asked = [one.text for one in said if one.who == "customer"][-2:]
            if turn["s"] == "A" and asked:
                macro = (turn.get("act") or "") if draw.random() < BY_MACRO else ""
                sources.append(_source(f"{id}:{len(said)}", "case", asked[0][:60], turn["t"], asked="\n".join(asked),
                                       macro=macro, language="en", said=tuple(said[-LOOKED_BACK:])))  # fmt: skip
            said += turns_of({"turns": [turn]})
        if sources:
            found.append((id, tuple(sources)))
    return found


def _source(id: str, kind: str, title: str, text: str, **more: Any) -> Source:
    return tidy(Source(id=id, kind=kind, title=title, text=text, version=1, at=NOW, **more), ME)
