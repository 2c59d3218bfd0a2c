"""What most programs would use in our place, beside which ours is measured: scikit-learn, VADER.

The libraries are in `.peers`, which `make bench` fills from requirements-peers.lock; they ship with nothing. Where they
cannot be had, the table has no figure of theirs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PEERS = Path(__file__).resolve().parents[2] / ".peers"
MOST_WORDS = 40_000


def installed(module: str) -> bool:
    """Whether a library is there. Its folder comes last, so that nothing of it takes the place of what we ship with."""
    if PEERS.is_dir() and str(PEERS) not in sys.path:
        sys.path.append(str(PEERS))
    return find_spec(module) is not None


def library_ranks(train: Sequence[tuple[str, str]], asked: Sequence[str]) -> list[list[str]] | None:
    """The three likeliest labels of each text, by scikit-learn: TF-IDF of one and two words, logistic regression."""
    if not installed("sklearn"):
        return None
    text, linear = import_module("sklearn.feature_extraction.text"), import_module("sklearn.linear_model")
    words = text.TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_features=MOST_WORDS)
    rows = words.fit_transform([one for one, _ in train])
    model = linear.LogisticRegression(C=20.0, max_iter=300).fit(rows, [label for _, label in train])
    chances: Any = model.predict_proba(words.transform(list(asked)))
    return [[str(model.classes_[at]) for at in (-row).argsort()[:3]] for row in chances]


def vader(texts: Sequence[str]) -> list[float] | None:
    """How pleased each text sounds, from -1 to 1, by VADER (Hutto and Gilbert, 2014): its compound."""
    if not installed("vaderSentiment"):
        return None
    judge = import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()
    return [float(judge.polarity_scores(text)["compound"]) for text in texts]
