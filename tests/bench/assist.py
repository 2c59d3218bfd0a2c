"""How well suggestions fit, when they keep quiet, and how soon they come: on the data folder, with 95 % intervals."""

from __future__ import annotations

import csv
import json
import os
import random
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure, above, below, run

from agentdesk.assist import packs
from agentdesk.assist.bench import finding, reading
from agentdesk.assist.bench.figures import Figure as Share
from agentdesk.assist.bench.figures import at_rank
from agentdesk.assist.embedder import Embedder
from agentdesk.assist.mood import load
from agentdesk.assist.pack import read
from agentdesk.desk.resources import resource

DATA = Path(os.environ.get("AGENTDESK_DATA", "../shared/data"))
SEED, EXAMPLES, HELD_OUT = 7, 10, 12
R1, R3, PRECISION, COVERAGE, ARTICLES, LATENCY_MS = 0.85, 0.95, 0.95, 0.75, 0.80, 50.0
Lines = list[dict[str, Any]]


def main() -> None:
    run(measure, __doc__)


def measure(quick: bool) -> list[Figure]:
    """Nothing is fitted here; the cut was chosen on other texts of banking77's training part."""
    embedder = Embedder(read(resource(packs.EMBEDDER), packs.EMBEDDER_SHA256))
    return [*_intents(embedder, 200 if quick else 3_080), *_articles(embedder, quick), *_mood(embedder, quick)]


def _intents(embedder: Embedder, most: int) -> list[Figure]:
    draw = random.Random(SEED)
    train, test = (_rows(DATA / "banking77" / f"{part}.csv") for part in ("train", "test"))
    by: dict[str, list[str]] = {}
    for text, label in train:
        by.setdefault(label, []).append(text)
    few = [{"text": text, "label": label} for label, texts in by.items() for text in draw.sample(texts, EXAMPLES)]
    asked: Lines = [{"text": text, "label": label} for text, label in draw.sample(test, min(most, len(test)))]
    shares, times = finding.intents(few, asked, embedder)
    words = _by_name(finding.intents(few, asked, None)[0])
    found = _by_name(shares)
    out = set(draw.sample(sorted(by), HELD_OUT))
    mixed = [{**line, "label": None if line["label"] in out else line["label"]} for line in asked]
    known = [line for line in few if line["label"] not in out]
    quiet = _by_name(finding.intents(known, mixed, embedder)[0])
    right, covered = quiet["precision of the first card"], quiet["coverage"]
    return [
        *(above(f"banking77, ten examples, {name}", want, found[name].value, "",
                f"{_told(found[name])}; by words {words[name].value:.3f}")
          for name, want in (("R@1", R1), ("R@3", R3))),
        above("Suggestions shown that are right, twelve intents unknown", PRECISION, right.value, "", _told(right)),
        above("Questions for which one is shown", COVERAGE, covered.value, "", _told(covered)),
        below("From question to macros (p99)", LATENCY_MS, at_rank(times, 0.99), "ms",
              f"half of the time {at_rank(times, 0.5)} ms"),
    ]  # fmt: skip


def _articles(embedder: Embedder, quick: bool) -> list[Figure]:
    folder = DATA / "dstc10_task2_val"
    knowledge, logs, labels = (json.loads((folder / f"{name}.json").read_text("utf-8"))
                               for name in ("knowledge", "val_logs", "val_labels"))  # fmt: skip
    asked: Lines = []
    for turns, label in zip(logs, labels, strict=True):
        if label.get("target"):
            one = label["knowledge"][0]
            about = f"{one['domain']}:{one['entity_id']}"
            asked.append({"question": turns[-1]["text"], "filter": about, "article": f"{about}:{one['doc_id']}"})
    wanted = {line["filter"] for line in asked}
    known = [
        {"filter": about, "article": {"id": f"{about}:{id}", "title": doc["title"], "text": doc["body"]}}
        for domain, entities in knowledge.items() for entity, told in entities.items()
        if (about := f"{domain}:{entity}") in wanted or not quick
        for id, doc in told["docs"].items()
    ]  # fmt: skip
    found = _by_name(finding.articles(known, asked, embedder)[0])["R@1"]
    words = _by_name(finding.articles(known, asked, None)[0])["R@1"]
    return [above("Articles with what the record knows, R@1", ARTICLES, found.value, "",
                  f"{_told(found)}; by words {words.value:.3f}")]  # fmt: skip


def _mood(embedder: Embedder, quick: bool) -> list[Figure]:
    """The tweets: nothing of them was learned from."""
    lines = (DATA / "vader_gt" / "tweets_GroundTruth.txt").read_text("utf-8", "replace").splitlines()
    rows = [line.split("\t", 2) for line in lines][:: 10 if quick else 2]
    learned = load(resource(packs.MOOD))
    assert learned is not None
    test = [{"text": text, "label": float(rated)} for _, rated, text in rows]
    found = _by_name(reading.sentiment(learned, test, embedder)[0])["accuracy of the sign"]
    words = _by_name(reading.sentiment(learned, test, None)[0])["accuracy of the sign"]
    return [above("Whether a customer is pleased or not, by tweets", 0.75, found.value, "",
                  f"{_told(found)}; by words {words.value:.3f}")]  # fmt: skip


def _rows(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["category"]) for row in csv.DictReader(file)]


def _by_name(shares: list[Share]) -> dict[str, Share]:
    return {one.name: one for one in shares}


def _told(one: Share) -> str:
    return f"[{one.low:.3f}, {one.high:.3f}] of {one.of}"


if __name__ == "__main__":
    main()
