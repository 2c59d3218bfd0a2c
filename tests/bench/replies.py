"""How well replies in own words are found among a hundred: STAR's dialogues, split by dialogue, with 95 % intervals."""

from __future__ import annotations

import gzip
import json
import os
import random
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure, above, run
from tests.bench.reading import Remembering
from tests.bench.shares import by_name, within

from agentdesk.assist import packs
from agentdesk.assist.bench import finding
from agentdesk.assist.pack import read
from agentdesk.assist.slots import slotted
from agentdesk.desk.resources import resource

DATA = Path(os.environ.get("AGENTDESK_DATA", "../shared/data"))
SEED, ASKED, LEARNED = 7, 300, 2_900
"""So many dialogues are asked about, and so many others learned from: what the ranker is learned with, it cuts of these
itself, so nothing is tuned on what is asked.
"""
R1, R10, TYPED_R1 = 0.70, 0.955, 0.45
Lines = list[dict[str, Any]]


def main() -> None:
    run(measure, __doc__)


def measure(quick: bool) -> list[Figure]:
    """The true reply among a hundred; then what the agents had typed themselves, before they chose a text."""
    embedder = Remembering(read(resource(packs.EMBEDDER), packs.EMBEDDER_SHA256))
    with gzip.open(DATA / "star" / "dialogues.jsonl.gz", "rt", encoding="utf-8") as file:
        told = [json.loads(line) for line in file]
    random.Random(SEED).shuffle(told)
    count, others = (10, 50) if quick else (ASKED, LEARNED)
    test, train = told[:count], told[count : count + others]
    return [
        *_among(embedder, test, train, "STAR replies", "t", (R1, R10)),
        *_among(embedder, test, train, "STAR, agents' own words", "typed", (TYPED_R1,)),
    ]


def _among(
    embedder: Remembering, test: Lines, train: Lines, name: str, key: str, wants: tuple[float, ...]
) -> list[Figure]:
    known, asked = ([turn for one in some for turn in _turns(one, key)] for some in (train, test))
    embedder.embed_all([slotted(line["reply"]) for line in (*known, *asked)])
    embedder.embed_all([line["context"][-1]["text"] for line in (*known, *asked)])
    found = by_name(finding.replies(known, asked, embedder)[0])
    return [
        above(f"{name}, {rank}", want, found[rank].value, "",
              f"{within(found[rank])}; BM25 {found[f'BM25 {rank}'].value:.3f}; plain cosine "
              f"{found[f'cosine {rank}'].value:.3f}")
        for want, rank in zip(wants, ("R@1 of 100", "R@10 of 100"), strict=False)
    ]  # fmt: skip


def _turns(dialogue: dict[str, Any], key: str) -> Lines:
    """Each reply of the agent with what was said before."""
    said: Lines = []
    found: Lines = []
    for turn in dialogue["turns"]:
        if turn["s"] == "A" and any(one["who"] == "customer" for one in said):
            reply = (turn.get("drafts") or [turn["t"]])[-1] if key == "typed" else turn["t"]
            found.append({"context": list(said), "reply": reply.strip(), "dialogue": dialogue["id"]})
        if turn["s"] in "UA":
            said.append({"who": "customer" if turn["s"] == "U" else "agent", "text": turn["t"]})
    return [one for one in found if one["reply"]]


if __name__ == "__main__":
    main()
