"""How well personal data is found in text: recall and precision by type, with 95 % intervals, on generated texts."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure, below, percentile, run, share

from agentdesk.text.personal import Span, find

DATA = Path(os.environ.get("AGENTDESK_DATA", "../shared/data")) / "pii" / "generated_large.json"
TYPES = {
    "CREDIT_CARD": "card", "IBAN_CODE": "iban", "EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "IP_ADDRESS": "ip",
    "US_SSN": "ssn",
}  # fmt: skip
"""Structured data in the set, and what we call it. Its other types (places, companies, names) have no form."""
ALSO = ("US_DRIVER_LICENSE", "DATE_TIME")
"""Personal too where words announce it: what is found there is no mistake, but not all of it is looked for."""
RECALL, PRECISION = 0.995, 0.98
TEXT_MS = 20.0


def main() -> None:
    run(measure, __doc__)


def measure(quick: bool) -> list[Figure]:
    """Half of the templates were looked at while the patterns were made; both halves are told."""
    texts = json.loads(DATA.read_text("utf-8"))
    seen = [text for text in texts if text["template_id"] % 2 == 0]
    unseen = [text for text in texts if text["template_id"] % 2]
    figures: list[Figure] = []
    for name, part in (("templates looked at", seen), ("templates not looked at", unseen), ("all", texts)):
        figures += scores(name, part, by_type=name == "all")
    times = [timed(text["full_text"]) for text in (texts[:300] if quick else texts)]
    figures.append(below("Finding personal data in a text (p99)", TEXT_MS, percentile(times, 0.99), "ms",
                         f"median {percentile(times, 0.5):.2f} ms"))  # fmt: skip
    return figures


def scores(name: str, texts: list[dict[str, Any]], *, by_type: bool) -> list[Figure]:
    """Recall and precision, of all structured types and of each."""
    there, hit, found, right = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for text in texts:
        spans = find(text["full_text"])
        for gold in text["spans"]:
            if kind := TYPES.get(gold["entity_type"]):
                there[kind] += 1
                hit[kind] += covers(spans, gold, text["full_text"])
        for span in spans:
            kind = span.kind if span.kind in TYPES.values() else "other"
            found[kind] += 1
            right[kind] += any(overlaps(span, gold) for gold in text["spans"])
    figures = [
        share(f"Personal data, recall, {name}", RECALL, hit.total(), there.total()),
        share(f"Personal data, precision, {name}", PRECISION, right.total(), found.total()),
    ]
    for kind in sorted(there) if by_type else ():
        figures.append(share(f"Personal data, recall, {kind}", RECALL, hit[kind], there[kind]))
        figures.append(share(f"Personal data, precision, {kind}", PRECISION, right[kind], found[kind]))
    return figures


def covers(spans: list[Span], gold: dict[str, Any], text: str) -> bool:
    """Whether every letter and digit of it would be hidden."""
    hidden = {i for span in spans for i in range(span.start, span.end)}
    return all(i in hidden for i in range(gold["start_position"], gold["end_position"]) if text[i].isalnum())


def overlaps(span: Span, gold: dict[str, Any]) -> bool:
    """Whether it is personal data at all: of another type will do, for it is hidden too."""
    structured = gold["entity_type"] in TYPES or gold["entity_type"] in ALSO
    return structured and span.start < gold["end_position"] and gold["start_position"] < span.end


def timed(text: str) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    find(text)
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
