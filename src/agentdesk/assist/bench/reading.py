"""What is read in a text: personal data, how a customer feels, the language."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from agentdesk.text.personal import find

from ..embedder import Embedder
from ..languages import language_of
from ..mood import Mood, rating
from .figures import Figure, share

Lines = list[dict[str, Any]]
Measured = tuple[list[Figure], list[float]]
LINE = 0.5
"""Ratings beyond this are positive or negative; the usual cut of five-step ratings on this scale."""


def pii(test: Lines) -> Measured:
    """A span counts as found where any of its signs is covered; a find as right where it touches a span."""
    times, found_, all_, right, finds = list[float](), 0, 0, 0, 0
    for line in test:
        text, spans = str(line["text"]), [(int(start), int(end)) for start, end, _ in line["spans"]]
        began = time.perf_counter()
        found = find(text)
        times.append((time.perf_counter() - began) * 1000)
        all_, finds = all_ + len(spans), finds + len(found)
        found_ += sum(any(one.start < end and start < one.end for one in found) for start, end in spans)
        right += sum(any(one.start < end and start < one.end for start, end in spans) for one in found)
    return [share("span recall", found_, all_), share("precision", right, finds)], times


def sentiment(learned: Mood, test: Lines, embedder: Embedder | None) -> Measured:
    """With what the program ships: three classes, and whether negative is told from positive."""
    times, got = list[float](), list[float]()
    for line in test:
        began = time.perf_counter()
        got.append(_rated(learned, str(line["text"]), embedder))
        times.append((time.perf_counter() - began) * 1000)
    return judged(got, test, LINE), times


def judged(got: Sequence[float], test: Lines, limit: float) -> list[Figure]:
    """How right some ratings are that mean something beyond this limit, whatever gave them."""
    wanted = [_class(line["label"]) for line in test]
    right = sum(_class(one, limit) == want for one, want in zip(got, wanted, strict=True))
    signed = [(one, want) for one, want in zip(got, wanted, strict=True) if want != "neutral"]
    sign = sum((one < 0) == (want == "negative") for one, want in signed)
    return [share("accuracy of three", right, len(test)), share("accuracy of the sign", sign, len(signed))]


def _rated(learned: Mood, text: str, embedder: Embedder | None) -> float:
    return rating(learned, text, embedder.embed(text) if embedder is not None else None)


def _class(label: Any, limit: float = LINE) -> str:
    if isinstance(label, str):
        return label.lower()
    return "negative" if label <= -limit else "positive" if label >= limit else "neutral"


def language(test: Lines) -> Measured:
    """Right, and how often anything is said at all: of what is unclear nothing is."""
    times, right, said = list[float](), 0, 0
    for line in test:
        began = time.perf_counter()
        got = language_of(str(line["text"]))
        times.append((time.perf_counter() - began) * 1000)
        said += bool(got)
        right += got == str(line["label"]).lower().partition("-")[0]
    return [share("accuracy", right, len(test)), share("right where it says one", right, said)], times
