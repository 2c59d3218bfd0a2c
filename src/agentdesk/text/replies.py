"""A last look at a reply before it goes: files that it speaks of, and places in it that were to be filled in."""

from __future__ import annotations

import re

_PROMISES = {
    "en": (
        r"\b(?:i|we)(?:['’]ve| have| also| just)* (?:attach(?:ed)?|enclosed?)\b",
        r"\b(?:please )?(?:find|see)\b[^.!?\n]{0,40}\b(?:attached|attachment|enclosed)\b",
        r"\b(?:is|are) (?:attached|enclosed)\b",
        r"\b(?:attached|enclosed) (?:is|are|you(?:['’]ll| will)? find|please find)\b",
        r"\b(?:i|we)(?:['’]m| am|['’]re| are) attaching\b",
        r"\bin (?:the|this) attachment\b",
    ),
    "de": (
        r"\banbei\b",
        r"\b(?:im|als) anhang\b",
        r"\bin der anlage\b",
        r"\b(?:habe|haben)\b[^.!?\n]{0,60}\b(?:angehängt|beigefügt|beigelegt)\b",
        r"\b(?:ist|sind) (?:angehängt|beigefügt|beigelegt)\b",
        r"\bhänge ich\b|\bhängen wir\b|\bich hänge\b|\bwir hängen\b",
    ),
}
"""Words by which a writer says that a file comes along. Asking the customer for one is not among them."""
_PROMISED = re.compile("|".join(pattern for some in _PROMISES.values() for pattern in some), re.IGNORECASE)
_THEIRS = re.compile(r"\b(?:you|your|ihr(?:e[mnrs]?)?)\s+(?:have |had )?\Z", re.IGNORECASE)
_OPEN = re.compile(
    r"\{\{[^{}\n]{1,60}\}\}"
    r"|\{[^\W\d][\w .-]{0,40}\}|%[A-Z][A-Z_]{2,30}%|(?<!@)\[[A-ZÄÖÜ][A-ZÄÖÜ _-]{2,30}\](?!\()|_{4,}"
)
LONGEST = 20_000
"""So much of a reply is looked at: nobody writes more by hand."""


def promised_file(text: str) -> str:
    """The words by which a reply says that a file comes with it; empty if not. What is quoted does not count."""
    said = _own_words(text)
    for found in _PROMISED.finditer(said):
        if not _THEIRS.search(said[max(0, found.start() - 30) : found.start()]):
            return " ".join(found[0].split())
    return ""


def left_open(text: str) -> str:
    """A variable of a template that nobody has filled in, as it stands there; empty if there is none."""
    found = _OPEN.search(_own_words(text))
    return found[0] if found else ""


def _own_words(text: str) -> str:
    return "\n".join(line for line in text[:LONGEST].split("\n") if not line.lstrip().startswith(">"))
