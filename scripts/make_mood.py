"""Learn how pleased customers write from texts that people have rated, and write resources/mood/mood.json.

Usage: AGENTDESK_DATA=… .venv/bin/python scripts/make_mood.py

From the reviews, the film and the newspaper sentences of the VADER ground truth (Hutto and Gilbert, 2014; MIT). The
tweets are not read: they measure what was learned (`agentdesk assist bench sentiment`).
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import numpy as np

from agentdesk.assist import packs
from agentdesk.assist.embedder import Embedder
from agentdesk.assist.pack import read
from agentdesk.assist.terms import terms
from agentdesk.desk.resources import resource

FILES = ("amazonReviewSnippets", "movieReviewSnippets", "nytEditorialSnippets")
RIDGE, WORD_RIDGE, FEWEST, MOST_WORDS, EVERY = 3.0, 8.0, 4, 1_500, 2
TO = Path(__file__).parents[1] / "resources" / "mood" / "mood.json"


def rated(folder: Path) -> list[tuple[float, str]]:
    """(rating from -4 to 4, text)."""
    found = []
    for name in FILES:
        for line in (folder / f"{name}_GroundTruth.txt").read_text("utf-8", "replace").splitlines():
            _, rating, text = line.split("\t", 2)
            found.append((float(rating), text))
    return found[::EVERY]


def ridge(rows: np.ndarray, wanted: np.ndarray, much: float) -> np.ndarray:
    """Weights, the constant last, which is not held small."""
    wide = np.hstack((rows, np.ones((len(rows), 1))))
    held = np.eye(wide.shape[1]) * much
    held[-1, -1] = 0
    return np.linalg.solve(wide.T @ wide + held, wide.T @ wanted)


def main() -> None:
    """Learn, and write it down."""
    texts = rated(Path(os.environ["AGENTDESK_DATA"]) / "vader_gt")
    embedder = Embedder(read(resource(packs.EMBEDDER), packs.EMBEDDER_SHA256))
    rows = np.stack([embedder.embed(text) for _, text in texts]).astype(np.float64)
    wanted = np.array([rating for rating, _ in texts])
    weights = ridge(rows, wanted, RIDGE)
    bags = [set(terms(text)) for _, text in texts]
    counts = Counter(word for bag in bags for word in bag)
    words = sorted(word for word, count in counts.items() if count >= FEWEST and not word.isdigit())
    places = {word: at for at, word in enumerate(words)}
    table = np.zeros((len(texts), len(words)))
    for at, bag in enumerate(bags):
        table[at, [places[word] for word in bag if word in places]] = 1
    by_word = ridge(table, wanted, WORD_RIDGE)[:-1]
    telling = sorted(range(len(words)), key=lambda at: -abs(by_word[at]))[:MOST_WORDS]
    TO.parent.mkdir(parents=True, exist_ok=True)
    data = {
        "source": "VADER ground truth (MIT), without the tweets",
        "weights": [round(float(weight), 4) for weight in weights],
        "words": {words[at]: round(float(by_word[at]), 2) for at in sorted(telling)},
    }
    TO.write_text(json.dumps(data, indent=None, separators=(",", ":")) + "\n", "utf-8")
    print(f"{TO}: {len(texts)} texts, {len(telling)} words")


if __name__ == "__main__":
    main()
